"""The people of the access matrix, and how a route's path is filled with a citizen's records."""

import re
from collections.abc import Iterator

import httpx

from foundation.db import transactions
from people.access.model import RelationKind, Role
from people.credentials import account_store
from people.directory import store as directory_store
from people.directory.model import Person
from people.emergency_access import service as emergency_access_service
from tests.conftest import FrozenClock
from tests.support.app_client import AppClient
from tests.support.people_factory import PeopleFactory
from tests.support.route_crawler import UNUSED_ID
from tests.support.two_citizens import CitizenFixture

# Path parameter → the citizen's record that it identifies. Other parameters identify nothing about a citizen.
CITIZEN_PATH_PARAMS = {
    "citizen_id": "citizen",
    "goal_id": "goal",
    "pairing_id": "pairing",
    "offer_id": "pairing",
    "grant_id": "grant",
    "movement_id": "movement",
    "receipt_id": "receipt",
    "request_id": "request",
}
RELATED = {"self", "related"}
ID_PATTERN = re.compile(r"\b[0-9a-hjkmnp-tv-z]{20}\b")
PER_REQUEST_PATTERN = re.compile(r'(name="(?:key|csrf_token)" value=")[^"]*')


def matrix_people(
    people: PeopleFactory, home: CitizenFixture, away: CitizenFixture, clock: FrozenClock
) -> Iterator[tuple[Role, str, Person]]:
    """Everyone in the matrix for one citizen: role, relation, person."""
    yield Role.CITIZEN, "self", home.citizen
    yield Role.CITIZEN, "unrelated", away.citizen
    for role, own, other in (
        (Role.GUIDE, home.guide, away.guide),
        (Role.SUPPORT_WORKER, home.supporter, away.supporter),
        (Role.COORDINATOR, home.coordinator, away.coordinator),
        (Role.BUDGET_OFFICER, home.officer, away.officer),
    ):
        yield role, "related", own
        yield role, "unrelated", other
        yield role, "ended", _person_with_ended_relation(people, role, home, away, clock)
    for role in (Role.SUPPORT_WORKER, Role.COORDINATOR):
        yield role, "glass", _person_with_emergency_access(people, role, home, away)
    for role in (Role.LEADER, Role.ADMINISTRATOR):
        yield role, "unrelated", people.add(role)


def _person_with_ended_relation(
    people: PeopleFactory, role: Role, home: CitizenFixture, away: CitizenFixture, clock: FrozenClock
) -> Person:
    """A person whose relation to the citizen has just ended."""
    person = people.add(role, "Forhen", role_area=home.citizen.area)
    kinds = {Role.GUIDE: RelationKind.GUIDE, Role.SUPPORT_WORKER: RelationKind.SUPPORT_WORKER}
    if role in kinds:
        people.start_relation(kinds[role], person, home.citizen)
        people.end_relation(kinds[role], person, home.citizen)
        return person
    with transactions.write_transaction(people.engine) as db:
        directory_store.remove_role(db, person.id, role)
        directory_store.add_roles(db, [person], role, clock(), None, away.citizen.area)
    return person


def _person_with_emergency_access(
    people: PeopleFactory, role: Role, home: CitizenFixture, away: CitizenFixture
) -> Person:
    """A person without a relation who has opened everything by emergency access."""
    person = people.add(role, "Glas", role_area=away.citizen.area)
    with transactions.read_transaction(people.engine) as db:
        citizen = directory_store.person(db, home.citizen.id)
    assert citizen is not None
    with people.acting_as(person) as context:
        emergency_access_service.break_glass(
            context,
            citizen.full_name,
            emergency_access_service.openable_kinds(context),
            "Borgeren er i fare lige nu.",
        )
    return person


def session_token_of(site: AppClient, person: Person) -> str:
    """Give the person an account and open a session; returns its token."""
    with transactions.write_transaction(site.engine) as db:
        account_store.set_account(db, person.id, f"{person.id}@example.dk", None)
    return site.session_token(person)


def area_for(path: str) -> str:
    """The area whose pairing is in the state that the route needs: offers are answered before a pairing runs."""
    return "syd" if path.startswith("/offers/") else "nord"


def fill_path(path: str, home: CitizenFixture, *, unused: bool = False) -> str:
    """The path filled with the citizen's records; with `unused`, records of a citizen get an id that does not exist."""
    parts = []
    for part in path.split("/"):
        param = part.strip("{}")
        if not part.startswith("{"):
            parts.append(part)
        elif param not in CITIZEN_PATH_PARAMS:
            parts.append(_other_value(param, home))
        elif unused:
            parts.append(UNUSED_ID)
        elif path.startswith("/money/requests/"):
            parts.append(home.records["wish"])
        else:
            parts.append(home.records[CITIZEN_PATH_PARAMS[param]])
    return "/".join(parts)


def _other_value(param: str, home: CitizenFixture) -> str:
    """The value of a path parameter that identifies nothing about a citizen."""
    values = {"info": "area", "guide_id": home.guide.id, "person_id": home.guide.id}
    values |= {f"{name}_id": home.records[name] for name in ("run", "fund")}
    return values.get(param, UNUSED_ID)


def body_without_ids(response: httpx.Response) -> str:
    """The body without ids and without what differs in every response."""
    return PER_REQUEST_PATTERN.sub(r"\1", ID_PATTERN.sub("id", response.text))
