"""The matrix: every route × method × role × relation × state of the account, generated from the running app.

What is expected is written as rules below; a new route is in the matrix by itself and is held to them. Whoever has no
tie to a citizen gets exactly the answer for a record that never was.
"""

import random
import re
import sqlite3
import statistics
import time
from collections.abc import Iterator
from typing import NamedTuple

import httpx
import pytest
from sqlalchemy import Engine, update

from foundation.db import transactions
from people.access.model import RelationKind, Role
from people.directory import store as directory_store
from people.directory.model import Person
from people.emergency_access import service as emergency_access_service
from people.sign_in import account_store
from people.tables.sign_in import account
from people.web.csrf import token_for
from people.web.rules import Rule
from tests.conftest import StandingClock
from tests.households import STATE, Household, make_households
from tests.people_factory import People
from tests.rules.test_access import NOBODYS_ID, routes
from tests.site import ADDRESS, Site

# Which record of a household stands in an address, by the name of the place. Other places hold nothing about a citizen.
OF_A_CITIZEN = {
    "citizen_id": "citizen",
    "goal_id": "goal",
    "pairing_id": "pairing",
    "offer_id": "pairing",
    "grant_id": "grant",
    "movement_id": "movement",
    "receipt_id": "receipt",
    "request_id": "request",
}
ENDS_THE_VISIT = {"/sign-out", "/sign-out-everywhere"}  # would end the visits of the other cells
TIES = {"self", "related"}


class Somebody(NamedTuple):
    """A person of the matrix: role, how they stand to the citizen, and the session they came with."""

    role: Role
    relation: str
    disabled: bool
    cookie: str

    def __str__(self) -> str:
        return f"{self.role}, {self.relation}{', disabled' if self.disabled else ''}"


class Cell(NamedTuple):
    """One request of the matrix."""

    method: str
    path: str
    rule: Rule
    who: Somebody | None  # None: a stranger

    def __str__(self) -> str:
        return f"{self.method} {self.path} as {self.who or 'a stranger'}"


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """Who may see what is decided in Python."""
    return sqlite_engine


def people_of(
    people: People, home: Household, away: Household, clock: StandingClock
) -> Iterator[tuple[Role, str, Person]]:
    """Everybody of the matrix for one household."""
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
        yield role, "ended", _ended(people, role, home, away, clock)
    for role in (Role.SUPPORT_WORKER, Role.COORDINATOR):
        yield role, "glass", _glass(people, role, home, away)
    for role in (Role.LEADER, Role.ADMINISTRATOR):
        yield role, "unrelated", people.add(role)


def _ended(people: People, role: Role, home: Household, away: Household, clock: StandingClock) -> Person:
    """Somebody who stood to the citizen as the role does, until a minute ago."""
    person = people.add(role, "Forhen", role_area=home.citizen.area)
    kinds = {Role.GUIDE: RelationKind.GUIDE, Role.SUPPORT_WORKER: RelationKind.SUPPORT_WORKER}
    if role in kinds:
        people.relate(kinds[role], person, home.citizen)
        people.unrelate(kinds[role], person, home.citizen)
        return person
    with transactions.writing(people.engine) as db:
        directory_store.remove_role(db, person.id, role)
        directory_store.add_roles(db, [person], role, clock(), None, away.citizen.area)
    return person


def _glass(people: People, role: Role, home: Household, away: Household) -> Person:
    """Somebody with no tie who has opened everything in an emergency."""
    person = people.add(role, "Glas", role_area=away.citizen.area)
    with transactions.reading(people.engine) as db:
        named = directory_store.person(db, home.citizen.id)
    assert named is not None
    with people.acting(person) as visit:
        emergency_access_service.break_glass(
            visit, named.full_name, emergency_access_service.may_open(visit), "Borgeren er i fare lige nu."
        )
    return person


def signed_in(site: Site, person: Person) -> str:
    """A session of that person, who has an account; gives its token."""
    with transactions.writing(site.engine) as db:
        account_store.set_account(db, person.id, f"{person.id}@example.dk", None)
    return site.session(person)


def stage(path: str) -> str:
    """The household whose pairing stands where the route is used: offers are answered before a pairing runs."""
    return "syd" if path.startswith("/offers/") else "nord"


