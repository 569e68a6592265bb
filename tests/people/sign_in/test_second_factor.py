"""People who see others' data need a second factor; a code works once; the password alone opens nothing."""

import re
import threading

import pyotp
import pytest
from sqlalchemy import Engine, select

from foundation.db import transactions
from livsmester.settings import InvalidSetting, read_settings
from people.access.model import Actor, Role
from people.credentials.totp import new_secret, normalize, verify_code
from people.directory.model import Person
from people.errors import InvalidCode
from people.sign_in import second_factor_service
from people.tables import sign_in as sign_in_tables
from people.web.context import RequestContext
from tests.conftest import FrozenClock
from tests.support.app_client import AppClient, Browser, Page, make_app
from tests.support.change_log import sign_in_refusals
from tests.support.people_factory import KEYS, PASSWORD, PeopleFactory

NAME = "karen@example.dk"


def submit_password(browser: Browser, name: str = NAME) -> Page:
    return browser.get("/sign-in").submit("Log ind", name=name, password=PASSWORD)


def secret_on(page: Page) -> str:
    return page.all(".copyable")[0].replace(" ", "")


def code(secret: str, clock: FrozenClock) -> str:
    return pyotp.TOTP(secret).at(clock.now)


def set_up(browser: Browser, clock: FrozenClock, name: str = NAME) -> tuple[str, list[str]]:
    """Sign in for the first time and set up the app; returns its secret and the recovery codes."""
    page = submit_password(browser, name)
    assert page.heading == "Sæt din kode-app op"
    secret = secret_on(page)
    codes_page = page.submit("Fortsæt", code=code(secret, clock))
    assert codes_page.heading == "Gem dine reservekoder"
    clock.advance(seconds=31)
    return secret, codes_page.all(".codes li")


@pytest.fixture
def karen(people: PeopleFactory) -> Person:
    return people.add(Role.COORDINATOR, "Karen", sign_in_name=NAME)


def test_a_coordinator_sets_the_app_up_at_the_first_sign_in_and_gives_its_code_from_then_on(
    site: AppClient, karen: Person, clock: FrozenClock
) -> None:
    visitor = site.anonymous()
    secret, _ = set_up(visitor, clock)
    assert visitor.get("/board").status == 200
    again = site.anonymous()
    page = submit_password(again)
    assert page.heading == "Skriv koden fra din app"
    assert page.submit("Log ind", code=code(secret, clock)).path == "/board"


def test_a_wrong_code_or_recovery_code_leaves_a_line(
    site: AppClient, people: PeopleFactory, karen: Person, clock: FrozenClock
) -> None:
    secret, _ = set_up(site.anonymous(), clock)
    right = code(secret, clock)
    page = submit_password(site.anonymous())
    assert page.submit("Log ind", code=f"{(int(right) + 1) % 1_000_000:06}").status == 422
    assert page.submit("Log ind med reservekoden", recovery="abcde-fghjk").status == 422
    assert sign_in_refusals(people.engine) == [(karen.id, karen.id, "code"), (karen.id, karen.id, "recovery")]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CITIZEN])
def test_every_role_that_sees_others_owes_a_second_proof(
    site: AppClient, people: PeopleFactory, role: Role
) -> None:
    people.add(role, sign_in_name=NAME)
    assert submit_password(site.anonymous()).heading == "Sæt din kode-app op"


def test_a_citizen_owes_none(site: AppClient, people: PeopleFactory) -> None:
    people.citizen(sign_in_name=NAME)
    assert submit_password(site.anonymous()).heading == "Hej Borgine"


def test_where_it_is_optional_only_those_who_have_set_it_up_owe_it(
    engine: Engine, people: PeopleFactory, karen: Person, clock: FrozenClock
) -> None:
    settings = read_settings({"LIVSMESTER_SECOND_FACTOR": "optional"})
    with AppClient(make_app(settings, engine, clock), engine, clock) as site:
        visitor = site.anonymous()
        assert submit_password(visitor).path == "/board"
        page = visitor.get("/second-factor").submit("Sæt en kode-app op")
        page.submit("Fortsæt", code=code(secret_on(page), clock))
        assert submit_password(site.anonymous()).heading == "Skriv koden fra din app"


def test_another_word_in_the_setting_is_refused() -> None:
    with pytest.raises(InvalidSetting, match="Write required or optional"):
        read_settings({"LIVSMESTER_SECOND_FACTOR": "maybe"})


