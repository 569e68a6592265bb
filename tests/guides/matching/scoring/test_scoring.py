"""The points of a pair: the arrays agree with the reference implementation."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guides.matching import Policy, propose
from guides.matching.model import Pool
from guides.matching.scoring.arrays import encode
from guides.matching.scoring.points import POINTS, shares
from guides.matching.scoring.scoring import blocks, open_guides, score_pairs
from tests.support.matching import reference_rules
from tests.support.matching.pools import guide, pool, pools, request


@given(pools())
@settings(max_examples=150, deadline=None)
def test_every_allowed_pair_has_the_points_of_the_reference_implementation(population: Pool) -> None:
    people = encode(population)
    columns = open_guides(people)
    scored = score_pairs(people.select_guides(columns), Policy()).points.tocoo()

    points_by_pair = {
        (people.requests[row].id, people.guides[columns[column]].id): points
        for row, column, points in zip(scored.row, scored.col, scored.data, strict=True)
    }

    assert points_by_pair == reference_rules.allowed_points(population)


@given(pools())
@settings(max_examples=80, deadline=None)
def test_a_pair_has_its_points_by_reason(population: Pool) -> None:
    by_id = {person.id: person for person in (*population.requests, *population.guides)}
    for pair in propose(population).pairs:
        assert pair.points_by_reason == reference_rules.points(
            population, by_id[pair.request_id], by_id[pair.guide_id]
        )
        assert pair.points == sum(pair.points_by_reason.values())


@given(st.dictionaries(st.sampled_from([point.name for point in POINTS]), st.integers(0, 1000), min_size=1))
def test_all_criteria_together_are_worth_ten_thousand_points_in_proportion_to_their_weights(
    weights: dict[str, int],
) -> None:
    worth = shares(weights)

    total = sum(weights.values())
    assert sum(worth.values()) == (10_000 if total else 0)
    for name, weight in weights.items():
        assert total == 0 or abs(worth[name] - 10_000 * weight / total) < 1


def test_a_criterion_without_weight_does_not_count() -> None:
    population = pool(
        [guide("near", area="A"), guide("like", area="B", interests=("a", "b"))],
        [request("r", area="A", interests=("a", "b"))],
    )
    only_travel = Policy(weights=dict.fromkeys(Policy().weights, 0) | {"travel": 1})

    (pair,) = propose(population, only_travel).pairs

    assert (pair.guide_id, pair.points, pair.points_by_reason) == ("near", 10_000, {"travel": 10_000})


def test_a_policy_that_weighs_nothing_still_matches_as_many_as_possible() -> None:
    nothing = Policy(weights=dict.fromkeys(Policy().weights, 0))

    proposal = propose(pool([guide("g", capacity=2)], [request("r"), request("s")]), nothing)

    assert [pair.points for pair in proposal.pairs] == [0, 0]


@pytest.mark.parametrize(("rows", "columns"), [(0, 0), (1, 0), (5, 3), (700, 100_000)])
def test_blocks_cover_every_row_once(rows: int, columns: int) -> None:
    covered = [row for part in blocks(rows, columns) for row in range(part.start, part.stop)]

    assert covered == list(range(rows))
