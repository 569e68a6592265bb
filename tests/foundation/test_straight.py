"""Past SQLAlchemy to the driver: the same answers, the same errors, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, bindparam, literal, select
from sqlalchemy.exc import DBAPIError

from foundation.db.bulk import append
from foundation.db.psycopg_fast_path import ask
from foundation.db.transactions import reading
from foundation.db.types import Moment, among
from people.tables import directory as directory_tables
from tests.people_factory import People

BEFORE = select(directory_tables.person.c.id, literal(7).label("seven")).where(
    among(directory_tables.person.c.id, "ids"),
    directory_tables.person.c.created_at <= bindparam("now", type_=Moment()),
)


def test_an_answer_is_the_one_that_sqlalchemy_gives(engine: Engine, people: People) -> None:
    asta, bo = people.citizen("Asta"), people.citizen("Bo")
    people.citizen("Carl")
    for ids in ({asta.id, bo.id}, {bo.id}, set()):
        for now in (datetime.now(UTC) + timedelta(days=9999), datetime(1990, 1, 1, tzinfo=UTC)):
            asked = {"ids": ids, "now": now}
            with reading(engine) as db:
                expected = {tuple(row) for row in db.execute(BEFORE, asked)}
                assert {tuple(row) for row in ask(db, BEFORE, asked)} == expected
                assert len(expected) == (len(ids) if now.year > 1990 else 0)


def test_what_the_database_refuses_is_raised_as_everywhere_else(engine: Engine) -> None:
    with reading(engine) as db, pytest.raises(DBAPIError):
        append(db, directory_tables.area, [{"id": "x", "name": "Nord", "latitude": 99.0, "longitude": 9.0}])
