"""When what is held about somebody is due to go: the rule alone, on values."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from people.retention.model import Due, Ended, Matter, Retention, after_months, due, kept_until

TIMES = Retention(wishes_months=12, profile_months=24, accounting_years=5, staff_months=60, sign_in_days=30)
TODAY = date(2034, 1, 1)


def asked(
    *matters: Ended, held: tuple[str, ...] = (), gone: tuple[str, ...] = (), today: date = TODAY
) -> Due:
    return due(matters, held=frozenset(held), gone=frozenset(gone), retention=TIMES, today=today)


def wish(last_day: date | None, guide: str = "bo") -> Ended:
    return Ended(Matter.WISH, "wish-1", "asta", last_day, (guide,))


def test_accounting_material_is_kept_through_the_fifth_year_after_the_one_it_belongs_to() -> None:
    for last_day in (date(2028, 1, 1), date(2028, 12, 31)):
        grant = Ended(Matter.GRANT, "grant-1", "asta", last_day)
        assert kept_until(grant, TIMES) == date(2033, 12, 31)
        assert asked(grant, today=date(2033, 12, 31)).matters == ()
        assert asked(grant, today=date(2034, 1, 1)).matters == (grant,)


def test_a_wish_goes_before_the_person_whose_money_is_still_to_be_kept() -> None:
    grant = Ended(Matter.GRANT, "grant-1", "asta", date(2030, 6, 30))
    found = asked(wish(date(2032, 1, 31)), grant)
    assert [one.id for one in found.matters] == ["wish-1"]
    assert "asta" not in found.people


def test_a_person_goes_when_the_last_of_their_matters_has_and_the_profiles_time_is_over() -> None:
    known = Ended(Matter.TIE, "asta", "asta", date(2025, 1, 1))
    assert asked(known, wish(date(2032, 1, 1)), today=date(2034, 1, 1)).people == {}
    found = asked(known, wish(date(2032, 1, 1)), today=date(2034, 1, 2))
    assert found.people == {"asta": date(2034, 1, 1)}


def test_what_still_runs_keeps_everybody_who_stands_in_it() -> None:
    old = [Ended(Matter.TIE, who, who, date(2020, 1, 1)) for who in ("asta", "bo", "cilla")]
    assert set(asked(*old, wish(None)).people) == {"cilla"}


def test_nothing_goes_in_which_somebody_stands_whose_data_is_held_back() -> None:
    old = [Ended(Matter.TIE, who, who, date(2020, 1, 1)) for who in ("asta", "bo")]
    found = asked(*old, wish(date(2025, 1, 1)), held=("bo",))
    assert found == Due((), {}, ("bo",))
    lifted = asked(*old, wish(date(2025, 1, 1)))
    assert (len(lifted.matters), set(lifted.people), lifted.held) == (1, {"asta", "bo"}, ())


def test_what_is_gone_is_not_due_again_and_keeps_nobody() -> None:
    known = Ended(Matter.TIE, "asta", "asta", date(2020, 1, 1))
    found = asked(known, wish(date(2025, 1, 1)), gone=("wish-1",))
    assert (found.matters, set(found.people)) == ((), {"asta"})
    assert asked(known, wish(date(2025, 1, 1)), gone=("wish-1", "asta")) == Due()


def test_staff_are_known_longer_than_citizens() -> None:
    work, tie = (Ended(kind, kind, kind, date(2030, 1, 1)) for kind in (Matter.WORK, Matter.TIE))
    assert set(asked(work, tie).people) == {Matter.TIE}


def test_a_month_that_has_no_such_day_ends_on_its_last() -> None:
    assert after_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert after_months(date(2024, 2, 29), -12) == date(2023, 2, 28)


days = st.dates(date(2000, 1, 1), date(2040, 1, 1))
matters = st.lists(
    st.builds(
        Ended,
        st.sampled_from(Matter),
        st.sampled_from([f"record-{number}" for number in range(6)]),
        st.sampled_from(["asta", "bo", "cilla"]),
        st.none() | days,
        st.sampled_from([(), ("bo",), ("asta", "cilla")]),
    ),
    max_size=8,
)


@given(matters, st.sets(st.sampled_from(["asta", "bo"])), days)
def test_neither_held_people_nor_what_runs_is_ever_due(
    found: list[Ended], held: set[str], today: date
) -> None:
    plan = asked(*found, held=tuple(held), today=today)
    assert not set(plan.people) & held
    for one in plan.matters:
        assert not one.people & held
        assert one.last_day is not None
        assert one.last_day < today
    for one in found:
        if one.last_day is None or one.last_day >= today - timedelta(days=300):
            assert not one.people & plan.people.keys()


@given(matters, days, st.integers(0, 4000))
def test_what_is_due_once_stays_due(found: list[Ended], today: date, later: int) -> None:
    first = asked(*found, today=today)
    then = asked(*found, today=today + timedelta(days=later))
    assert set(first.matters) <= set(then.matters)
    assert first.people.keys() <= then.people.keys()
