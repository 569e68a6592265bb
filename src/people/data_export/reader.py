"""How every package says what it holds about a person: table by table, column by column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, FromClause, Table, or_, select

from people.data_export.model import ExportField, ExportSection

THIRD_PARTY = "tells of somebody else"
SECRET = "a secret"  # noqa: S105
TECHNICAL_KEY = "holds rows together and says nothing"


@dataclass(frozen=True)
class ExportSource:
    """What one table holds about a person. Every column is shown under a label or left out for a reason."""

    name: str
    title: str  # English, marked for translation
    table: Table
    person_columns: tuple[Column[Any], ...]  # the row is about the person in one of these
    labels: Mapping[str, str]
    excluded: Mapping[str, str] = field(default_factory=dict)
    value_labels: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)  # what codes are called
    joined_tables: FromClause | None = None  # the table joined to the one that names the person
    condition: ColumnElement[bool] | None = None
    machine_readable_only: bool = False


def read_sections(
    db: Connection, sources: Sequence[ExportSource], person_id: str
) -> tuple[ExportSection, ...]:
    """Those parts of which something is held about the person."""
    found = (
        ExportSection(part.name, part.title, part.machine_readable_only, _records(db, part, person_id))
        for part in sources
    )
    return tuple(one for one in found if one.records)


def _records(db: Connection, source: ExportSource, person_id: str) -> tuple[tuple[ExportField, ...], ...]:
    chosen = select(*(source.table.c[name] for name in source.labels)).where(
        or_(*(column == person_id for column in source.person_columns))
    )
    if source.joined_tables is not None:
        chosen = chosen.select_from(source.joined_tables)
    if source.condition is not None:
        chosen = chosen.where(source.condition)
    rows = db.execute(chosen.order_by(*source.table.primary_key)).mappings()
    return tuple(tuple(_export_field(source, name, row[name]) for name in source.labels) for row in rows)


def _export_field(source: ExportSource, name: str, value: Any) -> ExportField:
    words = source.value_labels.get(name)
    codes = value.split(",") if words and value and isinstance(value, str) else ()
    return ExportField(
        name, source.labels[name], value, tuple(words[code] for code in codes) if words else ()
    )
