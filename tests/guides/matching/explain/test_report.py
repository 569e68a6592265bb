"""A run looked back at: against first come, by groups, and what is uneven."""

import msgspec
import pytest

from guides.matching import Policy, propose, render
from guides.matching.explain.report import BlockingPair, Report, Spread, groups_to_show, report_on
from tests.support.matching.pools import days_ago, guide, pool, request


def report(one, policy: Policy = Policy()) -> Report:  # type: ignore[no-untyped-def]  # noqa: B008
    return report_on(one, propose(one, policy))


def test_first_come_takes_the_best_free_guide_and_leaves_the_next_with_less() -> None:
    one = pool(
        [guide("g", languages=("dansk", "arabisk"), experiences=("a",)), guide("h")],
        [
            request("first", waiting_since=days_ago(9), experiences=("a",)),
            request("second", languages=("arabisk",)),
        ],
    )

    found = report(one)

    assert found.first_come is not None
    assert found.first_come.matched == 1
    assert found.ours.matched == 2
    assert found.ours.points == sum(pair.points for pair in propose(one).pairs)


def test_a_run_without_pairs_has_nothing_to_report() -> None:
    found = report(pool([], [request("r")]))

    assert found.ours == found.first_come == Spread(0, 0, 0, 0, 0)
    assert found.lowest is None
    assert found.rather == ()


def test_groups_are_told_with_their_points_and_waiting() -> None:
    danes = [request(f"d{i}", waiting_since=days_ago(10)) for i in range(6)]
    others = [request(f"a{i}", languages=("arabisk",), waiting_since=days_ago(30)) for i in range(5)]

    found = report(pool([guide("g", capacity=5)], [*danes, *others]))

    by_title = {grouping.title: grouping for grouping in found.groupings}
    danish, arabic = by_title["Language"].groups
    assert (render(danish.label), danish.requests, danish.matched, danish.days) == ("dansk", 6, 5, 10)
    assert danish.days_still_waiting is None  # one person
    assert (render(arabic.label), arabic.matched, arabic.points, arabic.days_still_waiting) == (
        "arabisk",
        0,
        None,
        30,
    )
    assert [render(group.label) for group in by_title["Urgency"].groups] == ["not urgent"]


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ({"a": 9, "b": 5}, ["a", "b"]),
        ({"a": 9, "b": 4}, []),  # b could be worked out from the whole
        ({"a": 9, "b": 6, "c": 4}, ["a"]),
        ({"a": 9, "b": 4, "c": 4}, ["a"]),
        ({"a": 4}, []),
        ({}, []),
    ],
)
def test_groups_under_five_are_hidden_and_cannot_be_worked_out(
    sizes: dict[str, int], shown: list[str]
) -> None:
    assert groups_to_show(sizes) == shown


def test_pairs_that_would_both_rather_have_each_other_are_named() -> None:
    one = pool(
        [guide("g", experiences=("x", "y"), interests=("p",)), guide("h", experiences=("x",))],
        [
            request("a", experiences=("x", "y")),
            request("b", experiences=("x", "y"), interests=("p",)),
        ],
    )
    assert report(one).rather == ()
    swapped = propose(msgspec.structs.replace(one, forbidden=(("b", "g"),)))

    found = report_on(one, swapped)

    assert found.rather_count == 1
    assert found.rather == (BlockingPair("b", "g", 7000, 1750),)


def test_the_load_counts_running_pairings_too() -> None:
    found = report(pool([guide("g", capacity=3, active=1), guide("h")], [request("r"), request("s")]))

    assert sum(found.load.values()) == 2
    assert sum(count * guides for count, guides in found.load.items()) == 3


def test_the_lowest_pair_is_named_and_decided_pairs_stand_outside() -> None:
    one = pool(
        [guide("g", experiences=("a", "b")), guide("h")],
        [request("r", experiences=("a", "b")), request("s")],
        pinned=(("s", "h"),),
    )

    found = report(one)

    assert found.lowest is not None
    assert found.lowest[:2] == ("r", "g")
    assert found.ours.matched == 1


def test_a_report_can_be_kept_as_json() -> None:
    found = report(pool([guide("g")], [request("r")]))

    assert msgspec.json.decode(msgspec.json.encode(found), type=Report) == found
