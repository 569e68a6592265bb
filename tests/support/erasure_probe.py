"""A citizen with nothing open any more, and where in the database text about a person still occurs."""

from contextlib import closing
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, select, text

from budgets.commands.messages import CloseGrant, WithdrawRequest
from budgets.commands.service import execute
from budgets.ledger import verify as ledger_verify
from budgets.model import ClosingCause
from foundation.crypto.hash_chain import verify
from foundation.db import transactions
from foundation.db.types import metadata
from foundation.ids import new_id
from guides.lifecycle import EndReason
from guides.pairings import service as pairings_service
from livsmester.audit_verification import verify_chains
from people.access.model import DataKind, RelationKind, Role
from people.directory.model import Person
from people.emergency_access import service as emergency_access_service
from people.emergency_access import store as emergency_access_store
from people.identity import service as identity_service
from people.identity.cpr import parse_cpr
from people.retention import hold_store
from people.retention.model import LegalHold
from people.sign_in import account_service
from tests.conftest import FrozenClock
from tests.support.people_factory import PASSWORD, PeopleFactory
from tests.support.two_citizens import CitizenFixture

A_YEAR_LATER = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
# Columns that accounting law keeps for five years.
ACCOUNTING_COLUMNS = {
    "budgets_request.what",
    "budgets_movement.why",
    "budgets_receipt.content",
    "budgets_grant.legal_basis",
    "budgets_closing.why",
}
NAME_COLUMNS = {"people_person.given_name", "people_person.surname"}
GUIDE_COLUMNS = {f"guides_guide.{name}" for name in ("experiences", "interests", "dislikes", "wants")}


def end_everything(
    citizens: dict[str, CitizenFixture], people: PeopleFactory, clock: FrozenClock
) -> CitizenFixture:
    """End everything that is open for the citizen in the north and move the clock a year on; the south stays as it is."""
    north = citizens["nord"]
    mark = north.marker
    stranger = citizens["syd"].coordinator
    with people.acting_as(north.coordinator) as context:
        identity_service.set_cpr(context, north.citizen.id, parse_cpr("010158-5000"))
        account_service.set_credentials(context, north.citizen.id, f"{mark}@example.dk", PASSWORD)
    with people.acting_as(stranger) as context:
        emergency_access_service.break_glass(
            context, f"{mark}fornavn {mark}efternavn", frozenset({DataKind.WISHES}), f"{mark}nød"
        )
    with people.acting_as(north.coordinator) as context:
        pairings_service.end(context, north.records["pairing"], EndReason.GOAL_REACHED)
    people.end_relation(RelationKind.SUPPORT_WORKER, north.supporter, north.citizen)
    with people.acting_as(north.citizen) as context:
        execute(context, WithdrawRequest(north.records["wish"]), new_id())
    clock.now = A_YEAR_LATER
    with people.acting_as(north.officer) as context:
        execute(context, CloseGrant(north.records["grant"], ClosingCause.ENDED, f"{mark}slut"), new_id())
    return north


def review_emergencies(citizen: CitizenFixture, people: PeopleFactory) -> CitizenFixture:
    """Review every emergency access as a leader; returns the citizen that was passed in."""
    with people.acting_as(people.add(Role.LEADER)) as context:
        for emergency in emergency_access_store.to_review(context.db):
            emergency_access_service.review(
                context, emergency.id, in_order=True, comment=f"{citizen.marker}svar"
            )
    return citizen


def add_hold(engine: Engine, person: Person, made_by: Person, clock: FrozenClock) -> None:
    """Store a legal hold on the person from today on, with no end."""
    hold = LegalHold("hold-1", person.id, "En klagesag kører.", clock.now.date(), None, made_by.id)
    with transactions.write_transaction(engine) as db:
        hold_store.add(db, hold, clock.now)


def occurrences(db: Connection, marker: str) -> dict[str, int]:
    """`table.column` → number of rows whose value contains the marker."""
    counts: dict[str, int] = {}
    for table in metadata.sorted_tables:
        for row in db.execute(select(table)).mappings():
            for name, value in row.items():
                content = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                if marker in content:
                    counts[f"{table.name}.{name}"] = counts.get(f"{table.name}.{name}", 0) + 1
    return counts


def columns_containing(engine: Engine, marker: str) -> set[str]:
    """`table.column` of every column in which the marker occurs."""
    with transactions.read_transaction(engine) as db:
        return set(occurrences(db, marker))


def column_values(engine: Engine, query: str, **values: object) -> list[object]:
    """The first column of a query's rows."""
    with transactions.read_transaction(engine) as db:
        return list(db.execute(text(query), values).scalars())


def ledger_rows(db: Connection) -> list[tuple[object, ...]]:
    """Every entry, and every movement without its text."""
    entries = db.execute(text("SELECT * FROM budgets_entry ORDER BY movement_id, account_id")).all()
    movements = text("SELECT id, kind, grant_id, number, hash FROM budgets_movement ORDER BY id")
    return [tuple(row) for row in (*entries, *db.execute(movements))]


def assert_chains_intact(db: Connection) -> None:
    assert ledger_verify.rule_violations(db) == ()
    for fund_id in ledger_verify.fund_names(db):
        with closing(ledger_verify.fund_chain(db, fund_id)) as links:
            assert verify(links).sequence > 0
    assert all(chain.broken is None for chain in verify_chains(db))
