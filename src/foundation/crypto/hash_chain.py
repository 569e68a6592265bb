"""Hash chains: each entry of a log contains the hash of the one before, so that a changed entry breaks all
that follow.

The method is that of Haber and Stornetta (*How to time-stamp a digital document*, 1991). A chain alone can't
reveal that all of it was rewritten; for that, compare it with a `Head` that was stored elsewhere.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum

import msgspec

GENESIS = "0" * 64  # the previous hash of the first entry

_NATIVE_TYPES = frozenset({str, int, bool, type(None)})

# The same values must give the same bytes whenever the chain is verified again.
_encode = msgspec.json.Encoder(order="deterministic").encode


class Head(msgspec.Struct, frozen=True):
    """The last entry of a chain: its number, counted from 1, and its hash."""

    sequence: int = 0
    hash: str = GENESIS


EMPTY_HEAD = Head()


class ChainLink(msgspec.Struct, frozen=True):
    """An entry as it is stored. `row` is the canonical form of its values."""

    sequence: int
    previous: str
    hash: str
    row: bytes


class ChainDefect(StrEnum):
    """What is wrong with the first entry that fails verification."""

    MISSING = "missing"  # a number is skipped or repeated
    OUT_OF_PLACE = "out_of_place"  # its previous hash is not that of the entry before
    CHANGED = "changed"  # its values don't match its hash
    REWRITTEN = "rewritten"  # consistent, but not the entry whose hash is known
    CUT_OFF = "cut_off"  # the chain ends before an entry whose hash is known


class ChainBroken(Exception):
    """A chain fails verification; `sequence` is the number of the first entry at fault."""

    def __init__(self, sequence: int, defect: ChainDefect) -> None:
        super().__init__(f"line {sequence} is {defect.value.replace('_', ' ')}")
        self.sequence = sequence
        self.defect = defect


def canonical(values: Sequence[object]) -> bytes:
    """The canonical form of a row's values, in the order of its columns: a JSON array in UTF-8, without
    spaces.

    Text, whole numbers, true, false and null are JSON's own. A time is
    `{"at":"2026-03-02T08:00:00.000000+00:00"}`, in UTC with microseconds, and a date is
    `{"on":"2026-03-02"}`, so that neither equals a text. Raises TypeError for any other value and ValueError
    for a time without a zone.
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
    # Before `date`, because every datetime is a date too.
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a time in a chain needs a zone")
        return {"at": value.astimezone(UTC).isoformat(timespec="microseconds")}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    raise TypeError(f"{type(value).__name__} has no place in a chain")


def link_hash(previous: str, sequence: int, row: bytes) -> str:
    """The hash of an entry: SHA-256 in hex of the previous hash, a newline, its number, a newline and the
    row.
    """
    return hashlib.sha256(b"%b\n%d\n%b" % (previous.encode(), sequence, row)).hexdigest()


def append(head: Head, rows: Iterable[bytes]) -> list[ChainLink]:
    """The entries that the rows become after `head`, in order."""
    links = []
    for row in rows:
        sequence = head.sequence + 1
        links.append(ChainLink(sequence, head.hash, link_hash(head.hash, sequence, row), row))
        head = Head(sequence, links[-1].hash)
    return links


def verify(
    links: Iterable[ChainLink], start: Head = EMPTY_HEAD, known_hashes: Mapping[int, str] | None = None
) -> Head:
    """Check every entry after `start`, in the order of their numbers, and return the last one.

    `known_hashes` are hashes by number that were stored elsewhere. Raises ChainBroken at the first entry that
    fails.
    """
    expected = dict(known_hashes or {})
    head = start
    for link in links:
        sequence = head.sequence + 1
        if link.sequence != sequence:
            raise ChainBroken(sequence, ChainDefect.MISSING)
        if link.previous != head.hash:
            raise ChainBroken(sequence, ChainDefect.OUT_OF_PLACE)
        if link.hash != link_hash(head.hash, sequence, link.row):
            raise ChainBroken(sequence, ChainDefect.CHANGED)
        if expected.pop(sequence, link.hash) != link.hash:
            raise ChainBroken(sequence, ChainDefect.REWRITTEN)
        head = Head(sequence, link.hash)
    # A chain that was cut at its end is consistent in itself: only a hash stored elsewhere reveals it.
    cut_off = [sequence for sequence in expected if sequence > head.sequence]
    if cut_off:
        raise ChainBroken(min(cut_off), ChainDefect.CUT_OFF)
    return head
