"""Bulk writes and JSON rows: what is written is what is read, on both databases."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone

import msgspec
import pytest
from sqlalchemy import BigInteger, Boolean, Column, Date, Engine, LargeBinary, MetaData, String, Table, select
from sqlalchemy.exc import IntegrityError

from foundation.db.bulk import bulk_insert, bulk_update, insert_if_absent
from foundation.db.json_rows import json_agg, row_decoder
from foundation.db.psycopg_fast_path import pipeline
from foundation.db.transactions import read_transaction, write_transaction
from foundation.db.types import UtcDateTime, any_of
from people.access.model import Role

tables = MetaData()
thing = Table(
    "test_thing",
    tables,
    Column("id", String(20), primary_key=True),
    Column("kind", String(20)),
    Column("ore", BigInteger, nullable=False),
    Column("on", Date),
    Column("at", UtcDateTime),
    Column("said", Boolean),
    Column("content", LargeBinary),
)


class Thing(msgspec.Struct, frozen=True):
    id: str
    ore: int
    kind: Role | None = None
    on: date | None = None
    at: datetime | None = None
    said: bool | None = None


ONE = Thing(
    'a "quoted" æ',
    2**53 + 1,
    Role.CITIZEN,
    date(2026, 2, 28),
    datetime(2026, 3, 2, 9, 0, tzinfo=timezone(timedelta(hours=2))),
    said=True,
)
OTHER = Thing("b", -1, at=datetime(2026, 3, 2, 7, 0, 0, 1200, tzinfo=UTC), said=False)


@pytest.fixture
def database_with_tables(engine: Engine) -> Engine:
    tables.create_all(engine)
    return engine


def stored(engine: Engine) -> Sequence[tuple[object, ...]]:
    with read_transaction(engine) as db:
        return [tuple(row) for row in db.execute(select(thing).order_by(thing.c.id))]


def test_rows_come_back_as_they_went_in(database_with_tables: Engine) -> None:
    with write_transaction(database_with_tables) as db:
        bulk_insert(db, thing, [OTHER, ONE])
    assert stored(database_with_tables) == [
        (ONE.id, "citizen", ONE.ore, ONE.on, ONE.at, True, None),
        ("b", None, -1, None, OTHER.at, False, None),
    ]


def test_a_moment_is_stored_as_the_orm_would_store_it_so_that_both_sort_alike(
    database_with_tables: Engine,
) -> None:
    with write_transaction(database_with_tables) as db:
        bulk_insert(db, thing, [ONE])
        db.execute(thing.insert().values(id="z", ore=0, at=ONE.at))
        assert db.execute(select(thing.c.id).where(thing.c.at == ONE.at)).all() == [(ONE.id,), ("z",)]


def test_a_time_without_a_zone_is_refused(database_with_tables: Engine) -> None:
    bare = msgspec.structs.replace(ONE, at=datetime(2026, 3, 2, 9, 0))  # noqa: DTZ001 - that is the mistake
    with pytest.raises(ValueError, match="needs a zone"), write_transaction(database_with_tables) as db:
        bulk_insert(db, thing, [OTHER, bare])
    assert stored(database_with_tables) == []
    with pytest.raises(ValueError, match="needs a zone"), write_transaction(database_with_tables) as db:
        bulk_update(db, thing, [{"id": "b", "at": bare.at}])


def test_bytes_come_back_as_they_went_in(database_with_tables: Engine) -> None:
    content = bytes(range(256))
    with write_transaction(database_with_tables) as db:
        bulk_insert(db, thing, [{"id": "a", "ore": 0, "content": content}])
        assert db.execute(select(thing.c.content)).scalar_one() == content


def test_many_rows_are_changed_each_by_its_id(database_with_tables: Engine) -> None:
    with write_transaction(database_with_tables) as db:
        bulk_insert(db, thing, [ONE, OTHER])
        bulk_update(db, thing, [{"id": "b", "ore": 7, "said": None}, {"id": ONE.id, "ore": 8, "said": True}])
    assert [(row[2], row[5]) for row in stored(database_with_tables)] == [(8, True), (7, None)]


def test_a_row_that_is_there_already_stays_as_it_is(database_with_tables: Engine) -> None:
    with write_transaction(database_with_tables) as db:
        bulk_insert(db, thing, [ONE])
        assert insert_if_absent(db, thing, [{"id": ONE.id, "ore": 1}, {"id": "b", "ore": 2}]) == 1
    assert [row[2] for row in stored(database_with_tables)] == [ONE.ore, 2]


def test_one_row_that_is_refused_takes_all_with_it(database_with_tables: Engine) -> None:
    with pytest.raises(IntegrityError), write_transaction(database_with_tables) as db:
        bulk_insert(db, thing, [OTHER, ONE, ONE])
    assert stored(database_with_tables) == []


def test_what_is_sent_together_is_refused_together(database_with_tables: Engine) -> None:
    with pytest.raises(IntegrityError), write_transaction(database_with_tables) as db, pipeline(db):  # noqa: PT012
        bulk_insert(db, thing, [ONE])
        bulk_insert(db, thing, [ONE])
        bulk_insert(db, thing, [OTHER])
    assert stored(database_with_tables) == []


def test_several_answers_come_in_one_statement(database_with_tables: Engine) -> None:
    with write_transaction(database_with_tables) as db:
        bulk_insert(db, thing, [ONE, OTHER])
        columns = [thing.c[name] for name in Thing.__struct_fields__]
        columns = db.execute(
            select(
                json_agg(select(*columns).where(any_of(thing.c.id, "ids"))).label("named"),
                json_agg(select(*columns).where(thing.c.ore > ONE.ore)).label("richer"),
            ),
            {"ids": [ONE.id, "b"]},
        ).one()
    things = row_decoder(Thing)
    assert {row.id: row for row in things.decode(columns.named)} == {ONE.id: ONE, "b": OTHER}
    assert things.decode(columns.richer) == []


def test_many_ids_are_found_by_the_index_on_them(sqlite_engine: Engine) -> None:
    """PostgreSQL plans by its statistics of the table, SQLite by the form of the query."""
    tables.create_all(sqlite_engine)
    with read_transaction(sqlite_engine) as db:
        statement = str(select(thing).where(any_of(thing.c.id, "ids")).compile(sqlite_engine))
        plan = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", ("[]",)).all()
    assert plan[0].detail.startswith("SEARCH test_thing USING INDEX")
