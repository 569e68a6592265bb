"""Two households: a citizen each, with everybody who is theirs and a word of their own in everything held about them."""

from typing import NamedTuple

import msgspec

from budgets.commands.messages import AddFund, AllocateToGoal, MakeGrant, RecordPurchase, RequestSpending
from budgets.commands.service import execute
from budgets.records import movements
from foundation.db import transactions
from foundation.ids import new_id
from guides.lifecycle import State
from guides.requests import service as requests_service
from people.access.model import RelationKind, Role
from people.directory import store as directory_store
from people.directory.model import Person
from plans import service as plans_service
from plans.model import Goal, GoalState, Theme
from tests.support.budget_factory import FUND
from tests.support.guide_scenario import GuideScenario
from tests.support.people_factory import PeopleFactory

PAIRING_STATE_OF_AREA = {"nord": State.RUNNING, "syd": State.OFFERED}


class CitizenFixture(NamedTuple):
    """A citizen of one area with everybody who is theirs, and the addresses of all that is held about them."""

    marker: str
    citizen: Person
    guide: Person
    supporter: Person
    coordinator: Person
    officer: Person
    records: dict[str, str]  # ids as they stand in addresses and hidden fields, by what they are

    @property
    def ids(self) -> tuple[str, ...]:
        """Every id of the household's records."""
        return tuple(self.records.values())


def make_two_citizens(people: PeopleFactory) -> dict[str, CitizenFixture]:
    """A household in the north whose pairing runs and one in the south whose guide has just been asked."""
    neighbours = GuideScenario(people)
    treasurer = people.add(Role.BUDGET_OFFICER, "Odin")
    with people.acting_as(treasurer) as context:
        fund_id = execute(context, AddFund(FUND, 100_000_00), "fund")
    for area in PAIRING_STATE_OF_AREA:
        people.area(area)
    return {area: _make_citizen(neighbours, treasurer, fund_id, area) for area in PAIRING_STATE_OF_AREA}


def _make_citizen(scenario: GuideScenario, treasurer: Person, fund_id: str, area: str) -> CitizenFixture:
    people = scenario.people
    mark = f"mærke{area}"
    citizen = scenario.citizen(
        f"{mark}fornavn", area=area, wants_help_with=("følgeskab", f"{mark}hjælp"), experiences=(f"{mark}erfaring",),
        interests=(f"{mark}glæde",), dislikes=(f"{mark}støj",), gives=(f"{mark}gave",),
    )  # fmt: skip
    with transactions.write_transaction(people.engine) as db:
        named = msgspec.structs.replace(
            citizen, surname=f"{mark}efternavn", email=f"{mark}@example.dk", phone=f"{mark}42"
        )
        directory_store.change_person(db, named)
    guide = scenario.guide(
        "Vejle", area=area, helps_with=("følgeskab",), experiences=(f"{mark}erfaring",),
        interests=(f"{mark}glæde",), dislikes=(f"{mark}støj",), wants=(f"{mark}gave",),
    )  # fmt: skip
    supporter = people.add(Role.SUPPORT_WORKER, "Støtte")
    people.start_relation(RelationKind.SUPPORT_WORKER, supporter, citizen)
    request = scenario.request_of(citizen)
    with people.acting_as(citizen) as context:
        requests_service.change_request(context, request.request.id, request.request, f"{mark}ord")
    run_id = scenario.run_matching()
    scenario.publish(run_id)
    pairing = scenario.pairing_of(citizen)
    assert pairing.guide_id == guide.id
    if PAIRING_STATE_OF_AREA[area] is State.RUNNING:
        scenario.advance_to(guide, citizen, State.RUNNING)
    goal = Goal(
        new_id(), citizen.id, f"{mark}mål", f"{mark}drøm", Theme.SELF_CARE, GoalState.ACTIVE, people.clock()
    )
    with people.acting_as(citizen) as context:
        plans_service.add_goal(context, goal)
    with people.acting_as(treasurer) as context:
        grant = execute(
            context,
            MakeGrant(fund_id, citizen.id, 5_000_00, FUND.starts_on, FUND.ends_on, f"{mark}lov"),
            new_id(),
        )
        execute(context, AllocateToGoal(grant, goal.id, 2_000_00), new_id())
        movement = execute(
            context,
            RecordPurchase(
                grant, goal.id, 100_00, FUND.starts_on, f"{mark}køb", outlay=False, request_id=None
            ),
            new_id(),
            b"%PDF-1.7 " + mark.encode(),
        )
    with people.acting_as(citizen) as context:
        wish = execute(
            context, RequestSpending(grant, goal.id, f"{mark}ønske", 50_00, f"{mark}ven"), new_id()
        )
    receipt = _receipt_of(people, grant)
    return CitizenFixture(
        mark,
        citizen,
        guide,
        supporter,
        people.add(Role.COORDINATOR, f"Koordinator {area}", role_area=area),
        people.add(Role.BUDGET_OFFICER, f"Økonom {area}", role_area=area),
        {
            "citizen": citizen.id,
            "request": request.request.id,
            "pairing": pairing.id,
            "goal": goal.id,
            "grant": grant,
            "movement": movement,
            "wish": wish,
            "receipt": receipt,
            "run": run_id,
            "fund": fund_id,
        },
    )


def _receipt_of(people: PeopleFactory, grant_id: str) -> str:
    with transactions.read_transaction(people.engine) as db:
        events = movements.of_grant(db, grant_id, limit=10)
    return next(one.receipt_id for one in events if one.receipt_id)
