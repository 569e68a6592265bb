"""The outcome of a change to a pool."""

import pytest

from guides.matching import PinError, propose
from guides.matching.what_if.changes import Change, Moved, apply_change, consider
from tests.support.matching.pools import days_ago, guide, pool, request

POOL = pool(
    [guide("best", experiences=("a", "b")), guide("good", experiences=("a",))],
    [
        request("r", experiences=("a", "b"), waiting_since=days_ago(9)),
        request("s", experiences=("a",)),
        request("t"),
    ],
)
BEFORE = propose(POOL)


def test_before_any_change_the_two_who_fit_best_have_their_guides() -> None:
    assert {pair.request_id: pair.guide_id for pair in BEFORE.pairs} == {"r": "best", "s": "good"}


def test_a_pin_moves_the_other_and_costs_points() -> None:
    outcome = consider(POOL, BEFORE, Change(pin=(("r", "good"),)))

    assert outcome.moved == (Moved("r", "best", "good"), Moved("s", "good", "best"))
    assert (outcome.matched, outcome.points) == (0, -1250)


def test_an_added_guide_is_matched_with_the_waiting_request() -> None:
    outcome = consider(POOL, BEFORE, Change(add_guides=(guide("new"),)))

    assert outcome.moved == (Moved("t", "", "new"),)
    assert outcome.matched == 1


def test_a_removed_guide_leaves_a_request_waiting() -> None:
    outcome = consider(POOL, BEFORE, Change(remove_guides=("good",)))

    assert outcome.moved == (Moved("s", "good", ""),)
    assert outcome.matched == -1


def test_requests_join_and_leave() -> None:
    urgent = request("now", urgent=True)

    assert consider(POOL, BEFORE, Change(leave=("s",))).moved == (
        Moved("s", "good", ""),
        Moved("t", "", "good"),
    )
    assert Moved("now", "", "good") in consider(POOL, BEFORE, Change(join=(urgent,))).moved


def test_pins_and_forbidden_pairs_can_be_undone() -> None:
    forbidden = apply_change(POOL, Change(forbid=(("r", "best"),), pin=(("s", "good"),)))
    assert forbidden.forbidden == (("r", "best"),)

    again = apply_change(forbidden, Change(allow=(("r", "best"),), unpin=(("s", "good"),)))
    assert propose(again) == BEFORE


def test_pins_of_people_who_leave_are_removed() -> None:
    pinned = apply_change(POOL, Change(pin=(("r", "best"),)))

    assert apply_change(pinned, Change(leave=("r",))).pinned == ()
    assert apply_change(pinned, Change(remove_guides=("best",))).pinned == ()


def test_an_impossible_pin_is_refused_here_too() -> None:
    with pytest.raises(PinError):
        consider(POOL, BEFORE, Change(pin=(("r", "best"), ("s", "best"))))
