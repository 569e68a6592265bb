"""Two citizens, one of whom has nothing open any more, and an administrator who decides about erasure."""

from collections.abc import Callable
from pathlib import Path

import pytest

from foundation.ids import new_id
from livsmester.erasure import requests as erasure_requests
from people.access.model import Role
from people.directory.model import Person
from people.erasure.model import DataCategory, ErasureDecision
from people.retention.model import Retention
from tests.conftest import FrozenClock
from tests.support.erasure_probe import end_everything, review_emergencies
from tests.support.people_factory import PeopleFactory
from tests.support.two_citizens import CitizenFixture, make_two_citizens


@pytest.fixture
def citizens(people: PeopleFactory) -> dict[str, CitizenFixture]:
    return make_two_citizens(people)


@pytest.fixture
def ended_citizen(
    citizens: dict[str, CitizenFixture], people: PeopleFactory, clock: FrozenClock
) -> CitizenFixture:
    """The citizen in the north with nothing open any more; the grant was closed in January 2027."""
    return review_emergencies(end_everything(citizens, people, clock), people)


@pytest.fixture
def administrator(people: PeopleFactory) -> Person:
    return people.add(Role.ADMINISTRATOR, "Ada")


@pytest.fixture
def decide_erasure(
    people: PeopleFactory, administrator: Person, tmp_path: Path
) -> Callable[..., ErasureDecision]:
    """Decides about a person as the administrator and returns the stored decision."""

    def decide(person: Person, *keep: DataCategory, why: str = "", answer_id: str = "") -> ErasureDecision:
        decision_id = answer_id or new_id()
        with people.acting_as(administrator) as context:
            erasure_requests.decide(
                context, decision_id, person.id, keep, why, Retention(), tmp_path / "erased"
            )
            return erasure_requests.get_decision(context, decision_id)

    return decide
