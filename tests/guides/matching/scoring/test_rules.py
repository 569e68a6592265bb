"""The hard rules: the engine agrees with the reference implementation, pair by pair."""

from datetime import timedelta
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings

from guides.matching import PinError, propose
from guides.matching.model import Pool, Slot
from guides.matching.scoring.arrays import encode
from guides.matching.scoring.policy import Policy
from guides.matching.scoring.rules import RULES
from guides.matching.scoring.scoring import open_guides, score_pairs
from guides.matching.scoring.views import Pairs
from tests.support.matching import reference_rules
from tests.support.matching.pools import TODAY, guide, pool, pools, request


@given(pools())
@settings(max_examples=150, deadline=None)
def test_a_pair_is_allowed_exactly_when_no_rule_is_broken(population: Pool) -> None:
    people = encode(population)
    columns = open_guides(people)
    allowed = score_pairs(people.select_guides(columns), Policy()).points.tocoo()

    allowed_pairs = {
        (people.requests[r].id, people.guides[columns[c]].id)
        for r, c in zip(allowed.row, allowed.col, strict=True)
    }

    assert allowed_pairs == set(reference_rules.allowed_points(population))


@given(pools())
@settings(max_examples=100, deadline=None)
def test_every_single_rule_agrees_with_the_reference_implementation(population: Pool) -> None:
    people = encode(population)
    rows, columns = np.divmod(
        np.arange(len(people.requests) * len(people.guides)), max(1, len(people.guides))
    )
    view = Pairs(people, rows, columns)

    for rule in RULES:
        verdicts = list(rule.allows(view))
        for k, (r, g) in enumerate(product(people.requests, people.guides)):
            assert verdicts[k] == (rule.name not in reference_rules.violated_rules(population, r, g)), (
                rule.name
            )


@given(pools())
@settings(max_examples=100, deadline=None)
def test_no_proposed_pair_breaks_a_rule_and_no_guide_gets_more_than_there_is_room_for(
    population: Pool,
) -> None:
    proposal = propose(population)

    people = {person.id: person for person in (*population.requests, *population.guides)}
    for pair in proposal.pairs:
        assert not reference_rules.violated_rules(population, people[pair.request_id], people[pair.guide_id])
    for each_guide in population.guides:
        matched = sum(pair.guide_id == each_guide.id for pair in proposal.pairs)
        assert matched <= max(0, each_guide.capacity - each_guide.active)
    assert sorted(
        [p.request_id for p in proposal.pairs] + [w.request_id for w in proposal.waiting]
    ) == sorted(request.id for request in population.requests)


def test_training_record_check_and_pause_last_to_the_end_of_their_last_day() -> None:
    last_day = guide("g", trained_until=TODAY, checked_until=TODAY, paused_until=TODAY - timedelta(1))
    assert propose(pool([last_day], [request("r")])).pairs


VIOLATIONS = [
    ("room", {"capacity": 1, "active": 1}, {}),
    ("training", {"trained_until": None}, {}),
    ("record_check", {"checked_until": TODAY - timedelta(1)}, {}),
    ("pause", {"paused_until": TODAY}, {}),
    ("language", {"languages": ("arabisk",)}, {}),
    ("help", {"helps_with": ("it",)}, {"wants_help_with": ("bus",)}),
    ("gender", {"gender": "mand"}, {"wanted_gender": "kvinde"}),
    ("ruled_out", {}, {"excluded_guides": ("g",)}),
    ("time", {"times": (Slot(0, 540, 600),)}, {"times": (Slot(0, 600, 660),)}),
    ("travel", {"travel_minutes_max": 29, "area": "Syd"}, {}),
]


@pytest.mark.parametrize(
    ("rule", "of_guide", "of_request"), VIOLATIONS, ids=[rule for rule, *_ in VIOLATIONS]
)
def test_each_rule_excludes_a_pair_is_the_reason_for_waiting_and_refuses_a_pin(
    rule: str, of_guide: dict[str, object], of_request: dict[str, object]
) -> None:
    apart = pool([guide("g", **of_guide)], [request("r", **of_request)])

    proposal = propose(apart)
    assert not proposal.pairs
    assert [waiting.reason.rule for waiting in proposal.waiting] == [rule]

    with pytest.raises(PinError) as error:
        propose(pool([guide("g", **of_guide)], [request("r", **of_request)], pinned=(("r", "g"),)))
    assert error.value.reason.rule == rule


def test_every_rule_has_a_violation() -> None:
    assert [rule.name for rule in RULES] == [rule for rule, *_ in VIOLATIONS]
