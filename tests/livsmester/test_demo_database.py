"""The demo municipality in a database: the walk through it ends well, and the command fills it once."""

import argparse
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from budgets.model import RequestState
from budgets.money.pace import Word, pace
from budgets.records import requests as records_requests
from budgets.records.funds import budgets, fund_balances
from budgets.requests import store as requests_store
from foundation.clock import local_date
from foundation.db.engine import connect
from foundation.db.transactions import reading, writing
from guides.for_citizens import service as for_citizens_service
from guides.for_guides import service as for_guides_service
from guides.lifecycle import OPEN, State
from guides.pairings import store as pairings_store
from guides.pool import store as pool_store
from guides.runs import service as runs_service
from livsmester.cli.demo import add_parser, fill, has_demo, has_people
from livsmester.demo.model import Size
from livsmester.demo.personas import DEMO_PEOPLE, DEMO_ROLES, demo_person
from livsmester.migrations import upgrade
from people.access.model import NOBODY, DataKind, Role
from people.access.policy import Verb
from people.access_history import service as access_history_service
from people.authentication.rules import Way
from people.directory import store as directory_store
from people.directory.model import Person
from people.sign_in import service as sign_in_service
from people.web.context import Visit
from tests.conftest import A_MONDAY_MORNING, StandingClock
from tests.people_factory import People
from tests.plugins.databases import new_database

# One worker fills both towns.
pytestmark = pytest.mark.xdist_group("demo")

