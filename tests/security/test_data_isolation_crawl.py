"""Sixty people crawl a municipality of 200 citizens with marker texts in all their data.

No page, file or refusal that a person receives holds the marker of a citizen to whom they have no relation.
"""

import random
import re
from collections.abc import Iterator, Sequence

import msgspec
import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import Connection, Engine, select

from foundation.db import transactions
from foundation.db import types as db_types
from guides.tables import pairing
from livsmester.demo.generate import make_municipality
from livsmester.demo.load import load_municipality
from livsmester.demo.model import DemoMunicipality, DemoSize
from people.access import store as access_store
from people.access.model import Actor, Role
from people.access.policy import grants
from people.credentials import account_store
from people.directory import store as directory_store
from people.directory.model import Person
from people.tables import directory as directory_tables
from tests.conftest import FrozenClock
from tests.support.app_client import BASE_URL, AppClient
from tests.support.people_factory import PeopleFactory
from tests.support.route_crawler import route_policies

MARKER = re.compile(r"kanarie(\d{3})x")
PEOPLE_PER_ROLE = {
    Role.CITIZEN: 18,
    Role.GUIDE: 16,
    Role.SUPPORT_WORKER: 8,
    Role.COORDINATOR: 8,
    Role.BUDGET_OFFICER: 6,
    Role.LEADER: 2,
    Role.ADMINISTRATOR: 2,
}
FOREIGN_IDS = 40  # records that every person tries in every route


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """SQLite alone: access is decided in Python; the row policies of PostgreSQL have tests of their own."""
    return sqlite_engine


def with_markers(municipality: DemoMunicipality) -> tuple[DemoMunicipality, dict[str, str]]:
    """The municipality with a marker in all data of each citizen, and marker number → citizen id."""
    numbers = {
        citizen_id: f"{number:03d}"
        for number, citizen_id in enumerate(municipality.population.roles[Role.CITIZEN])
    }

    def word(citizen_id: str) -> str:
        return f"kanarie{numbers[citizen_id]}x"

    people = tuple(
        msgspec.structs.replace(
            person,
            given_name=f"{person.given_name} {word(person.id)}",
            surname=f"{person.surname} {word(person.id)}",
            email=f"{word(person.id)}@example.dk",
            phone=f"00 {word(person.id)}",
        )
        if person.id in numbers
        else person
        for person in municipality.population.people
    )
    requests = tuple(
        msgspec.structs.replace(
            record,
            own_words=word(record.citizen_id),
            request=msgspec.structs.replace(
                record.request,
                given_name=word(record.citizen_id),
                **{
                    name: (*getattr(record.request, name), word(record.citizen_id))
                    for name in ("wants_help_with", "experiences", "interests", "dislikes", "gives")
                },
            ),
        )
        for record in municipality.population.requests
    )
    goals = tuple(
        msgspec.structs.replace(
            goal,
            title=f"{goal.title[:80]} {word(goal.citizen_id)}",
            words=f"{goal.words} {word(goal.citizen_id)}",
        )
        for goal in municipality.goals
    )
    budgets = tuple(
        msgspec.structs.replace(
            planned,
            budget=msgspec.structs.replace(
                planned.budget,
                legal_basis=word(planned.budget.citizen_id),
                purchases=tuple(
                    msgspec.structs.replace(
                        purchase, what=f"{purchase.what} {word(planned.budget.citizen_id)}"
                    )
                    for purchase in planned.budget.purchases
                ),
                requests=tuple(
                    msgspec.structs.replace(
                        request,
                        what=f"{request.what} {word(planned.budget.citizen_id)}",
                        together_with=word(planned.budget.citizen_id),
                    )
                    for request in planned.budget.requests
                ),
            ),
        )
        for planned in municipality.finances.budgets
    )
    return (
        msgspec.structs.replace(
            municipality,
            population=msgspec.structs.replace(municipality.population, people=people, requests=requests),
            goals=goals,
            finances=msgspec.structs.replace(municipality.finances, budgets=budgets),
        ),
        {number: citizen_id for citizen_id, number in numbers.items()},
    )


@pytest.fixture
def citizen_of_marker(engine: Engine, clock: FrozenClock) -> dict[str, str]:
    """Fill the database; returns marker number → citizen id."""
    made, numbers = with_markers(make_municipality(clock(), 1, DemoSize(citizens=200, guides=60)))
    with transactions.write_transaction(engine) as db:
        load_municipality(db, made, clock(), lambda _what, _part: None)
    return numbers


