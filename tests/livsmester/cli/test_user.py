"""The command `livsmester user`: add the first administrator, reset a second factor."""

import io

import pytest
from sqlalchemy import Engine

from foundation.db import transactions
from livsmester.cli.main import main
from people.access.model import Role
from people.credentials import second_factor_store
from tests.conftest import FrozenClock
from tests.support.app_client import AppClient
from tests.support.people_factory import PASSWORD, PeopleFactory

ADD = ("--role", "administrator", "--given-name", "Ali", "--surname", "Prøvesen")


@pytest.fixture(autouse=True)
def on_the_tests_database(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVSMESTER_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("LIVSMESTER_MUNICIPALITY", "Prøvekøbing")


def add(name: str, password: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    return main(["user", "add", name, *ADD])


def test_the_first_administrator_signs_in_and_sets_a_code_app_up(
    site: AppClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert add("ali@example.dk", PASSWORD, monkeypatch) == 0
    page = site.anonymous().get("/sign-in").submit("Log ind", name="ali@example.dk", password=PASSWORD)
    assert page.heading == "Sæt din kode-app op"


@pytest.mark.parametrize("password", ["for kort", "Prøvekøbing2026", "adgangskode123"])
def test_a_password_that_is_guessed_first_stores_nobody(
    site: AppClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], password: str
) -> None:
    assert add("ali@example.dk", password, monkeypatch) == 1
    assert "Use" in capsys.readouterr().err
    assert add("ali@example.dk", PASSWORD, monkeypatch) == 0


def test_forget_app_removes_the_second_factor_and_sessions(
    site: AppClient, people: PeopleFactory, engine: Engine, clock: FrozenClock
) -> None:
    person = people.add(Role.ADMINISTRATOR, sign_in_name="ali@example.dk")
    with transactions.write_transaction(engine) as db:
        second_factor_store.put_pending(db, person.id, "sealed")
        second_factor_store.confirm(db, person.id, "sealed", 1, clock())
    browser = site.signed_in(person)
    assert browser.get("/users").status == 200
    assert main(["user", "forget-app", " Ali@Example.dk "]) == 0
    with transactions.read_transaction(engine) as db:
        assert second_factor_store.second_factor(db, person.id) is None
    assert browser.get("/users").status == 401


def test_an_unknown_user_name_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["user", "forget-app", "ingen@example.dk"]) == 1
    assert "Nobody signs in as ingen@example.dk." in capsys.readouterr().err
