"""What a coordinator can ask of a proposal: how it went for whom, whom to look for, what a choice would change."""

import pytest

from people.access.model import Role
from people.directory.model import Person
from tests.guides.neighbours import Neighbours
from tests.people_factory import People
from tests.site import Page, Site, Visitor


@pytest.fixture
def desk(site: Site, neighbours: Neighbours) -> Visitor:
    """The browser of a coordinator of the whole municipality."""
    return site.visitor(neighbours.coordinator)


def two_areas(neighbours: Neighbours, people: People) -> None:
    """Six citizens in the north, whom one guide with room for six is for, and one in the south who speaks Arabic only."""
    people.area("nord")
    people.area("syd", latitude=56.0)
    neighbours.guide("Vejle", area="nord", capacity=6)
    for number in range(6):
        neighbours.citizen(f"Borgine-{number}", area="nord", days=40 + number)
    neighbours.citizen("Sydline", area="syd", days=3, languages=("arabisk",))


def bars_told(page: Page) -> list[str]:
    """All words in the page's pictures; each picture has a name and a description of its own."""
    pictures = page.tree.css("main svg[role=img]")
    for picture in pictures:
        ids = (picture.attributes["aria-labelledby"] or "").split()
        assert [node.tag for id in ids for node in picture.css(f"#{id}")] == ["title", "desc"]
    return [node.text() for picture in pictures for node in picture.css("text")]


def choices_for(neighbours: Neighbours, desk: Visitor, run_id: str, citizen: Person) -> Page:
    """The page on which a guide is chosen for the citizen."""
    return desk.get(f"/runs/{run_id}/choose/{neighbours.request_of(citizen).request.id}")


def test_the_report_counts_groups_and_hides_small_ones(
    neighbours: Neighbours, people: People, desk: Visitor
) -> None:
    two_areas(neighbours, people)
    page = desk.get(f"/runs/{neighbours.run()}").follow("Rapport: hvordan det gik for hvem")
    assert page.heading.startswith("Rapport om forslaget fra")
    assert "Mod først til mølle" in page.text
    assert "Arabisk" not in page.text
    assert "for lille til at blive vist" in page.text or "for små til at blive vist" in page.text
    assert "Parret med de laveste point" in page.text
    told = bars_told(page)
    assert "Antal borgere: 6" in told
    assert any(words.startswith("Først til mølle: ") for words in told)


def test_the_advice_names_the_guide_who_is_missing(
    neighbours: Neighbours, people: People, desk: Visitor
) -> None:
    two_areas(neighbours, people)
    page = desk.get(f"/runs/{neighbours.run()}").follow("Hvem I skal lede efter nu")
    assert "En guide mere i" in page.text
    assert "der taler arabisk, ville give en borger en guide" in page.text
    assert "En guide: 1" in bars_told(page)


def test_a_coordinator_of_one_area_reads_names_and_advice_of_that_area_only(
    neighbours: Neighbours, people: People, site: Site
) -> None:
    two_areas(neighbours, people)
    run_id = neighbours.run()
    south = site.visitor(people.add(Role.COORDINATOR, "Sydkoordine", role_area="syd"))
    assert "Borgine" not in south.get(f"/runs/{run_id}/report").text
    advice = south.get(f"/runs/{run_id}/advice").text
    assert "arabisk" in advice
    north = site.visitor(people.add(Role.COORDINATOR, "Nordkoordine", role_area="nord"))
    assert "Borgine" in north.get(f"/runs/{run_id}/report").text
    assert "arabisk" not in north.get(f"/runs/{run_id}/advice").text


def test_nobody_waits_and_nobody_is_looked_for(neighbours: Neighbours, desk: Visitor) -> None:
    run_id = neighbours.run()
    assert "Der mangler ingen guide" in desk.get(f"/runs/{run_id}/advice").text
    assert "Ingen guide har plads" in desk.get(f"/runs/{run_id}/report").text


def test_a_run_without_a_proposal_has_no_report(neighbours: Neighbours, desk: Visitor) -> None:
    run_id = neighbours.run()
    desk.get(f"/runs/{run_id}").press("Kassér")
    assert desk.get(f"/runs/{run_id}/report").path == f"/runs/{run_id}"
    assert desk.get(f"/runs/{run_id}/advice").path == f"/runs/{run_id}"


def test_a_choice_shows_what_it_changes_for_everyone_before_it_is_made(
    neighbours: Neighbours, desk: Visitor
) -> None:
    neighbours.guide("Asta", capacity=1, experiences=("angst", "flytning"))
    neighbours.guide("Bo", capacity=1)
    first = neighbours.citizen("Amira", days=30, experiences=("angst", "flytning"))
    neighbours.citizen("Birk", days=20)
    run_id = neighbours.run()

    page = choices_for(neighbours, desk, run_id, first)
    assert "point færre i alt en anden Se, hvad det ændrer" in page.text
    page = page.follow(next(words for words in page.all("main a") if words.endswith("vælge Bo Prøvesen")))
    assert "Hvis Amira Prøvesen får Bo Prøvesen" in page.text
    assert "Lige så mange borgere får en guide" in page.text
    assert page.all("section tbody th") == ["Amira Prøvesen", "Birk Prøvesen"]
    assert "I har besluttet" not in desk.get(f"/runs/{run_id}").text

    page = page.press("Vælg Bo Prøvesen")
    assert "Det er besluttet" in page.text


def test_keeping_two_apart_and_keeping_them_can_be_tried(neighbours: Neighbours, desk: Visitor) -> None:
    neighbours.guide("Asta", capacity=1)
    citizen = neighbours.citizen("Amira", days=30)
    run_id = neighbours.run()
    page = choices_for(neighbours, desk, run_id, citizen)
    kept = page.follow("Se, hvad det ændrer at beholde disse to")
    assert "Ingen ville få en anden guide" in kept.text
    apart = page.follow("Se, hvad det ændrer at holde disse to fra hinanden")
    assert "En borger færre får en guide" in apart.text
    assert "Det er besluttet" not in apart.press("Ikke disse to").text


def test_a_choice_against_a_rule_says_which(neighbours: Neighbours, desk: Visitor) -> None:
    neighbours.guide("Asta", capacity=1)
    other = neighbours.guide("Bo", languages=("polsk",))
    citizen = neighbours.citizen("Amira")
    run_id = neighbours.run()
    request_id = neighbours.request_of(citizen).request.id
    page = desk.get(f"/runs/{run_id}/choose/{request_id}?what=pin&guide={other.id}")
    assert page.status == 200
    assert page.tree.css_first(".alert") is not None
    assert desk.get(f"/runs/{run_id}/choose/{request_id}?what=pin&guide=nobody").status == 404
