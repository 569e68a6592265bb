"""A household of which everything has ended, and what is left of its words anywhere in a database."""

from contextlib import closing
from datetime import UTC, datetime

from sqlalchemy import Connection, select, text

from budgets.commands.messages import CloseGrant, GiveUp
from budgets.commands.service import carry_out
from budgets.ledger import verify as ledger_verify
from budgets.model import Cause
from foundation.crypto.hash_chain import verify
from foundation.db.types import metadata
from foundation.ids import new_id
from guides.lifecycle import EndReason
from guides.pairings import service as pairings_service
from livsmester.audit_verification import check
from people.access.model import DataKind, RelationKind
from people.emergency_access import service as emergency_access_service
from people.identity import service as identity_service
from people.identity.cpr import read_cpr
from people.sign_in import account_service
from tests.conftest import StandingClock
from tests.households import Household
from tests.people_factory import PASSWORD, People

A_YEAR_LATER = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


def end(households: dict[str, Household], people: People, clock: StandingClock) -> Household:
    """The household of the north after a year: everything said, everything ended; the south goes on."""
    north = households["nord"]
    mark = north.mark
    stranger = households["syd"].coordinator
    with people.acting(north.coordinator) as visit:
        identity_service.note_cpr(visit, north.citizen.id, read_cpr("010158-5000"))
        account_service.give_account(visit, north.citizen.id, f"{mark}@example.dk", PASSWORD)
    with people.acting(stranger) as visit:
        emergency_access_service.break_glass(
            visit, f"{mark}fornavn {mark}efternavn", frozenset({DataKind.WISHES}), f"{mark}nød"
        )
    with people.acting(north.coordinator) as visit:
        pairings_service.end(visit, north.records["pairing"], EndReason.GOAL_REACHED)
    people.unrelate(RelationKind.SUPPORT_WORKER, north.supporter, north.citizen)
    with people.acting(north.citizen) as visit:
        carry_out(visit, GiveUp(north.records["wish"]), new_id())
    clock.now = A_YEAR_LATER
    with people.acting(north.officer) as visit:
        carry_out(visit, CloseGrant(north.records["grant"], Cause.ENDED, f"{mark}slut"), new_id())
    return north


def words_left(db: Connection, mark: str) -> dict[str, int]:
    """In which columns a word still stands, and in how many rows."""
    found: dict[str, int] = {}
    for table in metadata.sorted_tables:
        for row in db.execute(select(table)).mappings():
            for name, value in row.items():
                said = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                if mark in said:
                    found[f"{table.name}.{name}"] = found.get(f"{table.name}.{name}", 0) + 1
    return found


def money(db: Connection) -> list[tuple[object, ...]]:
    """Every entry, and every movement without its words."""
    entries = db.execute(text("SELECT * FROM budgets_entry ORDER BY movement_id, account_id")).all()
    movements = text("SELECT id, kind, grant_id, number, hash FROM budgets_movement ORDER BY id")
    return [tuple(row) for row in (*entries, *db.execute(movements))]


def all_holds_together(db: Connection) -> None:
    assert ledger_verify.faults(db) == ()
    for fund_id in ledger_verify.fund_names(db):
        with closing(ledger_verify.chain(db, fund_id)) as lines:
            assert verify(lines).sequence > 0
    assert all(one.broken is None for one in check(db))
