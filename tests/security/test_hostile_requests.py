"""No request causes a server error: every page and form with the values that a scanner would try."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from foundation.db.engine import make_engine
from livsmester.cli.demo import load_demo
from livsmester.demo.model import DemoSize
from livsmester.demo.personas import PERSONAS, find_persona
from livsmester.migrations import upgrade
from livsmester.settings import read_settings
from people.directory.model import Person
from tests.conftest import A_MONDAY_MORNING, FrozenClock
from tests.plugins.databases import new_database
from tests.support.app_client import AppClient, Browser, Page, make_app

# One demo for all: filling it takes longer than most of these tests.
pytestmark = pytest.mark.xdist_group("town")

NUMBERS = ("abc", "-1", "9" * 9, "9" * 18, "9" * 5_000, "%00")
TEXTS = ("%00", "%FF%FE%ED%A0%80", "%25%5C'--%3Cscript%3E", "x" * 3_000, "0001-01-01", "9999-12-31")
FIELDS = (
    "text", "area", "status", "sort", "view", "role", "back", "fund", "ended", "citizen", "budget",
    "first", "last", "wish", "again", "goal", "what", "amount", "together_with",
)  # fmt: skip
IDS = ("%00", "x" * 10_000, "%FF%FE%F0%9F%92%A5", "%5C%25a%0D%0Ab", "..")


# PostgreSQL rejects what SQLite accepts: a NUL in a text, a number of more than 64 bits.
@pytest.fixture(scope="module", params=[pytest.param("sqlite", marks=pytest.mark.long), "postgresql"])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database with a small demo municipality, which has every kind of record."""
    url = f"sqlite:///{tmp_path_factory.mktemp('town')}/town.sqlite"
    if request.param == "postgresql":
        url = new_database(request.getfixturevalue("postgres_url"))
    town_engine = make_engine(url)
    upgrade(town_engine)
    load_demo(town_engine, A_MONDAY_MORNING, 1, DemoSize(citizens=40, guides=20))
    yield town_engine
    town_engine.dispose()


@pytest.fixture
def town_site(town: Engine) -> Iterator[AppClient]:
    clock = FrozenClock()
    with AppClient(make_app(read_settings({}), town, clock), town, clock) as client:
        yield client


def persona_browsers(site: AppClient) -> dict[str, Person]:
    """Key → persona of the demo."""
    with site.engine.connect() as db:
        return {key: find_persona(db, key) for key in PERSONAS}


def addresses(browser: Browser) -> dict[str, str]:
    """Kind of page → one real path, of every page that the browser can reach by links."""
    path_of_kind: dict[str, str] = {}
    waiting = ["/"]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop(0)
        kind = "/".join("*" if len(part) == 20 else part for part in path.split("/"))
        if path in seen or kind in path_of_kind:
            continue
        seen.add(path)
        response = browser.client.get(path, follow_redirects=True)
        if response.status_code != 200:
            continue
        path_of_kind[kind] = path
        if "html" in response.headers["content-type"]:
            page = Page(browser, response)
            links = [node.attributes["href"] or "" for node in page.tree.css("a[href]")]
            waiting += [link.split("?")[0].split("#")[0] for link in links if link.startswith("/")]
    return path_of_kind


def error_pages(browser: Browser, tries: Iterator[str]) -> list[str]:
    """The paths that caused a server error."""
    errors = []
    for path in tries:
        response = browser.client.get(path, follow_redirects=False)
        if response.status_code >= 500:
            errors.append(f"{response.status_code} {path[:150]}")
    return errors


def with_queries(paths: dict[str, str]) -> Iterator[str]:
    for path in paths.values():
        for number in NUMBERS:
            yield f"{path}?page={number}"
        yield f"{path}?page=1&page=2&text=a&text=b&view=x&view=y"
        for text in TEXTS:
            yield f"{path}?" + "&".join(f"{field}={text}" for field in FIELDS)


def with_ids(paths: dict[str, str]) -> Iterator[str]:
    for kind in paths:
        for hostile_id in IDS:
            if "*" in kind:
                yield kind.replace("*", hostile_id)


@pytest.mark.parametrize("who", PERSONAS)
def test_no_page_fails_on_a_hostile_url(town_site: AppClient, who: str) -> None:
    browser = town_site.signed_in(persona_browsers(town_site)[who])
    paths = addresses(browser)
    errors = error_pages(browser, with_queries(paths)) + error_pages(browser, with_ids(paths))
    assert not errors, "\n".join(errors)


HOSTILE_VALUES = ("9" * 5_000, "-1", "²", "0001-01-01", "9999-12-31", "x" * 6_000, "a\x00b\u202e<i>%(x)s", "")
PLAUSIBLE = {"amount": "10", "time": "10.30", "minutes": "30", "capacity": "1", "seed": "1", "policy": ""}


def forms(page: Page) -> Iterator[tuple[str, dict[str, str]]]:
    """(action, fields) of each POST form, filled with plausible values."""
    for form in page.tree.css("form"):
        action = form.attributes.get("action") or ""
        if (form.attributes.get("method") or "").lower() != "post" or action.startswith(SIGNS_OUT):
            continue
        fields: dict[str, str] = {}
        for field in form.css("input[name], textarea[name]"):
            name = field.attributes["name"] or ""
            kind = field.attributes.get("type") or ""
            if kind in {"checkbox", "file"} or (kind == "radio" and name in fields):
                continue
            fields[name] = field.attributes.get("value") or PLAUSIBLE.get(name, "2026-03-09")
        for field in form.css("select[name]"):
            options = [option.attributes.get("value") or "" for option in field.css("option")]
            fields[field.attributes["name"] or ""] = next((option for option in options if option), "")
        yield action, fields


SIGNS_OUT = ("/sign-out",)


@pytest.mark.parametrize("who", PERSONAS)
def test_no_form_fails_on_hostile_values(town_site: AppClient, who: str) -> None:
    browser = town_site.signed_in(persona_browsers(town_site)[who])
    errors = []
    done: set[str] = set()
    for path in addresses(browser).values():
        response = browser.client.get(path, follow_redirects=True)
        if "html" not in response.headers["content-type"]:
            continue
        for action, fields in forms(Page(browser, response)):
            kind = "/".join("*" if len(part) == 20 else part for part in action.split("/")) + str(
                sorted(fields)
            )
            if kind in done:
                continue
            done.add(kind)
            for name in fields.keys() - {"csrf_token"}:
                for typed in HOSTILE_VALUES:
                    response = browser.client.post(
                        action, data=fields | {name: typed}, follow_redirects=False
                    )
                    if response.status_code >= 500:
                        errors.append(f"{response.status_code} {action} {name}={typed[:20]!r}")
    assert not errors, "\n".join(errors)
