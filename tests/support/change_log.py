"""Reads the change log for tests."""

import json

from sqlalchemy import Engine, select

from foundation.db.transactions import read_transaction
from people.tables import rights as rights_tables


def sign_in_refusals(engine: Engine) -> list[tuple[str, str | None, str]]:
    """Refused sign-ins in order: subject id, actor id, and the proof that was wrong."""
    columns = rights_tables.change.c
    query = select(columns.subject_id, columns.actor_id, columns.details).where(
        columns.tag == "people:session:refuse"
    )
    with read_transaction(engine) as db:
        rows = db.execute(query.order_by(columns.sequence)).all()
    return [(row.subject_id, row.actor_id, json.loads(row.details)["proof"]) for row in rows]
