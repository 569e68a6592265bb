"""Assessing requests for erasure: what is erased, kept, and blocked."""

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.access.model import Role, RoleAssignment
from people.directory.model import PERSON_KIND
from people.erasure.model import (
    DISCRETIONARY,
    Assessment,
    Blocker,
    DataCategory,
    assess,
    erasure_targets,
    holds_staff_role,
    partition,
)
from people.retention.model import EndedRecord, RecordKind, Retention

TODAY = date(2030, 6, 1)
ALL = {DataCategory.GOALS: 2, DataCategory.CONTACT: 3}


def assess_asta(
    *records: EndedRecord,
    counts: Mapping[DataCategory, int] = ALL,
    erased_ids: tuple[str, ...] = (),
    held_ids: tuple[str, ...] = (),
    other_blockers: tuple[Blocker, ...] = (),
) -> Assessment:
    return assess(
        "asta", records, counts, erased_ids, frozenset(held_ids), other_blockers, Retention(), TODAY
    )


def wish(last_day: date | None) -> EndedRecord:
    return EndedRecord(RecordKind.WISH, "wish-1", "asta", last_day, ("bo",))


def grant(last_day: date | None) -> EndedRecord:
    return EndedRecord(RecordKind.GRANT, "grant-1", "asta", last_day)


def test_a_wish_that_ended_yesterday_goes_today_and_so_does_the_name() -> None:
    assessment = assess_asta(wish(date(2030, 5, 31)))
    assert assessment.blockers == ()
    erased, kept = partition(assessment, ())
    assert (set(erased), kept) == (
        {DataCategory.GUIDING, DataCategory.GOALS, DataCategory.CONTACT, DataCategory.NAME},
        (),
    )
    assert ("wish", "wish-1") in erasure_targets(assessment, erased)
    assert erasure_targets(assessment, erased)[-1] == (PERSON_KIND, "asta")


def test_accounts_stay_until_their_time_is_over_and_keep_the_name() -> None:
    assessment = assess_asta(grant(date(2025, 7, 1)))
    assert assessment.money_until == date(2030, 12, 31)
    erased, kept = partition(assessment, ())
    assert set(kept) == {DataCategory.MONEY, DataCategory.NAME}
    assert set(erasure_targets(assessment, erased)) == {("goals", "asta"), ("contact", "asta")}


def test_accounts_whose_time_is_over_go_too() -> None:
    assessment = assess_asta(grant(date(2024, 12, 31)))
    assert assessment.money_until is None
    erased, kept = partition(assessment, ())
    assert DataCategory.MONEY in erased
    assert kept == ()
    assert ("grant", "grant-1") in erasure_targets(assessment, erased)


@pytest.mark.parametrize(
    ("record", "blocker"),
    [
        (wish(None), Blocker.HELP),
        (grant(None), Blocker.GRANT),
        (
            EndedRecord(RecordKind.PROFILE, "wish-2", "asta", None),
            Blocker.HELP,
        ),  # a pairing in which they are the guide
    ],
)
def test_what_still_runs_stands_in_the_way(record: EndedRecord, blocker: Blocker) -> None:
    assert assess_asta(record).blockers == (blocker,)


def test_what_runs_for_others_stands_in_nobodys_way() -> None:
    assert assess_asta(EndedRecord(RecordKind.GRANT, "grant-2", "bo", None)).blockers == ()


@pytest.mark.parametrize("held_id", ["asta", "bo"])
def test_a_hold_on_anybody_who_stands_in_what_would_go_stands_in_the_way(held_id: str) -> None:
    over = wish(date(2030, 1, 1))
    assert assess_asta(over, held_ids=(held_id,)).blockers == (Blocker.HOLD,)
    assert assess_asta(over, held_ids=("cilla",)).blockers == ()


def test_a_hold_on_whoever_stood_in_a_wish_that_is_gone_keeps_nothing() -> None:
    assert assess_asta(wish(date(2028, 1, 1)), erased_ids=("wish-1",), held_ids=("bo",)).blockers == ()


def test_a_hold_on_the_citizen_keeps_what_their_guide_said_too() -> None:
    theirs = EndedRecord(RecordKind.WISH, "wish-2", "bo", date(2030, 1, 1), ("asta",))
    assert assess_asta(theirs, held_ids=("bo",)).blockers == (Blocker.HOLD,)


def test_whoever_is_erased_already_is_told_that_alone() -> None:
    assert assess_asta(wish(None), erased_ids=("asta",), other_blockers=(Blocker.HOLD,)).blockers == (
        Blocker.ALREADY_ERASED,
    )


def test_all_that_stands_in_the_way_is_told_at_once() -> None:
    assessment = assess_asta(wish(None), grant(None), other_blockers=(Blocker.HOLD,))
    assert assessment.blockers == (Blocker.HOLD, Blocker.HELP, Blocker.GRANT)


def test_a_wish_that_went_by_its_time_is_not_counted_again() -> None:
    assert DataCategory.GUIDING not in assess_asta(wish(date(2028, 1, 1)), erased_ids=("wish-1",)).counts


def test_whoever_is_more_than_citizen_or_guide_is_staff() -> None:
    assert not holds_staff_role([RoleAssignment(Role.CITIZEN), RoleAssignment(Role.GUIDE)])
    assert holds_staff_role([RoleAssignment(Role.CITIZEN), RoleAssignment(Role.COORDINATOR, "nord")])


@given(
    st.dictionaries(st.sampled_from(DISCRETIONARY), st.integers(0, 3)),
    st.sets(st.sampled_from(DISCRETIONARY)),
    st.none() | st.dates(date(2020, 1, 1), date(2030, 5, 1)),
)
def test_every_piece_goes_or_stays_and_the_name_goes_only_alone(
    counts: dict[DataCategory, int], keep: set[DataCategory], closed_on: date | None
) -> None:
    assessment = assess_asta(*([] if closed_on is None else [grant(closed_on)]), counts=counts)
    erased, kept = partition(assessment, keep)
    assert not set(erased) & set(kept)
    assert {*erased, *kept} >= {*assessment.counts, DataCategory.NAME}
    assert not set(erased) & keep
    assert (DataCategory.NAME in erased) == (kept == ())
    assert (PERSON_KIND in dict(erasure_targets(assessment, erased))) == (DataCategory.NAME in erased)
