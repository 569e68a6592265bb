"""The coordinator's walk in the browser: files in, a matching, a word on it, offers out."""

import httpx
import pytest

from people.access.model import Role
from people.directory import store as directory_store
from people.directory.model import Person
from tests.people_factory import People
from tests.site import Page, Site, Visitor

AREAS = "område;navn;bredde;længde\nnord;Nordby;56,20;10,20\nsyd;Sydby;56,10;10,20\n"
GUIDES = (
    "guide_id;fornavn;område;sprog;køn;kapacitet;aktive;kan_hjælpe_med;erfaringer;interesser;kan_ikke_lide;"
    "vil_gerne_have;tider;rejse_minutter;uddannet_til;attest_til;pause_til\n"
    "G1;Prøve-Asta;Nordby;dansk;kvinde;1;0;bisidder;angst;skak;støj;;;;31-12-2027;31-12-2027;\n"
    "G2;Prøve-Bo;nord;dansk;mand;1;0;bisidder;;;;;;;31-12-2027;31-12-2027;\n"
)
REQUESTS = (
    "borger_id;fornavn;område;sprog;køn;ønsket_siden;haster;ønsker_hjælp_til;erfaringer;interesser;kan_ikke_lide;"
    "kan_give;tider;rejse_minutter;ønsker_køn;ønsker_ikke_guide\n"
    "B1;Test-Amira;nord;dansk;;12-01-2026;nej;bisidder;angst;skak;støj;;;;;\n"
    "B2;Test-Birk;syd;dansk;;13-01-2026;nej;bisidder;;;;;;;;\n"
)


@pytest.fixture
def desk(site: Site, people: People) -> Visitor:
    """The browser of a coordinator of the whole municipality."""
    return site.visitor(people.add(Role.COORDINATOR, "Koordine"))


def send(desk: Visitor, kind: str, content: str) -> Page:
    """Send a file and see what it would change."""
    return desk.get("/import").press(
        "Se, hvad filen vil ændre", {"file": (f"{kind}.csv", content.encode())}, kind=kind
    )


def bring_in(desk: Visitor) -> None:
    """Two guides and two citizens, out of files: Test-Amira has everything in common with Prøve-Asta."""
    for kind, content in (("areas", AREAS), ("guides", GUIDES), ("requests", REQUESTS)):
        assert "Filen er gemt" in send(desk, kind, content).press("Gem ændringerne").text


def run(desk: Visitor, site: Site) -> Page:
    """Run the matching and wait for the proposal."""
    return settled(desk, site, desk.get("/runs").press("Kør matchning", seed="1"))


def settled(desk: Visitor, site: Site, page: Page) -> Page:
    """The run's page once the worker is idle."""
    site.app.state.house.jobs.start("wait", lambda: None).result(60)
    return desk.get(page.path)


def by_file_id(people: People, role: Role, file_id: str) -> Person:
    """The person with that id in the files."""
    with people.engine.connect() as db:
        return directory_store.people_by_file_id(db, role)[file_id]


def pairs(page: Page) -> list[str]:
    """The proposed pairs, as the cards are named."""
    return [node.attributes["aria-label"] or "" for node in page.tree.css("article")]


def rule(page: Page, pair: str, words: str) -> Page:
    """Press a button on the card of a pair."""
    for form in page.tree.css("article form"):
        if form.attributes.get("aria-label") == f"{words}: {pair}":
            fields = {node.attributes["name"]: [node.attributes["value"]] for node in form.css("[name]")}
            return page.visitor.post(form.attributes["action"], fields)
    raise AssertionError(f"no “{words}” for {pair}")


def test_files_become_offers(site: Site, people: People, desk: Visitor) -> None:
    assert "Her er ikke nogen endnu" in desk.get("/board").text
    bring_in(desk)
    page = run(desk, site)
    assert "2 får en guide" in page.text
    assert pairs(page) == ["Test-Amira – Prøve-Asta", "Test-Birk – Prøve-Bo"]
    guide = site.visitor(by_file_id(people, Role.GUIDE, "G1"))
    assert "bisidder" not in guide.get("/offers").text

    page = rule(page, "Test-Amira – Prøve-Asta", "Ikke disse to")
    assert "Ikke disse to" in page.text
    page = settled(desk, site, page.press("Kør igen med jeres beslutninger"))
    assert pairs(page) == ["Test-Amira – Prøve-Bo", "Test-Birk – Prøve-Asta"]
    assert "2 er anderledes end sidst" in page.text
    changed = page.follow("2 er anderledes end sidst").text
    assert "Test-Amira Prøve-Asta Prøve-Bo" in changed

    page = page.follow("Tjek og publicér")
    assert "2 tilbud bliver sendt" in page.text
    page = page.press("Publicér og send tilbuddene")
    assert "Tilbuddene er sendt" in page.text
    assert "bisidder" in guide.get("/offers").text
    assert "Venter på guidens svar" in desk.get("/pairings").text


