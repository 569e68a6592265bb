"""Two households: a citizen each, with everybody who is theirs and a word of their own in everything held about them."""

from typing import NamedTuple

import msgspec

from budgets.commands.messages import AddFund, Allocate, Ask, MakeGrant, RecordPurchase
from budgets.commands.service import carry_out
from budgets.records import movements
from foundation.db import transactions
from foundation.ids import new_id
from guides.lifecycle import State
from guides.requests import service as requests_service
from people.access.model import RelationKind, Role
from people.directory import store as directory_store
from people.directory.model import Person
from plans import service as plans
from plans.model import Goal, GoalState, Theme
from tests.budgets.money_factory import FUND
from tests.guides.neighbours import Neighbours
from tests.people_factory import People

STATE = {"nord": State.RUNNING, "syd": State.OFFERED}


class Household(NamedTuple):
    """A citizen of one area with everybody who is theirs, and the addresses of all that is held about them."""

    mark: str
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


def make_households(people: People) -> dict[str, Household]:
    """A household in the north whose pairing runs and one in the south whose guide has just been asked."""
    neighbours = Neighbours(people)
    treasurer = people.add(Role.BUDGET_OFFICER, "Odin")
    with people.acting(treasurer) as visit:
        fund_id = carry_out(visit, AddFund(FUND, 100_000_00), "fund")
    for area in STATE:
        people.area(area)
    return {area: _household(neighbours, treasurer, fund_id, area) for area in STATE}


def _household(neighbours: Neighbours, treasurer: Person, fund_id: str, area: str) -> Household:
    people = neighbours.people
    mark = f"mærke{area}"
    citizen = neighbours.citizen(
        f"{mark}fornavn", area=area, wants_help_with=("følgeskab", f"{mark}hjælp"), experiences=(f"{mark}erfaring",),
        interests=(f"{mark}glæde",), dislikes=(f"{mark}støj",), gives=(f"{mark}gave",),
    )  # fmt: skip
    with transactions.writing(people.engine) as db:
        named = msgspec.structs.replace(
            citizen, surname=f"{mark}efternavn", email=f"{mark}@example.dk", phone=f"{mark}42"
        )
        directory_store.change_person(db, named)
    guide = neighbours.guide(
        "Vejle", area=area, helps_with=("følgeskab",), experiences=(f"{mark}erfaring",),
        interests=(f"{mark}glæde",), dislikes=(f"{mark}støj",), wants=(f"{mark}gave",),
    )  # fmt: skip
    supporter = people.add(Role.SUPPORT_WORKER, "Støtte")
    people.relate(RelationKind.SUPPORT_WORKER, supporter, citizen)
    request = neighbours.request_of(citizen)
    with people.acting(citizen) as visit:
        requests_service.change_request(visit, request.request.id, request.request, f"{mark}ord")
    run_id = neighbours.run()
    neighbours.publish(run_id)
    pairing = neighbours.pairing_of(citizen)
    assert pairing.guide_id == guide.id
    if STATE[area] is State.RUNNING:
        neighbours.walk(guide, citizen, State.RUNNING)
    goal = Goal(
        new_id(), citizen.id, f"{mark}mål", f"{mark}drøm", Theme.SELF_CARE, GoalState.ACTIVE, people.clock()
    )
    with people.acting(citizen) as visit:
        plans.add_goal(visit, goal)
    with people.acting(treasurer) as visit:
        grant = carry_out(
            visit,
            MakeGrant(fund_id, citizen.id, 5_000_00, FUND.starts_on, FUND.ends_on, f"{mark}lov"),
            new_id(),
        )
        carry_out(visit, Allocate(grant, goal.id, 2_000_00), new_id())
        movement = carry_out(
            visit,
            RecordPurchase(
                grant, goal.id, 100_00, FUND.starts_on, f"{mark}køb", outlay=False, request_id=None
            ),
            new_id(),
            b"%PDF-1.7 " + mark.encode(),
        )
    with people.acting(citizen) as visit:
        wish = carry_out(visit, Ask(grant, goal.id, f"{mark}ønske", 50_00, f"{mark}ven"), new_id())
    receipt = _receipt_of(people, grant)
    return Household(
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


def _receipt_of(people: People, grant_id: str) -> str:
    with transactions.reading(people.engine) as db:
        events = movements.of_grant(db, grant_id, limit=10)
    return next(one.receipt_id for one in events if one.receipt_id)
