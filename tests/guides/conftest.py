"""What the tests of guides share."""

import pytest

from tests.guides.neighbours import Neighbours
from tests.people_factory import People


@pytest.fixture
def neighbours(people: People) -> Neighbours:
    """Makes guides and waiting citizens in the test's database."""
    return Neighbours(people)
