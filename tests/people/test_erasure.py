"""What goes and what stays of somebody who asks to be erased: the rule alone, on values."""

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.access.model import Role, RoleHeld
from people.directory.model import PERSON
from people.erasure.model import CHOSEN, Obstacle, Piece, Weighed, holds_staff_role, records, split, weigh
from people.retention.model import Ended, Matter, Retention

TODAY = date(2030, 6, 1)
ALL = {Piece.GOALS: 2, Piece.CONTACT: 3}


def weighed(
    *matters: Ended,
    counts: Mapping[Piece, int] = ALL,
    gone: tuple[str, ...] = (),
    held: tuple[str, ...] = (),
    obstacles: tuple[Obstacle, ...] = (),
) -> Weighed:
    return weigh("asta", matters, counts, gone, frozenset(held), obstacles, Retention(), TODAY)


def wish(last_day: date | None) -> Ended:
    return Ended(Matter.WISH, "wish-1", "asta", last_day, ("bo",))


def grant(last_day: date | None) -> Ended:
    return Ended(Matter.GRANT, "grant-1", "asta", last_day)


def test_a_wish_that_ended_yesterday_goes_today_and_so_does_the_name() -> None:
    found = weighed(wish(date(2030, 5, 31)))
    assert found.obstacles == ()
    gone, kept = split(found, ())
    assert (set(gone), kept) == ({Piece.GUIDING, Piece.GOALS, Piece.CONTACT, Piece.NAME}, ())
    assert ("wish", "wish-1") in records(found, gone)
    assert records(found, gone)[-1] == (PERSON, "asta")


def test_accounts_stay_until_their_time_is_over_and_keep_the_name() -> None:
    found = weighed(grant(date(2025, 7, 1)))
    assert found.money_until == date(2030, 12, 31)
    gone, kept = split(found, ())
    assert set(kept) == {Piece.MONEY, Piece.NAME}
    assert set(records(found, gone)) == {("goals", "asta"), ("contact", "asta")}


def test_accounts_whose_time_is_over_go_too() -> None:
    found = weighed(grant(date(2024, 12, 31)))
    assert found.money_until is None
    gone, kept = split(found, ())
    assert Piece.MONEY in gone
    assert kept == ()
    assert ("grant", "grant-1") in records(found, gone)


@pytest.mark.parametrize(
    ("matter", "obstacle"),
    [
        (wish(None), Obstacle.HELP),
        (grant(None), Obstacle.GRANT),
        (Ended(Matter.TIE, "wish-2", "asta", None), Obstacle.HELP),  # a pairing in which they are the guide
    ],
)
def test_what_still_runs_stands_in_the_way(matter: Ended, obstacle: Obstacle) -> None:
    assert weighed(matter).obstacles == (obstacle,)


def test_what_runs_for_others_stands_in_nobodys_way() -> None:
    assert weighed(Ended(Matter.GRANT, "grant-2", "bo", None)).obstacles == ()


@pytest.mark.parametrize("held", ["asta", "bo"])
def test_a_hold_on_anybody_who_stands_in_what_would_go_stands_in_the_way(held: str) -> None:
    over = wish(date(2030, 1, 1))
    assert weighed(over, held=(held,)).obstacles == (Obstacle.HOLD,)
    assert weighed(over, held=("cilla",)).obstacles == ()


def test_a_hold_on_whoever_stood_in_a_wish_that_is_gone_keeps_nothing() -> None:
    assert weighed(wish(date(2028, 1, 1)), gone=("wish-1",), held=("bo",)).obstacles == ()


def test_a_hold_on_the_citizen_keeps_what_their_guide_said_too() -> None:
    theirs = Ended(Matter.WISH, "wish-2", "bo", date(2030, 1, 1), ("asta",))
    assert weighed(theirs, held=("bo",)).obstacles == (Obstacle.HOLD,)


def test_whoever_is_erased_already_is_told_that_alone() -> None:
    assert weighed(wish(None), gone=("asta",), obstacles=(Obstacle.HOLD,)).obstacles == (Obstacle.GONE,)


def test_all_that_stands_in_the_way_is_told_at_once() -> None:
    found = weighed(wish(None), grant(None), obstacles=(Obstacle.HOLD,))
    assert found.obstacles == (Obstacle.HOLD, Obstacle.HELP, Obstacle.GRANT)


def test_a_wish_that_went_by_its_time_is_not_counted_again() -> None:
    assert Piece.GUIDING not in weighed(wish(date(2028, 1, 1)), gone=("wish-1",)).counts


def test_whoever_is_more_than_citizen_or_guide_is_staff() -> None:
    assert not holds_staff_role([RoleHeld(Role.CITIZEN), RoleHeld(Role.GUIDE)])
    assert holds_staff_role([RoleHeld(Role.CITIZEN), RoleHeld(Role.COORDINATOR, "nord")])


@given(
    st.dictionaries(st.sampled_from(CHOSEN), st.integers(0, 3)),
    st.sets(st.sampled_from(CHOSEN)),
    st.none() | st.dates(date(2020, 1, 1), date(2030, 5, 1)),
)
def test_every_piece_goes_or_stays_and_the_name_goes_only_alone(
    counts: dict[Piece, int], keep: set[Piece], closed_on: date | None
) -> None:
    found = weighed(*([] if closed_on is None else [grant(closed_on)]), counts=counts)
    gone, kept = split(found, keep)
    assert not set(gone) & set(kept)
    assert {*gone, *kept} >= {*found.counts, Piece.NAME}
    assert not set(gone) & keep
    assert (Piece.NAME in gone) == (kept == ())
    assert (PERSON in dict(records(found, gone))) == (Piece.NAME in gone)
