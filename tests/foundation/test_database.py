"""The door to the database: nothing lost, nothing half, on both."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, insert, select, text, update
from sqlalchemy.exc import IntegrityError, StatementError

from foundation.db.engine import connect
from foundation.db.transactions import reading, writing
from foundation.db.types import Moment

tables = MetaData()
counter = Table(
    "test_counter", tables, Column("name", String(10), primary_key=True), Column("number", Integer)
)
moments = Table("test_moment", tables, Column("at", Moment))


@pytest.fixture
def room(engine: Engine) -> Engine:
    """The database with two tables to play with."""
    tables.create_all(engine)
    with writing(engine) as db:
        db.execute(insert(counter).values(name="one", number=0))
    return engine


def number(engine: Engine) -> int:
    with reading(engine) as db:
        return db.execute(select(counter.c.number)).scalar_one()


def test_what_a_writing_changes_is_kept(room: Engine) -> None:
    with writing(room) as db:
        db.execute(update(counter).values(number=5))
    assert number(room) == 5


def test_an_exception_undoes_everything(room: Engine) -> None:
    with pytest.raises(IntegrityError), writing(room) as db:  # noqa: PT012
        db.execute(update(counter).values(number=5))
        db.execute(insert(counter).values(name="one", number=0))
    assert number(room) == 0


def test_a_reading_keeps_nothing(room: Engine) -> None:
    with reading(room) as db:
        db.execute(update(counter).values(number=5))
    assert number(room) == 0


def test_eight_threads_that_read_and_then_write_lose_nothing(room: Engine) -> None:
    start = threading.Barrier(8)

    def add() -> None:
        start.wait()
        for _ in range(30):
            with writing(room) as db:
                now = db.execute(select(counter.c.number).with_for_update()).scalar_one()
                db.execute(update(counter).values(number=now + 1))

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert number(room) == 240


def test_a_reference_to_nothing_is_refused(engine: Engine) -> None:
    with pytest.raises(IntegrityError), writing(engine) as db:
        db.execute(
            text(
                "INSERT INTO people_role (person_id, role, made_at) VALUES ('nobody', 'guide', '2026-01-01')"
            )
        )


def test_times_come_back_in_utc_with_their_zone(room: Engine) -> None:
    copenhagen = datetime(2026, 7, 1, 12, 30, 15, 123456, tzinfo=timezone(timedelta(hours=2)))
    with writing(room) as db:
        db.execute(insert(moments).values(at=copenhagen))
        stored = db.execute(select(moments.c.at)).scalar_one()
    assert stored == copenhagen
    assert stored.astimezone(UTC).hour == 10
    assert stored.tzinfo is not None


def test_a_time_without_a_zone_is_refused(room: Engine) -> None:
    with pytest.raises(StatementError, match="needs a zone"), writing(room) as db:
        db.execute(insert(moments).values(at=datetime(2026, 7, 1)))  # noqa: DTZ001


def test_what_a_reading_has_prepared_serves_the_next_one_on_postgresql(room: Engine) -> None:
    for _ in range(10):
        with reading(room) as db:
            db.execute(select(moments.c.at)).all()
    if room.dialect.name == "postgresql":
        with reading(room) as db:
            kept = db.execute(
                text(
                    "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT test_moment.%'"
                )
            )
            assert kept.scalar_one() == 1


def test_what_a_reading_wrote_is_undone(room: Engine) -> None:
    stored = insert(moments).values(at=datetime(2026, 7, 1, tzinfo=UTC))
    with reading(room) as db:
        db.execute(stored)
    with reading(room) as db:
        assert db.execute(select(moments)).all() == []


def test_other_databases_are_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="use sqlite or postgresql"):
        connect("mysql://user@host/name")
