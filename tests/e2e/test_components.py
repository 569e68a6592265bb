"""Layouts and components: their HTML for assistive technology, and their rendering in a real Chromium."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import cache
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader
from playwright.sync_api import Browser, Page, Route
from selectolax.lexbor import LexborHTMLParser

from foundation.forms import FieldError, FormData
from foundation.html.assets import collect
from foundation.html.bar_charts import Bar, BarChart
from foundation.html.templates import make_environments
from foundation.i18n import LazyText
from foundation.pdf import Document, Section, Table, TableColumn
from foundation.resources import resource_dir
from people.web.reading_preference import ReadingPreference
from tests.support.page_checks import AXE_OPTIONS

# One worker opens each page once.
pytestmark = pytest.mark.xdist_group("gallery")

GALLERY = Path(__file__).parent / "gallery"
PAGES = sorted(path.stem for path in GALLERY.glob("*.html"))
ASSETS = collect(resource_dir("static"))
ADDRESS = "http://gallery.test"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'"
TOKENS = (resource_dir("static") / "css" / "tokens.css").read_text()
LIGHT, DARK = TOKENS.split("@media (prefers-color-scheme: dark)")

ERRORS = tuple(
    FieldError(field, LazyText(words))
    for field, words in (
        ("what", "Skriv, hvad du vil købe."),
        ("goal", "Vælg et mål."),
        ("sure", "Sæt et kryds."),
    )
)
FORM_DATA = FormData({"amount": ("to hundrede",), "with": ("no",), "help": ("it",), "buyer": ("maria",)})


def render(name: str, **values: Any) -> str:
    """A page of the gallery in Danish, for a signed-in citizen with a helper; `values` override the template context."""
    nav = [SimpleNamespace(url="/", text="Forside", current=False)]
    nav.append(SimpleNamespace(url="/money", text="Mine penge", current=True))
    frame = {
        "visitor": SimpleNamespace(
            person_id="1", helper=SimpleNamespace(given_name="Maria", phone="00 00 00 00")
        ),
        "csrf_token": "token",
        "path": "/money",
        "nav": nav,
        "demo": True,
        "municipality": "Prøvekøbing",
        "signed_in_until": datetime(2026, 11, 25, 12, 0, tzinfo=UTC),
        "seconds_left": 7_200,
        "flash": None,
        "errors": (),
        "posted": FormData(),
        "reading": ReadingPreference(),
        "paper": DOCUMENT,
        "last_day": date(2026, 12, 31),
        "pictured": (
            BarChart(
                "Relationer", (Bar(LazyText("1.850 kr."), 60), Bar(LazyText("2.000 kr."), 100, striped=True))
            ),
        ),
    }
    return _danish_templates().get_template(f"{name}.html").render(**frame | values)


DOCUMENT = Document(
    title="Regnskab",
    municipality="Prøvekøbing",
    written_on=date(2026, 12, 31),
    lead=("Du har 1.850 kr. tilbage.",),
    sections=(
        Section(
            "Det har du købt",
            ("Her er alle dine køb.",),
            Table(
                (TableColumn("Hvad"), TableColumn("Dato", short=True), TableColumn("Beløb", number=True)),
                (("Svømmebriller", "18-11-2026", "150 kr."),),
                ("I alt", "", "150 kr."),
            ),
        ),
    ),
)


@cache
def _danish_templates() -> Environment:
    danish = make_environments(resource_dir("templates"), ASSETS)["da"]
    return danish.overlay(loader=FileSystemLoader([resource_dir("templates"), GALLERY]))


def test_every_component_is_in_the_gallery() -> None:
    gallery = "".join(path.read_text() for path in GALLERY.glob("*.html"))
    of_layouts = {"icon", "_field_parts", "contact_box", "error_summary", "session_expiry"}
    components = {path.stem for path in (resource_dir("templates") / "components").glob("*.html")}
    assert {name for name in components - of_layouts if f'"components/{name}.html"' not in gallery} == set()


def test_every_icon_that_a_template_names_is_drawn() -> None:
    drawn = set(re.findall(r'id="([a-z-]+)"', (resource_dir("static") / "icons.svg").read_text()))
    used = set()
    for path in resource_dir("templates").rglob("*.html"):
        text = path.read_text()
        used |= set(re.findall(r'(?:icon_name=|\bicon\()"([a-z-]*[a-z])"', text))
        used |= set(re.findall(r'\bchoice\(.*?,\s*"([a-z-]*[a-z])"\s*[,)]', text))
    assert used - drawn == set()


def test_a_field_keeps_its_value_and_shows_its_error() -> None:
    page = LexborHTMLParser(render("form", errors=ERRORS, posted=FORM_DATA))

    assert page.css_first("title").text().startswith("Fejl: Hvad vil du bruge penge på?")
    assert page.css_first("#field-amount").attributes["value"] == "to hundrede"
    assert page.css_first("[name=with][checked]").attributes["value"] == "no"
    assert [box.attributes["value"] for box in page.css("[name=help][checked]")] == ["it"]
    assert page.css_first("#field-buyer [selected]").attributes["value"] == "maria"
    what = page.css_first("#field-what").attributes
    assert what["aria-invalid"] == "true"
    words = [page.css_first(f"#{id}").text(strip=True) for id in (what["aria-describedby"] or "").split()]
    assert words == ["Fejl:Skriv, hvad du vil købe.", "Med dine egne ord.", "Du og Maria kan se det."]
    for link in page.css(".error-summary a"):
        assert page.css_first(link.attributes["href"] or ""), "each fault leads to its field"


def test_the_money_says_the_same_in_a_sentence_and_in_weeks() -> None:
    page = LexborHTMLParser(render("citizen"))

    sentence = page.css_first(".left-sentence").text()
    assert " ".join(sentence.split()) == "Du har 1.850 kr. tilbage til Lær at svømme."
    assert (len(page.css(".week-gone")), len(page.css(".week-left"))) == (7, 6)


AMOUNT_ORE = st.integers(0, 5_000_00)


@given(
    left_ore=AMOUNT_ORE,
    reserved_ore=AMOUNT_ORE,
    spent_ore=AMOUNT_ORE,
    unit_ore=st.sampled_from([100_00, 500_00]),
)
@example(left_ore=1_850_00, reserved_ore=400_00, spent_ore=750_00, unit_ore=100_00)
@example(left_ore=30_00, reserved_ore=30_00, spent_ore=30_00, unit_ore=100_00)
@example(left_ore=0, reserved_ore=0, spent_ore=0, unit_ore=100_00)
def test_coins_add_up_to_the_money(left_ore: int, reserved_ore: int, spent_ore: int, unit_ore: int) -> None:
    money: Any = _danish_templates().get_template("components/money_left.html").module
    row = LexborHTMLParser(str(money.money_units(left_ore, reserved_ore, spent_ore, unit_ore))).css_first(
        ".coins"
    )
    drawn_ore = {"left": 0.0, "reserved": 0.0, "spent": 0.0}
    for coin in row.css("svg.coin > circle, svg.coin > svg"):
        whole = coin.tag == "circle"
        kind = ((coin if whole else coin.css_first("circle")).attributes["class"] or "").removeprefix("coin-")
        drawn_ore[kind] += unit_ore * (1 if whole else float(coin.attributes["width"] or 0) / 32)

    tolerance_ore = 2 * unit_ore * 0.01 / 32
    assert drawn_ore["left"] == pytest.approx(left_ore, abs=tolerance_ore)
    assert drawn_ore["reserved"] == pytest.approx(reserved_ore, abs=tolerance_ore)
    assert drawn_ore["spent"] == pytest.approx(spent_ore, abs=tolerance_ore)
    assert len(row.css("svg.coin")) == -(-(left_ore + reserved_ore + spent_ore) // unit_ore)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_that_meet_differ_enough(scheme: str) -> None:
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", scheme))
    grounds = ("paper", "surface", "sunken")
    text = [
        *product(("ink", "ink-soft", "accent", "accent-deep"), grounds),
        ("bad", "surface"),
        ("bad", "paper"),
    ]
    text += [(kind, f"{kind}-tint") for kind in ("accent", "good", "mind", "bad", "note")]
    text += [("on-accent", "accent"), ("on-accent", "accent-deep"), ("accent-deep", "accent-tint")]
    shapes = product(("line-strong", "focus"), grounds)

    for one, other in text:
        assert contrast(colours[one], colours[other]) >= 4.5, f"{one} on {other}"
    for one, other in shapes:
        assert contrast(colours[one], colours[other]) >= 3, f"{one} on {other}"


def contrast(foreground: str, background: str) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(foreground), _luminance(background)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    channels = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.fixture(scope="module")
def gallery_page(chromium: Browser, axe_source: str) -> Iterator[Callable[..., Page]]:
    """`gallery_page(name, width=…, scheme=…)`: a page with axe in it, loaded once and only read by tests."""
    pages: dict[str, Page] = {}

    def look(name: str, width: int = 1280, scheme: Literal["light", "dark"] = "light") -> Page:
        if name not in pages:
            pages[name] = open_page(chromium, name, axe_source)
        pages[name].set_viewport_size({"width": width, "height": 800})
        pages[name].emulate_media(color_scheme=scheme)
        return pages[name]

    yield look
    for page in pages.values():
        page.close()


def open_page(chromium: Browser, name: str, script: str = "") -> Page:
    """Open a page of the gallery under the app's content security policy; a blocked file fails the test."""
    page = chromium.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page.add_init_script(script)
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ADDRESS)
        if path.startswith(f"/static/{ASSETS.version}/"):
            route.fulfill(path=ASSETS.directory / path.split("/", 3)[3])
        else:
            html = render(name, **({"errors": ERRORS, "posted": FORM_DATA} if name == "form" else {}))
            headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html; charset=utf-8"}
            route.fulfill(body=html, headers=headers)

    page.route("**/*", answer)
    page.goto(ADDRESS + "/")
    assert problems == []
    return page


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(gallery_page: Callable[..., Page], name: str, scheme: str) -> None:
    script = "options => axe.run(document, options).then(found => found.violations)"
    violations = gallery_page(name, scheme=scheme).evaluate(script, AXE_OPTIONS)
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in violations] == []


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_a_small_phone(gallery_page: Callable[..., Page], name: str) -> None:
    assert gallery_page(name, width=320).evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.browser
