"""Transactions: nothing is lost and nothing half-written, on both databases."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, insert, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from foundation.db.engine import make_engine
from foundation.db.transactions import read_transaction, write_transaction
from foundation.db.types import UtcDateTime

tables = MetaData()
counter = Table(
    "test_counter", tables, Column("name", String(10), primary_key=True), Column("number", Integer)
)
moments = Table("test_moment", tables, Column("at", UtcDateTime))


@pytest.fixture
def database_with_tables(engine: Engine) -> Engine:
    """The database with two tables for these tests."""
    tables.create_all(engine)
    with write_transaction(engine) as db:
        db.execute(insert(counter).values(name="one", number=0))
    return engine


def number(engine: Engine) -> int:
    with read_transaction(engine) as db:
        return db.execute(select(counter.c.number)).scalar_one()


def test_what_a_writing_changes_is_kept(database_with_tables: Engine) -> None:
    with write_transaction(database_with_tables) as db:
        db.execute(update(counter).values(number=5))
    assert number(database_with_tables) == 5


def test_an_exception_undoes_everything(database_with_tables: Engine) -> None:
    with pytest.raises(IntegrityError), write_transaction(database_with_tables) as db:  # noqa: PT012
        db.execute(update(counter).values(number=5))
        db.execute(insert(counter).values(name="one", number=0))
    assert number(database_with_tables) == 0


def test_a_reading_keeps_nothing(database_with_tables: Engine) -> None:
    with read_transaction(database_with_tables) as db:
        db.execute(update(counter).values(number=5))
    assert number(database_with_tables) == 0


def test_eight_threads_that_read_and_then_write_lose_nothing(database_with_tables: Engine) -> None:
    start = threading.Barrier(8)

    def add() -> None:
        start.wait()
        for _ in range(30):
            with write_transaction(database_with_tables) as db:
                now = db.execute(select(counter.c.number).with_for_update()).scalar_one()
                db.execute(update(counter).values(number=now + 1))

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert number(database_with_tables) == 240


def test_a_reference_to_nothing_is_refused(engine: Engine) -> None:
    with pytest.raises(IntegrityError), write_transaction(engine) as db:
        db.execute(
            text(
                "INSERT INTO people_role (person_id, role, made_at) VALUES ('nobody', 'guide', '2026-01-01')"
            )
        )


def test_times_come_back_in_utc_with_their_zone(database_with_tables: Engine) -> None:
    copenhagen = datetime(2026, 7, 1, 12, 30, 15, 123456, tzinfo=timezone(timedelta(hours=2)))
    with write_transaction(database_with_tables) as db:
        db.execute(insert(moments).values(at=copenhagen))
        stored = db.execute(select(moments.c.at)).scalar_one()
    assert stored == copenhagen
    assert stored.astimezone(UTC).hour == 10
    assert stored.tzinfo is not None


def test_a_time_without_a_zone_is_refused(database_with_tables: Engine) -> None:
    with pytest.raises(StatementError, match="needs a zone"), write_transaction(database_with_tables) as db:
        db.execute(insert(moments).values(at=datetime(2026, 7, 1)))  # noqa: DTZ001


def test_what_a_reading_has_prepared_serves_the_next_one_on_postgresql(database_with_tables: Engine) -> None:
    for _ in range(10):
        with read_transaction(database_with_tables) as db:
            db.execute(select(moments.c.at)).all()
    if database_with_tables.dialect.name == "postgresql":
        with read_transaction(database_with_tables) as db:
            statement_count = db.execute(
                text(
                    "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT test_moment.%'"
                )
            )
            assert statement_count.scalar_one() == 1


def test_what_a_reading_wrote_is_undone(database_with_tables: Engine) -> None:
    stored = insert(moments).values(at=datetime(2026, 7, 1, tzinfo=UTC))
    with read_transaction(database_with_tables) as db:
        db.execute(stored)
    with read_transaction(database_with_tables) as db:
        assert db.execute(select(moments)).all() == []


def test_other_databases_are_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="use sqlite or postgresql"):
        make_engine("mysql://user@host/name")
