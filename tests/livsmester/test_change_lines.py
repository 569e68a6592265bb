"""The log of changes says what was and what is; of words only that they changed."""

from datetime import date
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, select

from budgets.commands.messages import GiveUp
from budgets.commands.service import carry_out
from foundation.db import transactions
from foundation.ids import new_id
from guides.for_citizens import service as for_citizens_service
from guides.for_guides import service as for_guides_service
from guides.lifecycle import EndReason
from guides.pool import service as pool_service
from guides.requests import service as requests_service
from people.consent import service as consent_service
from people.consent.model import Info, Use
from people.directory import service as directory_service
from people.identity import service as identity_service
from people.sign_in import account_service
from people.tables.rights import change
from plans import service as plans
from plans import store as plans_store
from plans.model import GoalState
from tests.households import Household, make_households
from tests.people_factory import People


@pytest.fixture
def home(people: People) -> Household:
    return make_households(people)["nord"]


def newest(engine: Engine, tag: str) -> dict[str, Any]:
    """The details of the newest line with that tag."""
    with transactions.reading(engine) as db:
        lines = select(change.c.details).where(change.c.tag == tag).order_by(change.c.sequence.desc())
        found: dict[str, Any] = msgspec.json.decode(db.execute(lines.limit(1)).scalar_one())
        return found


def test_what_a_citizen_changes(people: People, engine: Engine, home: Household) -> None:
    with people.acting(home.citizen) as visit:
        kept = plans_store.goal(visit.db, home.records["goal"])
        assert kept is not None
        plans.change_goal(visit, msgspec.structs.replace(kept, title="Lær at sejle", state=GoalState.REACHED))
        carry_out(visit, GiveUp(home.records["wish"]), new_id())
        consent_service.answer(visit, home.citizen.id, {(Info.INTERESTS, Use.GUIDE): False})
        directory_service.set_language(visit, "en")
        request = for_citizens_service.my_guide(visit, home.citizen.id).request
        assert request is not None
        wishes = msgspec.structs.replace(request.request, interests=("sejlads",))
        requests_service.change_request(visit, request.request.id, wishes, request.own_words)
        for_citizens_service.end(visit, home.records["pairing"], EndReason.TIME)
    assert newest(engine, "plans:goal:change") == {
        "state": ["active", "reached"],
        "theme": ["self_care", "self_care"],
        "changed": ["title", "state"],
    }
    assert newest(engine, "budgets:request:give_up") == {"state": ["reserved", "given_up"]}
    assert newest(engine, "people:consent:take_back")["agreed"] == [True, False]
    assert newest(engine, "people:person:set_language") == {"language": ["da", "en"]}
    assert newest(engine, "guides:request:change") == {"changed": ["interests"]}
    assert newest(engine, "guides:pairing:end") == {"state": ["running", "ended"]}
    assert newest(engine, "people:relation:end_guide") == {"holder": [home.guide.id, None]}


def test_what_staff_and_guides_change(people: People, engine: Engine, home: Household) -> None:
    with people.acting(home.coordinator) as visit:
        identity_service.protect(visit, home.citizen.id, date(2026, 4, 1))
        identity_service.protect(visit, home.citizen.id, None)
        requests_service.set_urgent(visit, home.records["request"], True)
        before = pool_service.guide(visit, home.guide.id).guide.trained_until
        pool_service.set_papers(visit, home.guide.id, date(2027, 5, 1), None)
        account_service.set_enabled(visit, home.guide.id, False)
    with people.acting(home.guide) as visit:
        for_guides_service.set_pause(visit, date(2026, 4, 1))
    assert newest(engine, "people:protection:set") == {"until": [None, "2026-04-01"]}
    assert newest(engine, "people:protection:end") == {"until": ["2026-04-01", None]}
    assert newest(engine, "guides:request:set_urgent") == {"urgent": [False, True]}
    assert newest(engine, "guides:guide:set_papers")["trained_until"] == [str(before), "2027-05-01"]
    assert newest(engine, "people:account:close") == {"open": [True, False]}
    assert newest(engine, "guides:guide:set_pause") == {"until": [None, "2026-04-01"]}
