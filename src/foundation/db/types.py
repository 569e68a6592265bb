"""Column types, the shared metadata, and conditions on many ids."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    DateTime,
    Dialect,
    MetaData,
    String,
    TypeDecorator,
    bindparam,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time: UTC in both databases, always with its zone in Python."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """UTC for storage. Raises ValueError for a time without a zone, which is a bug in the calling code."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The stored time with its zone, which SQLite drops."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value


class _IdList(TypeDecorator[Any]):
    """Many ids as one parameter: an array for PostgreSQL, JSON for SQLite."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """The type of the parameter in that database."""
        return dialect.type_descriptor(ARRAY(String()) if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """The ids sorted, so that every transaction takes row locks in the same order."""
        ids = sorted(value)
        return ids if dialect.name == "postgresql" else msgspec.json.encode(ids).decode()


class _AnyOf(FunctionElement[bool]):
    type = Boolean()
    inherit_cache = True
    name = "among"

    def self_group(self, against: Any = None) -> Any:  # noqa: ARG002
        """Unchanged: SQLAlchemy would append `= 1` for SQLite, which then scans the whole table."""
        return self


@compiles(_AnyOf, "postgresql")
def _compile_any_of_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    column, ids = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} = ANY ({ids})"


@compiles(_AnyOf, "sqlite")
def _compile_any_of_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    column, ids = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - compiled parts, not data


def any_of(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether the column is one of the ids in the parameter `name`, however many there are.

    The SQL text is always the same, so it is compiled and planned once; an IN list has another text for each
    length.
    """
    return _AnyOf(column, bindparam(name, type_=_IdList()))
