"""The demo municipality in a database: the guided tour works, and the command fills a database only once."""

import argparse
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from budgets.model import RequestState
from budgets.money.pace import PaceLevel, pace
from budgets.records import requests as records_requests
from budgets.records.funds import budgets, fund_balances
from budgets.requests import store as requests_store
from foundation.clock import local_date
from foundation.db.engine import make_engine
from foundation.db.transactions import read_transaction, write_transaction
from guides.for_citizens import service as for_citizens_service
from guides.for_guides import service as for_guides_service
from guides.lifecycle import OPEN, State
from guides.pairings import store as pairings_store
from guides.pool import store as pool_store
from guides.runs import execution
from guides.runs import service as runs_service
from livsmester.cli.demo import add_parser, has_demo, has_people, load_demo
from livsmester.demo.model import DemoSize
from livsmester.demo.personas import PERSONA_ROLES, PERSONAS, find_persona
from livsmester.migrations import upgrade
from people.access.model import ANONYMOUS, DataKind, Role
from people.access.policy import Action
from people.access_history import service as access_history_service
from people.authentication.rules import SignInMethod
from people.directory import store as directory_store
from people.directory.model import Person
from people.sign_in import service as sign_in_service
from people.web.context import RequestContext
from tests.conftest import A_MONDAY_MORNING, FrozenClock
from tests.plugins.databases import new_database
from tests.support.people_factory import PeopleFactory

# One worker fills both databases.
pytestmark = pytest.mark.xdist_group("demo")

