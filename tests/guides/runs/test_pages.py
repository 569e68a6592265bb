"""A coordinator in the browser: import, matching, overrides, offers."""

from threading import Event

from people.access.model import Role
from people.directory import store as directory_store
from people.directory.model import Person
from tests.support.app_client import AppClient, Browser, Page
from tests.support.guide_import_pages import GUIDES, import_files, upload
from tests.support.people_factory import PeopleFactory


def run_matching(browser: Browser, site: AppClient) -> Page:
    """Run the matching and wait for the proposal."""
    return wait_for_run(browser, site, browser.get("/runs").submit("Kør matchning", seed="1"))


def wait_for_run(browser: Browser, site: AppClient, page: Page) -> Page:
    """The run's page once the worker is idle."""
    site.app.state.app_state.background_worker.submit("wait", lambda: None).result(60)
    return browser.get(page.path)


def by_file_id(people: PeopleFactory, role: Role, file_id: str) -> Person:
    """The person with that id in the files."""
    with people.engine.connect() as db:
        return directory_store.people_by_file_id(db, role)[file_id]


def pairs(page: Page) -> list[str]:
    """The proposed pairs, as the cards are named."""
    return [node.attributes["aria-label"] or "" for node in page.tree.css("article")]


def submit_on_pair(page: Page, pair: str, label: str) -> Page:
    """Submit a form on the card of a pair."""
    for form in page.tree.css("article form"):
        if form.attributes.get("aria-label") == f"{label}: {pair}":
            fields = {node.attributes["name"]: [node.attributes["value"]] for node in form.css("[name]")}
            return page.browser.post(form.attributes["action"], fields)
    raise AssertionError(f"no “{label}” for {pair}")


def test_files_become_offers(site: AppClient, people: PeopleFactory, browser: Browser) -> None:
    assert "Her er ikke nogen endnu" in browser.get("/board").text
    import_files(browser)
    page = run_matching(browser, site)
    assert "2 får en guide" in page.text
    assert pairs(page) == ["Test-Amira – Prøve-Asta", "Test-Birk – Prøve-Bo"]
    guide = site.signed_in(by_file_id(people, Role.GUIDE, "G1"))
    assert "bisidder" not in guide.get("/offers").text

    page = submit_on_pair(page, "Test-Amira – Prøve-Asta", "Ikke disse to")
    assert "Ikke disse to" in page.text
    page = wait_for_run(browser, site, page.submit("Kør igen med jeres beslutninger"))
    assert pairs(page) == ["Test-Amira – Prøve-Bo", "Test-Birk – Prøve-Asta"]
    assert "2 er anderledes end sidst" in page.text
    changed = page.click("2 er anderledes end sidst").text
    assert "Test-Amira Prøve-Asta Prøve-Bo" in changed

    page = page.click("Tjek og publicér")
    assert "2 tilbud bliver sendt" in page.text
    page = page.submit("Publicér og send tilbuddene")
    assert "Tilbuddene er sendt" in page.text
    assert "bisidder" in guide.get("/offers").text
    assert "Venter på guidens svar" in browser.get("/pairings").text


def test_a_decided_pair_stays_through_the_next_run_and_can_be_undone(
    site: AppClient, browser: Browser
) -> None:
    import_files(browser)
    page = run_matching(browser, site).click("Vælg en anden guide")
    options = {node.text(): node.attributes["value"] for node in page.tree.css("#field-guide option")}
    page = page.submit("Vælg denne guide", guide=options["Prøve-Bo"])
    assert "Det er besluttet" in page.text
    page = wait_for_run(browser, site, page.submit("Kør igen med jeres beslutninger"))
    assert pairs(page) == ["Test-Amira – Prøve-Bo", "Test-Birk – Prøve-Asta"]
    assert "Besluttet af jer" in page.text
    page = wait_for_run(browser, site, page.submit("Fortryd").submit("Kør igen med jeres beslutninger"))
    assert pairs(page) == ["Test-Amira – Prøve-Asta", "Test-Birk – Prøve-Bo"]


def test_two_citizens_change_guides(site: AppClient, browser: Browser) -> None:
    import_files(browser)
    page = run_matching(browser, site).click("Vælg en anden guide")
    other = page.tree.css("#field-swap_with option")[1].attributes["value"] or ""
    page = page.submit("Se, hvad det ændrer", swap_with=other)
    assert "bytter guide" in page.text
    assert len(page.all("section tbody th")) == 2
    page = page.submit("Lad de to bytte guide")
    page = wait_for_run(browser, site, page.submit("Kør igen med jeres beslutninger"))
    assert pairs(page) == ["Test-Amira – Prøve-Bo", "Test-Birk – Prøve-Asta"]