def address(path: str, home: Household, *, never: bool = False) -> str:
    """The path with the household's records in its places; `never`: with ids that never were for those of a citizen."""
    parts = []
    for part in path.split("/"):
        place = part.strip("{}")
        if not part.startswith("{"):
            parts.append(part)
        elif place not in OF_A_CITIZEN:
            parts.append(_of_nobody(place, home))
        elif never:
            parts.append(NOBODYS_ID)
        elif path.startswith("/money/requests/"):
            parts.append(home.records["wish"])
        else:
            parts.append(home.records[OF_A_CITIZEN[place]])
    return "/".join(parts)


def _of_nobody(place: str, home: Household) -> str:
    """What stands in a place that holds nothing about a citizen."""
    known = {"info": "area", "guide_id": home.guide.id, "person_id": home.guide.id}
    known |= {f"{name}_id": home.records[name] for name in ("run", "fund")}
    return known.get(place, NOBODYS_ID)


def about_a_citizen(path: str) -> bool:
    """Whether a record of a citizen stands in the address."""
    return any(f"{{{place}}}" in path for place in OF_A_CITIZEN)


def expected(cell: Cell) -> str:
    """The rule: "public", "sign in", "not allowed", "not done", "missing" (as a record that never was) or "in"."""
    if cell.rule.public:
        return "public"
    if cell.who is None or cell.who.disabled or cell.rule.name.startswith("token "):
        return "sign in"  # a route for programs knows no cookie
    if cell.who.role not in cell.rule.roles:
        return "not allowed"
    # These files hold people and money of every area; the coordinators and officers here have one area each.
    if cell.path.startswith(("/import", "/reconciliations")):
        return "not allowed" if cell.method == "GET" else "not done"
    # The proposal holds people of the household's area: coordinators of another one neither publish it nor throw it away.
    changes_a_run = cell.method == "POST" and cell.path.endswith(("{run_id}/publish", "{run_id}/discard"))
    if changes_a_run and cell.who.relation not in TIES:
        return "not done"
    if not about_a_citizen(cell.path) or cell.who.relation in TIES:
        return "in"
    if cell.who.relation == "glass":
        return in_an_emergency(cell)
    return "missing"


def in_an_emergency(cell: Cell) -> str:
    """Reading is open, but consent and the letter; changing is not, whatever the form says."""
    if cell.method == "GET":
        return "not allowed" if cell.path.endswith(("/consent", "/seen-letter.pdf")) else "in"
    return "not done"


def fits(answer: httpx.Response, rule: str) -> bool:
    """Whether the answer is what the rule says, as far as one answer can show it."""
    status = answer.status_code
    return {
        "public": status < 500 and status not in {401, 403},
        "sign in": status == 401,
        "not allowed": status == 403,
        "not done": status in {403, 404, 409, 422}
        or (status == 200 and answer.request.url.path.endswith("/ask")),
        "missing": status in {404, 409, 422},
        "in": status < 500 and status not in {401, 403},
    }[rule]


ID = re.compile(r"\b[0-9a-hjkmnp-tv-z]{20}\b")
ONCE = re.compile(r'(name="(?:key|csrf_token)" value=")[^"]*')


def without_ids(answer: httpx.Response) -> str:
    """The body but for ids and what is new on every page."""
    return ONCE.sub(r"\1", ID.sub("id", answer.text))


