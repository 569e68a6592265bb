"""The administrator's access check shows the decision and its rule, never the record."""

import pytest
from sqlalchemy import Engine

from foundation.ids import new_id
from people.access.model import RelationKind, Role
from plans import service as plans_service
from plans.model import Goal, GoalState, Theme
from tests.support.app_client import AppClient
from tests.support.people_factory import PeopleFactory


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    return sqlite_engine


def test_the_answer_names_the_rule_and_what_the_person_meets(site: AppClient, people: PeopleFactory) -> None:
    citizen, helper = people.citizen("Hemmeline"), people.add(Role.SUPPORT_WORKER, "Støtte")
    goal = Goal(new_id(), citizen.id, "Hemmeligt mål", "", Theme.SELF_CARE, GoalState.ACTIVE, people.clock())
    with people.acting_as(citizen) as context:
        plans_service.add_goal(context, goal)
    admin = site.signed_in(people.add(Role.ADMINISTRATOR))

    def why(**asked: str) -> str:
        page = admin.get(f"/users/{helper.id}").click("Hvad må personen se?").submit("Spørg", **asked)
        assert "Hemmeli" not in page.text
        return page.text

    assert "Kun i en nødsituation" in why(record=goal.id, kind="goals", action="read")
    assert "siden ikke findes" in why(record=goal.id, kind="goals", action="read")
    assert "ingen regel giver lov" in why(record=goal.id, kind="goals", action="change")
    people.start_relation(RelationKind.SUPPORT_WORKER, helper, citizen)
    assert "borgerens egen støtteperson" in why(record=goal.id, kind="goals", action="change")
    assert "ikke er deres" in why(record=citizen.id, kind="money", action="change")
    assert "Det findes ikke" in why(record=new_id())
    admin.get(f"/users/{helper.id}")


def test_citizens_are_not_asked_about(site: AppClient, people: PeopleFactory) -> None:
    admin = site.signed_in(people.add(Role.ADMINISTRATOR))
    assert admin.get(f"/users/{people.citizen().id}/why").status == 404