SMALL = Size(citizens=40, guides=20)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A small demo municipality, which these tests only look at."""
    url = f"sqlite:///{tmp_path_factory.mktemp('town')}/town.sqlite"
    if request.param == "postgresql":
        url = new_database(request.getfixturevalue("postgres_url"))
    made = connect(url)
    upgrade(made)
    fill(made, A_MONDAY_MORNING, 1, SMALL)
    yield made
    made.dispose()


@pytest.fixture
def townspeople(town: Engine, clock: StandingClock) -> People:
    """Acts as the people of the town."""
    return People(town, clock)


def states(engine: Engine) -> Counter[State]:
    with reading(engine) as connection:
        found, _ = pairings_store.find(connection, tuple(State), limit=1_000, offset=0)
        return Counter(one.state for one in found)


def words_of_pace(engine: Engine, now: datetime) -> Counter[tuple[Word, bool]]:
    """How many envelopes stand at each word of the scale, slow ones apart."""
    counted: Counter[tuple[Word, bool]] = Counter()
    with reading(engine) as db:
        citizens, _ = directory_store.find(db, Role.CITIZEN, "", None, limit=1_000, offset=0)
        for citizen in citizens:
            for budget in budgets(db, citizen.id):
                for one in budget.envelopes:
                    grant = budget.grant
                    found = pace(
                        one.left_ore,
                        one.total_ore - one.left_ore,
                        grant.starts_on,
                        grant.ends_on,
                        local_date(now),
                    )
                    counted[found.word, found.slow] += 1
    return counted


def test_the_walk_ends_with_the_demo_guide_and_the_demo_citizen(
    engine: Engine, clock: StandingClock, people: People
) -> None:
    fill(engine, clock())
    assert set(states(engine)) == set(State)
    assert sum(count for state, count in states(engine).items() if state in OPEN) == 60
    paces = words_of_pace(engine, clock())
    assert {word for word, _ in paces} == set(Word)
    assert paces[Word.PLENTY, True]
    with reading(engine) as db:
        who = {key: demo_person(db, key) for key in DEMO_PEOPLE}
    with people.acting(who["coordinator"]) as visit:
        run_id = runs_service.start_run(visit, seed=5)
    runs_service.perform_run(engine, clock, run_id)
    with people.acting(who["coordinator"]) as visit:
        assert runs_service.publish(visit, run_id) > 100
    with people.acting(who["citizen"]) as visit:
        request = pool_store.open_request(visit.db, who["citizen"].id)
        assert request is not None
        offer = pairings_store.open_of_request(visit.db, request.request.id)
    assert offer is not None
    with people.acting(who["guide"]) as visit:
        assert offer.id in {card.id for card in for_guides_service.my_offers(visit)}
        for_guides_service.accept_offer(visit, offer.id)
    with people.acting(who["citizen"]) as visit:
        assert for_citizens_service.my_guide(visit, who["citizen"].id).guide_name == who["guide"].given_name
        for_citizens_service.accept(visit, offer.id)


def who(engine: Engine, key: str) -> Person:
    with reading(engine) as db:
        return demo_person(db, key)


def test_the_demo_people_have_their_roles_and_can_sign_in(town: Engine, townspeople: People) -> None:
    for key, role in DEMO_ROLES.items():
        person = who(town, key)
        with writing(town) as db:
            assert [held.role for held in directory_store.roles(db, person.id)] == [role]
            visit = Visit(db, NOBODY, townspeople.clock())
            assert sign_in_service.open_session(visit, person.id, "test", way=Way.PASSWORD)


def test_the_demo_citizen_has_a_helper_money_goals_and_a_log(town: Engine, townspeople: People) -> None:
    citizen = who(town, "citizen")
    assert citizen.helper_id == who(town, "support-worker").id
    with townspeople.acting(citizen) as visit:
        budget, closed = budgets(visit.db, citizen.id)
        assert closed.total_ore == 0
        assert (budget.total_ore, budget.reserved_ore, budget.unallocated_ore) == (6_000_00, 200_00, 350_00)
        left = sorted(one.left_ore for one in budget.envelopes)
        assert left == [123_00, 404_00, 1_850_00]
        states = {one.state for one in records_requests.of_citizen(visit.db, citizen.id)}
        assert states == set(RequestState)
        looks = access_history_service.who_has_seen(visit, citizen.id, 1)
        assert looks.count == len(looks.seen) == 8
        assert [one.at for one in looks.seen] == sorted((one.at for one in looks.seen), reverse=True)


def test_the_support_worker_may_see_the_demo_citizens_money(town: Engine, townspeople: People) -> None:
    with townspeople.acting(who(town, "support-worker")) as visit:
        assert visit.may(who(town, "citizen").id, Verb.READ, DataKind.MONEY)


def test_the_demo_guide_has_a_pairing_an_offer_and_room(town: Engine, townspeople: People) -> None:
    with townspeople.acting(who(town, "guide")) as visit:
        assert len(for_guides_service.my_pairings(visit)) == 1
        assert [card.state for card in for_guides_service.my_offers(visit)] == [State.OFFERED]
        guide = for_guides_service.my_place(visit).guide
        assert guide.capacity > guide.active


def test_the_funds_hold_what_was_not_granted(town: Engine) -> None:
    with reading(town) as db:
        balances = fund_balances(db)
    assert len(balances) == 3
    assert all(balance.free_ore > 0 for balance in balances)
    assert sum(balance.grant_count for balance in balances) == SMALL.budgets + 1  # and the closed one


def test_citizens_wait_for_an_answer_and_one_of_them_too_long(town: Engine) -> None:
    with reading(town) as db:
        waiting, count = requests_store.waiting(db, None, "", limit=25, offset=0)
    assert count == len(waiting) > 1
    assert waiting[0].answer_by < A_MONDAY_MORNING.date() < waiting[-1].answer_by


def test_time_may_be_any_hour_of_any_day(sqlite_engine: Engine) -> None:
    midnight_on_a_leap_day = datetime.fromisoformat("2028-02-29T00:03:00+01:00")
    fill(sqlite_engine, midnight_on_a_leap_day, 3, Size(citizens=12, guides=6))
    assert has_demo(sqlite_engine)


def run_command(monkeypatch: pytest.MonkeyPatch, engine: Engine, *words: str) -> int:
    monkeypatch.setenv("LIVSMESTER_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["demo", *words])
    code: int = arguments.run(arguments)
    return code


def test_the_second_time_it_says_that_it_is_there(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--citizens", "12", "--guides", "6", "--seed", "4")
    assert run_command(monkeypatch, engine, *words) == 0
    assert "12 citizens" in capsys.readouterr().out
    assert run_command(monkeypatch, engine, *words) == 0
    assert "already there" in capsys.readouterr().out
    with reading(engine) as db:
        assert directory_store.find(db, Role.CITIZEN, "", None, limit=1, offset=0)[1] == 12


def test_other_people_are_left_alone(
    engine: Engine, people: People, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    people.add(Role.ADMINISTRATOR)
    assert run_command(monkeypatch, engine) == 1
    assert "holds people already" in capsys.readouterr().err
    assert not has_demo(engine)


def test_an_unmigrated_database_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LIVSMESTER_DATABASE_URL", f"sqlite:///{tmp_path}/empty.sqlite")
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["demo"])
    assert arguments.run(arguments) == 1
    assert "livsmester migrate" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("--citizens", "3"), ("--guides", "many"), ("--citizens", "-5")])
def test_a_size_that_makes_no_sense_is_wrong_usage(
    words: tuple[str, ...], sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit) as stopped:
        run_command(monkeypatch, sqlite_engine, *words)
    assert stopped.value.code == 2
    assert not has_people(sqlite_engine)
