"""Running a few statements through psycopg directly, without SQLAlchemy.

For the statements that every money command runs: there SQLAlchemy takes longer than PostgreSQL itself. On
SQLite they run through SQLAlchemy as usual.
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
    """The rows of a query with these parameters. The query must be a constant: it is compiled once and
    cached.

    Result values are not converted: select texts and numbers only, which are the same on both databases.
    """
    if db.dialect.name != "postgresql":
        return db.execute(query, parameters).all()
    statement, fixed, kinds = _compile(query)
    values = fixed | {name: to_driver(parameters[name]) for name, to_driver in kinds.items()}
    with _sqlalchemy_errors(db):
        rows: Sequence[Sequence[Any]] = _driver_connection(db).execute(statement, values).fetchall()
    return rows


@cache
def _compile(
    query: Select[*tuple[Any, ...]],
) -> tuple[str, dict[str, Any], dict[str, Callable[[Any], Any]]]:
    """The SQL text for psycopg, the query's constant parameters, and a converter for each of the caller's."""
    compiled = query.compile(dialect=_PSYCOPG)
    fixed: dict[str, Any] = {
        name: parameter.value for name, parameter in compiled.binds.items() if not parameter.required
    }
    kinds: dict[str, Callable[[Any], Any]] = {
        name: parameter.type.dialect_impl(_PSYCOPG).bind_processor(_PSYCOPG) or _unchanged
        for name, parameter in compiled.binds.items()
        if parameter.required
    }
    return str(compiled), fixed, kinds


def _unchanged(value: Any) -> Any:
    return value


def execute(db: Connection, statement: str, values: Sequence[Any]) -> None:
    """Execute a statement in psycopg's own syntax. PostgreSQL only."""
    with _sqlalchemy_errors(db):
        _driver_connection(db).execute(statement, values)


@contextmanager
def pipeline(db: Connection) -> Iterator[None]:
    """Send the statements inside without waiting for each result; errors are raised on leaving. PostgreSQL
    only.
    """
    if db.dialect.name != "postgresql":
        yield
        return
    with _sqlalchemy_errors(db), _driver_connection(db).pipeline():
        yield


def _driver_connection(db: Connection) -> Any:
    return db.connection.driver_connection


@contextmanager
def _sqlalchemy_errors(db: Connection) -> Iterator[None]:
    """Translate psycopg's errors into those that SQLAlchemy raises."""
    try:
        yield
    except psycopg.Error as error:
        # The parameters are personal data and must not reach a log, as in `make_engine`.
        raise DBAPIError.instance(
            None, None, error, psycopg.Error, hide_parameters=True, dialect=db.dialect
        ) from error
