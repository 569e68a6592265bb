"""Hash chains: each line of a log holds the hash of the line before it, so that a changed line breaks all that follow.

The method is the one of Haber and Stornetta (*How to time-stamp a digital document*, 1991). A chain alone can't show that
somebody wrote all of it anew; that takes a `Head` that was kept elsewhere.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum

import msgspec

GENESIS = "0" * 64  # what the first line has for the hash before it

_NATIVE_TYPES = frozenset({str, int, bool, type(None)})

_encode = msgspec.json.Encoder(order="deterministic").encode


class Head(msgspec.Struct, frozen=True):
    """The last line of a chain: the number that it has, counted from 1, and its hash."""

    sequence: int = 0
    hash: str = GENESIS


EMPTY_HEAD = Head()


class ChainLink(msgspec.Struct, frozen=True):
    """A line as it is stored. `row` is the canonical form of what it says."""

    sequence: int
    previous: str
    hash: str
    row: bytes


class ChainFault(StrEnum):
    """What is wrong with the first line that doesn't hold."""

    MISSING = "missing"  # a number is left out, or comes twice
    OUT_OF_PLACE = "out_of_place"  # does not follow from the line before it
    CHANGED = "changed"  # says something else than when it was written
    REWRITTEN = "rewritten"  # holds together, but is not the line that was known
    CUT_OFF = "cut_off"  # the chain ends before a line that was known


class ChainBroken(Exception):
    """The chain doesn't hold; `sequence` is the number of the first line at fault."""

    def __init__(self, sequence: int, fault: ChainFault) -> None:
        super().__init__(f"line {sequence} is {fault.value.replace('_', ' ')}")
        self.sequence = sequence
        self.fault = fault


def canonical(values: Sequence[object]) -> bytes:
    """The one way to write a row's values, in the order of its columns: a JSON array in UTF-8, without spaces.

    Text, whole numbers, true, false and null are JSON's own. A time is `{"at":"2026-03-02T08:00:00.000000+00:00"}`, in
    UTC with microseconds, and a day is `{"on":"2026-03-02"}`, so that neither reads as a text. Raises TypeError for any
    other value and ValueError for a time without a zone.
    """
    return _encode(
        [
            value if type(value) in _NATIVE_TYPES or isinstance(value, StrEnum) else _canonical_value(value)
            for value in values
        ]
    )


def _canonical_value(value: object) -> object:
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a time in a chain needs a zone")
        return {"at": value.astimezone(UTC).isoformat(timespec="microseconds")}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    raise TypeError(f"{type(value).__name__} has no place in a chain")


def link_hash(previous: str, sequence: int, row: bytes) -> str:
    """The hash of a line: SHA-256, in hex, of the hash before it, a newline, its number, a newline and the row."""
    return hashlib.sha256(b"%b\n%d\n%b" % (previous.encode(), sequence, row)).hexdigest()


def append(head: Head, rows: Iterable[bytes]) -> list[ChainLink]:
    """The lines that the rows become behind `head`, in order."""
    lines = []
    for row in rows:
        sequence = head.sequence + 1
        lines.append(ChainLink(sequence, head.hash, link_hash(head.hash, sequence, row), row))
        head = Head(sequence, lines[-1].hash)
    return lines


def verify(
    links: Iterable[ChainLink], start: Head = EMPTY_HEAD, known_hashes: Mapping[int, str] | None = None
) -> Head:
    """Check every line behind `start`, in the order of their numbers, and give the last one.

    `known` are hashes by number that were kept elsewhere. Raises ChainBroken at the first line that doesn't hold.
    """
    expected = dict(known_hashes or {})
    head = start
    for line in links:
        sequence = head.sequence + 1
        if line.sequence != sequence:
            raise ChainBroken(sequence, ChainFault.MISSING)
        if line.previous != head.hash:
            raise ChainBroken(sequence, ChainFault.OUT_OF_PLACE)
        if line.hash != link_hash(head.hash, sequence, line.row):
            raise ChainBroken(sequence, ChainFault.CHANGED)
        if expected.pop(sequence, line.hash) != line.hash:
            raise ChainBroken(sequence, ChainFault.REWRITTEN)
        head = Head(sequence, line.hash)
    cut_off = [sequence for sequence in expected if sequence > head.sequence]
    if cut_off:
        raise ChainBroken(min(cut_off), ChainFault.CUT_OFF)
    return head
