"""The second wall, on PostgreSQL: the matrix straight on SQL, and the app at work behind it as a role that can't pass it by."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import DBAPIError

from foundation import database
from foundation.walls import NoSuchRole, grant_to
from guides import service_citizen
from livsmester.app import build_litestar
from livsmester.settings import read_settings
from people import service_emergencies
from people.model import Person, Role
from tests.conftest import KEYS, StandingClock
from tests.households import Household, make_households
from tests.people_factory import People
from tests.rules.test_access import routes
from tests.rules.test_matrix import TIES, address, people_of, signed_in, stage, without_ids
from tests.site import ADDRESS, Site

APP_ROLE = "livsmester_app"
GROW = ("/who-has-seen", "/my-data")  # with every look, also with those of this test
TABLES = {
    "people_person": "id",
    "people_consent": "citizen_id",
    "plans_goal": "citizen_id",
    "guides_request": "citizen_id",
    "budgets_grant": "citizen_id",
}
# Who sees rows of which table, by role and relation; the citizen sees all of their own, and nobody else sees any.
SEES = {
    Role.COORDINATOR: {"people_person", "people_consent", "guides_request"},
    Role.SUPPORT_WORKER: {"people_person", "plans_goal", "guides_request", "budgets_grant"},
    Role.BUDGET_OFFICER: {"people_person", "plans_goal", "budgets_grant"},
    Role.GUIDE: {"people_person", "people_consent", "guides_request"},
}
GLASS = {
    Role.COORDINATOR: {"people_person", "guides_request"},
    Role.SUPPORT_WORKER: {"people_person", "plans_goal", "guides_request", "budgets_grant"},
}


@pytest.fixture
def engine(postgres_template: str, fresh_database: object) -> Iterator[Engine]:
    """A database as its owner, who may pass the wall."""
    made = database.connect(fresh_database(postgres_template))  # type: ignore[operator]
    with database.writing(made) as db:
        db.execute(
            text(
                f"DO $$ BEGIN CREATE ROLE {APP_ROLE} NOLOGIN; "
                "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
            )
        )
        grant_to(db, APP_ROLE)
    yield made
    made.dispose()


@pytest.fixture
def guarded(engine: Engine) -> Iterator[Engine]:
    """The same database as the app's role, which may not."""
    made = database.connect(
        make_url(engine.url)
        .update_query_dict({"options": f"-c role={APP_ROLE}"})
        .render_as_string(hide_password=False)
    )
    yield made
    made.dispose()


@pytest.fixture
def homes(people: People) -> dict[str, Household]:
    return make_households(people)


def seen(db: Connection, citizen: Person) -> set[str]:
    """The tables in which rows of the citizen show."""
    return {
        table
        for table, column in TABLES.items()
        if db.execute(
            text(f"SELECT count(*) FROM {table} WHERE {column} = :id"), {"id": citizen.id}
        ).scalar_one()
    }


def test_the_matrix_straight_on_sql(
    people: People, homes: dict[str, Household], guarded: Engine, clock: StandingClock
) -> None:
    cells = 0
    for home, away in ((homes["nord"], homes["syd"]), (homes["syd"], homes["nord"])):
        everybody = list(people_of(people, home, away, clock))
        clock.forward(seconds=1)  # what ended a moment ago has ended
        for role, relation, person in everybody:
            with database.reading(guarded) as db:
                database.act_as(db, person.id, clock())
                found = seen(db, home.citizen)
            expected = (
                set(TABLES)
                if relation == "self"
                else SEES.get(role, set())
                if relation in TIES
                else GLASS[role]
                if relation == "glass"
                else set()
            )
            assert found == expected, (role, relation)
            cells += len(TABLES)
    assert cells > 150


def test_who_does_not_say_who_acts_sees_nothing_and_the_system_sees_all(
    homes: dict[str, Household], guarded: Engine, clock: StandingClock
) -> None:
    citizen = homes["nord"].citizen
    with database.reading(guarded) as db:
        assert seen(db, citizen) == set(TABLES)
        for nobody in ("", "somebody"):
            database.act_as(db, nobody, clock())
            assert seen(db, citizen) == set()
        with database.as_system(db):
            assert seen(db, citizen) == set(TABLES)
        assert seen(db, citizen) == set()
        with pytest.raises(LookupError), database.as_system(db):
            raise LookupError
        assert seen(db, citizen) == set()
        with pytest.raises(DBAPIError), database.as_system(db):
            db.execute(text("SELECT 1 / 0"))


