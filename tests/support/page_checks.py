"""Checks of pages in a real browser: accessibility (axe), width, console errors."""

from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.support.paths import ROOT

SCREENSHOTS = ROOT / "var" / "screenshots"
WIDTHS = (360, 768, 1280)
WIDTH_MIN = 320
# Report violations only, and skip preloading: only the rules for media need it, and the pages have none.
AXE_OPTIONS = {"resultTypes": ["violations"], "preload": False}
AXE_RULES = AXE_OPTIONS | {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}


class PersonaBrowser:
    """A browser signed in as a person of the demo, with axe in every page when `axe_source` is passed."""

    def __init__(
        self, browser: Browser, address: str, key: str, axe_source: str = "", *, javascript: bool = True
    ) -> None:
        self.address = address
        self.javascript = javascript
        self.context: BrowserContext = browser.new_context(
            java_script_enabled=javascript, locale="da-DK", viewport={"width": 1280, "height": 900}
        )
        self.context.add_init_script(axe_source)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.errors: list[str] = []
        self.page.on("console", self._record_error)
        self.open(f"/demo/{key}")
        self.click("Log ind som")

    def _record_error(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{self.page.url}: {message.text}")

    def open(self, path: str) -> None:
        """Open a path of the site."""
        self.page.goto(self.address + path)

    def click(self, label: str) -> None:
        """Click the first button or link in main that contains the label."""
        clickable = self.page.locator("main button, main a, main summary")
        clickable.filter(has_text=label).first.click()
        self.page.wait_for_load_state()

    def fill(self, **fields: str) -> None:
        """Fill fields by name."""
        for name, value in fields.items():
            self.page.locator(f"main [name={name}]").first.fill(value)

    @property
    def heading(self) -> str:
        """The text of the h1."""
        return self.page.locator("h1").inner_text()

    @property
    def text(self) -> str:
        """The text of the main element, with single spaces."""
        return " ".join(self.page.locator("main").inner_text().split())


def accessibility_errors(page: Page) -> list[str]:
    """Axe violations, and whether the page is wider than the narrowest screen; empty when there are none."""
    page.set_viewport_size({"width": WIDTH_MIN, "height": 800})
    width = page.evaluate("document.documentElement.scrollWidth")
    errors = [f"{width} px wide on a screen of {WIDTH_MIN}"] if width > WIDTH_MIN else []
    page.set_viewport_size({"width": 1280, "height": 900})
    violations: list[dict[str, Any]] = page.evaluate(
        "rules => axe.run(document, rules).then(r => r.violations)", AXE_RULES
    )
    errors += [
        f"{violation['id']}: {violation['help']}: {violation['nodes'][0]['html'][:200]}"
        for violation in violations
    ]
    return errors


def save_screenshots(page: Page, name: str) -> None:
    """Save full-page screenshots at three widths if the folder `var/screenshots` exists."""
    if not SCREENSHOTS.is_dir():
        return
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})
