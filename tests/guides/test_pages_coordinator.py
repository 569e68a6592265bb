"""The coordinator's walk in the browser: files in, a matching, a word on it, offers out."""

import pytest

from people.model import Role
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
    "B2;Test-Birk;nord;dansk;;13-01-2026;nej;bisidder;;;;;;;;\n"
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
    """Two guides and two citizens of Nordby, out of files."""
    for kind, content in (("areas", AREAS), ("guides", GUIDES), ("requests", REQUESTS)):
        assert send(desk, kind, content).press("Gem ændringerne").status == 200


def run(desk: Visitor, site: Site) -> Page:
    """Run the matching with a seed and wait for the proposal."""
    return settled(desk, site, desk.get("/runs").press("Kør matchning", seed="1"))


def settled(desk: Visitor, site: Site, page: Page) -> Page:
    """The run's page once the worker is idle."""
    site.app.state.house.jobs.start("wait", lambda: None).result(60)
    return desk.get(page.path)


def test_files_become_offers(site: Site, people: People, desk: Visitor) -> None:
    assert "Her er ikke nogen endnu" in desk.get("/board").text
    bring_in(desk)
    page = run(desk, site)
    assert "2 får en guide" in page.text
    page = page.follow("Tjek og publicér")
    assert "2 tilbud bliver sendt" in page.text
    page = page.press("Publicér og send tilbuddene")
    assert "Tilbuddene er sendt" in page.text
    with people.engine.connect() as db:
        guide_id = db.exec_driver_sql("SELECT id FROM people_person WHERE file_id = 'G1'").scalar_one()
    from people.store import person

    with people.engine.connect() as db:
        guide = person(db, guide_id)
    assert guide is not None
    assert "bisidder" in site.visitor(guide).get("/offers").text
