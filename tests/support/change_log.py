"""What tests read from the change log."""

import json

from sqlalchemy import Engine, select

from foundation.db.transactions import read_transaction
from people.tables import rights as rights_tables


def sign_in_refusals(engine: Engine) -> list[tuple[str, str | None, str]]:
    """Who was not let in as whom: about whom the line is, who acted, and which proof was not right."""
    line = rights_tables.change.c
    chosen = select(line.subject_id, line.actor_id, line.details).where(line.tag == "people:session:refuse")
    with read_transaction(engine) as db:
        rows = db.execute(chosen.order_by(line.sequence)).all()
    return [(row.subject_id, row.actor_id, json.loads(row.details)["proof"]) for row in rows]