SMALL = DemoSize(citizens=40, guides=20)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database with a small demo municipality, which these tests only read."""
    url = f"sqlite:///{tmp_path_factory.mktemp('town')}/town.sqlite"
    if request.param == "postgresql":
        url = new_database(request.getfixturevalue("postgres_url"))
    town_engine = make_engine(url)
    upgrade(town_engine)
    load_demo(town_engine, A_MONDAY_MORNING, 1, SMALL)
    yield town_engine
    town_engine.dispose()


@pytest.fixture
def townspeople(town: Engine, clock: FrozenClock) -> PeopleFactory:
    """Opens contexts as people of the demo."""
    return PeopleFactory(town, clock)


def states(engine: Engine) -> Counter[State]:
    with read_transaction(engine) as connection:
        pairings, _ = pairings_store.find(connection, tuple(State), limit=1_000, offset=0)
        return Counter(pairing.state for pairing in pairings)


def pace_counts(engine: Engine, now: datetime) -> Counter[tuple[PaceLevel, bool]]:
    """Number of allocations by pace level and whether they are underspending."""
    counts: Counter[tuple[PaceLevel, bool]] = Counter()
    with read_transaction(engine) as db:
        citizens, _ = directory_store.search(db, Role.CITIZEN, "", None, limit=1_000, offset=0)
        for citizen in citizens:
            for budget in budgets(db, citizen.id):
                for envelope in budget.envelopes:
                    grant = budget.grant
                    envelope_pace = pace(
                        envelope.left_ore,
                        envelope.total_ore - envelope.left_ore,
                        grant.starts_on,
                        grant.ends_on,
                        local_date(now),
                    )
                    counts[envelope_pace.level, envelope_pace.underspending] += 1
    return counts


def test_the_tour_ends_with_the_demo_guide_and_the_demo_citizen(
    engine: Engine, clock: FrozenClock, people: PeopleFactory
) -> None:
    load_demo(engine, clock())
    assert set(states(engine)) == set(State)
    assert sum(count for state, count in states(engine).items() if state in OPEN) == 60
    paces = pace_counts(engine, clock())
    assert {word for word, _ in paces} == set(PaceLevel)
    assert paces[PaceLevel.PLENTY, True]
    with read_transaction(engine) as db:
        who = {key: find_persona(db, key) for key in PERSONAS}
    with people.acting_as(who["coordinator"]) as context:
        run_id = runs_service.start_run(context, seed=5)
    execution.execute_run(engine, clock, run_id)
    with people.acting_as(who["coordinator"]) as context:
        assert runs_service.publish(context, run_id) > 100
    with people.acting_as(who["citizen"]) as context:
        request = pool_store.open_request(context.db, who["citizen"].id)
        assert request is not None
        offer = pairings_store.open_of_request(context.db, request.request.id)
    assert offer is not None
    with people.acting_as(who["guide"]) as context:
        assert offer.id in {card.id for card in for_guides_service.my_offers(context).offers}
        for_guides_service.accept_offer(context, offer.id)
    with people.acting_as(who["citizen"]) as context:
        assert for_citizens_service.my_guide(context, who["citizen"].id).guide_name == who["guide"].given_name
        for_citizens_service.accept(context, offer.id)


def persona_of(engine: Engine, key: str) -> Person:
    with read_transaction(engine) as db:
        return find_persona(db, key)


def test_the_demo_people_have_their_roles_and_can_sign_in(town: Engine, townspeople: PeopleFactory) -> None:
    for key, role in PERSONA_ROLES.items():
        person = persona_of(town, key)
        with write_transaction(town) as db:
            assert [assignment.role for assignment in directory_store.roles(db, person.id)] == [role]
            context = RequestContext(db, ANONYMOUS, townspeople.clock())
            assert sign_in_service.open_session(context, person.id, "test", method=SignInMethod.PASSWORD)


def test_the_demo_citizen_has_a_helper_money_goals_and_a_log(
    town: Engine, townspeople: PeopleFactory
) -> None:
    citizen = persona_of(town, "citizen")
    assert citizen.helper_id == persona_of(town, "support-worker").id
    with townspeople.acting_as(citizen) as context:
        budget, closed = budgets(context.db, citizen.id)
        assert closed.total_ore == 0
        assert (budget.total_ore, budget.reserved_ore, budget.unallocated_ore) == (6_000_00, 200_00, 350_00)
        left = sorted(envelope.left_ore for envelope in budget.envelopes)
        assert left == [123_00, 404_00, 1_850_00]
        states = {request.state for request in records_requests.of_citizen(context.db, citizen.id)}
        assert states == set(RequestState)
        history = access_history_service.access_history(context, citizen.id, 1)
        assert history.count == len(history.entries) == 8
        assert [entry.at for entry in history.entries] == sorted(
            (entry.at for entry in history.entries), reverse=True
        )


def test_the_support_worker_may_see_the_demo_citizens_money(town: Engine, townspeople: PeopleFactory) -> None:
    with townspeople.acting_as(persona_of(town, "support-worker")) as context:
        assert context.allowed([persona_of(town, "citizen").id], Action.READ, DataKind.MONEY)


def test_the_demo_guide_has_a_pairing_an_offer_and_room(town: Engine, townspeople: PeopleFactory) -> None:
    with townspeople.acting_as(persona_of(town, "guide")) as context:
        assert len(for_guides_service.my_pairings(context)) == 1
        assert [card.state for card in for_guides_service.my_offers(context).offers] == [State.OFFERED]
        guide = for_guides_service.my_guide_profile(context).guide
        assert guide.capacity > guide.active


def test_the_funds_hold_what_was_not_granted(town: Engine) -> None:
    with read_transaction(town) as db:
        balances = fund_balances(db)
    assert len(balances) == 3
    assert all(balance.free_ore > 0 for balance in balances)
    assert sum(balance.grant_count for balance in balances) == SMALL.budgets + 1  # and the closed one


def test_citizens_wait_for_an_answer_and_one_of_them_too_long(town: Engine) -> None:
    with read_transaction(town) as db:
        waiting, count = requests_store.pending(db, None, "", limit=25, offset=0)
    assert count == len(waiting) > 1
    assert waiting[0].answer_by < A_MONDAY_MORNING.date() < waiting[-1].answer_by


def test_time_may_be_any_hour_of_any_day(sqlite_engine: Engine) -> None:
    midnight_on_a_leap_day = datetime.fromisoformat("2028-02-29T00:03:00+01:00")
    load_demo(sqlite_engine, midnight_on_a_leap_day, 3, DemoSize(citizens=12, guides=6))
    assert has_demo(sqlite_engine)


def run_command(monkeypatch: pytest.MonkeyPatch, engine: Engine, *words: str) -> int:
    monkeypatch.setenv("LIVSMESTER_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    arguments = parser.parse_args(["demo", *words])
    code: int = arguments.run(arguments)
    return code


def test_a_second_run_reports_that_the_demo_exists(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--citizens", "12", "--guides", "6", "--seed", "4")
    assert run_command(monkeypatch, engine, *words) == 0
    assert "12 citizens" in capsys.readouterr().out
    assert run_command(monkeypatch, engine, *words) == 0
    assert "already there" in capsys.readouterr().out
    with read_transaction(engine) as db:
        assert directory_store.search(db, Role.CITIZEN, "", None, limit=1, offset=0)[1] == 12


def test_other_people_are_left_alone(
    engine: Engine, people: PeopleFactory, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
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
