"""The tombstone file beside the database: what was erased, so that a restored backup can be erased again.

One line `kind id date` per record, person or data category of a person, without identity. Append-only, and on disk
before the erasing transaction commits.
"""

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import msgspec

KINDS = ("wish", "grant", "person", "guiding", "goals", "contact")


class Tombstone(msgspec.Struct, frozen=True, order=True):
    """An erased record, person or data category, and the local date of its erasure."""

    kind: str
    id: str
    erased_on: date


class InvalidTombstoneFile(Exception):
    """The file is no tombstone file or cannot be written; the message says where and why."""


def read_tombstones(path: Path) -> tuple[Tombstone, ...]:
    """The distinct tombstones of a file, sorted. Raises InvalidTombstoneFile, also when the file does not exist."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidTombstoneFile(f"{path} can't be read. Name the list with --list.") from error
    tombstones = (
        _parse_line(path, number, line) for number, line in enumerate(lines, start=1) if line.strip()
    )
    return tuple(sorted(set(tombstones)))


def _parse_line(path: Path, number: int, line: str) -> Tombstone:
    try:
        kind, record_id, erased_on = line.split()
        if kind in KINDS:
            return Tombstone(kind, record_id, date.fromisoformat(erased_on))
    except ValueError:
        pass
    # Strict: a line that was skipped would leave a person in the restored database who had been erased.
    raise InvalidTombstoneFile(
        f"{path}, line {number}: not a line as `livsmester erase` writes it. Nothing was erased."
    )


def append_tombstones(path: Path, tombstones: Iterable[Tombstone]) -> None:
    """Append lines and wait until they are on disk (fsync). Raises InvalidTombstoneFile."""
    lines = "".join(f"{tombstone.kind} {tombstone.id} {tombstone.erased_on}\n" for tombstone in tombstones)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Appended, never rewritten: several servers of one PostgreSQL database share the list.
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(lines)
            file.flush()
            # The caller commits after this: a line that was only buffered could be lost in a crash.
            os.fsync(file.fileno())
    except OSError as error:
        raise InvalidTombstoneFile(
            f"{path} can't be written: {error.strerror}. Nothing was erased."
        ) from error
