"""The access matrix: every route × method × role × relation × account state, generated from the running app.

The expectations are rules, so that a new route is covered automatically. A person without a relation to a citizen gets
exactly the response for a record that does not exist.
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

SIGNS_OUT = {"/sign-out", "/sign-out-everywhere"}  # would end the sessions of other cells


class MatrixUser(NamedTuple):
    """A person of the matrix: role, relation to the citizen, account state, session token."""

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
    user: MatrixUser | None  # None: not signed in

    def __str__(self) -> str:
        return f"{self.method} {self.path} as {self.user or 'anonymous'}"


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """SQLite alone: access is decided in Python."""
    return sqlite_engine


def about_a_citizen(path: str) -> bool:
    """Whether a path parameter identifies a record of a citizen."""
    return any(f"{{{place}}}" in path for place in CITIZEN_PATH_PARAMS)


def expected_outcome(cell: Cell) -> str:
    """The expected outcome: "public", "sign in", "not allowed", "not done", "missing" (no such record) or "in"."""
    if cell.policy.public:
        return "public"
    if cell.user is None or cell.user.disabled or cell.policy.name.startswith("token "):
        return "sign in"  # API routes accept no session cookie
    if cell.user.role not in cell.policy.roles:
        return "not allowed"
    # These files hold data of all areas; the coordinators and officers of the matrix have one area each.
    if cell.path.startswith(("/import", "/reconciliations")):
        return "not allowed" if cell.method == "GET" else "not done"
    # The proposal holds people of the citizen's area: coordinators of another area may not publish or discard it.
    changes_a_run = cell.method == "POST" and cell.path.endswith(("{run_id}/publish", "{run_id}/discard"))
    if changes_a_run and cell.user.relation not in RELATED:
        return "not done"
    if not about_a_citizen(cell.path) or cell.user.relation in RELATED:
        return "in"
    if cell.user.relation == "glass":
        return expected_in_emergency(cell)
    return "missing"


def expected_in_emergency(cell: Cell) -> str:
    """Emergency access allows reading all but consent and the letter, and no changes."""
    if cell.method == "GET":
        return "not allowed" if cell.path.endswith(("/consent", "/seen-letter.pdf")) else "in"
    return "not done"


def matches_outcome(response: httpx.Response, outcome: str) -> bool:
    """Whether the response is consistent with the expected outcome."""
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
    """The running app with all users; `deviations` collects unexpected responses."""

    def __init__(self, site: AppClient, people: PeopleFactory, clock: FrozenClock, *, disabled: bool) -> None:
        self.site = site
        self.citizens = make_two_citizens(people)
        self.users_of_area: dict[str, list[MatrixUser]] = {}
        for area in PAIRING_STATE_OF_AREA:
            home, away = (
                self.citizens[name] for name in sorted(PAIRING_STATE_OF_AREA, key=lambda name: name != area)
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
        """Every cell but those that would end other cells' sessions."""
        for (method, path), policy in route_policies(self.site.app).items():
            if path not in SIGNS_OUT:
                for user in (*self.users_of_area[area_for(path)], None):
                    yield Cell(method, path, policy, user)

    def check(self, cell: Cell) -> None:
        """Send the request, compare the response with the rule, and undo what the request changed."""
        self.count += 1
        rule = expected_outcome(cell)
        response = self.send(cell)
        if not matches_outcome(response, rule):
            self.deviations.append(f"{cell}: {response.status_code}, the rule says {rule}")
        elif rule == "missing":
            missing = self.send(cell, unused=True)
            if (missing.status_code, body_without_ids(missing)) != (
                response.status_code,
                body_without_ids(response),
            ):
                self.deviations.append(f"{cell}: another response than for a record that does not exist")
        if cell.method == "POST" and rule in {"in", "public"}:
            self.restore()

    def send(self, cell: Cell, *, unused: bool = False) -> httpx.Response:
        """Send the cell's request with the CSRF token of its user's session."""
        token = cell.user.session_token if cell.user else ""
        return self.site.client.request(
            cell.method,
            BASE_URL + fill_path(cell.path, self.citizens[area_for(cell.path)], unused=unused),
            headers={"cookie": f"livsmester={token}"} if token else {},
            data={"csrf_token": csrf_token_for(token)} if cell.method == "POST" else None,
            follow_redirects=False,
        )

    def restore(self) -> None:
        """Restore the database to its state before the first cell."""
        self.backup.backup(self.database)

    def close(self) -> None:
        """Close the databases."""
        self.database.close()
        self.backup.close()


@pytest.mark.parametrize(
    "one_in", [pytest.param(4, id="a quarter"), pytest.param(1, id="all", marks=pytest.mark.long)]
)
@pytest.mark.parametrize("disabled", [pytest.param(False, id="enabled"), pytest.param(True, id="disabled")])
def test_every_cell_responds_as_the_rules_say(
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
def test_another_citizens_record_takes_as_long_as_a_missing_one(
    site: AppClient, people: PeopleFactory, role: Role, path: str
) -> None:
    citizens = make_two_citizens(people)
    away = citizens["syd"]
    person = {
        Role.CITIZEN: away.citizen,
        Role.GUIDE: away.guide,
        Role.SUPPORT_WORKER: away.supporter,
        Role.COORDINATOR: away.coordinator,
        Role.BUDGET_OFFICER: away.officer,
    }[role]
    headers = {"cookie": f"livsmester={session_token_of(site, person)}"}
    seconds: dict[str, list[float]] = {
        fill_path(path, citizens["nord"]): [],
        fill_path(path, citizens["nord"], unused=True): [],
    }
    for turn in range(80):
        for url_path in (list, reversed)[turn % 2](
            seconds
        ):  # alternating, so that each comes first equally often
            started = time.process_time()  # processor time: independent of other load
            assert site.client.get(BASE_URL + url_path, headers=headers).status_code == 404
            seconds[url_path].append(time.process_time() - started)
    foreign, missing = (statistics.median(times) for times in seconds.values())
    assert max(foreign, missing) / min(foreign, missing) < 1.5