def test_the_password_alone_opens_nothing(site: AppClient, karen: Person, clock: FrozenClock) -> None:
    set_up(site.anonymous(), clock)
    half = site.anonymous()
    page = submit_password(half)
    token = page.tree.css_first("[name=csrf_token]").attributes["value"] or ""
    for path in ("/board", "/citizens", "/my-sign-ins", "/citizens.csv"):
        assert half.get(path).heading == "Skriv koden fra din app", path
    assert half.get("/second-factor/picture.svg").status == 403
    assert half.post("/second-factor/confirm", {"csrf_token": [token], "code": ["000000"]}).status == 403
    assert half.post("/second-factor/set-up", {"csrf_token": [token]}).heading == "Skriv koden fra din app"
    assert "Log ud" not in half.get("/was").all("button")


def test_the_half_sign_in_runs_out(site: AppClient, karen: Person, clock: FrozenClock) -> None:
    secret, _ = set_up(site.anonymous(), clock)
    half = site.anonymous()
    page = submit_password(half)
    clock.advance(minutes=21)
    assert page.submit("Log ind", code=code(secret, clock)).heading == "Log ind"


def test_the_session_gets_a_new_id_at_each_proof(site: AppClient, karen: Person, clock: FrozenClock) -> None:
    visitor = site.anonymous()
    page = submit_password(visitor)
    half = visitor.client.cookies["livsmester"]
    page.submit("Fortsæt", code=code(secret_on(page), clock))
    assert visitor.client.cookies["livsmester"] != half
    other = site.anonymous()
    other.client.cookies.set("livsmester", half, domain="testserver.local")
    assert other.get("/second-factor").status == 401


def test_a_code_works_once(site: AppClient, karen: Person, clock: FrozenClock) -> None:
    secret, _ = set_up(site.anonymous(), clock)
    used = code(secret, clock)
    assert submit_password(site.anonymous()).submit("Log ind", code=used).path == "/board"
    again = submit_password(site.anonymous()).submit("Log ind", code=used)
    assert again.status == 422
    assert "Koden er ikke rigtig" in again.text


def test_the_code_that_set_the_app_up_does_not_sign_in(
    site: AppClient, karen: Person, clock: FrozenClock
) -> None:
    page = submit_password(site.anonymous())
    first = code(secret_on(page), clock)
    page.submit("Fortsæt", code=first)
    assert submit_password(site.anonymous()).submit("Log ind", code=first).status == 422


def test_a_code_is_good_for_a_step_before_and_after_its_own(clock: FrozenClock) -> None:
    secret = new_secret()
    now = int(clock.now.timestamp()) // 30
    for step in (-1, 0, 1):
        assert verify_code(secret, pyotp.TOTP(secret).generate_otp(now + step), clock.now) == now + step
    for step in (-2, 2):
        assert verify_code(secret, pyotp.TOTP(secret).generate_otp(now + step), clock.now) is None
    assert verify_code(secret, "", clock.now) is None
    assert verify_code(secret, "１２３４５６", clock.now) is None


