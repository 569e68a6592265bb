"""When what is held about somebody is due to go: the rule alone, on values."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from people.retention.model import (
    DueForErasure,
    EndedRecord,
    RecordKind,
    Retention,
    after_months,
    due_for_erasure,
    retention_deadline,
)

TIMES = Retention(wishes_months=12, profile_months=24, accounting_years=5, staff_months=60, sign_in_days=30)
TODAY = date(2034, 1, 1)


def due_now(
    *matters: EndedRecord, held: tuple[str, ...] = (), gone: tuple[str, ...] = (), today: date = TODAY
) -> DueForErasure:
    return due_for_erasure(
        matters, held_person_ids=frozenset(held), erased_ids=frozenset(gone), retention=TIMES, today=today
    )


def wish(last_day: date | None, guide: str = "bo") -> EndedRecord:
    return EndedRecord(RecordKind.WISH, "wish-1", "asta", last_day, (guide,))


def test_accounting_material_is_kept_through_the_fifth_year_after_the_one_it_belongs_to() -> None:
    for last_day in (date(2028, 1, 1), date(2028, 12, 31)):
        grant = EndedRecord(RecordKind.GRANT, "grant-1", "asta", last_day)
        assert retention_deadline(grant, TIMES) == date(2033, 12, 31)
        assert due_now(grant, today=date(2033, 12, 31)).records == ()
        assert due_now(grant, today=date(2034, 1, 1)).records == (grant,)


def test_a_wish_goes_before_the_person_whose_money_is_still_to_be_kept() -> None:
    grant = EndedRecord(RecordKind.GRANT, "grant-1", "asta", date(2030, 6, 30))
    found = due_now(wish(date(2032, 1, 31)), grant)
    assert [one.id for one in found.records] == ["wish-1"]
    assert "asta" not in found.people


def test_a_person_goes_when_the_last_of_their_matters_has_and_the_profiles_time_is_over() -> None:
    known = EndedRecord(RecordKind.PROFILE, "asta", "asta", date(2025, 1, 1))
    assert due_now(known, wish(date(2032, 1, 1)), today=date(2034, 1, 1)).people == {}
    found = due_now(known, wish(date(2032, 1, 1)), today=date(2034, 1, 2))
    assert found.people == {"asta": date(2034, 1, 1)}


def test_what_still_runs_keeps_everybody_who_stands_in_it() -> None:
    old = [EndedRecord(RecordKind.PROFILE, who, who, date(2020, 1, 1)) for who in ("asta", "bo", "cilla")]
    assert set(due_now(*old, wish(None)).people) == {"cilla"}


def test_nothing_goes_in_which_somebody_stands_whose_data_is_held_back() -> None:
    old = [EndedRecord(RecordKind.PROFILE, who, who, date(2020, 1, 1)) for who in ("asta", "bo")]
    found = due_now(*old, wish(date(2025, 1, 1)), held=("bo",))
    assert found == DueForErasure((), {}, ("bo",))
    lifted = due_now(*old, wish(date(2025, 1, 1)))
    assert (len(lifted.records), set(lifted.people), lifted.held_person_ids) == (1, {"asta", "bo"}, ())


def test_what_is_gone_is_not_due_again_and_keeps_nobody() -> None:
    known = EndedRecord(RecordKind.PROFILE, "asta", "asta", date(2020, 1, 1))
    found = due_now(known, wish(date(2025, 1, 1)), gone=("wish-1",))
    assert (found.records, set(found.people)) == ((), {"asta"})
    assert due_now(known, wish(date(2025, 1, 1)), gone=("wish-1", "asta")) == DueForErasure()


def test_staff_are_known_longer_than_citizens() -> None:
    work, tie = (
        EndedRecord(kind, kind, kind, date(2030, 1, 1))
        for kind in (RecordKind.STAFF_ACCOUNT, RecordKind.PROFILE)
    )
    assert set(due_now(work, tie).people) == {RecordKind.PROFILE}


def test_a_month_that_has_no_such_day_ends_on_its_last() -> None:
    assert after_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert after_months(date(2024, 2, 29), -12) == date(2023, 2, 28)


days = st.dates(date(2000, 1, 1), date(2040, 1, 1))
matters = st.lists(
    st.builds(
        EndedRecord,
        st.sampled_from(RecordKind),
        st.sampled_from([f"record-{number}" for number in range(6)]),
        st.sampled_from(["asta", "bo", "cilla"]),
        st.none() | days,
        st.sampled_from([(), ("bo",), ("asta", "cilla")]),
    ),
    max_size=8,
)


@given(matters, st.sets(st.sampled_from(["asta", "bo"])), days)
def test_neither_held_people_nor_what_runs_is_ever_due(
    found: list[EndedRecord], held: set[str], today: date
) -> None:
    plan = due_now(*found, held=tuple(held), today=today)
    assert not set(plan.people) & held
    for one in plan.records:
        assert not one.people & held
        assert one.last_day is not None
        assert one.last_day < today
    for one in found:
        if one.last_day is None or one.last_day >= today - timedelta(days=300):
            assert not one.people & plan.people.keys()


@given(matters, days, st.integers(0, 4000))
def test_what_is_due_once_stays_due(found: list[EndedRecord], today: date, later: int) -> None:
    first = due_now(*found, today=today)
    then = due_now(*found, today=today + timedelta(days=later))
    assert set(first.records) <= set(then.records)
    assert first.people.keys() <= then.people.keys()
