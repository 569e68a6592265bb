"""A support worker looks at the screen together with the citizen, and the citizen's log says so."""

import pytest
from sqlalchemy import Engine

from people.access.model import RelationKind, Role
from tests.conftest import StandingClock
from tests.people_factory import People
from tests.site import Site


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    return sqlite_engine


def test_the_log_tells_when_they_looked_together_and_when_not(
    site: Site, people: People, clock: StandingClock
) -> None:
    citizen, helper = people.citizen(), people.add(Role.SUPPORT_WORKER)
    people.relate(RelationKind.SUPPORT_WORKER, helper, citizen)
    staff, borger = site.visitor(helper), site.visitor(citizen)

    def newest() -> str:
        staff.get(f"/citizens/{citizen.id}/goals")
        return borger.get("/who-has-seen").all(".event")[0]

    assert "For at hjælpe dig" in newest()
    clock.forward(minutes=1)
    staff.get("/my-citizens").press("Vi kigger sammen")
    assert "sammen med dig" in newest()
    clock.forward(minutes=1)
    staff.get("/my-citizens").press("Vi er færdige")
    assert "sammen med dig" not in newest()
    clock.forward(minutes=1)
    staff.get("/my-citizens").press("Vi kigger sammen")
    clock.forward(minutes=61)
    staff = site.visitor(helper)
    assert "sammen med dig" not in newest()


def test_only_with_a_citizen_of_ones_own(site: Site, people: People) -> None:
    citizen, helper = people.citizen(), people.add(Role.SUPPORT_WORKER)
    mine = people.citizen("Egen")
    people.relate(RelationKind.SUPPORT_WORKER, helper, mine)
    page = site.visitor(helper).get("/my-citizens")
    token = page.tree.css_first("[name=csrf_token]").attributes["value"] or ""
    answer = page.visitor.post(f"/my-citizens/{citizen.id}/together", {"csrf_token": [token]})
    assert answer.status == 404
