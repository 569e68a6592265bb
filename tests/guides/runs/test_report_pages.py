"""What a coordinator can ask of a proposal: how it went for whom, whom to look for, what a choice would change."""

import pytest

from people.access.model import Role
from people.directory.model import Person
from tests.support.app_client import AppClient, Browser, Page
from tests.support.guide_scenario import GuideScenario
from tests.support.people_factory import PeopleFactory


@pytest.fixture
def browser(site: AppClient, scenario: GuideScenario) -> Browser:
    """The browser of a coordinator of the whole municipality."""
    return site.signed_in(scenario.coordinator)


def two_areas(scenario: GuideScenario, people: PeopleFactory) -> None:
    """Six citizens in the north, whom one guide with room for six is for, and one in the south who speaks Arabic only."""
    people.area("nord")
    people.area("syd", latitude=56.0)
    scenario.guide("Vejle", area="nord", capacity=6)
    for number in range(6):
        scenario.citizen(f"Borgine-{number}", area="nord", days=40 + number)
    scenario.citizen("Sydline", area="syd", days=3, languages=("arabisk",))


def bar_texts(page: Page) -> list[str]:
    """All texts in the page's charts; each chart must have a title and a description of its own."""
    charts = page.tree.css("main svg[role=img]")
    for chart in charts:
        ids = (chart.attributes["aria-labelledby"] or "").split()
        assert [node.tag for id in ids for node in chart.css(f"#{id}")] == ["title", "desc"]
    return [node.text() for chart in charts for node in chart.css("text")]


def choices_for(scenario: GuideScenario, browser: Browser, run_id: str, citizen: Person) -> Page:
    """The page on which a guide is chosen for the citizen."""
    return browser.get(f"/runs/{run_id}/choose/{scenario.request_of(citizen).request.id}")


def test_the_report_counts_groups_and_hides_small_ones(
    scenario: GuideScenario, people: PeopleFactory, browser: Browser
) -> None:
    two_areas(scenario, people)
    page = browser.get(f"/runs/{scenario.run_matching()}").click("Rapport: hvordan det gik for hvem")
    assert page.heading.startswith("Rapport om forslaget fra")
    assert "Mod først til mølle" in page.text
    assert "Arabisk" not in page.text
    assert "for lille til at blive vist" in page.text or "for små til at blive vist" in page.text
    assert "Parret med de laveste point" in page.text
    texts = bar_texts(page)
    assert "Antal borgere: 6" in texts
    assert any(text.startswith("Først til mølle: ") for text in texts)


def test_the_advice_names_the_guide_who_is_missing(
    scenario: GuideScenario, people: PeopleFactory, browser: Browser
) -> None:
    two_areas(scenario, people)
    page = browser.get(f"/runs/{scenario.run_matching()}").click("Hvem I skal lede efter nu")
    assert "En guide mere i" in page.text
    assert "der taler arabisk, ville give en borger en guide" in page.text
    assert "En guide: 1" in bar_texts(page)


def test_a_coordinator_of_one_area_reads_names_and_advice_of_that_area_only(
    scenario: GuideScenario, people: PeopleFactory, site: AppClient
) -> None:
    two_areas(scenario, people)
    run_id = scenario.run_matching()
    south = site.signed_in(people.add(Role.COORDINATOR, "Sydkoordine", role_area="syd"))
    assert "Borgine" not in south.get(f"/runs/{run_id}/report").text
    advice = south.get(f"/runs/{run_id}/advice").text
    assert "arabisk" in advice
    north = site.signed_in(people.add(Role.COORDINATOR, "Nordkoordine", role_area="nord"))
    assert "Borgine" in north.get(f"/runs/{run_id}/report").text
    assert "arabisk" not in north.get(f"/runs/{run_id}/advice").text


def test_nobody_waits_and_nobody_is_looked_for(scenario: GuideScenario, browser: Browser) -> None:
    run_id = scenario.run_matching()
    assert "Der mangler ingen guide" in browser.get(f"/runs/{run_id}/advice").text
    assert "Ingen guide har plads" in browser.get(f"/runs/{run_id}/report").text


def test_a_run_without_a_proposal_has_no_report(scenario: GuideScenario, browser: Browser) -> None:
    run_id = scenario.run_matching()
    browser.get(f"/runs/{run_id}").submit("Kassér")
    assert browser.get(f"/runs/{run_id}/report").path == f"/runs/{run_id}"
    assert browser.get(f"/runs/{run_id}/advice").path == f"/runs/{run_id}"


def test_a_choice_shows_what_it_changes_for_everyone_before_it_is_made(
    scenario: GuideScenario, browser: Browser
) -> None:
    scenario.guide("Asta", capacity=1, experiences=("angst", "flytning"))
    scenario.guide("Bo", capacity=1)
    first = scenario.citizen("Amira", days=30, experiences=("angst", "flytning"))
    scenario.citizen("Birk", days=20)
    run_id = scenario.run_matching()

    page = choices_for(scenario, browser, run_id, first)
    assert "point færre i alt en anden Se, hvad det ændrer" in page.text
    page = page.click(next(text for text in page.all("main a") if text.endswith("vælge Bo Prøvesen")))
    assert "Hvis Amira Prøvesen får Bo Prøvesen" in page.text
    assert "Lige så mange borgere får en guide" in page.text
    assert page.all("section tbody th") == ["Amira Prøvesen", "Birk Prøvesen"]
    assert "I har besluttet" not in browser.get(f"/runs/{run_id}").text

    page = page.submit("Vælg Bo Prøvesen")
    assert "Det er besluttet" in page.text


def test_keeping_two_apart_and_keeping_them_can_be_tried(scenario: GuideScenario, browser: Browser) -> None:
    scenario.guide("Asta", capacity=1)
    citizen = scenario.citizen("Amira", days=30)
    run_id = scenario.run_matching()
    page = choices_for(scenario, browser, run_id, citizen)
    pinned = page.click("Se, hvad det ændrer at beholde disse to")
    assert "Ingen ville få en anden guide" in pinned.text
    forbidden = page.click("Se, hvad det ændrer at holde disse to fra hinanden")
    assert "En borger færre får en guide" in forbidden.text
    assert "Det er besluttet" not in forbidden.submit("Ikke disse to").text


def test_a_choice_against_a_rule_says_which(scenario: GuideScenario, browser: Browser) -> None:
    scenario.guide("Asta", capacity=1)
    other = scenario.guide("Bo", languages=("polsk",))
    citizen = scenario.citizen("Amira")
    run_id = scenario.run_matching()
    request_id = scenario.request_of(citizen).request.id
    page = browser.get(f"/runs/{run_id}/choose/{request_id}?what=pin&guide={other.id}")
    assert page.status == 200
    assert page.tree.css_first(".alert") is not None
    assert browser.get(f"/runs/{run_id}/choose/{request_id}?what=pin&guide=nobody").status == 404
