"""Several queries in one statement: each result is one JSON text of rows, decoded straight into structs.

Every statement costs a round trip to the database, so queries that belong together are sent together.
"""

from typing import Any, TypeVar

import msgspec
from sqlalchemy import ColumnElement, SelectBase, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from foundation.db.types import UtcDateTime

T = TypeVar("T")


class _JsonAgg(FunctionElement[str]):
    type = Text()
    inherit_cache = True
    name = "json_rows"


def json_agg(rows: SelectBase) -> ColumnElement[str]:
    """All rows of a query as one value, to be decoded by `row_decoder`."""
    return _JsonAgg(rows.scalar_subquery())


def row_decoder(row_type: type[T]) -> "msgspec.json.Decoder[list[T]]":
    """A decoder of `json_agg` values into structs whose fields are named like the columns.

    Not strict, because SQLite writes booleans as 0 and 1.
    """
    return msgspec.json.Decoder(list[row_type], strict=False)  # type: ignore[valid-type]


@compiles(_JsonAgg, "postgresql")
def _compile_json_agg_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    (rows,) = element.clauses
    inner = compiler.process(rows.element, **options)
    # PostgreSQL's json_agg over no rows is NULL, not an empty array.
    return f"(SELECT coalesce(json_agg(row_to_json(subrows)), '[]')::text FROM ({inner}) AS subrows)"  # noqa: S608


@compiles(_JsonAgg, "sqlite")
def _compile_json_agg_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    (rows,) = element.clauses
    inner = compiler.process(rows.element, **options)
    pairs = ", ".join(f"'{column.name}', {_json_value(column)}" for column in rows.element.selected_columns)
    return f"(SELECT json_group_array(json_object({pairs})) FROM ({inner}) AS subrows)"  # noqa: S608 - column names


def _json_value(column: Any) -> str:
    name = f'subrows."{column.name}"'
    if isinstance(column.type, UtcDateTime):
        # SQLite keeps a UTC time as text without its zone; the decoder needs the zone.
        return f"replace({name}, ' ', 'T') || '+00:00'"
    return name
