"""When nothing can be saved: the disk is full, or the database can only be read. Calm pages, and nothing typed is lost."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Engine, event, text

from foundation.db.engine import connect
from foundation.db.transactions import reading, writing
from tests.budgets.money_factory import BAKE, CITIZEN, GRANT, OFFICER, fill, settle, sums
from tests.conftest import StandingClock
from tests.site import Page, Site


@pytest.fixture
def engine(engine: Engine) -> Iterator[Engine]:
    """An engine of the test's own: what it does with every new connection, it would do for other tests too."""
    made = connect(engine.url.render_as_string(hide_password=False))
    yield made
    made.dispose()


@pytest.fixture
def form(site: Site, engine: Engine, clock: StandingClock) -> Page:
    """The budget officer's form for sharing out Asta's money."""
    clock.now = clock.now.replace(month=11, day=22)
    with writing(engine) as db:
        settle(db)
        fill(db)
    return site.visitor(OFFICER).get(f"/grants/{GRANT.id}/share")


def can_only_be_read(engine: Engine, *, yes: bool) -> None:
    """Let every new transaction only read, or let it write again."""
    if engine.dialect.name == "postgresql":
        state = "on" if yes else "off"
        address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True, options="-c default_transaction_read_only=off") as db:
            db.execute(
                f'ALTER DATABASE "{engine.url.database}" SET default_transaction_read_only = {state}'.encode()
            )
    else:
        setting = f"PRAGMA query_only = {'ON' if yes else 'OFF'}"
        event.listen(engine, "connect", lambda connection, _: connection.execute(setting))
    engine.dispose()


def test_a_database_that_can_only_be_read_gives_a_calm_page_with_what_was_typed(
    form: Page, engine: Engine
) -> None:
    before = sums(engine)
    can_only_be_read(engine, yes=True)
    answer = form.press("Flyt pengene", to=BAKE.id, amount="70", why="Til bagebogen")
    assert answer.status == 503
    assert answer.heading == "Vi kan ikke gemme lige nu"
    assert {"70", "Til bagebogen"} <= {one.attributes.get("value") for one in answer.tree.css("input")}
    can_only_be_read(engine, yes=False)
    assert sums(engine) == before
    again = answer.press("Prøv igen")
    assert again.heading == f"Penge til {CITIZEN.given_name} {CITIZEN.surname}"
    assert sums(engine).balances_ore["envelope-goal-bake"] == 70_00


def test_a_full_disk_gives_the_same_page(form: Page, engine: Engine) -> None:
    if engine.dialect.name == "postgresql":
        pytest.skip(
            "a full disk can't be had for one database of a server; its error is the same class as SQLite's"
        )
    with reading(engine) as db:
        pages = db.execute(text("PRAGMA page_count")).scalar_one()
    event.listen(
        engine, "connect", lambda connection, _: connection.execute(f"PRAGMA max_page_count = {pages}")
    )
    engine.dispose()
    typed = "x" * 500
    for number in range(
        60
    ):  # a page that follows may be the first that finds no room, for its line in the log
        answer = form.press("Flyt pengene", to=BAKE.id, amount="1", why=typed, key=f"key-{number}")
        if typed in {one.attributes.get("value") for one in answer.tree.css("input")}:
            break
    assert (answer.status, answer.heading) == (503, "Vi kan ikke gemme lige nu")
