"""The next best guides: their loss is what happens when the pair is forced and the named requests move."""

from itertools import product

import msgspec
from hypothesis import given, settings

from guides.matching import Policy, Proposal, every_guide_for, propose
from guides.matching.model import Pool
from tests.support.matching import reference_rules
from tests.support.matching.pools import days_ago, guide, pool, pools, request

Choice = dict[str, str]  # request id -> guide id, of those who have one


def chosen(proposal: Proposal) -> Choice:
    return {pair.request_id: pair.guide_id for pair in proposal.pairs}


class ChoiceRanking:
    """Ranks choices: whether the rules allow one, and what it is worth."""

    def __init__(self, population: Pool) -> None:
        self.allowed = reference_rules.allowed_points(population)
        self.room = {guide.id: max(0, guide.capacity - guide.active) for guide in population.guides}
        self.tier = {request.id: reference_rules.tier(population, request) for request in population.requests}
        self.bonus = {
            request.id: reference_rules.bonus(population, request) for request in population.requests
        }

    def is_allowed(self, choice: Choice) -> bool:
        guide_ids = list(choice.values())
        return all(pair in self.allowed for pair in choice.items()) and all(
            guide_ids.count(id) <= room for id, room in self.room.items()
        )

    def value(self, choice: Choice) -> int:
        return sum(self.allowed[pair] + self.bonus[pair[0]] for pair in choice.items())

    def rank(self, choice: Choice) -> tuple[int, ...]:
        tiers = [self.tier[id] for id in choice]
        return (*(tiers.count(tier) for tier in range(4)), self.value(choice))


def test_the_next_best_has_its_cost_and_the_requests_that_move() -> None:
    population = pool(
        [guide("best", experiences=("a", "b")), guide("good", experiences=("a",)), guide("plain")],
        [request("r", experiences=("a", "b")), request("s", experiences=("a",))],
    )

    proposal = propose(population)

    assert chosen(proposal) == {"r": "best", "s": "good"}
    first, second = proposal.pairs[0].next_best
    assert (first.guide_id, first.change, first.moves) == ("good", -1250, (("s", "best"),))
    assert (second.guide_id, second.change, second.moves) == ("plain", -2500, ())


def test_a_waiting_request_shows_whom_a_guide_would_be_taken_from() -> None:
    proposal = propose(pool([guide("g")], [request("old", waiting_since=days_ago(40)), request("new")]))

    (waiting,) = proposal.waiting
    assert [(other.guide_id, other.change, other.moves) for other in waiting.next_best] == [
        ("g", -40, (("old", ""),))
    ]


@given(pools(guides_max=3, requests_max=4))
@settings(max_examples=100, deadline=None)
def test_forcing_it_and_moving_the_named_others_holds_and_costs_what_it_says(population: Pool) -> None:
    ranking, proposal = ChoiceRanking(population), propose(population)
    before = chosen(proposal)
    for entry in (*proposal.pairs, *proposal.waiting):
        for other in entry.next_best:
            moved = dict(other.moves)
            after = {id: to for id, to in (before | {entry.request_id: other.guide_id} | moved).items() if to}
            assert ranking.is_allowed(after)
            assert ranking.value(after) - ranking.value(before) == other.change
            assert other.others_moved == len(moved) <= 2
            assert other.guide_id != before.get(entry.request_id)


@given(pools(guides_max=3, requests_max=4))
@settings(max_examples=60, deadline=None)
def test_no_other_choice_that_moves_two_at_most_would_be_better(population: Pool) -> None:
    ranking, proposal = ChoiceRanking(population), propose(population)
    before = chosen(proposal)
    ids, guides = [r.id for r in population.requests], ["", *ranking.room]
    near = [
        choice
        for choice in (
            {r: g for r, g in zip(ids, to, strict=True) if g} for to in product(guides, repeat=len(ids))
        )
        if ranking.is_allowed(choice) and sum(choice.get(id) != before.get(id) for id in ids) <= 3
    ]
    for entry in (*proposal.pairs, *proposal.waiting):
        for other in entry.next_best:
            forced = [choice for choice in near if choice.get(entry.request_id) == other.guide_id]
            after = {
                id: to
                for id, to in (before | {entry.request_id: other.guide_id} | dict(other.moves)).items()
                if to
            }
            assert ranking.rank(after) == max(map(ranking.rank, forced))


def test_with_capacity_slots_the_next_best_are_still_other_guides() -> None:
    population = pool([guide("g", capacity=3), guide("h", capacity=3)], [request("r"), request("s")])

    for pair in propose(population, Policy(balance_load=True)).pairs:
        assert [other.guide_id for other in pair.next_best] == [{"g": "h", "h": "g"}[pair.guide_id]]


@given(pools(guides_max=3, requests_max=4))
@settings(max_examples=40, deadline=None)
def test_every_guide_for_a_request_costs_what_a_run_with_that_pair_pinned_costs(population: Pool) -> None:
    ranking, proposal = ChoiceRanking(population), propose(population)
    before = chosen(proposal)
    for chosen_request in population.requests:
        others = every_guide_for(population, proposal, chosen_request.id)
        allowed = {guide_id for request_id, guide_id in ranking.allowed if request_id == chosen_request.id}
        assert {other.guide_id for other in others} == allowed - {before.get(chosen_request.id)}
        for other in others:
            after = chosen(
                propose(msgspec.structs.replace(population, pinned=((chosen_request.id, other.guide_id),)))
            )
            moved = {
                id: to
                for id, to in (before | {chosen_request.id: other.guide_id} | dict(other.moves)).items()
                if to
            }
            assert ranking.is_allowed(moved)
            assert ranking.rank(moved) == ranking.rank(after)
            assert ranking.value(moved) - ranking.value(before) == other.change


def test_a_pinned_or_unknown_request_has_no_other_guide() -> None:
    population = pool([guide("g"), guide("h")], [request("r")], pinned=(("r", "g"),))

    assert every_guide_for(population, propose(population), "r") == ()
    assert every_guide_for(population, propose(population), "nobody") == ()
    assert every_guide_for(pool([], [request("r")]), propose(population), "r") == ()
