"""API tokens: shown once, stored as a hash, limited to their scopes, revoked at once, useless outside the
API.
"""

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import select

from foundation.db import transactions
from foundation.ids import new_id, token_hash
from livsmester.app import UnguardedRoute, require_route_policies
from people.access.model import ANONYMOUS, Role
from people.access.scopes import (
    ALL_SCOPES,
    Feature,
    Scope,
    ScopeRequirement,
    allows,
    format_scopes,
    parse_scopes,
)
from people.api_tokens import service as api_tokens_service
from people.directory.model import Person
from people.errors import NotFound, TooManyTokens
from people.sign_in import account_service
from people.tables import directory as directory_tables
from people.tables import rights as rights_tables
from people.tables import sign_in as sign_in_tables
from people.web.context import RequestContext
from people.web.rules import SIGNED_IN, require_scope
from tests.conftest import FrozenClock
from tests.support.api_tokens import api_token
from tests.support.app_client import DOMAIN, AppClient
from tests.support.people_factory import KEYS, PeopleFactory


@pytest.fixture
def officer(people: PeopleFactory) -> Person:
    return people.add(Role.BUDGET_OFFICER, "Odin", sign_in_name="odin@example.dk")


def get_with_token(site: AppClient, token: str, path: str = "/api/me", **more: object) -> httpx.Response:
    """The response to an API client with that token."""
    client = site.anonymous().client
    return client.get(path, headers={"authorization": f"Bearer {token}"}, follow_redirects=False, **more)


