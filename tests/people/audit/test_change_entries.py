"""The change log has values before and after a change; of free text only that it changed."""

from datetime import date
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, select

from budgets.commands.messages import WithdrawRequest
from budgets.commands.service import execute
from foundation.db import transactions
from foundation.ids import new_id
from guides.for_citizens import service as for_citizens_service
from guides.for_guides import service as for_guides_service
from guides.lifecycle import EndReason
from guides.pool import service as pool_service
from guides.requests import service as requests_service
from people.consent import service as consent_service
from people.consent.model import InfoKind, Use
from people.directory import service as directory_service
from people.identity import service as identity_service
from people.sign_in import account_service
from people.tables.rights import change
from plans import service as plans_service
from plans import store as plans_store
from plans.model import GoalState
from tests.support.people_factory import PeopleFactory
from tests.support.two_citizens import CitizenFixture, make_two_citizens


@pytest.fixture
def home(people: PeopleFactory) -> CitizenFixture:
    return make_two_citizens(people)["nord"]


def newest_details(engine: Engine, tag: str) -> dict[str, Any]:
    """The details of the newest entry with that tag."""
    with transactions.read_transaction(engine) as db:
        lines = select(change.c.details).where(change.c.tag == tag).order_by(change.c.sequence.desc())
        details: dict[str, Any] = msgspec.json.decode(db.execute(lines.limit(1)).scalar_one())
        return details


def test_what_a_citizen_changes(people: PeopleFactory, engine: Engine, home: CitizenFixture) -> None:
    with people.acting_as(home.citizen) as context:
        goal = plans_store.goal(context.db, home.records["goal"])
        assert goal is not None
        plans_service.change_goal(
            context, msgspec.structs.replace(goal, title="Lær at sejle", state=GoalState.REACHED)
        )
        execute(context, WithdrawRequest(home.records["wish"]), new_id())
        consent_service.record_answers(context, home.citizen.id, {(InfoKind.INTERESTS, Use.GUIDE): False})
        directory_service.set_language(context, "en")
        request = for_citizens_service.my_guide(context, home.citizen.id).request
        assert request is not None
        wishes = msgspec.structs.replace(request.request, interests=("sejlads",))
        requests_service.change_request(context, request.request.id, wishes, request.own_words)
        for_citizens_service.end(context, home.records["pairing"], EndReason.TIME)
    assert newest_details(engine, "plans:goal:change") == {
        "state": ["active", "reached"],
        "theme": ["self_care", "self_care"],
        "changed": ["title", "state"],
    }
    assert newest_details(engine, "budgets:request:give_up") == {"state": ["reserved", "given_up"]}
    assert newest_details(engine, "people:consent:take_back")["agreed"] == [True, False]
    assert newest_details(engine, "people:person:set_language") == {"language": ["da", "en"]}
    assert newest_details(engine, "guides:request:change") == {"changed": ["interests"]}
    assert newest_details(engine, "guides:pairing:end") == {"state": ["running", "ended"]}
    assert newest_details(engine, "people:relation:end_guide") == {"holder": [home.guide.id, None]}


def test_what_staff_and_guides_change(people: PeopleFactory, engine: Engine, home: CitizenFixture) -> None:
    with people.acting_as(home.coordinator) as context:
        identity_service.set_protection(context, home.citizen.id, date(2026, 4, 1))
        identity_service.set_protection(context, home.citizen.id, None)
        requests_service.set_urgent(context, home.records["request"], True)
        before = pool_service.guide(context, home.guide.id).guide.trained_until
        pool_service.set_credentials(context, home.guide.id, date(2027, 5, 1), None)
        account_service.set_enabled(context, home.guide.id, False)
    with people.acting_as(home.guide) as context:
        for_guides_service.set_pause(context, date(2026, 4, 1))
    assert newest_details(engine, "people:protection:set") == {"until": [None, "2026-04-01"]}
    assert newest_details(engine, "people:protection:end") == {"until": ["2026-04-01", None]}
    assert newest_details(engine, "guides:request:set_urgent") == {"urgent": [False, True]}
    assert newest_details(engine, "guides:guide:set_papers")["trained_until"] == [str(before), "2027-05-01"]
    assert newest_details(engine, "people:account:close") == {"open": [True, False]}
    assert newest_details(engine, "guides:guide:set_pause") == {"until": [None, "2026-04-01"]}