def test_nobody_writes_past_the_wall(
    homes: dict[str, Household], guarded: Engine, clock: StandingClock
) -> None:
    mine, other = homes["nord"].citizen, homes["syd"].citizen
    with database.writing(guarded) as db:
        database.act_as(db, mine.id, clock())
        change = text("UPDATE plans_goal SET title = 'mit' WHERE citizen_id = :id")
        assert db.execute(change, {"id": mine.id}).rowcount == 1
        assert db.execute(change, {"id": other.id}).rowcount == 0
    with database.reading(guarded) as db:
        database.act_as(db, mine.id, clock())
        with pytest.raises(DBAPIError, match="row-level security"):
            db.execute(text("UPDATE plans_goal SET citizen_id = :id"), {"id": other.id})


def test_the_wall_stands_before_the_owner_too(engine: Engine) -> None:
    with database.reading(engine) as db:
        walls = text("SELECT relname, relforcerowsecurity FROM pg_class WHERE relrowsecurity")
        assert dict(db.execute(walls).all()) == dict.fromkeys((*TABLES, "people_cpr"), True)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", ["livsmester_nobody", "postgres"])
def test_a_role_that_is_missing_or_passes_the_wall_is_refused(engine: Engine, role: str) -> None:
    with database.writing(engine) as db, pytest.raises(NoSuchRole, match=role):
        grant_to(db, role)


def test_everybody_reads_behind_the_wall_what_they_read_without_it(
    engine: Engine, guarded: Engine, people: People, homes: dict[str, Household], clock: StandingClock
) -> None:
    settings = read_settings({"LIVSMESTER_MUNICIPALITY": "Prøvekøbing"})
    answers: dict[bool, dict[str, tuple[int, str]]] = {}
    with Site(build_litestar(settings, engine, clock=clock, keys=KEYS), engine, clock) as site:
        visitors = {
            area: [
                (role, relation, signed_in(site, person))
                for role, relation, person in people_of(people, homes[area], homes[other], clock)
                if relation != "ended"
            ]
            for area, other in (("nord", "syd"), ("syd", "nord"))
        }
    for walled in (False, True):
        answers[walled] = {}
        app = build_litestar(settings, guarded if walled else engine, demo=False, clock=clock, keys=KEYS)
        with Site(app, guarded if walled else engine, clock) as site:
            for (method, path), rule in routes(app).items():
                if method != "GET" or rule.public or path.startswith(GROW):
                    continue
                for role, relation, cookie in visitors[stage(path)]:
                    if role in rule.roles:
                        where = address(path, homes[stage(path)])
                        answer = site.client.get(
                            ADDRESS + where,
                            headers={"cookie": f"livsmester={cookie}"},
                            follow_redirects=False,
                        )
                        answers[walled][f"{role} {relation} {path}"] = (
                            answer.status_code,
                            without_ids(answer),
                        )
    assert answers[True].keys() == answers[False].keys()
    assert [key for key, said in answers[False].items() if said != answers[True][key]] == []
    assert len(answers[True]) > 150


def test_a_pairing_lives_and_ends_behind_the_wall(
    guarded: Engine, engine: Engine, clock: StandingClock
) -> None:
    homes = make_households(People(engine, clock))
    home = homes["nord"]
    behind = People(guarded, clock)
    with behind.acting(home.citizen) as visit:
        database.act_as(visit.db, home.citizen.id, clock())
        service_citizen.new_guide(visit, home.records["pairing"])
    with behind.acting(home.guide) as visit:
        database.act_as(visit.db, home.guide.id, clock())
        assert seen(visit.db, home.citizen) == {"people_person", "people_consent", "guides_request"}
    clock.forward(seconds=1)
    with behind.acting(home.guide) as visit:
        database.act_as(visit.db, home.guide.id, clock())
        assert seen(visit.db, home.citizen) == set()
    stranger = behind.add(Role.SUPPORT_WORKER, "Fremmed")
    named = "mærkenordfornavn mærkenordefternavn"
    with behind.acting(stranger) as visit:
        database.act_as(visit.db, stranger.id, clock())
        service_emergencies.break_glass(
            visit, named, service_emergencies.may_open(visit), "Borgeren er i fare lige nu."
        )
        assert "plans_goal" in seen(visit.db, home.citizen)
