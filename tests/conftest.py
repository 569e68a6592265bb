"""What tests share: both databases with the newest shape, a clock that stands still, the whole app, people to visit it."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine

from foundation.db.engine import make_engine
from livsmester.migrations import upgrade
from livsmester.settings import read_settings
from tests.support.app_client import AppClient, make_app
from tests.support.people_factory import KEY_LINE, PeopleFactory

pytest_plugins = ("tests.plugins.machine", "tests.plugins.databases")

settings.register_profile(
    "default",
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("default")

os.environ["LIVSMESTER_KEYS"] = KEY_LINE

A_MONDAY_MORNING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class FrozenClock:
    """A clock that moves only when it is told to."""

    def __init__(self, now: datetime = A_MONDAY_MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **length: float) -> None:
        """Move on by days, hours, minutes."""
        self.now += timedelta(**length)


@pytest.fixture
def clock() -> FrozenClock:
    """Monday 2 March 2026, 9 o'clock in Copenhagen."""
    return FrozenClock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file."""
    path = tmp_path_factory.mktemp("template") / "empty.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    """A migrated, empty PostgreSQL database."""
    from tests.plugins.databases import new_database  # pytest loads its plugins after this file

    url = new_database(postgres_url)
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A database of the test's own with the newest shape: every test that asks for it runs on both.

    The engine in front of it is the process's (`_engine`): a test that has it listen to something takes that away
    again, or makes an engine of its own for the same address.
    """
    if request.param == "sqlite":
        made = _engine(_copy_of(request.getfixturevalue("sqlite_template"), "either"))
    else:
        fresh: Callable[[str, str], str] = request.getfixturevalue("fresh_database")
        made = _engine(fresh(request.getfixturevalue("postgres_template"), f"livsmester_{os.getpid()}_test"))
    yield made
    made.dispose()


@pytest.fixture
def sqlite_engine(sqlite_template: Path) -> Iterator[Engine]:
    """The same on SQLite alone, for tests of pages whose queries are tested on both elsewhere."""
    made = _engine(_copy_of(sqlite_template, "sqlite"))
    yield made
    made.dispose()


@cache
def _engine(url: str) -> Engine:
    """One for every database that ever lies there: SQLAlchemy compiles each statement once per engine."""
    return make_engine(url)


def _copy_of(template: Path, name: str) -> str:
    path = template.with_name(f"{name}.sqlite")
    for left in template.parent.glob(f"{path.name}*"):  # with its log beside it
        left.unlink()
    return f"sqlite:///{shutil.copy(template, path)}"


@pytest.fixture
def people(engine: Engine, clock: FrozenClock) -> PeopleFactory:
    """Makes people in the database."""
    return PeopleFactory(engine, clock)


@pytest.fixture
def site(engine: Engine, clock: FrozenClock) -> Iterator[AppClient]:
    """The whole app on that database; `site.visitor(person)` opens it as somebody."""
    settings = read_settings({"LIVSMESTER_MUNICIPALITY": "Prøvekøbing"})
    with AppClient(make_app(settings, engine, clock), engine, clock) as opened:
        yield opened
