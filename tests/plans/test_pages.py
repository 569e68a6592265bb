"""A citizen's goals in the browser."""

from people.access.model import RelationKind, Role
from tests.people_factory import People
from tests.site import Site


def test_a_citizen_writes_a_goal_in_their_own_words(site: Site, people: People) -> None:
    mine = site.visitor(people.citizen())
    page = (
        mine.get("/goals")
        .follow("Tilføj et mål")
        .press("Gem målet", title="Lære at  svømme", words="Fordi min søn kan.", theme="community")
    )
    assert page.path == "/goals"
    assert "Lære at svømme" in page.text
    assert "Fordi min søn kan." in page.text


def test_a_goal_without_words_comes_back_with_what_was_typed(site: Site, people: People) -> None:
    mine = site.visitor(people.citizen())
    page = mine.get("/goals/new").press("Gem målet", words="Jeg ved ikke hvordan.")
    assert page.status == 422
    assert page.title.startswith("Fejl: ")
    assert "Skriv, hvad du vil." in page.text
    assert page.tree.css_first("#field-words").text() == "Jeg ved ikke hvordan."


def test_a_double_press_adds_one_goal(site: Site, people: People) -> None:
    mine = site.visitor(people.citizen())
    form = mine.get("/goals/new")
    for _ in range(2):
        page = form.press("Gem målet", title="Cykle igen", theme="mobility")
    assert page.text.count("Cykle igen") == 1


def test_two_who_change_the_same_goal_both_keep_their_words(site: Site, people: People) -> None:
    citizen, worker = people.citizen(), people.add(Role.SUPPORT_WORKER)
    people.relate(RelationKind.SUPPORT_WORKER, worker, citizen)
    mine, theirs = site.visitor(citizen), site.visitor(worker)
    mine.get("/goals/new").press("Gem målet", title="Bage brød", theme="practical")
    my_form = mine.get("/goals").follow("Bage brød")
    their_form = theirs.get(f"/citizens/{citizen.id}/goals").follow("Bage brød")
    their_form.press("Gem", title="Bage rugbrød")
    page = my_form.press("Gem", title="Bage franskbrød")
    assert page.status == 409
    assert "Bage rugbrød" in page.text
    assert page.tree.css_first("#field-title").attributes["value"] == "Bage franskbrød"
    assert page.press("Gem").path == "/goals"
    assert "Bage franskbrød" in mine.get("/goals").text


def test_a_goal_of_somebody_else_is_not_found(site: Site, people: People) -> None:
    first, second = people.citizen(), people.citizen()
    mine = site.visitor(first)
    mine.get("/goals/new").press("Gem målet", title="Mit eget", theme="practical")
    address = mine.get("/goals").tree.css_first(".card-title a").attributes["href"]
    assert site.visitor(second).get(address).status == 404


def test_a_support_worker_sees_own_citizens_only_and_only_while_it_lasts(site: Site, people: People) -> None:
    citizen, worker = people.citizen(), people.add(Role.SUPPORT_WORKER)
    theirs = site.visitor(worker)
    assert theirs.get(f"/citizens/{citizen.id}/goals").status == 404
    people.relate(RelationKind.SUPPORT_WORKER, worker, citizen)
    assert theirs.get(f"/citizens/{citizen.id}/goals").status == 200
    people.unrelate(RelationKind.SUPPORT_WORKER, worker, citizen)
    assert theirs.get(f"/citizens/{citizen.id}/goals").status == 404
