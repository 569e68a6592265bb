"""The letter with a one-time code as a printer gets it."""

import io

import pikepdf
import pytest
from playwright.sync_api import Browser

from tests.support.page_checks import PersonaBrowser

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]

A4_POINTS = (595, 842)
POINTS_PER_PIXEL = 0.75


def test_the_letter_with_a_code_is_one_a4_page_in_14_points(chromium: Browser, demo_address: str) -> None:
    coordinator = PersonaBrowser(chromium, demo_address, "coordinator")
    coordinator.open("/citizens")
    coordinator.page.locator("main tbody a, main .person-line a").first.click()
    coordinator.click("Hjælp til at logge ind")
    coordinator.click("Lav en kode til print")
    page = coordinator.page
    with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as pdf:
        assert len(pdf.pages) == 1
        assert tuple(round(float(side)) for side in pdf.pages[0].mediabox)[2:] == A4_POINTS
    page.emulate_media(media="print")
    sizes = page.eval_on_selector_all(
        "main p:not(.no-print), main li",
        "nodes => nodes.map(node => parseFloat(getComputedStyle(node).fontSize))",
    )
    assert min(sizes) * POINTS_PER_PIXEL == pytest.approx(14, abs=0.01)
    assert "Ring til" in page.locator("main").inner_text()
    coordinator.context.close()
