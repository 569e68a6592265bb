"""A household of which everything has ended, and what is left of its words anywhere in a database."""

from contextlib import closing
from datetime import UTC, datetime

from sqlalchemy import Connection, select, text

from budgets.commands.messages import CloseGrant, WithdrawRequest
from budgets.commands.service import execute
from budgets.ledger import verify as ledger_verify
from budgets.model import ClosingCause
from foundation.crypto.hash_chain import verify
from foundation.db.types import metadata
from foundation.ids import new_id
from guides.lifecycle import EndReason
from guides.pairings import service as pairings_service
from livsmester.audit_verification import verify_chains
from people.access.model import DataKind, RelationKind
from people.emergency_access import service as emergency_access_service
from people.identity import service as identity_service
from people.identity.cpr import parse_cpr
from people.sign_in import account_service
from tests.conftest import FrozenClock
from tests.support.people_factory import PASSWORD, PeopleFactory
from tests.support.two_citizens import CitizenFixture

A_YEAR_LATER = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


def end_everything(
    citizens: dict[str, CitizenFixture], people: PeopleFactory, clock: FrozenClock
) -> CitizenFixture:
    """The household of the north after a year: everything said, everything ended; the south goes on."""
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


def occurrences(db: Connection, marker: str) -> dict[str, int]:
    """In which columns a word still stands, and in how many rows."""
    found: dict[str, int] = {}
    for table in metadata.sorted_tables:
        for row in db.execute(select(table)).mappings():
            for name, value in row.items():
                said = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                if marker in said:
                    found[f"{table.name}.{name}"] = found.get(f"{table.name}.{name}", 0) + 1
    return found


def ledger_rows(db: Connection) -> list[tuple[object, ...]]:
    """Every entry, and every movement without its words."""
    entries = db.execute(text("SELECT * FROM budgets_entry ORDER BY movement_id, account_id")).all()
    movements = text("SELECT id, kind, grant_id, number, hash FROM budgets_movement ORDER BY id")
    return [tuple(row) for row in (*entries, *db.execute(movements))]


def assert_chains_intact(db: Connection) -> None:
    assert ledger_verify.rule_violations(db) == ()
    for fund_id in ledger_verify.fund_names(db):
        with closing(ledger_verify.fund_chain(db, fund_id)) as lines:
            assert verify(lines).sequence > 0
    assert all(one.broken is None for one in verify_chains(db))
