"""Every kind of page that people of the demo can reach by links: no axe violations, nothing too wide."""

import re

import pytest
from playwright.sync_api import Browser

from livsmester.demo.personas import PERSONAS
from tests.support.page_checks import PersonaBrowser, accessibility_errors

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]
ID_IN_PATH = re.compile(r"/[0-9a-z]{20}(?=/|$)")
DOWNLOADS = re.compile(r"\.(csv|json|pdf)(\?|$)|/receipts/")


def page_kind(path: str) -> str:
    """The path without ids and query: one page of each kind is checked."""
    return ID_IN_PATH.sub("/{id}", path.split("?", maxsplit=1)[0])


@pytest.mark.parametrize("key", PERSONAS)
def test_every_kind_of_page_is_accessible(
    chromium: Browser, demo_address: str, axe_source: str, key: str
) -> None:
    person = PersonaBrowser(chromium, demo_address, key, axe_source)
    waiting, seen, errors = ["/"], set[str](), list[str]()
    while waiting:
        path = waiting.pop(0)
        if page_kind(path) in seen:
            continue
        seen.add(page_kind(path))
        response = person.page.goto(demo_address + path)
        assert response is not None
        assert response.status == 200, path
        errors += [
            error for error in person.errors if "Applying inline style" not in error
        ]  # caused by axe itself
        errors += [f"{path}: {error}" for error in accessibility_errors(person.page)]
        person.errors.clear()
        links: list[str] = person.page.eval_on_selector_all(
            "a[href^='/']", "links => links.map(a => a.getAttribute('href'))"
        )
        waiting += [
            link.split("#")[0]
            for link in links
            if not DOWNLOADS.search(link) and not link.startswith("/static")
        ]
    assert not errors, "\n".join(errors)
    assert len(seen) > (3 if key == "leader" else 4), seen  # the leader has no pages of their own yet


def test_pages_for_strangers_are_accessible(chromium: Browser, demo_address: str, axe_source: str) -> None:
    context = chromium.new_context(locale="da-DK")
    context.add_init_script(axe_source)
    page = context.new_page()
    for path in ("/", "/sign-in", "/goals", "/was", "/privacy", "/nowhere", "/demo", "/demo/citizen"):
        page.goto(demo_address + path)
        assert accessibility_errors(page) == [], path


def test_a_citizen_never_pushes_a_table_sideways(chromium: Browser, demo_address: str) -> None:
    maja = PersonaBrowser(chromium, demo_address, "citizen")
    maja.page.set_viewport_size({"width": 360, "height": 800})
    for path in ("/money/statement", "/my-data"):
        maja.open(path)
        tables = maja.page.locator(".table-scroll")
        assert tables.count() > 0
        for table in tables.all():
            assert table.evaluate("box => box.scrollWidth <= box.clientWidth"), path
