"""When data about a person is due for erasure."""

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
    *records: EndedRecord,
    held_ids: tuple[str, ...] = (),
    erased_ids: tuple[str, ...] = (),
    today: date = TODAY,
) -> DueForErasure:
    return due_for_erasure(
        records,
        held_person_ids=frozenset(held_ids),
        erased_ids=frozenset(erased_ids),
        retention=TIMES,
        today=today,
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
    due = due_now(wish(date(2032, 1, 31)), grant)
    assert [record.id for record in due.records] == ["wish-1"]
    assert "asta" not in due.people


def test_a_person_goes_when_the_last_of_their_matters_has_and_the_profiles_time_is_over() -> None:
    known = EndedRecord(RecordKind.PROFILE, "asta", "asta", date(2025, 1, 1))
    assert due_now(known, wish(date(2032, 1, 1)), today=date(2034, 1, 1)).people == {}
    due = due_now(known, wish(date(2032, 1, 1)), today=date(2034, 1, 2))
    assert due.people == {"asta": date(2034, 1, 1)}


def test_what_still_runs_keeps_everybody_who_stands_in_it() -> None:
    old = [EndedRecord(RecordKind.PROFILE, who, who, date(2020, 1, 1)) for who in ("asta", "bo", "cilla")]
    assert set(due_now(*old, wish(None)).people) == {"cilla"}


def test_nothing_goes_in_which_somebody_stands_whose_data_is_held_back() -> None:
    old = [EndedRecord(RecordKind.PROFILE, who, who, date(2020, 1, 1)) for who in ("asta", "bo")]
    due = due_now(*old, wish(date(2025, 1, 1)), held_ids=("bo",))
    assert due == DueForErasure((), {}, ("bo",))
    lifted = due_now(*old, wish(date(2025, 1, 1)))
    assert (len(lifted.records), set(lifted.people), lifted.held_person_ids) == (1, {"asta", "bo"}, ())


def test_what_is_gone_is_not_due_again_and_keeps_nobody() -> None:
    known = EndedRecord(RecordKind.PROFILE, "asta", "asta", date(2020, 1, 1))
    due = due_now(known, wish(date(2025, 1, 1)), erased_ids=("wish-1",))
    assert (due.records, set(due.people)) == ((), {"asta"})
    assert due_now(known, wish(date(2025, 1, 1)), erased_ids=("wish-1", "asta")) == DueForErasure()


def test_staff_are_known_longer_than_citizens() -> None:
    work, tie = (
        EndedRecord(kind, kind, kind, date(2030, 1, 1))
        for kind in (RecordKind.STAFF_ACCOUNT, RecordKind.PROFILE)
    )
    assert set(due_now(work, tie).people) == {RecordKind.PROFILE}


def test_a_month_that_has_no_such_day_ends_on_its_last() -> None:
    assert after_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert after_months(date(2024, 2, 29), -12) == date(2023, 2, 28)


def test_a_day_that_never_comes_stays_the_last_one() -> None:
    """Training without an end is stored as 31 December 9999; the pages of erasure failed on it."""
    assert after_months(date.max, 24) == date.max
    assert after_months(date(9998, 6, 30), 18) == date(9999, 12, 30)
    assert after_months(date(9998, 6, 30), 19) == date.max


days = st.dates(date(2000, 1, 1), date(2040, 1, 1))
records = st.lists(
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


@given(records, st.sets(st.sampled_from(["asta", "bo"])), days)
def test_neither_held_people_nor_what_runs_is_ever_due(
    ended_records: list[EndedRecord], held_ids: set[str], today: date
) -> None:
    plan = due_now(*ended_records, held_ids=tuple(held_ids), today=today)
    assert not set(plan.people) & held_ids
    for record in plan.records:
        assert not record.people & held_ids
        assert record.last_day is not None
        assert record.last_day < today
    for record in ended_records:
        if record.last_day is None or record.last_day >= today - timedelta(days=300):
            assert not record.people & plan.people.keys()


@given(records, days, st.integers(0, 4000))
def test_what_is_due_once_stays_due(ended_records: list[EndedRecord], today: date, later: int) -> None:
    first = due_now(*ended_records, today=today)
    later_due = due_now(*ended_records, today=today + timedelta(days=later))
    assert set(first.records) <= set(later_due.records)
    assert first.people.keys() <= later_due.people.keys()
