"""Past SQLAlchemy to psycopg, for the few statements that every order on money pays for: there it takes longer than PostgreSQL.

On SQLite, which answers without a journey, they go the usual way.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from sqlalchemy import Connection, Select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError

_PSYCOPG = PGDialect_psycopg()  # type: ignore[no-untyped-call]


def fetch_all(
    db: Connection, query: Select[*tuple[Any, ...]], parameters: Mapping[str, Any]
) -> Sequence[Sequence[Any]]:
    """The rows of a query, which is a constant and compiled once; `asked` are its parameters by name.

    Values come as the driver gives them: texts and numbers alike on both databases, nothing else.
    """
    if db.dialect.name != "postgresql":
        return db.execute(query, parameters).all()
    statement, fixed, kinds = _compile(query)
    values = fixed | {name: to_driver(parameters[name]) for name, to_driver in kinds.items()}
    with _sqlalchemy_errors(db):
        found: Sequence[Sequence[Any]] = _driver_connection(db).execute(statement, values).fetchall()
    return found


@cache
def _compile(
    query: Select[*tuple[Any, ...]],
) -> tuple[str, dict[str, Any], dict[str, Callable[[Any], Any]]]:
    """The text for psycopg, the values that stand in the query, and how each of those that are asked goes to the driver."""
    compiled = query.compile(dialect=_PSYCOPG)
    fixed: dict[str, Any] = {name: one.value for name, one in compiled.binds.items() if not one.required}
    kinds: dict[str, Callable[[Any], Any]] = {
        name: one.type.dialect_impl(_PSYCOPG).bind_processor(_PSYCOPG) or _unchanged
        for name, one in compiled.binds.items()
        if one.required
    }
    return str(compiled), fixed, kinds


def _unchanged(value: Any) -> Any:
    return value


def execute(db: Connection, statement: str, values: Sequence[Any]) -> None:
    """Carry out a statement in psycopg's own words. For PostgreSQL alone."""
    with _sqlalchemy_errors(db):
        _driver_connection(db).execute(statement, values)


@contextmanager
def pipeline(db: Connection) -> Iterator[None]:
    """What is sent in it goes to PostgreSQL one behind the other, and nobody waits for an answer; a refusal comes at the end."""
    if db.dialect.name != "postgresql":
        yield
        return
    with _sqlalchemy_errors(db), _driver_connection(db).pipeline():
        yield


def _driver_connection(db: Connection) -> Any:
    return db.connection.driver_connection


@contextmanager
def _sqlalchemy_errors(db: Connection) -> Iterator[None]:
    """What psycopg raises, as SQLAlchemy raises it in its own statements."""
    try:
        yield
    except psycopg.Error as problem:
        raise DBAPIError.instance(
            None, None, problem, psycopg.Error, hide_parameters=True, dialect=db.dialect
        ) from problem