def test_a_decided_pair_stays_through_the_next_run_and_can_be_undone(site: Site, desk: Visitor) -> None:
    bring_in(desk)
    page = run(desk, site).follow("Vælg en anden guide")
    options = {node.text(): node.attributes["value"] for node in page.tree.css("#field-guide option")}
    page = page.press("Vælg denne guide", guide=options["Prøve-Bo"])
    assert "Det er besluttet" in page.text
    page = settled(desk, site, page.press("Kør igen med jeres beslutninger"))
    assert pairs(page) == ["Test-Amira – Prøve-Bo", "Test-Birk – Prøve-Asta"]
    assert "Besluttet af jer" in page.text
    page = settled(desk, site, page.press("Fortryd").press("Kør igen med jeres beslutninger"))
    assert pairs(page) == ["Test-Amira – Prøve-Asta", "Test-Birk – Prøve-Bo"]


def test_two_citizens_change_guides(site: Site, desk: Visitor) -> None:
    bring_in(desk)
    page = run(desk, site).follow("Vælg en anden guide")
    other = page.tree.css("#field-swap_with option")[1].attributes["value"] or ""
    page = page.press("Se, hvad det ændrer", swap_with=other)
    assert "bytter guide" in page.text
    assert len(page.all("section tbody th")) == 2
    page = page.press("Lad de to bytte guide")
    page = settled(desk, site, page.press("Kør igen med jeres beslutninger"))
    assert pairs(page) == ["Test-Amira – Prøve-Bo", "Test-Birk – Prøve-Asta"]


def test_a_guide_whom_a_rule_forbids_cannot_be_chosen(site: Site, desk: Visitor) -> None:
    bring_in(desk)
    paused = GUIDES.replace("31-12-2027;\nG2", "31-12-2027;31-12-2026\nG2")
    send(desk, "guides", paused).press("Gem ændringerne")
    page = run(desk, site).follow("Vælg en anden guide")
    options = {node.text(): node.attributes["value"] for node in page.tree.css("#field-guide option")}
    page = page.press("Vælg denne guide", guide=options["Prøve-Asta"])
    assert page.status == 422
    assert "pause" in page.tree.css_first(".error-summary").text()


def test_of_two_who_publish_at_once_one_does(site: Site, people: People, desk: Visitor) -> None:
    bring_in(desk)
    check = run(desk, site).follow("Tjek og publicér")
    colleague = site.visitor(people.add(Role.COORDINATOR, "Kollega")).get(check.path)
    check.press("Publicér og send tilbuddene")
    page = colleague.press("Publicér og send tilbuddene")
    assert page.status == 409
    assert "Tilbuddene blev sendt" in page.text
    with people.engine.connect() as db:
        assert db.exec_driver_sql("SELECT count(*) FROM guides_pairing").scalar_one() == 2


def test_nothing_is_published_when_a_pair_no_longer_holds(site: Site, people: People, desk: Visitor) -> None:
    bring_in(desk)
    check = run(desk, site).follow("Tjek og publicér")
    send(desk, "guides", GUIDES.replace("mand;1;0", "mand;0;0")).press("Gem ændringerne")
    page = check.press("Publicér og send tilbuddene")
    assert page.status == 409
    assert "Test-Birk – Prøve-Bo: Guiden har ikke plads til en mere." in page.text
    with people.engine.connect() as db:
        assert db.exec_driver_sql("SELECT count(*) FROM guides_pairing").scalar_one() == 0


def test_a_pair_that_is_held_back_gets_no_offer(site: Site, people: People, desk: Visitor) -> None:
    bring_in(desk)
    check = run(desk, site).follow("Tjek og publicér")
    held = check.tree.css("[name=without]")[0].attributes["value"] or ""
    check.press("Publicér og send tilbuddene", without=held)
    with people.engine.connect() as db:
        assert db.exec_driver_sql("SELECT count(*) FROM guides_pairing").scalar_one() == 1


def test_a_double_press_starts_one_run(site: Site, desk: Visitor) -> None:
    bring_in(desk)
    form = desk.get("/runs")
    first = form.press("Kør matchning", seed="1")
    settled(desk, site, first)
    assert form.press("Kør matchning", seed="1").path == first.path
    page = settled(desk, site, first)
    again = settled(desk, site, page.press("Kør igen"))
    assert page.press("Kør igen").path == again.path
    assert len(desk.get("/runs").all("tbody tr")) == 2


def test_a_policy_that_cannot_be_read_is_said_at_its_field(desk: Visitor) -> None:
    page = desk.get("/runs").press("Kør matchning", policy="[weights]\nhepl = 3\n")
    assert page.status == 422
    assert "weights.hepl" in page.tree.css_first("#field-policy-fault").text()
    assert page.tree.css_first("#field-policy").text().strip() == "[weights]\nhepl = 3"


def test_a_discarded_proposal_is_read_by_nobody_and_published_by_nobody(site: Site, desk: Visitor) -> None:
    bring_in(desk)
    page = run(desk, site)
    check = page.follow("Tjek og publicér")
    assert page.press("Kassér").path == "/runs"
    assert page.press("Kassér").path == "/runs"
    assert check.press("Publicér og send tilbuddene").status == 409


def test_a_page_of_a_run_under_way_asks_again_by_itself(site: Site, desk: Visitor) -> None:
    bring_in(desk)
    gate = site.app.state.house.jobs.start
    from threading import Event

    hold = Event()
    gate("hold", lambda: hold.wait(60) and None)
    page = desk.get("/runs").press("Kør matchning", seed="1")
    answer: httpx.Response = page.answer
    assert answer.headers["refresh"] == "2"
    hold.set()
    assert "refresh" not in settled(desk, site, page).answer.headers
