"""The administrator asks why somebody may or may not see something, and gets the rule, not the thing."""

import pytest
from sqlalchemy import Engine

from foundation.ids import new_id
from people.access.model import RelationKind, Role
from plans import service as plans
from plans.model import Goal, GoalState, Theme
from tests.people_factory import People
from tests.site import Site


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    return sqlite_engine


def test_the_answer_names_the_rule_and_what_the_person_meets(site: Site, people: People) -> None:
    citizen, helper = people.citizen("Hemmeline"), people.add(Role.SUPPORT_WORKER, "Støtte")
    goal = Goal(new_id(), citizen.id, "Hemmeligt mål", "", Theme.SELF_CARE, GoalState.ACTIVE, people.clock())
    with people.acting(citizen) as visit:
        plans.add_goal(visit, goal)
    admin = site.visitor(people.add(Role.ADMINISTRATOR))

    def why(**asked: str) -> str:
        page = admin.get(f"/users/{helper.id}").follow("Hvad må personen se?").press("Spørg", **asked)
        assert "Hemmeli" not in page.text
        return page.text

    assert "Kun i en nødsituation" in why(record=goal.id, kind="goals", action="read")
    assert "siden ikke findes" in why(record=goal.id, kind="goals", action="read")
    assert "ingen regel giver lov" in why(record=goal.id, kind="goals", action="change")
    people.relate(RelationKind.SUPPORT_WORKER, helper, citizen)
    assert "borgerens egen støtteperson" in why(record=goal.id, kind="goals", action="change")
    assert "ikke er deres" in why(record=citizen.id, kind="money", action="change")
    assert "Det findes ikke" in why(record=new_id())
    admin.get(f"/users/{helper.id}")


def test_citizens_are_not_asked_about(site: Site, people: People) -> None:
    admin = site.visitor(people.add(Role.ADMINISTRATOR))
    assert admin.get(f"/users/{people.citizen().id}/why").status == 404
