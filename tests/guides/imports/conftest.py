"""What the tests of imports share."""

import pytest

from tests.support.guide_scenario import GuideScenario


@pytest.fixture
def midtby(scenario: GuideScenario) -> None:
    scenario.people.area("midtby")
