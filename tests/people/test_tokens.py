"""Keys for programs: shown once, stored as a hash, within scopes, ended at once, and of no use anywhere else."""

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import select

from foundation.db import transactions
from foundation.ids import new_id, token_hash
from livsmester.app import UnguardedRoute, check_rules
from people.access.model import NOBODY, Role
from people.access.scopes import ALL, Api, Feature, Scope, allows, read_scopes, write_scopes
from people.api_tokens import service as api_tokens_service
from people.directory.model import Person
from people.errors import NotFound, TooManyTokens
from people.sign_in import account_service
from people.tables import directory as directory_tables
from people.tables import rights as rights_tables
from people.tables import sign_in as sign_in_tables
from people.web.context import Visit
from people.web.rules import SIGNED_IN, api
from tests.conftest import StandingClock
from tests.people_factory import KEYS, People
from tests.site import DOMAIN, Site


@pytest.fixture
def officer(people: People) -> Person:
    return people.add(Role.BUDGET_OFFICER, "Odin", sign_in_name="odin@example.dk")


def key_of(people: People, person: Person, *scopes: Scope, days: int = 30) -> str:
    with people.acting(person) as visit:
        text = api_tokens_service.make_token(visit, new_id(), "Prøve", scopes or ALL, days)
    assert text is not None
    return text


def ask(site: Site, text: str, path: str = "/api/me", **more: object) -> httpx.Response:
    """What a program with that key gets."""
    client = site.stranger().client
    return client.get(path, headers={"authorization": f"Bearer {text}"}, follow_redirects=False, **more)


