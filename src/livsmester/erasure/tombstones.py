"""The list of what was erased, in a file beside the database: what a restored backup is erased by once more.

A line for each record, person or piece of a person, `kind id day`; no identity in it. It only grows, and is on disk before the database forgets.
"""

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import msgspec

KINDS = ("wish", "grant", "person", "guiding", "goals", "contact")


class Tombstone(msgspec.Struct, frozen=True, order=True):
    """What was erased, of which kind, and on which day."""

    kind: str
    id: str
    erased_on: date


class InvalidTombstoneFile(Exception):
    """The file is no list of erasures, or can't be written; the message says where and why."""


def read_tombstones(path: Path) -> tuple[Tombstone, ...]:
    """Every line of the list, each once. Raises InvalidTombstoneFile, also when there is no such file."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise InvalidTombstoneFile(f"{path} can't be read. Name the list with --list.") from problem
    found = (_parse_line(path, number, line) for number, line in enumerate(lines, start=1) if line.strip())
    return tuple(sorted(set(found)))


def _parse_line(path: Path, number: int, line: str) -> Tombstone:
    try:
        kind, record_id, on = line.split()
        if kind in KINDS:
            return Tombstone(kind, record_id, date.fromisoformat(on))
    except ValueError:
        pass
    raise InvalidTombstoneFile(
        f"{path}, line {number}: not a line as `livsmester erase` writes it. Nothing was erased."
    )


def append_tombstones(path: Path, tombstones: Iterable[Tombstone]) -> None:
    """Add lines and wait until they are on disk. Raises InvalidTombstoneFile."""
    lines = "".join(f"{one.kind} {one.id} {one.erased_on}\n" for one in tombstones)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
    except OSError as problem:
        raise InvalidTombstoneFile(
            f"{path} can't be written: {problem.strerror}. Nothing was erased."
        ) from problem