def crawling_people(
    people: PeopleFactory, random_source: random.Random, part: float
) -> Iterator[tuple[Role, Person]]:
    """The people who crawl: those with the most to see, and staff limited to one area each."""
    with transactions.read_transaction(people.engine) as db:
        people_of_role = {
            role: directory_store.search(db, role, "", None, limit=500, offset=0)[0]
            for role in PEOPLE_PER_ROLE
        }
        areas = list(db.execute(select(directory_tables.area.c.id)).scalars())
        guides_with_offers = set(db.execute(select(pairing.c.guide_id)).scalars())
    for role, most in PEOPLE_PER_ROLE.items():
        count = max(1, round(most * part))
        if role in {Role.COORDINATOR, Role.BUDGET_OFFICER}:
            for area in random_source.sample(areas, count):
                yield role, people.add(role, f"Område {area}", role_area=area)
        else:
            candidates = [
                person
                for person in people_of_role[role]
                if role is not Role.GUIDE or person.id in guides_with_offers
            ]
            yield from (
                (role, person) for person in random_source.sample(candidates, min(count, len(candidates)))
            )


def related_citizens(
    db: Connection, actor: Actor, citizen_ids: Sequence[str], clock: FrozenClock
) -> set[str]:
    """Ids of the citizens to whom the actor has a relation."""
    subjects = access_store.subjects(db, actor.person_id or "", citizen_ids, clock())
    return {citizen_id for citizen_id, subject in subjects.items() if any(grants(actor, subject))}


def ids_of_records(engine: Engine, random_source: random.Random) -> list[str]:
    """Random record ids of every kind, as an attacker might have learnt them."""
    tables = [
        table for table in db_types.metadata.sorted_tables if "id" in table.c and table.name != "people_area"
    ]
    with transactions.read_transaction(engine) as db:
        ids_of_tables = [list(db.execute(select(table.c.id)).scalars()) for table in tables]
    return [record_id for ids in ids_of_tables for record_id in random_source.sample(ids, min(4, len(ids)))]


def crawl(site: AppClient, cookie: str, addresses: list[str], pages_max: int) -> Iterator[tuple[str, str]]:
    """(path, headers and body) of at most `pages_max` responses: the given paths and all that they link to."""
    waiting, seen = list(reversed(addresses)), set[str]()
    while waiting and len(seen) < pages_max:
        path = waiting.pop()
        if path in seen or path.startswith(("/static", "/sign-out", "/invitations")):
            continue
        seen.add(path)
        response = site.client.get(
            BASE_URL + path, headers={"cookie": f"livsmester={cookie}"}, follow_redirects=False
        )
        assert response.status_code < 500, path
        yield path, f"{response.headers} {response.content.decode('utf-8', 'replace')}"
        if target := response.headers.get("location", ""):
            waiting.append(target)
        elif response.status_code == 200 and "html" in response.headers.get("content-type", ""):
            links = [node.attributes["href"] or "" for node in LexborHTMLParser(response.text).css("a[href]")]
            waiting += [link.split("#")[0] for link in links if link.startswith("/")]


@pytest.mark.parametrize(
    ("part", "most", "least"),
    [
        pytest.param(0.05, 120, 500, id="a few"),
        pytest.param(1, 1_300, 50_000, id="sixty", marks=pytest.mark.long),
    ],
)
def test_no_crawler_receives_data_of_an_unrelated_citizen(
    site: AppClient,
    people: PeopleFactory,
    citizen_of_marker: dict[str, str],
    clock: FrozenClock,
    part: float,
    most: int,
    least: int,
) -> None:
    random_source = random.Random(2026)
    get = [path for method, path in route_policies(site.app) if method == "GET"]
    records = random_source.sample(
        ids := ids_of_records(people.engine, random_source), min(FOREIGN_IDS, len(ids))
    )
    count, found, own_found = 0, [], 0
    for role, person in crawling_people(people, random_source, part):
        with transactions.write_transaction(people.engine) as db:
            account_store.set_account(db, person.id, f"{person.id}@example.dk", None)
            own = related_citizens(
                db,
                Actor(person.id, roles=directory_store.roles(db, person.id)),
                list(citizen_of_marker.values()),
                clock,
            )
        cookie = site.session_token(person)
        tried = [
            re.sub(r"\{\w+\}", random_source.choice(records), path)
            for path in get
            if "{" in path
            for _ in range(FOREIGN_IDS)
        ]
        tried = [
            "/",
            *(path for path in get if "{" not in path),
            *random_source.sample(tried, min(len(tried), most * 9 // 10)),
        ]
        tried += ["/citizens?text=kanarie", "/citizens.csv?text=kanarie", "/grants?text=kanarie"]
        for path, text in crawl(site, cookie, tried, most):
            count += 1
            received = {citizen_of_marker[number] for number in MARKER.findall(text)}
            own_found += bool(received & own)
            found += [f"{role} {path}: {sorted(received - own)}"] if received - own else []
    assert not found, "\n".join(found[:20])
    assert own_found > least // 50  # related people do see their citizens' data
    assert count > least
