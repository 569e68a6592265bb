"""The actor of a transaction, by whom row-level security on PostgreSQL decides which rows it sees."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.exc import DBAPIError

from foundation.db.types import UtcDateTime

SYSTEM_ACTOR = "system"  # jobs, the command line, the log writers; no person's id looks like it
# Looks up the actor's relationships once and keeps them as settings; a policy only compares (ADR 0010).
_SET_ACTOR = text("SELECT livsmester_act_as(:actor, :now)").bindparams(bindparam("now", type_=UtcDateTime()))


def set_actor(db: Connection, person_id: str, now: datetime) -> None:
    """Limit the rest of the transaction to the rows that this person may see. Does nothing on SQLite.

    A transaction begins as SYSTEM_ACTOR and stays so in jobs, on the command line and in the log writers.
    """
    if db.dialect.name == "postgresql":
        db.execute(_SET_ACTOR, {"actor": person_id, "now": now})


@contextmanager
def bypass_row_security(db: Connection) -> Iterator[None]:
    """Act as the system inside the block and as the former actor after it, also when the block raises.

    For a query about everybody, such as whether a user name is taken.
    """
    if db.dialect.name != "postgresql":
        yield
        return
    # Local to the transaction (true): a connection that goes back to the pool must not keep an actor.
    change = text(
        "SELECT current_setting('livsmester.actor', true), set_config('livsmester.actor', :actor, true)"
    )
    before = db.execute(change, {"actor": SYSTEM_ACTOR}).scalar_one()
    ended = False
    try:
        yield
    except DBAPIError:
        ended = True  # PostgreSQL refuses every further statement in a transaction that failed
        raise
    finally:
        if not ended:
            db.execute(change, {"actor": before})
