"""The dialog before a session expires, in a real browser."""

import pytest
from playwright.sync_api import Browser

from tests.support.page_checks import PersonaBrowser

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]


def test_the_dialog_opens_three_minutes_before_and_keeps_the_form(
    chromium: Browser, demo_address: str
) -> None:
    maja = PersonaBrowser(chromium, demo_address, "citizen")
    maja.page.clock.install()
    maja.open("/goals/new")
    maja.fill(title="Lære at svømme")
    question = maja.page.locator("[data-stay-dialog]")
    maja.page.clock.fast_forward("01:55:00")
    assert not question.is_visible()
    maja.page.clock.fast_forward("00:02:30")
    question.wait_for(state="visible")
    assert question.get_by_role("heading").inner_text() == "Er du der stadig?"
    question.get_by_role("button", name="Bliv ved").click()
    question.wait_for(state="hidden")
    maja.page.clock.fast_forward("01:50:00")
    assert not question.is_visible()
    assert maja.page.locator("main [name=title]").input_value() == "Lære at svømme"
    assert maja.errors == []


def test_without_javascript_a_link_beside_the_page_does_it(chromium: Browser, demo_address: str) -> None:
    maja = PersonaBrowser(chromium, demo_address, "citizen", javascript=False)
    maja.open("/goals/new")
    maja.fill(title="Lære at svømme")
    with maja.context.expect_page() as popup:
        maja.page.locator(".stay a").click()
    assert popup.value.locator("h1").inner_text() == "Du er stadig logget ind"
    assert maja.page.locator("main [name=title]").input_value() == "Lære at svømme"
