"""The difference between a file and the stored records: new, changed field by field, unchanged, missing. No I/O.

Records that are missing in the file are never deleted: a file may hold only some of the people.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

import msgspec

from foundation.spreadsheets.cells import CellValue
from foundation.spreadsheets.errors import SpreadsheetIssue
from foundation.spreadsheets.reader import ColumnSpec
from guides.matching.model import fold


class ImportKind(StrEnum):
    """What a file lists."""

    AREAS = "areas"
    TRAVEL_TIMES = "travel_times"
    GUIDES = "guides"
    REQUESTS = "requests"


class FieldChange(msgspec.Struct, frozen=True):
    """One field that a file changes, with the file's header and both values as cell texts."""

    column: str
    before: str
    after: str


class RowChange(msgspec.Struct, frozen=True):
    """A record that a file adds or changes; for a new one `fields` holds those that are not empty."""

    key: str  # the file's id
    name: str
    fields: tuple[FieldChange, ...] = ()


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What a file would change. `missing` are stored but not in the file; they stay as they are."""

    kind: ImportKind
    new: tuple[RowChange, ...] = ()
    changed: tuple[RowChange, ...] = ()
    unchanged: int = 0
    missing: tuple[RowChange, ...] = ()
    notices: tuple[SpreadsheetIssue, ...] = ()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the changes, so that what is applied is what was previewed."""
        changes = msgspec.json.encode((self.kind, self.new, self.changed), order="deterministic")
        return hashlib.sha256(changes).hexdigest()


def diff(
    kind: ImportKind,
    columns: Iterable[ColumnSpec],
    existing: Mapping[str, Any],
    incoming: Mapping[str, Any],
    notices: tuple[SpreadsheetIssue, ...] = (),
) -> Preview:
    """What the values in a file would change in the existing ones; both by the file's id."""
    value_columns = [column for column in columns if column.field != "id"]
    new, changed, unchanged = [], [], 0
    for file_id, value in incoming.items():
        if file_id not in existing:
            new.append(RowChange(file_id, _display_name(value), _field_changes(value_columns, None, value)))
        elif fields := _field_changes(value_columns, existing[file_id], value):
            changed.append(RowChange(file_id, _display_name(value), fields))
        else:
            unchanged += 1
    return Preview(
        kind=kind,
        new=tuple(new),
        changed=tuple(changed),
        unchanged=unchanged,
        missing=tuple(
            RowChange(file_id, _display_name(existing[file_id]))
            for file_id in sorted(existing.keys() - incoming.keys())
        ),
        notices=notices,
    )


def _display_name(value: Any) -> str:
    return str(getattr(value, "given_name", "") or getattr(value, "name", ""))


def _field_changes(columns: Iterable[ColumnSpec], before: Any, after: Any) -> tuple[FieldChange, ...]:
    changes = []
    for column in columns:
        new = getattr(after, column.field)
        old = column.empty if before is None else getattr(before, column.field)
        if not _is_same(old, new):
            old_text = "" if before is None else cell_text(column.cell.serialize(old))
            changes.append(FieldChange(column.name, old_text, cell_text(column.cell.serialize(new))))
    return tuple(changes)


def _is_same(left: Any, right: Any) -> bool:
    """Whether two values are equal; tags are compared in any order, case and spacing."""
    tuples = [value for value in (left, right) if isinstance(value, tuple)]
    if len(tuples) == 2 and all(isinstance(tag, str) for tag in (*tuples[0], *tuples[1])):
        return {fold(tag) for tag in tuples[0]} == {fold(tag) for tag in tuples[1]}
    return bool(left == right)


def cell_text(cell: CellValue) -> str:
    """A cell as it is written in the file."""
    match cell:
        case None:
            return ""
        case bool():
            return "ja" if cell else "nej"
        case date():
            return f"{cell:%d-%m-}{cell.year:04d}"
        case float():
            return str(cell).replace(".", ",")
    return str(cell)
