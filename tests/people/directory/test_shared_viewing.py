"""A support worker shares the screen with a citizen, and the citizen's access log says so."""

import pytest
from sqlalchemy import Engine

from people.access.model import RelationKind, Role
from tests.conftest import FrozenClock
from tests.support.app_client import AppClient
from tests.support.people_factory import PeopleFactory


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    return sqlite_engine


def test_the_log_tells_when_they_looked_together_and_when_not(
    site: AppClient, people: PeopleFactory, clock: FrozenClock
) -> None:
    citizen, helper = people.citizen(), people.add(Role.SUPPORT_WORKER)
    people.start_relation(RelationKind.SUPPORT_WORKER, helper, citizen)
    staff, borger = site.signed_in(helper), site.signed_in(citizen)

    def newest() -> str:
        staff.get(f"/citizens/{citizen.id}/goals")
        return borger.get("/who-has-seen").all(".event")[0]

    assert "For at hjælpe dig" in newest()
    clock.advance(minutes=1)
    staff.get("/my-citizens").submit("Vi kigger sammen")
    assert "sammen med dig" in newest()
    clock.advance(minutes=1)
    staff.get("/my-citizens").submit("Vi er færdige")
    assert "sammen med dig" not in newest()
    clock.advance(minutes=1)
    staff.get("/my-citizens").submit("Vi kigger sammen")
    clock.advance(minutes=61)
    staff = site.signed_in(helper)
    assert "sammen med dig" not in newest()


def test_only_with_a_citizen_of_ones_own(site: AppClient, people: PeopleFactory) -> None:
    citizen, helper = people.citizen(), people.add(Role.SUPPORT_WORKER)
    mine = people.citizen("Egen")
    people.start_relation(RelationKind.SUPPORT_WORKER, helper, mine)
    page = site.signed_in(helper).get("/my-citizens")
    token = page.tree.css_first("[name=csrf_token]").attributes["value"] or ""
    answer = page.browser.post(f"/my-citizens/{citizen.id}/together", {"csrf_token": [token]})
    assert answer.status == 404
