"""What a file would change in what is kept: new, changed field by field, unchanged, missing. Pure.

Who is kept and does not stand in the file stays as they are: a file of half the people removes nobody.
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
    """One field that a file changes, with the header and the texts of the file's own form."""

    column: str
    before: str
    after: str


class RowChange(msgspec.Struct, frozen=True):
    """Somebody or something that a file brings in or changes; for a new one the fields that are not empty."""

    key: str  # the file's id
    name: str
    fields: tuple[FieldChange, ...] = ()


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What a file would change. `missing` are kept but not in the file: nothing happens to them."""

    kind: ImportKind
    new: tuple[RowChange, ...] = ()
    changed: tuple[RowChange, ...] = ()
    unchanged: int = 0
    missing: tuple[RowChange, ...] = ()
    notices: tuple[SpreadsheetIssue, ...] = ()

    @property
    def fingerprint(self) -> str:
        """The same for the same changes: what was looked at is what is stored."""
        changes = msgspec.json.encode((self.kind, self.new, self.changed), order="deterministic")
        return hashlib.sha256(changes).hexdigest()


def diff(
    kind: ImportKind,
    columns: Iterable[ColumnSpec],
    existing: Mapping[str, Any],
    incoming: Mapping[str, Any],
    notices: tuple[SpreadsheetIssue, ...] = (),
) -> Preview:
    """What a file's values (by the file's id) would change in what is kept (by the same id)."""
    compared = [column for column in columns if column.field != "id"]
    new, changed, unchanged = [], [], 0
    for key, value in incoming.items():
        if key not in existing:
            new.append(RowChange(key, _display_name(value), _field_changes(compared, None, value)))
        elif fields := _field_changes(compared, existing[key], value):
            changed.append(RowChange(key, _display_name(value), fields))
        else:
            unchanged += 1
    return Preview(
        kind=kind,
        new=tuple(new),
        changed=tuple(changed),
        unchanged=unchanged,
        missing=tuple(
            RowChange(key, _display_name(existing[key])) for key in sorted(existing.keys() - incoming.keys())
        ),
        notices=notices,
    )


def _display_name(value: Any) -> str:
    return str(getattr(value, "given_name", "") or getattr(value, "name", ""))


def _field_changes(columns: Iterable[ColumnSpec], before: Any, after: Any) -> tuple[FieldChange, ...]:
    found = []
    for column in columns:
        new = getattr(after, column.field)
        old = column.empty if before is None else getattr(before, column.field)
        if not _is_same(old, new):
            was = "" if before is None else cell_text(column.cell.serialize(old))
            found.append(FieldChange(column.name, was, cell_text(column.cell.serialize(new))))
    return tuple(found)


def _is_same(left: Any, right: Any) -> bool:
    """Whether two values say the same: words in any order, case and spacing."""
    words = [value for value in (left, right) if isinstance(value, tuple)]
    if len(words) == 2 and all(isinstance(word, str) for word in (*words[0], *words[1])):
        return {fold(word) for word in words[0]} == {fold(word) for word in words[1]}
    return bool(left == right)


def cell_text(cell: CellValue) -> str:
    """A cell as a person reads it in the file."""
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