@pytest.mark.parametrize(
    ("name", "least"), [("citizen", 48), ("form", 48), ("outside", 48), ("front", 48), ("staff", 24)]
)
def test_targets_are_large_enough(gallery_page: Callable[..., Page], name: str, least: int) -> None:
    small = gallery_page(name, width=360).evaluate(
        """least => [...document.querySelectorAll("a, button, summary, .choice, select, input:not([type=radio], [type=checkbox], [type=hidden])")]
        .filter(one => !one.matches(".skip"))
        .map(one => [one.outerHTML.slice(0, 120), one.closest(".error-summary li, .card-title, .person") ?? one])
        .map(([html, one]) => [html, one.getBoundingClientRect()])
        .filter(([html, box]) => box.height && (box.height < least || box.width < 24))
        .map(([html, box]) => `${html} ${box.width} x ${box.height}`)""",
        least,
    )
    assert small == []


@pytest.mark.browser
def test_the_letter_prints_on_one_page(chromium: Browser) -> None:
    page = open_page(chromium, "letter")
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
    page.close()


@pytest.mark.browser
def test_the_error_summary_takes_the_focus(chromium: Browser) -> None:
    page = open_page(chromium, "form")
    page.wait_for_function("document.activeElement.id === 'error-summary'")
    page.close()