def test_a_program_acts_as_the_person_who_made_its_key(site: Site, people: People, officer: Person) -> None:
    answer = ask(site, key_of(people, officer, Scope(Feature.PEOPLE), Scope(Feature.BUDGETS, writes=True)))
    assert answer.status_code == 200
    assert answer.json() == {
        "person_id": officer.id,
        "given_name": "Odin",
        "roles": [{"role": "budget_officer", "area": None}],
        "scopes": ["budgets:write", "people:read"],
        "expires_at": "2026-04-01T08:00:00Z",
    }


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "Basic b2RpbjpvZGlu",
        "bearer livs_",
        "Bearer " + "x" * 9_000,
    ],
)
def test_without_a_key_that_holds_nothing_opens(site: Site, header: str) -> None:
    client = site.stranger().client
    answer = client.get("/api/me", headers={"authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["status"] == 401


def test_a_cookie_opens_nothing_for_programs_and_a_key_no_page(
    site: Site, people: People, officer: Person
) -> None:
    assert site.visitor(officer).client.get("/api/me").status_code == 401
    text = key_of(people, officer)
    for path in ("/grants", "/tokens", "/my-sign-ins", "/api", "/api/openapi.json"):
        assert ask(site, text, path).status_code == 401, path
    client = site.stranger().client
    client.cookies.set(site.app.state.house.cookie, text, domain=DOMAIN)
    assert client.get("/grants").status_code == 401


def test_a_key_reaches_no_further_than_its_scopes(site: Site, people: People, officer: Person) -> None:
    answer = ask(site, key_of(people, officer, Scope(Feature.BUDGETS, writes=True)))
    assert (answer.status_code, answer.json()["title"]) == (403, "Forbidden")


@pytest.mark.parametrize("end", ["revoked", "run out", "account closed", "roles taken"])
def test_a_key_that_ended_opens_nothing_on_the_next_request(
    site: Site, people: People, officer: Person, clock: StandingClock, end: str
) -> None:
    text = key_of(people, officer)
    assert ask(site, text).status_code == 200
    match end:
        case "revoked":
            with people.acting(officer) as visit:
                api_tokens_service.revoke_token(visit, api_tokens_service.tokens(visit)[0].id)
        case "run out":
            clock.forward(days=30)
        case "account closed":
            with people.acting(people.add(Role.ADMINISTRATOR)) as visit:
                account_service.set_enabled(visit, officer.id, enabled=False)
        case _:
            with transactions.writing(people.engine) as db:
                db.execute(
                    directory_tables.role.delete().where(directory_tables.role.c.person_id == officer.id)
                )
    assert ask(site, text).status_code == (403 if end == "roles taken" else 401)


def test_only_the_hash_is_stored_and_the_key_is_shown_once(
    site: Site, people: People, officer: Person
) -> None:
    mine = site.visitor(officer)
    shown = mine.get("/tokens/new").press("Lav nøglen", name="Natlig overførsel", budgets="read", days="90")
    text = shown.all("code")[0]
    assert text.startswith("livs_")
    with people.engine.connect() as db:
        rows = db.execute(select(sign_in_tables.token)).all()
        changes = db.execute(select(rights_tables.change)).all()
    assert [row.token_hash for row in rows] == [token_hash(text)]
    assert text not in f"{rows} {changes}"
    assert text not in mine.get("/tokens").answer.text
    assert "Natlig overførsel" in mine.get("/tokens").text


def test_the_same_form_twice_makes_one_key(site: Site, people: People, officer: Person) -> None:
    page = site.visitor(officer).get("/tokens/new")
    page.press("Lav nøglen", name="Prøve", people="write", days="30")
    again = page.press("Lav nøglen", name="Prøve", people="write", days="30")
    assert again.heading == "Nøgler til programmer"
    assert len(again.tree.css("tbody tr")) == 1


def test_a_form_that_lacks_something_says_all_of_it(site: Site, officer: Person) -> None:
    page = site.visitor(officer).get("/tokens/new").press("Lav nøglen")
    assert page.status == 422
    assert "Skriv, hvad nøglen er til." in page.text
    assert "Lad nøglen gøre noget" in page.text


def test_the_list_says_when_a_key_was_last_used_and_ends_it(
    site: Site, people: People, officer: Person
) -> None:
    text = key_of(people, officer)
    mine = site.visitor(officer)
    assert "aldrig" in mine.get("/tokens").text
    ask(site, text)
    page = mine.get("/tokens")
    assert "aldrig" not in page.text
    assert "afsluttet" in page.press("Afslut").text
    assert ask(site, text).status_code == 401


def test_nobody_ends_or_sees_the_key_of_another(site: Site, people: People, officer: Person) -> None:
    key_of(people, officer)
    with people.acting(officer) as visit:
        (mine,) = api_tokens_service.tokens(visit)
    with people.acting(people.add(Role.ADMINISTRATOR)) as visit:
        assert api_tokens_service.tokens(visit) == ()
        with pytest.raises(NotFound):
            api_tokens_service.revoke_token(visit, mine.id)


def test_there_is_a_most_of_keys_that_hold(people: People, officer: Person, clock: StandingClock) -> None:
    for _ in range(api_tokens_service.TOKENS_MAX):
        key_of(people, officer)
    with pytest.raises(TooManyTokens):
        key_of(people, officer)
    clock.forward(days=31)
    assert key_of(people, officer)


def test_scopes_are_written_as_words_and_a_feature_that_went_is_passed_over() -> None:
    assert read_scopes(write_scopes(ALL)) == tuple(sorted(ALL))
    assert read_scopes("budgets:read weather:write budgets:everything") == (Scope(Feature.BUDGETS),)
    for needed in ALL:
        covering = {str(scope) for scope in ALL if allows([scope], needed)}
        assert covering == {str(needed), f"{needed.feature}:write"}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_whatever_changes_something_needs_the_scope_to_write(method: str) -> None:
    assert Api(Feature.PLANS).needed(method) == Scope(Feature.PLANS, writes=True)


def test_a_route_for_programs_needs_its_scope_to_start_and_no_other_has_one() -> None:
    from litestar import get

    @get("/api/open", opt={"access": SIGNED_IN}, sync_to_thread=False)
    def bare() -> str:
        return "anything"

    @get("/page", opt=api(Feature.PEOPLE), sync_to_thread=False)
    def page() -> str:
        return "anything"

    for handler in (bare, page):
        with pytest.raises(UnguardedRoute, match="for programs"):
            check_rules(Litestar([handler], openapi_config=None).routes)


def test_nobody_makes_a_key_without_signing_in(people: People) -> None:
    from people.errors import SignInNeeded

    with transactions.writing(people.engine) as db, pytest.raises(SignInNeeded):
        api_tokens_service.make_token(Visit(db, NOBODY, people.clock(), keys=KEYS), new_id(), "x", ALL, 30)
