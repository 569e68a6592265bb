"""The hash chain as of migration 0008, which links the existing rows in their order."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

import msgspec
from sqlalchemy import DateTime, Dialect
from sqlalchemy.types import TypeDecorator

GENESIS = "0" * 64  # the previous hash of the first entry

_encode = msgspec.json.Encoder(order="deterministic").encode


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time: UTC in both databases, always with its time zone in Python."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The value in UTC. Raises ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The stored value with its zone, which SQLite drops."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value


class Line(NamedTuple):
    """One entry of the chain."""

    sequence: int
    previous: str
    hash: str
    row: bytes


def canonical(values: Sequence[object]) -> bytes:
    """The values as a JSON array without spaces; times as `{"at": …}` in UTC, dates as `{"on": …}`."""
    return _encode([_plain(value) for value in values])


def _plain(value: object) -> object:
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a time in a chain needs a zone")
        return {"at": value.astimezone(UTC).isoformat(timespec="microseconds")}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    if value is None or isinstance(value, (int, bool)):
        return value
    raise TypeError(f"a chain can't hold a {type(value).__name__}")


def append(rows: Iterable[bytes]) -> list[Line]:
    """The rows as entries of a new chain, numbered from 1: SHA-256 of the previous hash, the number and the
    row.
    """
    lines: list[Line] = []
    previous = GENESIS
    for sequence, row in enumerate(rows, start=1):
        digest = hashlib.sha256(b"%b\n%d\n%b" % (previous.encode(), sequence, row)).hexdigest()
        lines.append(Line(sequence, previous, digest, row))
        previous = digest
    return lines
