"""Importing guides and citizens through the pages."""

from tests.support.app_client import Browser, Page

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


def upload(browser: Browser, kind: str, content: str) -> Page:
    """Upload a file; returns the preview page."""
    return browser.get("/import").submit(
        "Se, hvad filen vil ændre", {"file": (f"{kind}.csv", content.encode())}, kind=kind
    )


def import_files(browser: Browser) -> None:
    """Import two guides and two citizens; Test-Amira has everything in common with Prøve-Asta."""
    for kind, content in (("areas", AREAS), ("guides", GUIDES), ("requests", REQUESTS)):
        assert "Filen er gemt" in upload(browser, kind, content).submit("Gem ændringerne").text
