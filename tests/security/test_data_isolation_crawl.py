"""Sixty people walk through a municipality of 200 citizens, each with a word of their own in all that is held about them:
whatever they are sent, pages, sheets, files and refusals, holds no word of a citizen to whom they have no tie."""

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
FOREIGN_IDS = 40  # records that everybody tries in every address


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """Who may see what is decided in Python; the wall of PostgreSQL has tests of its own."""
    return sqlite_engine


def with_markers(municipality: DemoMunicipality) -> tuple[DemoMunicipality, dict[str, str]]:
    """The municipality with a word in all that is held about each citizen, and the citizens by the word's number."""
    numbers = {one: f"{number:03d}" for number, one in enumerate(municipality.population.roles[Role.CITIZEN])}

    def word(citizen_id: str) -> str:
        return f"kanarie{numbers[citizen_id]}x"

    people = tuple(
        msgspec.structs.replace(
            one,
            given_name=f"{one.given_name} {word(one.id)}",
            surname=f"{one.surname} {word(one.id)}",
            email=f"{word(one.id)}@example.dk",
            phone=f"00 {word(one.id)}",
        )
        if one.id in numbers
        else one
        for one in municipality.population.people
    )
    requests = tuple(
        msgspec.structs.replace(
            one,
            own_words=word(one.citizen_id),
            request=msgspec.structs.replace(
                one.request,
                given_name=word(one.citizen_id),
                **{
                    name: (*getattr(one.request, name), word(one.citizen_id))
                    for name in ("wants_help_with", "experiences", "interests", "dislikes", "gives")
                },
            ),
        )
        for one in municipality.population.requests
    )
    goals = tuple(
        msgspec.structs.replace(
            one, title=f"{one.title[:80]} {word(one.citizen_id)}", words=f"{one.words} {word(one.citizen_id)}"
        )
        for one in municipality.goals
    )
    budgets = tuple(
        msgspec.structs.replace(
            one,
            budget=msgspec.structs.replace(
                one.budget,
                legal_basis=word(one.budget.citizen_id),
                purchases=tuple(
                    msgspec.structs.replace(bought, what=f"{bought.what} {word(one.budget.citizen_id)}")
                    for bought in one.budget.purchases
                ),
                requests=tuple(
                    msgspec.structs.replace(
                        asked,
                        what=f"{asked.what} {word(one.budget.citizen_id)}",
                        together_with=word(one.budget.citizen_id),
                    )
                    for asked in one.budget.requests
                ),
            ),
        )
        for one in municipality.finances.budgets
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
    """Fills the database; gives the citizens by the number of their word."""
    made, numbers = with_markers(make_municipality(clock(), 1, DemoSize(citizens=200, guides=60)))
    with transactions.write_transaction(engine) as db:
        load_municipality(db, made, clock(), lambda _what, _part: None)
    return numbers


def crawling_people(people: PeopleFactory, dice: random.Random, part: float) -> Iterator[tuple[Role, Person]]:
    """Who walks: those of the town who have the most to see, and staff who have one area each."""
    with transactions.read_transaction(people.engine) as db:
        found = {
            role: directory_store.search(db, role, "", None, limit=500, offset=0)[0]
            for role in PEOPLE_PER_ROLE
        }
        areas = list(db.execute(select(directory_tables.area.c.id)).scalars())
        asked = set(db.execute(select(pairing.c.guide_id)).scalars())
    for role, most in PEOPLE_PER_ROLE.items():
        count = max(1, round(most * part))
        if role in {Role.COORDINATOR, Role.BUDGET_OFFICER}:
            for area in dice.sample(areas, count):
                yield role, people.add(role, f"Område {area}", role_area=area)
        else:
            chosen = [one for one in found[role] if role is not Role.GUIDE or one.id in asked]
            yield from ((role, one) for one in dice.sample(chosen, min(count, len(chosen))))


def related_citizens(
    db: Connection, actor: Actor, citizen_ids: Sequence[str], clock: FrozenClock
) -> set[str]:
    """The citizens to whom somebody has a tie."""
    subjects = access_store.subjects(db, actor.person_id or "", citizen_ids, clock())
    return {citizen_id for citizen_id, subject in subjects.items() if any(grants(actor, subject))}


def ids_of_records(engine: Engine, dice: random.Random) -> list[str]:
    """Ids of all kinds of records of citizens, as somebody might guess or have been sent them."""
    tables = [one for one in db_types.metadata.sorted_tables if "id" in one.c and one.name != "people_area"]
    with transactions.read_transaction(engine) as db:
        found = [list(db.execute(select(table.c.id)).scalars()) for table in tables]
    return [one for ids in found for one in dice.sample(ids, min(4, len(ids)))]


def crawl(site: AppClient, cookie: str, addresses: list[str], pages_max: int) -> Iterator[tuple[str, str]]:
    """At most so many answers: the addresses given, and all that their pages lead to."""
    waiting, seen = list(reversed(addresses)), set[str]()
    while waiting and len(seen) < pages_max:
        path = waiting.pop()
        if path in seen or path.startswith(("/static", "/sign-out", "/invitations")):
            continue
        seen.add(path)
        answer = site.client.get(
            BASE_URL + path, headers={"cookie": f"livsmester={cookie}"}, follow_redirects=False
        )
        assert answer.status_code < 500, path
        yield path, f"{answer.headers} {answer.content.decode('utf-8', 'replace')}"
        if target := answer.headers.get("location", ""):
            waiting.append(target)
        elif answer.status_code == 200 and "html" in answer.headers.get("content-type", ""):
            links = [node.attributes["href"] or "" for node in LexborHTMLParser(answer.text).css("a[href]")]
            waiting += [link.split("#")[0] for link in links if link.startswith("/")]


@pytest.mark.parametrize(
    ("part", "most", "least"),
    [
        pytest.param(0.05, 120, 500, id="a few"),
        pytest.param(1, 1_300, 50_000, id="sixty", marks=pytest.mark.long),
    ],
)
def test_nobody_is_sent_a_word_of_somebody_elses(
    site: AppClient,
    people: PeopleFactory,
    citizen_of_marker: dict[str, str],
    clock: FrozenClock,
    part: float,
    most: int,
    least: int,
) -> None:
    dice = random.Random(2026)
    get = [path for method, path in route_policies(site.app) if method == "GET"]
    records = dice.sample(ids := ids_of_records(people.engine, dice), min(FOREIGN_IDS, len(ids)))
    count, found, own_found = 0, [], 0
    for role, person in crawling_people(people, dice, part):
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
            re.sub(r"\{\w+\}", dice.choice(records), path)
            for path in get
            if "{" in path
            for _ in range(FOREIGN_IDS)
        ]
        tried = [
            "/",
            *(path for path in get if "{" not in path),
            *dice.sample(tried, min(len(tried), most * 9 // 10)),
        ]
        tried += ["/citizens?text=kanarie", "/citizens.csv?text=kanarie", "/grants?text=kanarie"]
        for path, text in crawl(site, cookie, tried, most):
            count += 1
            told = {citizen_of_marker[number] for number in MARKER.findall(text)}
            own_found += bool(told & own)
            found += [f"{role} {path}: {sorted(told - own)}"] if told - own else []
    assert not found, "\n".join(found[:20])
    assert own_found > least // 50  # the walkers do see what is theirs
    assert count > least
