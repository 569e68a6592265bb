"""The matrix: every route × method × role × relation × state of the account, generated from the running app.

What is expected is written as rules below; a new route is in the matrix by itself and is held to them. Whoever has no
tie to a citizen gets exactly the answer for a record that never was.
"""

import random
import sqlite3
import statistics
import time
from collections.abc import Iterator
from typing import NamedTuple

import httpx
import pytest
from sqlalchemy import Engine, update

from foundation.db import transactions
from people.access.model import Role
from people.tables.sign_in import account
from people.web.csrf import csrf_token_for
from people.web.rules import RoutePolicy
from tests.conftest import FrozenClock
from tests.support.access_matrix import (
    CITIZEN_PATH_PARAMS,
    RELATED,
    area_for,
    body_without_ids,
    fill_path,
    matrix_people,
    session_token_of,
)
from tests.support.app_client import BASE_URL, AppClient
from tests.support.people_factory import PeopleFactory
from tests.support.route_crawler import route_policies
from tests.support.two_citizens import PAIRING_STATE_OF_AREA, make_two_citizens

SIGNS_OUT = {"/sign-out", "/sign-out-everywhere"}  # would end the visits of the other cells


class MatrixUser(NamedTuple):
    """A person of the matrix: role, how they stand to the citizen, and the session they came with."""

    role: Role
    relation: str
    disabled: bool
    session_token: str

    def __str__(self) -> str:
        return f"{self.role}, {self.relation}{', disabled' if self.disabled else ''}"


class Cell(NamedTuple):
    """One request of the matrix."""

    method: str
    path: str
    policy: RoutePolicy
    user: MatrixUser | None  # None: a stranger

    def __str__(self) -> str:
        return f"{self.method} {self.path} as {self.user or 'a stranger'}"


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """Who may see what is decided in Python."""
    return sqlite_engine


def about_a_citizen(path: str) -> bool:
    """Whether a record of a citizen stands in the address."""
    return any(f"{{{place}}}" in path for place in CITIZEN_PATH_PARAMS)


def expected_outcome(cell: Cell) -> str:
    """The rule: "public", "sign in", "not allowed", "not done", "missing" (as a record that never was) or "in"."""
    if cell.policy.public:
        return "public"
    if cell.user is None or cell.user.disabled or cell.policy.name.startswith("token "):
        return "sign in"  # a route for programs knows no cookie
    if cell.user.role not in cell.policy.roles:
        return "not allowed"
    # These files hold people and money of every area; the coordinators and officers here have one area each.
    if cell.path.startswith(("/import", "/reconciliations")):
        return "not allowed" if cell.method == "GET" else "not done"
    # The proposal holds people of the household's area: coordinators of another one neither publish it nor throw it away.
    changes_a_run = cell.method == "POST" and cell.path.endswith(("{run_id}/publish", "{run_id}/discard"))
    if changes_a_run and cell.user.relation not in RELATED:
        return "not done"
    if not about_a_citizen(cell.path) or cell.user.relation in RELATED:
        return "in"
    if cell.user.relation == "glass":
        return expected_in_emergency(cell)
    return "missing"


def expected_in_emergency(cell: Cell) -> str:
    """Reading is open, but consent and the letter; changing is not, whatever the form says."""
    if cell.method == "GET":
        return "not allowed" if cell.path.endswith(("/consent", "/seen-letter.pdf")) else "in"
    return "not done"


def matches_outcome(response: httpx.Response, outcome: str) -> bool:
    """Whether the answer is what the rule says, as far as one answer can show it."""
    status = response.status_code
    return {
        "public": status < 500 and status not in {401, 403},
        "sign in": status == 401,
        "not allowed": status == 403,
        "not done": status in {403, 404, 409, 422}
        or (status == 200 and response.request.url.path.endswith("/ask")),
        "missing": status in {404, 409, 422},
        "in": status < 500 and status not in {401, 403},
    }[outcome]