def test_the_same_code_at_the_same_moment_lets_one_in(
    engine: Engine, people: PeopleFactory, karen: Person, site: AppClient, clock: FrozenClock
) -> None:
    secret, _ = set_up(site.anonymous(), clock)
    outcomes: list[str] = []

    def attempt() -> None:
        try:
            with transactions.write_transaction(engine) as db:
                context = RequestContext(db, Actor(karen.id), clock(), keys=KEYS)
                second_factor_service.check_code(context, code(secret, clock))
        except InvalidCode:
            outcomes.append("refused")
        else:
            outcomes.append("in")

    threads = [threading.Thread(target=attempt) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["in"] + ["refused"] * 5


def test_whoever_guesses_at_codes_waits_and_a_recovery_code_still_works(
    site: AppClient, karen: Person, clock: FrozenClock
) -> None:
    secret, recovery = set_up(site.anonymous(), clock)
    page = submit_password(site.anonymous())
    for _ in range(5):
        page = page.submit("Log ind", code="000000")
    assert "Prøv igen om 1 minut" in page.submit("Log ind", code=code(secret, clock)).text
    assert page.submit("Log ind med reservekoden", recovery=recovery[0]).path == "/board"


def test_a_recovery_code_works_once_however_it_is_written(
    site: AppClient, karen: Person, clock: FrozenClock
) -> None:
    _, recovery = set_up(site.anonymous(), clock)
    assert len(set(recovery)) == 10
    written = f" {recovery[3].upper().replace('-', ' ').replace('0', 'O').replace('1', 'l')} "
    page = submit_password(site.anonymous())
    assert page.submit("Log ind med reservekoden", recovery=written).path == "/board"
    again = submit_password(site.anonymous()).submit("Log ind med reservekoden", recovery=recovery[3])
    assert again.status == 422
    assert "eller den er brugt" in again.text


def test_somebody_elses_recovery_code_opens_nothing(
    site: AppClient, people: PeopleFactory, karen: Person, clock: FrozenClock
) -> None:
    people.add(Role.GUIDE, "Torben", sign_in_name="torben@example.dk")
    set_up(site.anonymous(), clock)
    _, theirs = set_up(site.anonymous(), clock, "torben@example.dk")
    page = submit_password(site.anonymous()).submit("Log ind med reservekoden", recovery=theirs[0])
    assert page.status == 422


def test_another_phone_and_new_recovery_codes_need_a_code_of_the_old_phone(
    site: AppClient, karen: Person, clock: FrozenClock
) -> None:
    visitor = site.anonymous()
    secret, recovery = set_up(visitor, clock)
    page = visitor.get("/second-factor")
    assert page.submit("Brug en anden telefon", code="000000").status == 422
    fresh = page.submit("Lav nye reservekoder", code=code(secret, clock)).all(".codes li")
    assert not set(fresh) & set(recovery)
    clock.advance(seconds=31)
    refused = submit_password(site.anonymous()).submit("Log ind med reservekoden", recovery=recovery[0])
    assert refused.status == 422
    new = page.submit("Brug en anden telefon", code=code(secret, clock))
    assert secret_on(new) != secret
    other = submit_password(site.anonymous())  # until the new phone is set up the old one counts
    clock.advance(seconds=31)
    assert other.submit("Log ind", code=code(secret, clock)).path == "/board"
    new.submit("Fortsæt", code=code(secret_on(new), clock))
    clock.advance(seconds=31)
    late = submit_password(site.anonymous())
    assert late.submit("Log ind", code=code(secret, clock)).status == 422
    assert late.submit("Log ind", code=code(secret_on(new), clock)).path == "/board"


def test_an_administrator_removes_the_app_of_somebody_who_has_lost_everything(
    site: AppClient, people: PeopleFactory, karen: Person, clock: FrozenClock
) -> None:
    visitor = site.anonymous()
    secret, _ = set_up(visitor, clock)
    administrator = site.signed_in(people.add(Role.ADMINISTRATOR))
    page = administrator.get(f"/users/{karen.id}").submit("Fjern kode-appen")
    assert "Ikke sat op" in page.text
    assert visitor.get("/board").status == 401
    anew = submit_password(site.anonymous())
    assert anew.heading == "Sæt din kode-app op"
    assert secret_on(anew) != secret


def test_what_was_typed_comes_back_after_both_proofs(
    site: AppClient, karen: Person, clock: FrozenClock
) -> None:
    visitor = site.anonymous()
    secret, _ = set_up(visitor, clock)
    form = visitor.get("/citizens/new")
    clock.advance(minutes=31)
    page = visitor.post("/citizens/new", {"csrf_token": [_token(form)], "given_name": ["Nyborger"]})
    assert page.status == 401
    page = page.submit("Log ind", name=NAME, password=PASSWORD)
    assert page.heading == "Skriv koden fra din app"
    page = page.submit("Log ind", code=code(secret, clock))
    assert "Send det nu" in page.all("button")
    assert page.tree.css_first("[name=given_name]").attributes["value"] == "Nyborger"


def _token(page: Page) -> str:
    return page.tree.css_first("[name=csrf_token]").attributes["value"] or ""


def test_no_secret_and_no_code_lies_readable_in_the_database(
    engine: Engine, site: AppClient, karen: Person, clock: FrozenClock
) -> None:
    visitor = site.anonymous()
    secret, recovery = set_up(visitor, clock)
    with transactions.read_transaction(engine) as db:
        stored = str(db.execute(select(sign_in_tables.second_factor)).all()) + str(
            db.execute(select(sign_in_tables.recovery_code)).all()
        )
    assert secret not in stored
    assert not any(code in stored or normalize(code) in stored for code in recovery)


def test_the_picture_is_a_file_that_the_page_may_show(
    site: AppClient, karen: Person, clock: FrozenClock
) -> None:
    visitor = site.anonymous()
    page = submit_password(visitor)
    source = page.tree.css_first("img.qr").attributes["src"] or ""
    answer = visitor.get(source).response
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert re.match(r"<\?xml[^>]*>\s*<svg", answer.text)
    assert "script" not in answer.text
    page.submit("Fortsæt", code=code(secret_on(page), clock))
    assert visitor.get(source).status == 404


def test_nobody_finds_an_app_that_was_never_set_up(engine: Engine, karen: Person, clock: FrozenClock) -> None:
    with transactions.write_transaction(engine) as db, pytest.raises(InvalidCode):
        second_factor_service.check_code(RequestContext(db, Actor(karen.id), clock(), keys=KEYS), "123456")
