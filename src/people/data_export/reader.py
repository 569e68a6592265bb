"""How each package declares what it stores about a person: table by table, column by column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, FromClause, Table, or_, select

from people.data_export.model import ExportField, ExportSection

# Reasons for leaving a column out.
THIRD_PARTY = "about somebody else"
SECRET = "a secret"  # noqa: S105
TECHNICAL_KEY = "links rows and says nothing about the person"


@dataclass(frozen=True)
class ExportSource:
    """What one table stores about a person. Every column has a label or a reason for leaving it out."""

    name: str
    title: str  # English, marked for translation
    table: Table
    person_columns: tuple[Column[Any], ...]  # the row is about the person in one of these
    labels: Mapping[str, str]
    excluded: Mapping[str, str] = field(default_factory=dict)
    value_labels: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)  # labels of codes
    joined_tables: FromClause | None = None  # the table joined with the one that has the person's id
    condition: ColumnElement[bool] | None = None
    machine_readable_only: bool = False


def read_sections(
    db: Connection, sources: Sequence[ExportSource], person_id: str
) -> tuple[ExportSection, ...]:
    """The sections of these sources that have any record about the person."""
    sections = (
        ExportSection(
            source.name, source.title, source.machine_readable_only, _records(db, source, person_id)
        )
        for source in sources
    )
    return tuple(section for section in sections if section.records)


def _records(db: Connection, source: ExportSource, person_id: str) -> tuple[tuple[ExportField, ...], ...]:
    query = select(*(source.table.c[name] for name in source.labels)).where(
        or_(*(column == person_id for column in source.person_columns))
    )
    if source.joined_tables is not None:
        query = query.select_from(source.joined_tables)
    if source.condition is not None:
        query = query.where(source.condition)
    rows = db.execute(query.order_by(*source.table.primary_key)).mappings()
    return tuple(tuple(_export_field(source, name, row[name]) for name in source.labels) for row in rows)


def _export_field(source: ExportSource, name: str, value: Any) -> ExportField:
    labels = source.value_labels.get(name)
    codes = value.split(",") if labels and value and isinstance(value, str) else ()
    return ExportField(
        name, source.labels[name], value, tuple(labels[code] for code in codes) if labels else ()
    )
