"""Proposals for a pool of people: optimal, in order of priority, and independent of the order of rows."""

import random
from collections import Counter
from datetime import timedelta

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from guides.matching import PinError, Policy, PoolError, Proposal, propose, render
from guides.matching.model import Pool
from tests.support.matching import reference_rules
from tests.support.matching.pools import TODAY, days_ago, guide, pool, pools, request


def outcome(population: Pool, proposal: Proposal) -> tuple[int, ...]:
    by_id = {request.id: request for request in population.requests}
    tiers = Counter(reference_rules.tier(population, by_id[pair.request_id]) for pair in proposal.pairs)
    worth = sum(
        pair.points + reference_rules.bonus(population, by_id[pair.request_id]) for pair in proposal.pairs
    )
    return (*(tiers[tier] for tier in range(4)), worth)


def pairs_of(proposal: Proposal) -> dict[str, str]:
    return {pair.request_id: pair.guide_id for pair in proposal.pairs}


@given(pools())
@settings(max_examples=150, deadline=None)
def test_the_proposal_is_the_optimum_by_exhaustive_search(population: Pool) -> None:
    proposal = propose(population)

    assert outcome(population, proposal) == reference_rules.best_outcome(population)
    assert proposal.totals.value == outcome(population, proposal)[-1]
    assert proposal.totals.gap < 1


@given(pools(), st.randoms(use_true_random=False), st.integers(0, 3))
@settings(max_examples=80, deadline=None)
def test_the_order_of_rows_changes_nothing(population: Pool, rng: random.Random, seed: int) -> None:
    shuffled = msgspec.structs.replace(
        population,
        guides=tuple(rng.sample(population.guides, len(population.guides))),
        requests=tuple(rng.sample(population.requests, len(population.requests))),
        forbidden=tuple(rng.sample(population.forbidden, len(population.forbidden))),
    )

    assert propose(shuffled, seed=seed) == propose(population, seed=seed)


