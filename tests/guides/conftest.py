"""What the tests of guides share."""

import pytest

from people.access.model import Role
from tests.support.app_client import AppClient, Browser
from tests.support.guide_scenario import GuideScenario
from tests.support.people_factory import PeopleFactory


@pytest.fixture
def scenario(people: PeopleFactory) -> GuideScenario:
    """Makes guides and waiting citizens in the test's database."""
    return GuideScenario(people)


@pytest.fixture
def browser(site: AppClient, people: PeopleFactory) -> Browser:
    """The browser of a coordinator of the whole municipality."""
    return site.signed_in(people.add(Role.COORDINATOR, "Koordine"))
