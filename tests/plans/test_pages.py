"""The pages of goals, for the citizen and the support worker."""

from people.access.model import RelationKind, Role
from tests.support.app_client import AppClient
from tests.support.people_factory import PeopleFactory


def test_a_citizen_writes_a_goal_in_their_own_words(site: AppClient, people: PeopleFactory) -> None:
    mine = site.signed_in(people.citizen())
    page = (
        mine.get("/goals")
        .click("Tilføj et mål")
        .submit("Gem målet", title="Lære at  svømme", words="Fordi min søn kan.", theme="community")
    )
    assert page.path == "/goals"
    assert "Lære at svømme" in page.text
    assert "Fordi min søn kan." in page.text


def test_a_goal_without_words_comes_back_with_what_was_typed(site: AppClient, people: PeopleFactory) -> None:
    mine = site.signed_in(people.citizen())
    page = mine.get("/goals/new").submit("Gem målet", words="Jeg ved ikke hvordan.")
    assert page.status == 422
    assert page.title.startswith("Fejl: ")
    assert "Skriv, hvad du vil." in page.text
    assert page.tree.css_first("#field-words").text() == "Jeg ved ikke hvordan."


def test_a_double_press_adds_one_goal(site: AppClient, people: PeopleFactory) -> None:
    mine = site.signed_in(people.citizen())
    form = mine.get("/goals/new")
    for _ in range(2):
        page = form.submit("Gem målet", title="Cykle igen", theme="mobility")
    assert page.text.count("Cykle igen") == 1


def test_two_who_change_the_same_goal_both_keep_their_words(site: AppClient, people: PeopleFactory) -> None:
    citizen, worker = people.citizen(), people.add(Role.SUPPORT_WORKER)
    people.start_relation(RelationKind.SUPPORT_WORKER, worker, citizen)
    mine, theirs = site.signed_in(citizen), site.signed_in(worker)
    mine.get("/goals/new").submit("Gem målet", title="Bage brød", theme="practical")
    my_form = mine.get("/goals").click("Bage brød")
    their_form = theirs.get(f"/citizens/{citizen.id}/goals").click("Bage brød")
    their_form.submit("Gem", title="Bage rugbrød")
    page = my_form.submit("Gem", title="Bage franskbrød")
    assert page.status == 409
    assert "Bage rugbrød" in page.text
    assert page.tree.css_first("#field-title").attributes["value"] == "Bage franskbrød"
    assert page.submit("Gem").path == "/goals"
    assert "Bage franskbrød" in mine.get("/goals").text


def test_a_goal_of_somebody_else_is_not_found(site: AppClient, people: PeopleFactory) -> None:
    first, second = people.citizen(), people.citizen()
    mine = site.signed_in(first)
    mine.get("/goals/new").submit("Gem målet", title="Mit eget", theme="practical")
    address = mine.get("/goals").tree.css_first(".card-title a").attributes["href"]
    assert site.signed_in(second).get(address).status == 404


def test_a_support_worker_sees_own_citizens_only_and_only_while_it_lasts(
    site: AppClient, people: PeopleFactory
) -> None:
    citizen, worker = people.citizen(), people.add(Role.SUPPORT_WORKER)
    theirs = site.signed_in(worker)
    assert theirs.get(f"/citizens/{citizen.id}/goals").status == 404
    people.start_relation(RelationKind.SUPPORT_WORKER, worker, citizen)
    assert theirs.get(f"/citizens/{citizen.id}/goals").status == 200
    people.end_relation(RelationKind.SUPPORT_WORKER, worker, citizen)
    assert theirs.get(f"/citizens/{citizen.id}/goals").status == 404
