"""Shared fixtures: migrated databases, a frozen clock, people and the whole app."""

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
    """A clock that moves only by `advance` or by setting `now`."""

    def __init__(self, now: datetime = A_MONDAY_MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **length: float) -> None:
        """Move forward by days, hours, minutes."""
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
    """A migrated, empty database of the test's own: every test that uses it runs on both databases.

    The engine itself is shared by the process (`_engine`): a test that adds an event listener removes it again, or
    makes an engine of its own for the same URL.
    """
    if request.param == "sqlite":
        test_engine = _engine(_copy_of(request.getfixturevalue("sqlite_template"), "either"))
    else:
        make_database: Callable[[str, str], str] = request.getfixturevalue("fresh_database")
        test_engine = _engine(
            make_database(request.getfixturevalue("postgres_template"), f"livsmester_{os.getpid()}_test")
        )
    yield test_engine
    test_engine.dispose()


@pytest.fixture
def sqlite_engine(sqlite_template: Path) -> Iterator[Engine]:
    """The same on SQLite alone, for tests whose queries are tested on both databases elsewhere."""
    test_engine = _engine(_copy_of(sqlite_template, "sqlite"))
    yield test_engine
    test_engine.dispose()


@cache
def _engine(url: str) -> Engine:
    """One engine per URL for the whole process: SQLAlchemy compiles each statement once per engine."""
    return make_engine(url)


def _copy_of(template: Path, name: str) -> str:
    path = template.with_name(f"{name}.sqlite")
    for old_file in template.parent.glob(f"{path.name}*"):  # the database and its write-ahead log
        old_file.unlink()
    return f"sqlite:///{shutil.copy(template, path)}"


@pytest.fixture
def people(engine: Engine, clock: FrozenClock) -> PeopleFactory:
    """Adds people to the test's database."""
    return PeopleFactory(engine, clock)


@pytest.fixture
def site(engine: Engine, clock: FrozenClock) -> Iterator[AppClient]:
    """The whole app on the test's database; `site.signed_in(person)` returns a browser of that person."""
    settings = read_settings({"LIVSMESTER_MUNICIPALITY": "Prøvekøbing"})
    with AppClient(make_app(settings, engine, clock), engine, clock) as client:
        yield client