class AccessMatrix:
    """The running app with everybody in it; `wrong` gathers the deviations."""

    def __init__(self, site: AppClient, people: PeopleFactory, clock: FrozenClock, *, disabled: bool) -> None:
        self.site = site
        self.citizens = make_two_citizens(people)
        self.users_of_area: dict[str, list[MatrixUser]] = {}
        for area in PAIRING_STATE_OF_AREA:
            home, away = (
                self.citizens[one] for one in sorted(PAIRING_STATE_OF_AREA, key=lambda one: one != area)
            )
            self.users_of_area[area] = [
                MatrixUser(role, relation, disabled, session_token_of(site, person))
                for role, relation, person in matrix_people(people, home, away, clock)
            ]
        if disabled:
            with transactions.write_transaction(people.engine) as db:
                db.execute(update(account).values(disabled_at=clock()))
        self.database = sqlite3.connect(site.engine.url.database or "")
        self.backup = sqlite3.connect(":memory:")
        self.database.backup(self.backup)
        self.deviations: list[str] = []
        self.count = 0

    def cells(self) -> Iterator[Cell]:
        """Every cell, but those that would end the visits of the others."""
        for (method, path), rule in route_policies(self.site.app).items():
            if path not in SIGNS_OUT:
                for who in (*self.users_of_area[area_for(path)], None):
                    yield Cell(method, path, rule, who)

    def check(self, cell: Cell) -> None:
        """Ask, compare with the rule, and take back what a cell changed."""
        self.count += 1
        rule = expected_outcome(cell)
        answer = self.send(cell)
        if not matches_outcome(answer, rule):
            self.deviations.append(f"{cell}: {answer.status_code}, the rule says {rule}")
        elif rule == "missing":
            never = self.send(cell, unused=True)
            if (never.status_code, body_without_ids(never)) != (answer.status_code, body_without_ids(answer)):
                self.deviations.append(f"{cell}: another answer than for a record that never was")
        if cell.method == "POST" and rule in {"in", "public"}:
            self.restore()

    def send(self, cell: Cell, *, unused: bool = False) -> httpx.Response:
        """One request, with the token that a form of that person carries."""
        cookie = cell.user.session_token if cell.user else ""
        return self.site.client.request(
            cell.method,
            BASE_URL + fill_path(cell.path, self.citizens[area_for(cell.path)], unused=unused),
            headers={"cookie": f"livsmester={cookie}"} if cookie else {},
            data={"csrf_token": csrf_token_for(cookie)} if cell.method == "POST" else None,
            follow_redirects=False,
        )

    def restore(self) -> None:
        """Everything as it was before the first cell."""
        self.backup.backup(self.database)

    def close(self) -> None:
        """Let go of the databases."""
        self.database.close()
        self.backup.close()


@pytest.mark.parametrize(
    "one_in", [pytest.param(4, id="a quarter"), pytest.param(1, id="all", marks=pytest.mark.long)]
)
@pytest.mark.parametrize("disabled", [pytest.param(False, id="enabled"), pytest.param(True, id="disabled")])
def test_every_cell_answers_as_the_rules_say(
    site: AppClient, people: PeopleFactory, clock: FrozenClock, disabled: bool, one_in: int
) -> None:
    matrix = AccessMatrix(site, people, clock, disabled=disabled)
    cells = list(matrix.cells())
    for cell in random.Random(2026).sample(cells, len(cells) // one_in):
        matrix.check(cell)
    matrix.close()
    assert not matrix.deviations, f"{len(matrix.deviations)} of {matrix.count}:\n" + "\n".join(
        sorted(matrix.deviations)
    )
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
    site: AppClient, people: PeopleFactory, role: Role, path: str
) -> None:
    homes = make_two_citizens(people)
    away = homes["syd"]
    person = {
        Role.CITIZEN: away.citizen,
        Role.GUIDE: away.guide,
        Role.SUPPORT_WORKER: away.supporter,
        Role.COORDINATOR: away.coordinator,
        Role.BUDGET_OFFICER: away.officer,
    }[role]
    headers = {"cookie": f"livsmester={session_token_of(site, person)}"}
    took: dict[str, list[float]] = {
        fill_path(path, homes["nord"]): [],
        fill_path(path, homes["nord"], unused=True): [],
    }
    for turn in range(80):
        for where in (list, reversed)[turn % 2](
            took
        ):  # one after the other, each first as often as the other
            began = time.process_time()  # the work that it takes, whatever else the machine does
            assert site.client.get(BASE_URL + where, headers=headers).status_code == 404
            took[where].append(time.process_time() - began)
    foreign, never = (statistics.median(times) for times in took.values())
    assert max(foreign, never) / min(foreign, never) < 1.5
