"""A proposal as JSON keeps the names that its readers know."""

import json
from datetime import date

from guides.matching import Policy, propose
from guides.matching.model import Pool
from guides.runs.export import write_proposal_json


def test_the_options_of_a_policy_have_the_same_names_as_in_its_file() -> None:
    today = date(2026, 3, 2)
    proposal = propose(
        Pool(guides=(), requests=(), today=today), Policy(one_per_guide=True, balance_load=True)
    )

    policy = json.loads(write_proposal_json(proposal, today=today))["policy"]

    assert (policy["nobody_worse"], policy["every_guide_one"], policy["equal_spread"]) == (False, True, True)
    assert not {"maximize_minimum", "one_per_guide", "balance_load"} & policy.keys()
