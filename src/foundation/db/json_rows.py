"""Several questions in one statement: each answer comes as a JSON text of rows, which is read straight into structs.

A statement costs a journey to the database and back, whatever it asks; what belongs together is asked together.
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
    """All rows of a query as one value, to be decoded by `rows_of`."""
    return _JsonAgg(rows.scalar_subquery())


def row_decoder(row_type: type[T]) -> "msgspec.json.Decoder[list[T]]":
    """What reads such a value into structs whose fields are named like the columns; SQLite says 0 and 1 for false and true."""
    return msgspec.json.Decoder(list[row_type], strict=False)  # type: ignore[valid-type]


@compiles(_JsonAgg, "postgresql")
def _compile_json_agg_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    (rows,) = element.clauses
    inner = compiler.process(rows.element, **options)
    return f"(SELECT coalesce(json_agg(row_to_json(found)), '[]')::text FROM ({inner}) AS found)"  # noqa: S608


@compiles(_JsonAgg, "sqlite")
def _compile_json_agg_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    (rows,) = element.clauses
    inner = compiler.process(rows.element, **options)
    pairs = ", ".join(f"'{column.name}', {_json_value(column)}" for column in rows.element.selected_columns)
    return f"(SELECT json_group_array(json_object({pairs})) FROM ({inner}) AS found)"  # noqa: S608 - names of columns


def _json_value(column: Any) -> str:
    name = f'found."{column.name}"'
    if isinstance(column.type, UtcDateTime):
        return f"replace({name}, ' ', 'T') || '+00:00'"
    return name
