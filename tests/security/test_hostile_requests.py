"""No request, however odd, gets an error page of ours: every address with what a prober would put into it."""

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

# One town for all: to fill it takes longer than most of these tests.
pytestmark = pytest.mark.xdist_group("town")

NUMBERS = ("abc", "-1", "9" * 9, "9" * 18, "9" * 5_000, "%00")
TEXTS = ("%00", "%FF%FE%ED%A0%80", "%25%5C'--%3Cscript%3E", "x" * 3_000, "0001-01-01", "9999-12-31")
FIELDS = (
    "text", "area", "status", "sort", "view", "role", "back", "fund", "ended", "citizen", "budget",
    "first", "last", "wish", "again", "goal", "what", "amount", "together_with",
)  # fmt: skip
IDS = ("%00", "x" * 10_000, "%FF%FE%F0%9F%92%A5", "%5C%25a%0D%0Ab", "..")


# PostgreSQL is the one that refuses what SQLite takes: no NUL in a text, no number of more than 64 bits.
@pytest.fixture(scope="module", params=[pytest.param("sqlite", marks=pytest.mark.long), "postgresql"])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A small demo municipality: something of everything to probe."""
    url = f"sqlite:///{tmp_path_factory.mktemp('town')}/town.sqlite"
    if request.param == "postgresql":
        url = new_database(request.getfixturevalue("postgres_url"))
    made = make_engine(url)
    upgrade(made)
    load_demo(made, A_MONDAY_MORNING, 1, DemoSize(citizens=40, guides=20))
    yield made
    made.dispose()


@pytest.fixture
def town_site(town: Engine) -> Iterator[AppClient]:
    clock = FrozenClock()
    with AppClient(make_app(read_settings({}), town, clock), town, clock) as opened:
        yield opened


def persona_browsers(site: AppClient) -> dict[str, Person]:
    """The people of the demo whom one can be."""
    with site.engine.connect() as db:
        return {key: find_persona(db, key) for key in PERSONAS}


def addresses(browser: Browser) -> dict[str, str]:
    """One real address for each kind of page that the visitor can walk to."""
    found: dict[str, str] = {}
    waiting = ["/"]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop(0)
        kind = "/".join("*" if len(part) == 20 else part for part in path.split("/"))
        if path in seen or kind in found:
            continue
        seen.add(path)
        answer = browser.client.get(path, follow_redirects=True)
        if answer.status_code != 200:
            continue
        found[kind] = path
        if "html" in answer.headers["content-type"]:
            page = Page(browser, answer)
            links = [node.attributes["href"] or "" for node in page.tree.css("a[href]")]
            waiting += [link.split("?")[0].split("#")[0] for link in links if link.startswith("/")]
    return found


def error_pages(browser: Browser, tries: Iterator[str]) -> list[str]:
    """The addresses that were answered with an error page of ours."""
    wrong = []
    for path in tries:
        answer = browser.client.get(path, follow_redirects=False)
        if answer.status_code >= 500:
            wrong.append(f"{answer.status_code} {path[:150]}")
    return wrong


def with_queries(paths: dict[str, str]) -> Iterator[str]:
    for path in paths.values():
        for number in NUMBERS:
            yield f"{path}?page={number}"
        yield f"{path}?page=1&page=2&text=a&text=b&view=x&view=y"
        for text in TEXTS:
            yield f"{path}?" + "&".join(f"{field}={text}" for field in FIELDS)


def with_ids(paths: dict[str, str]) -> Iterator[str]:
    for kind in paths:
        for strange in IDS:
            if "*" in kind:
                yield kind.replace("*", strange)


@pytest.mark.parametrize("who", PERSONAS)
def test_no_page_fails_on_what_stands_in_its_address(town_site: AppClient, who: str) -> None:
    visitor = town_site.signed_in(persona_browsers(town_site)[who])
    found = addresses(visitor)
    wrong = error_pages(visitor, with_queries(found)) + error_pages(visitor, with_ids(found))
    assert not wrong, "\n".join(wrong)


HOSTILE_VALUES = ("9" * 5_000, "-1", "²", "0001-01-01", "9999-12-31", "x" * 6_000, "a\x00b\u202e<i>%(x)s", "")
PLAUSIBLE = {"amount": "10", "time": "10.30", "minutes": "30", "capacity": "1", "seed": "1", "policy": ""}


def forms(page: Page) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of each posted form with what a person might fill in."""
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
            chosen = [one.attributes.get("value") or "" for one in field.css("option")]
            fields[field.attributes["name"] or ""] = next((one for one in chosen if one), "")
        yield action, fields


SIGNS_OUT = ("/sign-out",)


@pytest.mark.parametrize("who", PERSONAS)
def test_no_form_fails_on_what_is_typed_into_it(town_site: AppClient, who: str) -> None:
    visitor = town_site.signed_in(persona_browsers(town_site)[who])
    wrong = []
    done: set[str] = set()
    for path in addresses(visitor).values():
        answer = visitor.client.get(path, follow_redirects=True)
        if "html" not in answer.headers["content-type"]:
            continue
        for action, fields in forms(Page(visitor, answer)):
            kind = "/".join("*" if len(part) == 20 else part for part in action.split("/")) + str(
                sorted(fields)
            )
            if kind in done:
                continue
            done.add(kind)
            for name in fields.keys() - {"csrf_token"}:
                for typed in HOSTILE_VALUES:
                    answer = visitor.client.post(action, data=fields | {name: typed}, follow_redirects=False)
                    if answer.status_code >= 500:
                        wrong.append(f"{answer.status_code} {action} {name}={typed[:20]!r}")
    assert not wrong, "\n".join(wrong)
