"""What every page that the browser opens must keep: axe finds nothing, nothing is wider than the screen, no errors."""

from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.support.paths import ROOT

SCREENSHOTS = ROOT / "var" / "screenshots"
WIDTHS = (360, 768, 1280)
WIDTH_MIN = 320
# What is right need not be described, and only rules for sound load a page's files again: its policy forbids sound.
AXE_OPTIONS = {"resultTypes": ["violations"], "preload": False}
AXE_RULES = AXE_OPTIONS | {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}


class PersonaBrowser:
    """Somebody of the demo municipality with a browser of their own; with axe in every page, where it is handed over."""

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
        self.page.on("console", self._note)
        self.open(f"/demo/{key}")
        self.click("Log ind som")

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{self.page.url}: {message.text}")

    def open(self, path: str) -> None:
        """Go to an address of the site."""
        self.page.goto(self.address + path)

    def click(self, label: str) -> None:
        """Press the first button or link of the main part whose words begin like that."""
        pressable = self.page.locator("main button, main a, main summary")
        pressable.filter(has_text=label).first.click()
        self.page.wait_for_load_state()

    def fill(self, **fields: str) -> None:
        """Type into fields by their names."""
        for name, words in fields.items():
            self.page.locator(f"main [name={name}]").first.fill(words)

    @property
    def heading(self) -> str:
        """The words of the h1."""
        return self.page.locator("h1").inner_text()

    @property
    def text(self) -> str:
        """The words of the main part, with single spaces."""
        return " ".join(self.page.locator("main").inner_text().split())


def accessibility_errors(page: Page) -> list[str]:
    """What axe, which the page holds, finds on it, and whether it is wider than the narrowest screen; empty when all is well."""
    page.set_viewport_size({"width": WIDTH_MIN, "height": 800})
    width = page.evaluate("document.documentElement.scrollWidth")
    found = [f"{width} px wide on a screen of {WIDTH_MIN}"] if width > WIDTH_MIN else []
    page.set_viewport_size({"width": 1280, "height": 900})
    violations: list[dict[str, Any]] = page.evaluate(
        "rules => axe.run(document, rules).then(r => r.violations)", AXE_RULES
    )
    found += [f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}" for one in violations]
    return found


def save_screenshots(page: Page, name: str) -> None:
    """Screenshots of the whole page at three widths, for whoever has made a folder `var/screenshots`."""
    if not SCREENSHOTS.is_dir():
        return
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})
