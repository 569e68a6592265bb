"""When the disk is full or the database read-only, forms keep what was entered."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Engine, event, text

from foundation.db.engine import make_engine
from foundation.db.transactions import read_transaction, write_transaction
from tests.conftest import FrozenClock
from tests.support.app_client import AppClient, Page
from tests.support.budget_factory import (
    BAKE,
    CITIZEN,
    GRANT,
    OFFICER,
    create_records,
    ledger_totals,
    post_funding,
)


@pytest.fixture
def engine(engine: Engine) -> Iterator[Engine]:
    """An engine of this test only, since its connections are changed."""
    own_engine = make_engine(engine.url.render_as_string(hide_password=False))
    yield own_engine
    own_engine.dispose()


@pytest.fixture
def request_page(site: AppClient, engine: Engine, clock: FrozenClock) -> Page:
    """The budget officer's form for allocating Asta's money."""
    clock.now = clock.now.replace(month=11, day=22)
    with write_transaction(engine) as db:
        create_records(db)
        post_funding(db)
    return site.signed_in(OFFICER).get(f"/grants/{GRANT.id}/share")


def set_read_only(engine: Engine, *, read_only: bool) -> None:
    """Make new transactions read-only, or writable again."""
    if engine.dialect.name == "postgresql":
        state = "on" if read_only else "off"
        address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True, options="-c default_transaction_read_only=off") as db:
            db.execute(
                f'ALTER DATABASE "{engine.url.database}" SET default_transaction_read_only = {state}'.encode()
            )
    else:
        setting = f"PRAGMA query_only = {'ON' if read_only else 'OFF'}"
        event.listen(engine, "connect", lambda connection, _: connection.execute(setting))
    engine.dispose()


def test_a_database_that_can_only_be_read_gives_a_calm_page_with_what_was_typed(
    request_page: Page, engine: Engine
) -> None:
    before = ledger_totals(engine)
    set_read_only(engine, read_only=True)
    answer = request_page.submit("Flyt pengene", to=BAKE.id, amount="70", why="Til bagebogen")
    assert answer.status == 503
    assert answer.heading == "Vi kan ikke gemme lige nu"
    assert {"70", "Til bagebogen"} <= {field.attributes.get("value") for field in answer.tree.css("input")}
    set_read_only(engine, read_only=False)
    assert ledger_totals(engine) == before
    again = answer.submit("Prøv igen")
    assert again.heading == f"Penge til {CITIZEN.given_name} {CITIZEN.surname}"
    assert ledger_totals(engine).balances_ore["envelope-goal-bake"] == 70_00


def test_a_full_disk_gives_the_same_page(request_page: Page, engine: Engine) -> None:
    if engine.dialect.name == "postgresql":
        pytest.skip(
            "a full disk can't be had for one database of a server; its error is the same class as SQLite's"
        )
    with read_transaction(engine) as db:
        pages = db.execute(text("PRAGMA page_count")).scalar_one()
    event.listen(
        engine, "connect", lambda connection, _: connection.execute(f"PRAGMA max_page_count = {pages}")
    )
    engine.dispose()
    reason = "x" * 500
    for number in range(
        60
    ):  # a page that follows may be the first that finds no room, for its line in the log
        answer = request_page.submit("Flyt pengene", to=BAKE.id, amount="1", why=reason, key=f"key-{number}")
        if reason in {field.attributes.get("value") for field in answer.tree.css("input")}:
            break
    assert (answer.status, answer.heading) == (503, "Vi kan ikke gemme lige nu")