def random_pool(seed: int, requests: int, guides: int) -> Pool:
    rng = random.Random(seed)

    def some(*words: str) -> tuple[str, ...]:
        return tuple(rng.sample(words, rng.randint(1, len(words))))

    return pool(
        [
            guide(
                f"g{i}",
                capacity=rng.randint(1, 3),
                area=rng.choice("ABC"),
                helps_with=some("it", "bus", "mad"),
                experiences=some(*"abcdef"),
                languages=some("dansk", "arabisk"),
            )
            for i in range(guides)
        ],
        [
            request(
                f"r{i}",
                area=rng.choice("ABC"),
                urgent=rng.random() < 0.2,
                waiting_since=days_ago(rng.randint(0, 300)),
                wants_help_with=some("it", "bus", "mad"),
                experiences=some(*"abcdef"),
                travel_minutes_max=rng.choice([0, 30]),
                languages=some("dansk", "arabisk"),
            )
            for i in range(requests)
        ],
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_optimum_is_the_one_that_milp_finds_on_the_same_points(seed: int) -> None:
    population = random_pool(seed, 60, 25)
    allowed = reference_rules.allowed_points(population)
    row = {request.id: i for i, request in enumerate(population.requests)}
    column = {guide.id: len(row) + j for j, guide in enumerate(population.guides)}
    by_id = {request.id: request for request in population.requests}
    heavy = 100_000
    worth = [
        points
        + reference_rules.bonus(population, by_id[r])
        + heavy * 70 ** (3 - reference_rules.tier(population, by_id[r]))
        for (r, _), points in allowed.items()
    ]
    k = np.arange(len(allowed))
    uses = coo_array(
        (np.ones(2 * len(k)), ([row[r] for r, _ in allowed] + [column[g] for _, g in allowed], [*k, *k])),
        shape=(len(row) + len(column), len(k)),
    )
    limits = [1] * len(row) + [guide.capacity for guide in population.guides]

    optimum = milp(
        -np.array(worth, float),
        constraints=LinearConstraint(uses.tocsr(), ub=limits),
        bounds=Bounds(0, 1),
        integrality=1,
    )

    proposal = propose(population)
    ours = sum(dict(zip(allowed, worth, strict=True))[pair] for pair in pairs_of(proposal).items())
    assert ours == pytest.approx(-optimum.fun, abs=0.5, rel=1e-12)


def test_urgent_requests_come_first_then_those_who_waited_longest() -> None:
    waiting = [request(f"r{days}", waiting_since=days_ago(days)) for days in (10, 100, 200)]

    def served(places: int) -> set[str]:
        return set(
            pairs_of(propose(pool([guide("g", capacity=places)], [request("now", urgent=True), *waiting])))
        )

    assert served(1) == {"now"}
    assert served(2) == {"now", "r200"}
    assert served(3) == {"now", "r200", "r100"}


def test_an_urgent_request_is_matched_even_when_others_lose_many_points() -> None:
    rare = guide("rare", languages=("dansk", "arabisk"), experiences=("a", "b"))
    other = guide("other")
    urgent = request("urgent", urgent=True, languages=("arabisk",))
    suits_well = request("well", experiences=("a", "b"), waiting_since=days_ago(50))

    assert pairs_of(propose(pool([rare, other], [urgent, suits_well]))) == {"urgent": "rare", "well": "other"}


@pytest.mark.parametrize("seed", range(5))
def test_among_equals_the_longest_waiting_wins_even_where_days_count_nothing(seed: int) -> None:
    equal = pool([guide("g")], [request("new"), request("old", waiting_since=days_ago(1)), request("newer")])

    assert pairs_of(propose(equal, Policy(points_per_day=0), seed=seed)) == {"old": "g"}


def test_equal_requests_draw_lots_by_the_seed_and_each_can_win() -> None:
    equal = pool([guide("g")], [request("r1"), request("r2")])

    winners = {seed: next(iter(pairs_of(propose(equal, seed=seed)))) for seed in range(20)}

    assert set(winners.values()) == {"r1", "r2"}


def test_a_pinned_pair_is_kept_though_it_costs_points() -> None:
    best_for_one = guide("best", experiences=("a", "b"))
    people = [best_for_one, guide("other")], [request("one", experiences=("a", "b")), request("two")]

    proposal = propose(pool(*people, pinned=(("two", "best"),)))

    assert pairs_of(proposal) == {"one": "other", "two": "best"}
    assert [pair.pinned for pair in proposal.pairs] == [False, True]


def test_a_pinned_pair_keeps_its_guide_before_an_urgent_request() -> None:
    proposal = propose(
        pool([guide("g")], [request("calm"), request("urgent", urgent=True)], pinned=(("calm", "g"),))
    )

    assert pairs_of(proposal) == {"calm": "g"}


def test_pinned_pairs_that_are_impossible_are_refused_with_the_rule_that_they_break() -> None:
    people = [guide("g"), guide("h")], [request("r1"), request("r2")]
    for pins, rule in [
        ((("r1", "g"), ("r2", "g")), "room"),
        ((("r1", "g"), ("r1", "h")), "one_guide"),
        ((("r1", "nobody"),), "unknown"),
        ((("nobody", "g"),), "unknown"),
    ]:
        with pytest.raises(PinError) as error:
            propose(pool(*people, pinned=pins))
        assert error.value.reason.rule == rule
    with pytest.raises(PinError) as error:
        propose(pool(*people, pinned=(("r1", "g"),), forbidden=(("r1", "g"),)))
    assert error.value.reason.rule == "ruled_out"


def test_a_forbidden_pair_is_not_proposed_though_it_would_be_the_best() -> None:
    people = [guide("best", experiences=("a",)), guide("other")], [request("r", experiences=("a",))]

    assert pairs_of(propose(pool(*people))) == {"r": "best"}
    assert pairs_of(propose(pool(*people, forbidden=(("r", "best"),)))) == {"r": "other"}


@pytest.mark.parametrize(
    ("guides", "requests"),
    [([], []), ([guide("g")], []), ([], [request("r")]), ([guide("g", capacity=0)], [request("r")])],
)
def test_a_pool_without_people_or_places_gives_no_pairs(guides, requests) -> None:  # type: ignore[no-untyped-def]
    proposal = propose(pool(guides, requests))

    assert not proposal.pairs
    assert [render(waiting.reason) for waiting in proposal.waiting] == ["no guide has room"] * len(requests)


def test_an_id_that_occurs_twice_is_refused() -> None:
    with pytest.raises(PoolError, match="g"):
        propose(pool([guide("g"), guide("g")], []))


def test_everyone_alike_fills_every_place() -> None:
    proposal = propose(
        pool([guide(f"g{i}", capacity=3) for i in range(5)], [request(f"r{i}") for i in range(20)])
    )

    assert len(proposal.pairs) == 15
    assert len(proposal.waiting) == 5


def test_waiting_since_tomorrow_counts_as_no_waiting() -> None:
    assert (
        propose(pool([guide("g")], [request("r", waiting_since=TODAY + timedelta(1))])).totals.value
        == propose(pool([guide("g")], [request("r")])).totals.value
    )


def test_a_proposal_survives_a_round_trip_through_json() -> None:
    proposal = propose(random_pool(1, 12, 4), Policy(name="forsøg"), seed=7)

    assert msgspec.json.decode(msgspec.json.encode(proposal), type=Proposal) == proposal


def test_progress_is_reported_from_start_to_end() -> None:
    calls: list[tuple[str, float]] = []
    propose(random_pool(1, 12, 4), progress=lambda step, part: calls.append((step, part)))

    parts = [part for _, part in calls]
    assert parts[0] == 0
    assert parts[-1] == 1
    assert parts == sorted(parts)