class Matrix:
    """The running app with everybody in it; `wrong` gathers the deviations."""

    def __init__(self, site: Site, people: People, clock: StandingClock, *, disabled: bool) -> None:
        self.site = site
        self.homes = make_households(people)
        self.everybody: dict[str, list[Somebody]] = {}
        for area in STATE:
            home, away = (self.homes[one] for one in sorted(STATE, key=lambda one: one != area))
            self.everybody[area] = [
                Somebody(role, relation, disabled, signed_in(site, person))
                for role, relation, person in people_of(people, home, away, clock)
            ]
        if disabled:
            with transactions.writing(people.engine) as db:
                db.execute(update(account).values(disabled_at=clock()))
        self.live = sqlite3.connect(site.engine.url.database or "")
        self.kept = sqlite3.connect(":memory:")
        self.live.backup(self.kept)
        self.wrong: list[str] = []
        self.count = 0

    def cells(self) -> Iterator[Cell]:
        """Every cell, but those that would end the visits of the others."""
        for (method, path), rule in routes(self.site.app).items():
            if path not in ENDS_THE_VISIT:
                for who in (*self.everybody[stage(path)], None):
                    yield Cell(method, path, rule, who)

    def check(self, cell: Cell) -> None:
        """Ask, compare with the rule, and take back what a cell changed."""
        self.count += 1
        rule = expected(cell)
        answer = self.ask(cell)
        if not fits(answer, rule):
            self.wrong.append(f"{cell}: {answer.status_code}, the rule says {rule}")
        elif rule == "missing":
            never = self.ask(cell, never=True)
            if (never.status_code, without_ids(never)) != (answer.status_code, without_ids(answer)):
                self.wrong.append(f"{cell}: another answer than for a record that never was")
        if cell.method == "POST" and rule in {"in", "public"}:
            self.restore()

    def ask(self, cell: Cell, *, never: bool = False) -> httpx.Response:
        """One request, with the token that a form of that person carries."""
        cookie = cell.who.cookie if cell.who else ""
        return self.site.client.request(
            cell.method,
            ADDRESS + address(cell.path, self.homes[stage(cell.path)], never=never),
            headers={"cookie": f"livsmester={cookie}"} if cookie else {},
            data={"csrf_token": token_for(cookie)} if cell.method == "POST" else None,
            follow_redirects=False,
        )

    def restore(self) -> None:
        """Everything as it was before the first cell."""
        self.kept.backup(self.live)

    def close(self) -> None:
        """Let go of the databases."""
        self.live.close()
        self.kept.close()


@pytest.mark.parametrize(
    "one_in", [pytest.param(4, id="a quarter"), pytest.param(1, id="all", marks=pytest.mark.long)]
)
@pytest.mark.parametrize("disabled", [pytest.param(False, id="enabled"), pytest.param(True, id="disabled")])
def test_every_cell_answers_as_the_rules_say(
    site: Site, people: People, clock: StandingClock, disabled: bool, one_in: int
) -> None:
    matrix = Matrix(site, people, clock, disabled=disabled)
    cells = list(matrix.cells())
    for cell in random.Random(2026).sample(cells, len(cells) // one_in):
        matrix.check(cell)
    matrix.close()
    assert not matrix.wrong, f"{len(matrix.wrong)} of {matrix.count}:\n" + "\n".join(sorted(matrix.wrong))
    assert len(cells) > 2_700  # of more than 5,400 with both states of the account


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.CITIZEN, "/goals/{goal_id}"),
        (Role.GUIDE, "/my-pairings/{pairing_id}"),
        (Role.SUPPORT_WORKER, "/citizens/{citizen_id}/money"),
        (Role.COORDINATOR, "/citizens/{citizen_id}"),
        (Role.BUDGET_OFFICER, "/grants/{grant_id}"),
    ],
)
def test_a_foreign_record_takes_as_long_as_one_that_never_was(
    site: Site, people: People, role: Role, path: str
) -> None:
    homes = make_households(people)
    away = homes["syd"]
    person = {
        Role.CITIZEN: away.citizen,
        Role.GUIDE: away.guide,
        Role.SUPPORT_WORKER: away.supporter,
        Role.COORDINATOR: away.coordinator,
        Role.BUDGET_OFFICER: away.officer,
    }[role]
    headers = {"cookie": f"livsmester={signed_in(site, person)}"}
    took: dict[str, list[float]] = {
        address(path, homes["nord"]): [],
        address(path, homes["nord"], never=True): [],
    }
    for turn in range(80):
        for where in (list, reversed)[turn % 2](
            took
        ):  # one after the other, each first as often as the other
            began = time.process_time()  # the work that it takes, whatever else the machine does
            assert site.client.get(ADDRESS + where, headers=headers).status_code == 404
            took[where].append(time.process_time() - began)
    foreign, never = (statistics.median(times) for times in took.values())
    assert max(foreign, never) / min(foreign, never) < 1.5
