"""The report on a run: compared with first come, first served; by groups; load and blocking pairs."""

import msgspec
import pytest

from guides.matching import Policy, propose, render
from guides.matching.explain.report import BlockingPair, Report, Spread, groups_to_show, report_on
from tests.support.matching.pools import days_ago, guide, pool, request


def report(population, policy: Policy = Policy()) -> Report:  # type: ignore[no-untyped-def]  # noqa: B008
    return report_on(population, propose(population, policy))


def test_first_come_takes_the_best_free_guide_and_leaves_the_next_with_less() -> None:
    population = pool(
        [guide("g", languages=("dansk", "arabisk"), experiences=("a",)), guide("h")],
        [
            request("first", waiting_since=days_ago(9), experiences=("a",)),
            request("second", languages=("arabisk",)),
        ],
    )

    result = report(population)

    assert result.first_come is not None
    assert result.first_come.matched == 1
    assert result.ours.matched == 2
    assert result.ours.points == sum(pair.points for pair in propose(population).pairs)


def test_a_run_without_pairs_has_nothing_to_report() -> None:
    result = report(pool([], [request("r")]))

    assert result.ours == result.first_come == Spread(0, 0, 0, 0, 0)
    assert result.lowest is None
    assert result.rather == ()


def test_groups_have_their_points_and_days_of_waiting() -> None:
    danes = [request(f"d{i}", waiting_since=days_ago(10)) for i in range(6)]
    others = [request(f"a{i}", languages=("arabisk",), waiting_since=days_ago(30)) for i in range(5)]

    result = report(pool([guide("g", capacity=5)], [*danes, *others]))

    by_title = {grouping.title: grouping for grouping in result.groupings}
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
    ("sizes", "expected"),
    [
        ({"a": 9, "b": 5}, ["a", "b"]),
        ({"a": 9, "b": 4}, []),  # b could be inferred from the total
        ({"a": 9, "b": 6, "c": 4}, ["a"]),
        ({"a": 9, "b": 4, "c": 4}, ["a"]),
        ({"a": 4}, []),
        ({}, []),
    ],
)
def test_groups_under_five_are_suppressed_and_cannot_be_inferred(
    sizes: dict[str, int], expected: list[str]
) -> None:
    assert groups_to_show(sizes) == expected


def test_blocking_pairs_are_reported() -> None:
    population = pool(
        [guide("g", experiences=("x", "y"), interests=("p",)), guide("h", experiences=("x",))],
        [
            request("a", experiences=("x", "y")),
            request("b", experiences=("x", "y"), interests=("p",)),
        ],
    )
    assert report(population).rather == ()
    swapped = propose(msgspec.structs.replace(population, forbidden=(("b", "g"),)))

    result = report_on(population, swapped)

    assert result.rather_count == 1
    assert result.rather == (BlockingPair("b", "g", 7000, 1750),)


def test_the_load_counts_running_pairings_too() -> None:
    result = report(pool([guide("g", capacity=3, active=1), guide("h")], [request("r"), request("s")]))

    assert sum(result.load.values()) == 2
    assert sum(count * guides for count, guides in result.load.items()) == 3


def test_the_lowest_pair_is_reported_without_pinned_pairs() -> None:
    population = pool(
        [guide("g", experiences=("a", "b")), guide("h")],
        [request("r", experiences=("a", "b")), request("s")],
        pinned=(("s", "h"),),
    )

    result = report(population)

    assert result.lowest is not None
    assert result.lowest[:2] == ("r", "g")
    assert result.ours.matched == 1


def test_a_report_survives_a_round_trip_through_json() -> None:
    result = report(pool([guide("g")], [request("r")]))

    assert msgspec.json.decode(msgspec.json.encode(result), type=Report) == result
