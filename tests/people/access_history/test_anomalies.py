"""Unusual reads: the rules, and the leader's page, which counts without naming citizens."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from foundation.db.transactions import write_transaction
from people.access.model import DataKind, Purpose, Role
from people.access_history.anomalies import HOUR, Finding, LoggedRead, Signal, find_unusual
from people.audit import store as audit_store
from people.audit.model import AccessEntry
from tests.conftest import A_MONDAY_MORNING
from tests.support.app_client import AppClient
from tests.support.people_factory import PeopleFactory

SUPPORT = (Purpose.SUPPORT,)


def after(minutes: int) -> datetime:
    return A_MONDAY_MORNING + timedelta(minutes=minutes)


def a_read(minutes: int, citizen: int, purposes: tuple[Purpose, ...] = SUPPORT) -> LoggedRead:
    return LoggedRead(after(minutes), "s", f"c{citizen}", purposes)


def test_many_people_within_an_hour_are_found_and_the_same_number_over_two_hours_is_not() -> None:
    within = [a_read(10 * number, number) for number in range(6)]
    assert find_unusual(within, 6) == (Finding("s", Signal.MANY, 6, after(50)),)
    assert find_unusual([a_read(20 * number, number) for number in range(6)], 6) == ()


def test_one_citizen_read_often_is_one_citizen() -> None:
    assert find_unusual([a_read(number, 1) for number in range(50)], 2) == ()


def test_the_matching_reads_about_everybody_and_is_not_counted() -> None:
    assert find_unusual([a_read(0, number, (Purpose.MATCHING,)) for number in range(50)], 5) == ()


def test_an_emergency_is_always_told() -> None:
    findings = find_unusual([a_read(0, 1, (Purpose.EMERGENCY,)), a_read(5, 1, (Purpose.EMERGENCY,))], 99)
    assert findings == (Finding("s", Signal.EMERGENCY, 1, after(5)),)


def test_the_own_family_name_is_told_whatever_stands_before_it() -> None:
    read = LoggedRead(after(0), "s", "c", SUPPORT, "Møller Prøvesen", "prøvesen")
    assert [finding.signal for finding in find_unusual([read], 99)] == [Signal.OWN_NAME]
    assert find_unusual([LoggedRead(after(0), "s", "c", SUPPORT, "", "")], 99) == ()


def test_looking_at_oneself_is_not_unusual() -> None:
    assert find_unusual([LoggedRead(after(0), "s", "s", (Purpose.OWN,), "Prøvesen", "Prøvesen")], 1) == ()


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 8)), max_size=40), st.integers(1, 9))
def test_the_most_in_an_hour_is_what_counting_every_hour_gives(
    looks: list[tuple[int, int]], many: int
) -> None:
    reads = [a_read(minutes, citizen) for minutes, citizen in looks]
    most = max(
        (
            len({other.citizen_id for other in reads if read.at - HOUR < other.at <= read.at})
            for read in reads
        ),
        default=0,
    )
    counts = [finding.count for finding in find_unusual(reads, many) if finding.signal is Signal.MANY]
    assert counts == ([most] if most >= many else [])


def test_the_leader_reads_who_and_how_much_and_not_of_whom(site: AppClient, people: PeopleFactory) -> None:
    leader = people.add(Role.LEADER, "Ledine")
    page = site.signed_in(leader).get("/unusual-reads")
    assert "Intet usædvanligt" in page.text
    staff = people.add(Role.SUPPORT_WORKER, "Støttine", surname="Navnfælle")
    citizen = people.citizen("Borgine", surname="Navnfælle")
    old = people.citizen("Gamline")
    with write_transaction(site.engine) as db:
        for at, read_about, purpose in (
            (site.clock() - timedelta(days=31), old, Purpose.EMERGENCY),
            (site.clock(), citizen, Purpose.SUPPORT),
        ):
            line = AccessEntry(
                at, staff.id, Role.SUPPORT_WORKER, None, read_about.id, (DataKind.MONEY,), (purpose,)
            )
            audit_store.add(db, [line])
    page = site.signed_in(leader).get("/unusual-reads")
    assert page.all("tbody tr") == [
        "Støttine Navnfælle Har læst om en med samme efternavn 1 2. marts 2026 kl. 09.00"
    ]
    assert "Borgine" not in page.text


def test_nobody_but_a_leader_reads_it(site: AppClient, people: PeopleFactory) -> None:
    assert site.signed_in(people.add(Role.COORDINATOR)).get("/unusual-reads").status == 403
