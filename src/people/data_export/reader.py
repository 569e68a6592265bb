"""How every package says what it holds about a person: table by table, column by column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, FromClause, Table, or_, select

from people.data_export.model import Fact, Held

ANOTHER = "tells of somebody else"
SECRET = "a secret"  # noqa: S105
KEY = "holds rows together and says nothing"


@dataclass(frozen=True)
class Part:
    """What one table holds about a person. Every column is shown under a label or left out for a reason."""

    name: str
    title: str  # English, marked for translation
    table: Table
    person: tuple[Column[Any], ...]  # the row is about the person in one of these
    shown: Mapping[str, str]
    left_out: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)  # what codes are called
    source: FromClause | None = None  # the table joined to the one that names the person
    only: ColumnElement[bool] | None = None
    for_programs: bool = False


def read_parts(db: Connection, parts: Sequence[Part], person_id: str) -> tuple[Held, ...]:
    """Those parts of which something is held about the person."""
    found = (Held(part.name, part.title, part.for_programs, _records(db, part, person_id)) for part in parts)
    return tuple(one for one in found if one.records)


def _records(db: Connection, part: Part, person_id: str) -> tuple[tuple[Fact, ...], ...]:
    chosen = select(*(part.table.c[name] for name in part.shown)).where(
        or_(*(column == person_id for column in part.person))
    )
    if part.source is not None:
        chosen = chosen.select_from(part.source)
    if part.only is not None:
        chosen = chosen.where(part.only)
    rows = db.execute(chosen.order_by(*part.table.primary_key)).mappings()
    return tuple(tuple(_fact(part, name, row[name]) for name in part.shown) for row in rows)


def _fact(part: Part, name: str, value: Any) -> Fact:
    words = part.words.get(name)
    codes = value.split(",") if words and value and isinstance(value, str) else ()
    return Fact(name, part.shown[name], value, tuple(words[code] for code in codes) if words else ())
