"""How many transactions a request opens: each holds a connection, and on SQLite each write waits for its turn."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine, event

from tests.conftest import FrozenClock
from tests.support.app_client import AppClient, Browser, Page
from tests.support.budget_scenario import BudgetScenario, make_budget_scenario
from tests.support.people_factory import PeopleFactory

CONTINUE = "Fortsæt"


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """One database is enough: what is counted doesn't depend on it."""
    return sqlite_engine


@pytest.fixture
def scenario(people: PeopleFactory, clock: FrozenClock) -> BudgetScenario:
    return make_budget_scenario(people, clock)


def transactions_of(engine: Engine, submit: Callable[[], Page]) -> list[str]:
    """The transactions of one form without those of the page that it redirects to: "read" or "write", in their order.

    The access log's writer is left out: it commits the entries of many requests at once, in a thread of its own.
    """
    kinds: list[str] = []

    def note(connection: Connection) -> None:
        if threading.current_thread().name != "access-log":
            kinds.append("write" if connection.get_execution_options().get("writes") else "read")

    event.listen(engine, "begin", note)
    try:
        assert submit().status == 303
    finally:
        event.remove(engine, "begin", note)
    return kinds


def without_redirect(browser: Browser) -> Browser:
    """The same browser, which stays on the answer to a form."""

    class _Staying(Browser):
        def post(
            self,
            path: str,
            fields: dict[str, list[str]] | None = None,
            files: dict[str, tuple[str, bytes]] | None = None,
        ) -> Page:
            return Page(self, self.client.post(path, data=fields or {}, files=files, follow_redirects=False))

    return _Staying(browser.client)


def summary_page(site: AppClient, scenario: BudgetScenario, amount: str) -> Page:
    """The page on which Asta sends a request, all questions answered."""
    page = without_redirect(site.signed_in(scenario.asta)).get("/money/ask")
    page = page.submit(CONTINUE, what="En våddragt").submit(CONTINUE, amount=amount)
    return page.submit(CONTINUE, together_with="Bo").submit(CONTINUE, wanted_when="til sommer")


@pytest.mark.parametrize(("amount", "button"), [("900", "Send ønsket"), ("100", "Læg pengene til side")])
def test_a_citizens_request_opens_at_most_three_transactions(
    site: AppClient, engine: Engine, scenario: BudgetScenario, amount: str, button: str
) -> None:
    page = summary_page(site, scenario, amount)
    assert transactions_of(engine, lambda: page.submit(button)) == ["read", "read", "write"]


@pytest.mark.parametrize(
    ("button", "fields"),
    [("Sig ja til 900 kr.", {}), ("Send et nej", {"reasons": "Lån den.", "rule": "Puljens regel 3"})],
)
def test_an_officers_decision_opens_two_transactions(
    site: AppClient, engine: Engine, scenario: BudgetScenario, button: str, fields: dict[str, str]
) -> None:
    scenario.request(900_00)
    officer = without_redirect(site.signed_in(scenario.odin))
    page = officer.get("/requests").click("Svømmebriller")
    assert transactions_of(engine, lambda: page.submit(button, **fields)) == ["read", "write"]


def test_a_citizen_withdraws_a_request_in_two_transactions(
    site: AppClient, engine: Engine, scenario: BudgetScenario
) -> None:
    scenario.request(900_00)
    page = without_redirect(site.signed_in(scenario.asta)).get("/money/requests")
    assert transactions_of(engine, lambda: page.submit("Tag ønsket væk")) == ["read", "write"]
