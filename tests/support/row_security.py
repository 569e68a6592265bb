"""Which tables hold rows about a citizen, and which of those rows an actor sees under row-level security."""

from sqlalchemy import Connection, Engine, text

from foundation.db import actor as db_actor
from foundation.db import transactions
from people.directory.model import Person
from tests.support.two_citizens import CitizenFixture

_OF_REQUEST = "request_id IN (SELECT id FROM guides_request WHERE citizen_id = :id)"
_OF_PAIRING = f"pairing_id IN (SELECT id FROM guides_pairing WHERE {_OF_REQUEST})"
_OF_GRANT = "grant_id IN (SELECT id FROM budgets_grant WHERE citizen_id = :id)"
# Table → SQL condition that selects the rows about a citizen.
TABLES = {
    "people_person": "id = :id",
    "people_consent": "citizen_id = :id",
    "people_hold": "person_id = :id",
    "people_erasure_answer": "person_id = :id",
    "people_letter": "person_id = :id",
    "people_letter_wish": "person_id = :id",
    "plans_goal": "citizen_id = :id",
    "guides_request": "citizen_id = :id",
    "guides_exclusion": "citizen_id = :id",
    "guides_pairing": _OF_REQUEST,
    "guides_pairing_event": _OF_PAIRING,
    "guides_contact": _OF_PAIRING,
    "guides_ruling": _OF_REQUEST,
    "budgets_grant": "citizen_id = :id",
    "budgets_request": _OF_GRANT,
    "budgets_answer": f"request_id IN (SELECT id FROM budgets_request WHERE {_OF_GRANT})",
    "budgets_receipt": _OF_GRANT,
    "budgets_late_receipt": f"receipt_id IN (SELECT id FROM budgets_receipt WHERE {_OF_GRANT})",
    "budgets_notice": _OF_GRANT,
    "budgets_closing": _OF_GRANT,
    "budgets_account": _OF_GRANT,
    "budgets_movement": _OF_GRANT,
    "budgets_entry": f"movement_id IN (SELECT id FROM budgets_movement WHERE {_OF_GRANT})",
}
PAIRINGS = {table for table in TABLES if table.startswith("guides_")}
MONEY = {table for table in TABLES if table.startswith("budgets_")}


def visible_tables(db: Connection, citizen: Person) -> set[str]:
    """The tables in which the current actor sees rows about the citizen; which rows those are is read as the system."""
    with db_actor.bypass_row_security(db):
        rows = {
            table: db.execute(
                text(f"SELECT array_agg(ctid::text) FROM {table} WHERE {condition}"), {"id": citizen.id}
            ).scalar_one()
            for table, condition in TABLES.items()
        }
    count_visible = "SELECT count(*) FROM {} WHERE ctid = ANY (CAST(:rows AS tid[]))"
    return {
        table
        for table, row_ids in rows.items()
        if db.execute(text(count_visible.format(table)), {"rows": row_ids}).scalar_one()
    }


def fill_tables(engine: Engine, citizen: CitizenFixture) -> None:
    """Add a row to each table in which the citizen has none, with triggers disabled."""
    values = citizen.records | {f"{name}_end": record_id[-12:] for name, record_id in citizen.records.items()}
    values |= {"citizen": citizen.citizen.id, "guide": citizen.guide.id, "officer": citizen.officer.id}
    with transactions.write_transaction(engine) as db:
        db.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in (
            "INSERT INTO people_hold (id, person_id, why, starts_on, made_at, made_by)"
            " VALUES ('hold' || :grant_end, :citizen, 'Klagesag', now(), now(), :officer)",
            "INSERT INTO people_erasure_answer (id, person_id, at, answered_by, gone, kept, why)"
            " VALUES ('answer' || :grant_end, :citizen, now(), :officer, '', 'goals', 'Journal')",
            "INSERT INTO people_letter_wish (person_id, since) VALUES (:citizen, now())",
            "INSERT INTO people_letter (person_id, month, made_at) VALUES (:citizen, now(), now())",
            "INSERT INTO guides_exclusion (citizen_id, guide_id, made_at) VALUES (:citizen, :guide, now())",
            "INSERT INTO guides_contact (id, pairing_id, form_key, draft, made_by, made_at)"
            " VALUES ('contact' || :pairing_end, :pairing, '', true, :guide, now())",
            "INSERT INTO guides_pairing_event (pairing_id, before, move, after, at)"
            " VALUES (:pairing, 'offered', 'guide_asks', 'offered', now())",
            "INSERT INTO guides_ruling (run_id, request_id, guide_id, kind) VALUES (:run, :request, :guide, 'pin')",
            "INSERT INTO budgets_answer (request_id, officer_id, at, yes, reasons, rule, appeal)"
            " VALUES (:wish, :officer, now(), true, '', '', '')",
            "INSERT INTO budgets_late_receipt (id, receipt_id, request_id, made_at)"
            " VALUES ('late' || :wish_end, :receipt, :wish, now())",
            "INSERT INTO budgets_notice (id, grant_id, takes_effect_on, why, at, by)"
            " VALUES ('notice' || :grant_end, :grant, now(), 'Slut', now(), :officer)",
            "INSERT INTO budgets_closing (grant_id, closed_on, cause, why, at)"
            " VALUES (:grant, now(), 'ended', '', now())",
        ):
            insert = text(statement)
            db.execute(insert, {name: values[name] for name in insert.compile().params})
