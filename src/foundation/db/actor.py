"""Who acts in a transaction: what row-level security on PostgreSQL goes by."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.exc import DBAPIError

from foundation.db.types import UtcDateTime

SYSTEM_ACTOR = "system"  # who acts where no person does; no id of a person looks like it
_SET_ACTOR = text("SELECT livsmester_act_as(:actor, :now)").bindparams(bindparam("now", type_=UtcDateTime()))


def set_actor(db: Connection, person_id: str, now: datetime) -> None:
    """From here on the transaction sees what that person may see, as far as PostgreSQL holds a wall before it (`walls`).

    A transaction begins as the system: jobs, the command line and the writer of the logs stay so.
    """
    if db.dialect.name == "postgresql":
        db.execute(_SET_ACTOR, {"actor": person_id, "now": now})


@contextmanager
def bypass_row_security(db: Connection) -> Iterator[None]:
    """For a question about everybody, such as whether a name is taken; whatever is raised in it, the wall stands again."""
    if db.dialect.name != "postgresql":
        yield
        return
    change = text(
        "SELECT current_setting('livsmester.actor', true), set_config('livsmester.actor', :actor, true)"
    )
    before = db.execute(change, {"actor": SYSTEM_ACTOR}).scalar_one()
    ended = False
    try:
        yield
    except DBAPIError:
        ended = True  # the transaction takes nothing any more
        raise
    finally:
        if not ended:
            db.execute(change, {"actor": before})
