"""What a sheet would change: each row beside what is kept, field by field. Pure.

What is kept and does not stand in the sheet stays as it is: a sheet of half the people deletes nobody.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

import msgspec

from foundation.sheet_cells import Writable
from foundation.sheet_faults import Fault
from foundation.sheets import Column


class ImportKind(StrEnum):
    """What a sheet lists."""

    AREAS = "areas"
    TRAVEL_TIMES = "travel_times"
    GUIDES = "guides"
    REQUESTS = "requests"


class FieldChange(msgspec.Struct, frozen=True):
    """One cell that differs from what is kept; both as a sheet writes them."""

    column: str
    before: str
    after: str


class Row(msgspec.Struct, frozen=True):
    """A row that is new or changed; `key` is what it is known by, the file's id. A new one has no changes."""

    key: str
    name: str
    changes: tuple[FieldChange, ...] = ()


class Preview(msgspec.Struct, frozen=True):
    """What a sheet would change, in its order."""

    kind: ImportKind
    new: tuple[Row, ...]
    changed: tuple[Row, ...]
    unchanged: int
    notices: tuple[Fault, ...]
    fingerprint: str  # tells what was looked at from what would be stored now


def compare(
    kind: ImportKind,
    columns: Sequence[Column],
    kept: Mapping[str, Any],
    listed: Mapping[str, Any],
    notices: tuple[Fault, ...] = (),
) -> Preview:
    """The values of a sheet beside those that are kept, both by the same key."""
    new: list[Row] = []
    changed: list[Row] = []
    told = hashlib.sha256(kind.encode())
    for key, value in listed.items():
        before = kept.get(key)
        changes = () if before is None else _changes(columns, before, value)
        row = Row(key, _name(value), changes)
        if before is None:
            new.append(row)
            told.update(msgspec.json.encode([key, [_text(column, value) for column in columns]]))
        elif changes:
            changed.append(row)
            told.update(msgspec.json.encode(row))
    return Preview(
        kind, tuple(new), tuple(changed), len(listed) - len(new) - len(changed), notices, told.hexdigest()
    )


def _changes(columns: Sequence[Column], before: Any, after: Any) -> tuple[FieldChange, ...]:
    """The columns in which two values differ; their id is what brought them together and does not count."""
    pairs = (
        (column.name, _text(column, before), _text(column, after))
        for column in columns
        if column.field != "id"
    )
    return tuple(FieldChange(name, old, new) for name, old, new in pairs if old != new)


def _name(value: Any) -> str:
    return str(getattr(value, "given_name", "") or getattr(value, "name", ""))


def _text(column: Column, value: Any) -> str:
    written: Writable = column.cell.write(getattr(value, column.field))
    match written:
        case None:
            return ""
        case bool():
            return "ja" if written else "nej"
        case date():
            return f"{written:%d-%m-%Y}"
        case float():
            return str(written).replace(".", ",")
    return str(written)
