"""Two citizens with everyone related to them, and a marker text in everything stored about each."""

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
    """A citizen, everyone related to them, and the ids of all records about them."""

    marker: str
    citizen: Person
    guide: Person
    supporter: Person
    coordinator: Person
    officer: Person
    records: dict[str, str]  # kind of record → id

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all records."""
        return tuple(self.records.values())


def make_two_citizens(people: PeopleFactory) -> dict[str, CitizenFixture]:
    """Area → citizen: in the north with a running pairing, in the south with an open offer."""
    scenario = GuideScenario(people)
    officer = people.add(Role.BUDGET_OFFICER, "Odin")
    with people.acting_as(officer) as context:
        fund_id = execute(context, AddFund(FUND, 100_000_00), "fund")
    for area in PAIRING_STATE_OF_AREA:
        people.area(area)
    return {area: _make_citizen(scenario, officer, fund_id, area) for area in PAIRING_STATE_OF_AREA}


def _make_citizen(scenario: GuideScenario, officer: Person, fund_id: str, area: str) -> CitizenFixture:
    people = scenario.people
    mark = f"mærke{area}"
    citizen = scenario.citizen(
        f"{mark}fornavn", area=area, wants_help_with=("følgeskab", f"{mark}hjælp"), experiences=(f"{mark}erfaring",),
        interests=(f"{mark}glæde",), dislikes=(f"{mark}støj",), gives=(f"{mark}gave",),
    )  # fmt: skip
    with transactions.write_transaction(people.engine) as db:
        renamed = msgspec.structs.replace(
            citizen, surname=f"{mark}efternavn", email=f"{mark}@example.dk", phone=f"{mark}42"
        )
        directory_store.change_person(db, renamed)
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
    with people.acting_as(officer) as context:
        grant_id = execute(
            context,
            MakeGrant(fund_id, citizen.id, 5_000_00, FUND.starts_on, FUND.ends_on, f"{mark}lov"),
            new_id(),
        )
        execute(context, AllocateToGoal(grant_id, goal.id, 2_000_00), new_id())
        movement_id = execute(
            context,
            RecordPurchase(
                grant_id, goal.id, 100_00, FUND.starts_on, f"{mark}køb", outlay=False, request_id=None
            ),
            new_id(),
            b"%PDF-1.7 " + mark.encode(),
        )
    with people.acting_as(citizen) as context:
        wish_id = execute(
            context, RequestSpending(grant_id, goal.id, f"{mark}ønske", 50_00, f"{mark}ven"), new_id()
        )
    receipt = _receipt_of(people, grant_id)
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
            "grant": grant_id,
            "movement": movement_id,
            "wish": wish_id,
            "receipt": receipt,
            "run": run_id,
            "fund": fund_id,
        },
    )


def _receipt_of(people: PeopleFactory, grant_id: str) -> str:
    with transactions.read_transaction(people.engine) as db:
        events = movements.of_grant(db, grant_id, limit=10)
    return next(event.receipt_id for event in events if event.receipt_id)