def test_a_guide_whom_a_rule_forbids_cannot_be_chosen(site: AppClient, browser: Browser) -> None:
    import_files(browser)
    paused = GUIDES.replace("31-12-2027;\nG2", "31-12-2027;31-12-2026\nG2")
    upload(browser, "guides", paused).submit("Gem ændringerne")
    page = run_matching(browser, site).click("Vælg en anden guide")
    options = {node.text(): node.attributes["value"] for node in page.tree.css("#field-guide option")}
    page = page.submit("Vælg denne guide", guide=options["Prøve-Asta"])
    assert page.status == 422
    assert "pause" in page.tree.css_first(".error-summary").text()


def test_of_two_who_publish_at_once_one_does(
    site: AppClient, people: PeopleFactory, browser: Browser
) -> None:
    import_files(browser)
    check = run_matching(browser, site).click("Tjek og publicér")
    colleague = site.signed_in(people.add(Role.COORDINATOR, "Kollega")).get(check.path)
    check.submit("Publicér og send tilbuddene")
    page = colleague.submit("Publicér og send tilbuddene")
    assert page.status == 409
    assert "Tilbuddene blev sendt" in page.text
    with people.engine.connect() as db:
        assert db.exec_driver_sql("SELECT count(*) FROM guides_pairing").scalar_one() == 2


def test_nothing_is_published_when_a_pair_no_longer_holds(
    site: AppClient, people: PeopleFactory, browser: Browser
) -> None:
    import_files(browser)
    check = run_matching(browser, site).click("Tjek og publicér")
    upload(browser, "guides", GUIDES.replace("mand;1;0", "mand;0;0")).submit("Gem ændringerne")
    page = check.submit("Publicér og send tilbuddene")
    assert page.status == 409
    assert "Test-Birk – Prøve-Bo: Guiden har ikke plads til en mere." in page.text
    with people.engine.connect() as db:
        assert db.exec_driver_sql("SELECT count(*) FROM guides_pairing").scalar_one() == 0


def test_a_pair_that_is_held_back_gets_no_offer(
    site: AppClient, people: PeopleFactory, browser: Browser
) -> None:
    import_files(browser)
    check = run_matching(browser, site).click("Tjek og publicér")
    request_id = check.tree.css("[name=without]")[0].attributes["value"] or ""
    check.submit("Publicér og send tilbuddene", without=request_id)
    with people.engine.connect() as db:
        assert db.exec_driver_sql("SELECT count(*) FROM guides_pairing").scalar_one() == 1


def test_a_double_press_starts_one_run(site: AppClient, browser: Browser) -> None:
    import_files(browser)
    form = browser.get("/runs")
    first = form.submit("Kør matchning", seed="1")
    wait_for_run(browser, site, first)
    assert form.submit("Kør matchning", seed="1").path == first.path
    page = wait_for_run(browser, site, first)
    again = wait_for_run(browser, site, page.submit("Kør igen"))
    assert page.submit("Kør igen").path == again.path
    assert len(browser.get("/runs").all("tbody tr")) == 2


def test_a_policy_that_cannot_be_read_is_said_at_its_field(browser: Browser) -> None:
    page = browser.get("/runs").submit("Kør matchning", policy="[weights]\nhepl = 3\n")
    assert page.status == 422
    assert "weights.hepl" in page.tree.css_first("#field-policy-fault").text()
    assert page.tree.css_first("#field-policy").text().strip() == "[weights]\nhepl = 3"


def test_a_discarded_proposal_is_read_by_nobody_and_published_by_nobody(
    site: AppClient, browser: Browser
) -> None:
    import_files(browser)
    page = run_matching(browser, site)
    check = page.click("Tjek og publicér")
    assert page.submit("Kassér").path == "/runs"
    assert page.submit("Kassér").path == "/runs"
    assert check.submit("Publicér og send tilbuddene").status == 409


def test_the_page_of_an_active_run_reloads_by_itself(site: AppClient, browser: Browser) -> None:
    import_files(browser)
    release = Event()
    site.app.state.app_state.background_worker.submit("blocker", lambda: release.wait(60) and None)
    page = browser.get("/runs").submit("Kør matchning", seed="1")
    assert page.response.headers["refresh"] == "2"
    release.set()
    assert "refresh" not in wait_for_run(browser, site, page).response.headers
