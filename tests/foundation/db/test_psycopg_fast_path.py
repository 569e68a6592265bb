"""Running statements through psycopg directly: the same results and errors as through SQLAlchemy."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, bindparam, literal, select
from sqlalchemy.exc import DBAPIError

from foundation.db.bulk import bulk_insert
from foundation.db.psycopg_fast_path import fetch_all
from foundation.db.transactions import read_transaction
from foundation.db.types import UtcDateTime, any_of
from people.tables import directory as directory_tables
from tests.support.people_factory import PeopleFactory

BEFORE = select(directory_tables.person.c.id, literal(7).label("seven")).where(
    any_of(directory_tables.person.c.id, "ids"),
    directory_tables.person.c.created_at <= bindparam("now", type_=UtcDateTime()),
)


def test_an_answer_is_the_one_that_sqlalchemy_gives(engine: Engine, people: PeopleFactory) -> None:
    asta, bo = people.citizen("Asta"), people.citizen("Bo")
    people.citizen("Carl")
    for ids in ({asta.id, bo.id}, {bo.id}, set()):
        for now in (datetime.now(UTC) + timedelta(days=9999), datetime(1990, 1, 1, tzinfo=UTC)):
            parameters = {"ids": ids, "now": now}
            with read_transaction(engine) as db:
                expected = {tuple(row) for row in db.execute(BEFORE, parameters)}
                assert {tuple(row) for row in fetch_all(db, BEFORE, parameters)} == expected
                assert len(expected) == (len(ids) if now.year > 1990 else 0)


def test_what_the_database_refuses_is_raised_as_everywhere_else(engine: Engine) -> None:
    with read_transaction(engine) as db, pytest.raises(DBAPIError):
        bulk_insert(
            db, directory_tables.area, [{"id": "x", "name": "Nord", "latitude": 99.0, "longitude": 9.0}]
        )