def test_a_program_acts_as_the_person_who_made_its_key(
    site: AppClient, people: PeopleFactory, officer: Person
) -> None:
    answer = get_with_token(
        site, api_token(people, officer, Scope(Feature.PEOPLE), Scope(Feature.BUDGETS, writes=True))
    )
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
def test_without_a_key_that_holds_nothing_opens(site: AppClient, header: str) -> None:
    client = site.anonymous().client
    answer = client.get("/api/me", headers={"authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["status"] == 401


def test_a_cookie_opens_nothing_for_programs_and_a_key_no_page(
    site: AppClient, people: PeopleFactory, officer: Person
) -> None:
    assert site.signed_in(officer).client.get("/api/me").status_code == 401
    text = api_token(people, officer)
    for path in ("/grants", "/tokens", "/my-sign-ins", "/api", "/api/openapi.json"):
        assert get_with_token(site, text, path).status_code == 401, path
    client = site.anonymous().client
    client.cookies.set(site.app.state.app_state.session_cookie_name, text, domain=DOMAIN)
    assert client.get("/grants").status_code == 401


def test_a_key_reaches_no_further_than_its_scopes(
    site: AppClient, people: PeopleFactory, officer: Person
) -> None:
    answer = get_with_token(site, api_token(people, officer, Scope(Feature.BUDGETS, writes=True)))
    assert (answer.status_code, answer.json()["title"]) == (403, "Forbidden")


@pytest.mark.parametrize("end", ["revoked", "run out", "account closed", "roles taken"])
def test_a_key_that_ended_opens_nothing_on_the_next_request(
    site: AppClient, people: PeopleFactory, officer: Person, clock: FrozenClock, end: str
) -> None:
    text = api_token(people, officer)
    assert get_with_token(site, text).status_code == 200
    match end:
        case "revoked":
            with people.acting_as(officer) as context:
                api_tokens_service.revoke_token(context, api_tokens_service.tokens(context)[0].id)
        case "run out":
            clock.advance(days=30)
        case "account closed":
            with people.acting_as(people.add(Role.ADMINISTRATOR)) as context:
                account_service.set_enabled(context, officer.id, enabled=False)
        case _:
            with transactions.write_transaction(people.engine) as db:
                db.execute(
                    directory_tables.role.delete().where(directory_tables.role.c.person_id == officer.id)
                )
    assert get_with_token(site, text).status_code == (403 if end == "roles taken" else 401)


def test_only_the_hash_is_stored_and_the_key_is_shown_once(
    site: AppClient, people: PeopleFactory, officer: Person
) -> None:
    mine = site.signed_in(officer)
    created = mine.get("/tokens/new").submit(
        "Lav nøglen", name="Natlig overførsel", budgets="read", days="90"
    )
    text = created.all("code")[0]
    assert text.startswith("livs_")
    with people.engine.connect() as db:
        rows = db.execute(select(sign_in_tables.token)).all()
        changes = db.execute(select(rights_tables.change)).all()
    assert [row.token_hash for row in rows] == [token_hash(text)]
    assert text not in f"{rows} {changes}"
    assert text not in mine.get("/tokens").response.text
    assert "Natlig overførsel" in mine.get("/tokens").text


def test_the_same_form_twice_makes_one_key(site: AppClient, people: PeopleFactory, officer: Person) -> None:
    page = site.signed_in(officer).get("/tokens/new")
    page.submit("Lav nøglen", name="Prøve", people="write", days="30")
    again = page.submit("Lav nøglen", name="Prøve", people="write", days="30")
    assert again.heading == "Nøgler til programmer"
    assert len(again.tree.css("tbody tr")) == 1


def test_a_form_that_lacks_something_says_all_of_it(site: AppClient, officer: Person) -> None:
    page = site.signed_in(officer).get("/tokens/new").submit("Lav nøglen")
    assert page.status == 422
    assert "Skriv, hvad nøglen er til." in page.text
    assert "Lad nøglen gøre noget" in page.text


def test_the_list_says_when_a_key_was_last_used_and_ends_it(
    site: AppClient, people: PeopleFactory, officer: Person
) -> None:
    text = api_token(people, officer)
    mine = site.signed_in(officer)
    assert "aldrig" in mine.get("/tokens").text
    get_with_token(site, text)
    page = mine.get("/tokens")
    assert "aldrig" not in page.text
    assert "afsluttet" in page.submit("Afslut").text
    assert get_with_token(site, text).status_code == 401


def test_nobody_ends_or_sees_the_key_of_another(
    site: AppClient, people: PeopleFactory, officer: Person
) -> None:
    api_token(people, officer)
    with people.acting_as(officer) as context:
        (mine,) = api_tokens_service.tokens(context)
    with people.acting_as(people.add(Role.ADMINISTRATOR)) as context:
        assert api_tokens_service.tokens(context) == ()
        with pytest.raises(NotFound):
            api_tokens_service.revoke_token(context, mine.id)


def test_there_is_a_most_of_keys_that_hold(
    people: PeopleFactory, officer: Person, clock: FrozenClock
) -> None:
    for _ in range(api_tokens_service.TOKENS_MAX):
        api_token(people, officer)
    with pytest.raises(TooManyTokens):
        api_token(people, officer)
    clock.advance(days=31)
    assert api_token(people, officer)


def test_scopes_are_written_as_words_and_a_feature_that_went_is_passed_over() -> None:
    assert parse_scopes(format_scopes(ALL_SCOPES)) == tuple(sorted(ALL_SCOPES))
    assert parse_scopes("budgets:read weather:write budgets:everything") == (Scope(Feature.BUDGETS),)
    for needed in ALL_SCOPES:
        covering = {str(scope) for scope in ALL_SCOPES if allows([scope], needed)}
        assert covering == {str(needed), f"{needed.feature}:write"}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_whatever_changes_something_needs_the_scope_to_write(method: str) -> None:
    assert ScopeRequirement(Feature.PLANS).scope_for(method) == Scope(Feature.PLANS, writes=True)


def test_a_route_for_programs_needs_its_scope_to_start_and_no_other_has_one() -> None:
    from litestar import get

    @get("/api/open", opt={"access": SIGNED_IN}, sync_to_thread=False)
    def bare() -> str:
        return "anything"

    @get("/page", opt=require_scope(Feature.PEOPLE), sync_to_thread=False)
    def page() -> str:
        return "anything"

    for handler in (bare, page):
        with pytest.raises(UnguardedRoute, match="need opt=require_scope"):
            require_route_policies(Litestar([handler], openapi_config=None).routes)


def test_nobody_makes_a_key_without_signing_in(people: PeopleFactory) -> None:
    from people.errors import SignInRequired

    with transactions.write_transaction(people.engine) as db, pytest.raises(SignInRequired):
        api_tokens_service.make_token(
            RequestContext(db, ANONYMOUS, people.clock(), keys=KEYS), new_id(), "x", ALL_SCOPES, 30
        )
