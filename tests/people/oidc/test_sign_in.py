"""Signing in at an identity provider: a real one signs people in, and only the right response to one's own
sign-in does.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime

import httpx
import msgspec
import pytest
from sqlalchemy import Engine

from foundation.clock import system_clock
from livsmester.settings import read_settings
from people.access.model import Role
from people.authentication.providers import MatchBy, PersonRule, RoleRule
from people.authentication.providers import Provider as Settings
from people.authentication.rules import SignInRules
from people.directory.model import Person
from people.identity import service as identity_service
from people.sign_in import account_service
from tests.conftest import FrozenClock
from tests.support.app_client import BASE_URL, AppClient, Browser, Page, make_app
from tests.support.oidc_provider import CLIENT_ID, CLIENT_SECRET, FakeOidcProvider, running_provider
from tests.support.people_factory import KEYS, PeopleFactory

NAME = "karen@example.dk"
GROUPS = {"LM-Koordinator": Role.COORDINATOR, "LM-Leder": Role.LEADER}


def settings_for(issuer: str, provider_id: str = "staff", **more: object) -> Settings:
    defaults: dict[str, object] = {
        "person": PersonRule("email", MatchBy.SIGN_IN_NAME),
        "roles": RoleRule("groups", GROUPS),
        "second_factor": True,
        "client_secret": CLIENT_SECRET,
    }
    return Settings(
        id=provider_id, name="Kommunens login", issuer=issuer, client_id=CLIENT_ID, **(defaults | more)
    )  # type: ignore[arg-type]


@pytest.fixture
def provider(clock: FrozenClock) -> Iterator[FakeOidcProvider]:
    with running_provider() as running:
        running.now = lambda: clock().timestamp()
        running.claims = {"sub": "subject-1", "email": NAME, "groups": ["LM-Koordinator", "Alle"]}
        yield running


def site_with(engine: Engine, clock: Callable[[], datetime], *providers: Settings) -> AppClient:
    settings = msgspec.structs.replace(read_settings({}), sign_in=SignInRules(providers=providers))
    return AppClient(make_app(settings, engine, clock), engine, clock)


@pytest.fixture
def oidc_site(engine: Engine, provider: FakeOidcProvider, clock: FrozenClock) -> Iterator[AppClient]:
    """The site with that provider."""
    with site_with(engine, clock, settings_for(provider.address)) as opened:
        yield opened


@pytest.fixture
def karen(people: PeopleFactory) -> Person:
    return people.add(Role.GUIDE, "Karen", sign_in_name=NAME)


def start_sign_in(browser: Browser, provider_id: str = "staff", back: str = "/my-sign-ins") -> str:
    """Press the provider's button; returns the URL at the provider."""
    answer = browser.client.get(
        f"/sign-in/outside/{provider_id}", params={"back": back}, follow_redirects=False
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def finish_sign_in(browser: Browser, address: str) -> Page:
    return browser.get(address.removeprefix(BASE_URL))


def is_refused(page: Page) -> bool:
    return page.status == 422 and page.heading == "Du kom ikke ind med Kommunens login"


def test_the_sign_in_page_has_a_button_for_each_provider(oidc_site: AppClient) -> None:
    page = oidc_site.anonymous().get("/sign-in?back=/goals")
    link = next(a for a in page.tree.css("a") if "Kommunens login" in (a.text() or ""))
    assert link.attributes["href"] == "/sign-in/outside/staff?back=/goals"


def test_whoever_the_provider_vouches_for_comes_in_where_they_were_going(
    oidc_site: AppClient, provider: FakeOidcProvider, karen: Person
) -> None:
    visitor = oidc_site.anonymous()
    page = finish_sign_in(visitor, provider.authorize(start_sign_in(visitor)))
    assert page.path == "/my-sign-ins"
    assert "med MitID eller kommunens login" in page.text
    assert visitor.get("/board").status == 200  # the directory made her a coordinator


@pytest.mark.parametrize(
    "key",
    [
        {"kty": "EC", "kid": "two", "crv": "brainpoolP256r1", "x": "AA", "y": "AA"},
        {"kty": "RSA", "kid": "three", "e": "AQAB"},
        {"kty": "RSA", "kid": "one", "use": "tls", "n": "AQAB", "e": "AQAB"},
        {"kty": "fish"},
    ],
)
def test_a_key_that_cant_be_read_stops_nobody(
    oidc_site: AppClient, provider: FakeOidcProvider, karen: Person, key: dict[str, str]
) -> None:
    """RFC 7517, section 5: a key of an unknown kind, or without what it needs, is passed over."""
    provider.other_keys = [key]
    visitor = oidc_site.anonymous()
    assert finish_sign_in(visitor, provider.authorize(start_sign_in(visitor))).path == "/my-sign-ins"


def test_opening_the_providers_link_stores_nothing(
    engine: Engine, oidc_site: AppClient, provider: FakeOidcProvider
) -> None:
    from sqlalchemy import text

    def rows() -> list[int]:
        with engine.connect() as db:
            names = ("people_session", "people_outside_try", "people_outside_identity", "people_change")
            return [db.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in names]

    before = rows()
    start_sign_in(oidc_site.anonymous())
    assert rows() == before


def test_roles_end_with_the_directorys_groups(
    oidc_site: AppClient, provider: FakeOidcProvider, karen: Person, clock: FrozenClock
) -> None:
    first = oidc_site.anonymous()
    finish_sign_in(first, provider.authorize(start_sign_in(first)))
    assert first.get("/board").status == 200
    provider.claims["groups"] = ["Alle"]
    second = oidc_site.anonymous()
    finish_sign_in(second, provider.authorize(start_sign_in(second)))
    assert second.get("/board").status == 403
    assert second.get("/offers").status == 200  # guide by hand: the directory has no say in that
    assert first.get("/board").status == 401  # a session ends when the roles change


def test_the_subject_is_enough_once_the_person_is_known(
    oidc_site: AppClient, provider: FakeOidcProvider, karen: Person
) -> None:
    visitor = oidc_site.anonymous()
    finish_sign_in(visitor, provider.authorize(start_sign_in(visitor)))
    del provider.claims["email"]
    again = oidc_site.anonymous()
    assert finish_sign_in(again, provider.authorize(start_sign_in(again))).path == "/my-sign-ins"


def test_somebody_whom_nobody_knows_is_told_whom_to_call(
    oidc_site: AppClient, provider: FakeOidcProvider
) -> None:
    visitor = oidc_site.anonymous()
    page = finish_sign_in(visitor, provider.authorize(start_sign_in(visitor)))
    assert is_refused(page)
    assert "Vi kender dig ikke her endnu" in page.text


def test_a_closed_account_stays_closed(
    oidc_site: AppClient, provider: FakeOidcProvider, people: PeopleFactory, karen: Person
) -> None:
    with people.acting_as(karen) as context:
        account_service.set_enabled(context, karen.id, enabled=False)
    visitor = oidc_site.anonymous()
    assert is_refused(finish_sign_in(visitor, provider.authorize(start_sign_in(visitor))))


def test_a_directory_may_make_people(engine: Engine, provider: FakeOidcProvider, clock: FrozenClock) -> None:
    settings = settings_for(provider.address, person=PersonRule("email", MatchBy.SIGN_IN_NAME, make=True))
    provider.claims |= {"given_name": "Nyansat", "family_name": "Prøvesen"}
    with site_with(engine, clock, settings) as site:
        visitor = site.anonymous()
        finish_sign_in(visitor, provider.authorize(start_sign_in(visitor)))
        assert visitor.get("/board").status == 200
        provider.claims["groups"] = []
        again = site.anonymous()
        assert is_refused(finish_sign_in(again, provider.authorize(start_sign_in(again))))


def test_a_citizen_is_found_by_the_cpr_number_that_mitids_broker_hands_over(
    engine: Engine, provider: FakeOidcProvider, people: PeopleFactory, clock: FrozenClock
) -> None:
    citizen = people.citizen()
    with people.acting_as(citizen) as context:
        context.keys = KEYS
        identity_service.store_cprs(context, {citizen.id: "0101009990"})
    provider.claims = {"sub": "mitid-1", "cpr": "0101009990", "acr": "substantial"}
    mitid = settings_for(
        provider.address, person=PersonRule("cpr", MatchBy.CPR), roles=None, assurance=("substantial", "high")
    )
    with site_with(engine, clock, mitid) as site:
        visitor = site.anonymous()
        assert (
            finish_sign_in(visitor, provider.authorize(start_sign_in(visitor, back="/"))).heading
            == "Hej Borgine"
        )
        provider.claims["acr"] = "low"
        low = site.anonymous()
        page = finish_sign_in(low, provider.authorize(start_sign_in(low)))
        assert is_refused(page)
        assert "højere" in page.text


def test_our_own_second_proof_is_asked_for_where_theirs_does_not_count(
    engine: Engine, provider: FakeOidcProvider, karen: Person, clock: FrozenClock
) -> None:
    with site_with(engine, clock, settings_for(provider.address, second_factor=False)) as site:
        visitor = site.anonymous()
        page = finish_sign_in(visitor, provider.authorize(start_sign_in(visitor)))
        assert page.heading == "Sæt din kode-app op"
        assert visitor.get("/board").heading == "Sæt din kode-app op"


def test_whoever_has_roles_from_the_directory_comes_in_through_it_alone(
    oidc_site: AppClient, provider: FakeOidcProvider, karen: Person
) -> None:
    from tests.support.people_factory import PASSWORD

    visitor = oidc_site.anonymous()
    finish_sign_in(visitor, provider.authorize(start_sign_in(visitor)))
    page = oidc_site.anonymous().get("/sign-in").submit("Log ind", name=NAME, password=PASSWORD)
    assert page.status == 422


@pytest.mark.usefixtures("karen")
class TestAttacks:
    """Forged responses in place of the provider's."""

    def test_an_answer_works_once(self, oidc_site: AppClient, provider: FakeOidcProvider) -> None:
        visitor = oidc_site.anonymous()
        answer = provider.authorize(start_sign_in(visitor))
        cookies = dict(visitor.client.cookies)
        finish_sign_in(visitor, answer)
        assert is_refused(finish_sign_in(oidc_site.anonymous(), answer))
        again = oidc_site.anonymous()  # an attacker with the browser's cookie
        again.client.cookies.set(
            "livsmester-outside", cookies["livsmester-outside"], domain="testserver.local"
        )
        assert is_refused(finish_sign_in(again, answer))

    def test_an_answer_for_another_browser_is_refused(
        self, oidc_site: AppClient, provider: FakeOidcProvider
    ) -> None:
        thief, victim = oidc_site.anonymous(), oidc_site.anonymous()
        planted = provider.authorize(start_sign_in(thief))
        start_sign_in(victim)
        assert is_refused(finish_sign_in(victim, planted))
        assert victim.get("/my-sign-ins").status == 401

    def test_a_code_that_was_asked_for_with_another_verifier_is_worthless(
        self, oidc_site: AppClient, provider: FakeOidcProvider
    ) -> None:
        mine, theirs = oidc_site.anonymous(), oidc_site.anonymous()
        answer = provider.authorize(start_sign_in(mine))
        foreign = provider.authorize(start_sign_in(theirs))
        stolen = httpx.URL(foreign).params["code"]
        assert is_refused(finish_sign_in(mine, str(httpx.URL(answer).copy_set_param("code", stolen))))

    def test_an_answer_from_another_issuer_is_refused(
        self, oidc_site: AppClient, provider: FakeOidcProvider
    ) -> None:
        visitor = oidc_site.anonymous()
        mixed_up = provider.authorize(start_sign_in(visitor), iss="http://127.0.0.1:1")
        assert is_refused(finish_sign_in(visitor, mixed_up))

    def test_an_answer_without_issuer_is_refused_where_one_is_promised(
        self, oidc_site: AppClient, provider: FakeOidcProvider
    ) -> None:
        visitor = oidc_site.anonymous()
        answer = httpx.URL(provider.authorize(start_sign_in(visitor))).copy_remove_param("iss")
        assert is_refused(finish_sign_in(visitor, str(answer)))

    def test_an_answer_that_one_provider_gave_is_refused_at_the_others_address(
        self, engine: Engine, provider: FakeOidcProvider, clock: FrozenClock
    ) -> None:
        with running_provider() as evil:
            evil.metadata = {"authorization_response_iss_parameter_supported": False}
            both = (settings_for(provider.address), settings_for(evil.address, "other"))
            with site_with(engine, clock, *both) as site:
                visitor = site.anonymous()
                answer = provider.authorize(start_sign_in(visitor)).replace(
                    "/outside/staff/", "/outside/other/"
                )
                assert is_refused(finish_sign_in(visitor, answer))

    def test_a_provider_that_calls_itself_by_anothers_name_is_refused(
        self, oidc_site: AppClient, provider: FakeOidcProvider
    ) -> None:
        provider.metadata = {"issuer": "https://honest.example"}
        page = oidc_site.anonymous().get("/sign-in/outside/staff")
        assert is_refused(page)

    @pytest.mark.parametrize("how", ["unsigned", "public_key_as_secret", "foreign_key"])
    def test_a_token_that_the_provider_did_not_sign_is_refused(
        self, oidc_site: AppClient, provider: FakeOidcProvider, how: str
    ) -> None:
        provider.sign = getattr(provider, how)
        visitor = oidc_site.anonymous()
        assert is_refused(finish_sign_in(visitor, provider.authorize(start_sign_in(visitor))))

    @pytest.mark.parametrize(
        "change",
        [
            {"nonce": "another"}, {"nonce": None}, {"iss": "https://other.example"}, {"aud": "another-client"},
            {"aud": ["livsmester", "another-client"]}, {"exp": 1}, {"exp": None}, {"iat": None}, {"sub": None},
            {"sub": 7}, {"sub": "x" * 256}, {"iat": 9_999_999_999}, {"nbf": 9_999_999_999},
        ],
        ids=str,
    )  # fmt: skip
    def test_a_token_with_a_false_claim_is_refused(
        self, oidc_site: AppClient, provider: FakeOidcProvider, change: dict[str, object]
    ) -> None:
        provider.alter_claims = lambda claims: {
            name: value for name, value in (claims | change).items() if value is not None
        }
        visitor = oidc_site.anonymous()
        assert is_refused(finish_sign_in(visitor, provider.authorize(start_sign_in(visitor))))

    def test_an_answer_that_comes_too_late_is_refused(
        self, oidc_site: AppClient, provider: FakeOidcProvider, clock: FrozenClock
    ) -> None:
        visitor = oidc_site.anonymous()
        answer = provider.authorize(start_sign_in(visitor))
        clock.advance(minutes=11)
        assert is_refused(finish_sign_in(visitor, answer))

    def test_the_session_gets_an_id_of_its_own_and_nobody_is_sent_elsewhere(
        self, oidc_site: AppClient, provider: FakeOidcProvider
    ) -> None:
        visitor = oidc_site.anonymous()
        visitor.client.cookies.set("livsmester", "chosen-by-somebody-else", domain="testserver.local")
        page = finish_sign_in(
            visitor, provider.authorize(start_sign_in(visitor, back="https://evil.example"))
        )
        assert page.path == "/board"
        assert visitor.client.cookies["livsmester"] != "chosen-by-somebody-else"


def test_whoever_says_no_at_the_provider_is_asked_again(
    oidc_site: AppClient, provider: FakeOidcProvider
) -> None:
    visitor = oidc_site.anonymous()
    start_sign_in(visitor)
    page = visitor.get("/sign-in/outside/staff/back?error=access_denied&state=x")
    assert is_refused(page)
    assert page.click("Tilbage til login").heading == "Log ind"


def test_a_provider_that_is_down_is_said_calmly(engine: Engine, clock: FrozenClock) -> None:
    with site_with(engine, clock, settings_for("http://127.0.0.1:9")) as site:
        assert is_refused(site.anonymous().get("/sign-in/outside/staff"))


MOCK = """
import json, sys, warnings
warnings.simplefilter("ignore")
from oidc_provider_mock import User, run_server_in_thread
with run_server_in_thread(user_claims=[User(sub="karen", claims={"email": "karen@example.dk"})], require_nonce=True) as server:
    print(server.server_port, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def mock_provider() -> Iterator[str]:
    """`oidc-provider-mock` as a separate process; returns its URL."""
    with subprocess.Popen(
        [sys.executable, "-c", MOCK],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield f"http://localhost:{process.stdout.readline().strip()}"
        assert process.stdin is not None
        process.stdin.close()


def test_a_provider_that_somebody_else_wrote_lets_people_in(
    engine: Engine, mock_provider: str, karen: Person
) -> None:
    ours = settings_for(mock_provider, scopes=("openid", "email"), roles=None, client_secret="anything")
    with site_with(engine, system_clock, ours) as site:
        visitor = site.anonymous()
        answer = httpx.post(start_sign_in(visitor), data={"sub": "karen"})
        assert answer.status_code == 302
        assert finish_sign_in(visitor, answer.headers["location"]).path == "/my-sign-ins"
        refusal = httpx.post(start_sign_in(visitor), data={"action": "deny"})
        assert is_refused(finish_sign_in(visitor, refusal.headers["location"]))
