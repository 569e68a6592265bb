"""Unusual reads for a leader to ask about: in an emergency, very many in an hour, of one's own surname. No
I/O.

The rules find what is unusual, not what is wrong. They only count; what was read is not shown to the leader.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from people.access.model import Purpose

HOUR = timedelta(hours=1)


class Signal(StrEnum):
    """Why reads are unusual."""

    EMERGENCY = "emergency"  # of people without a relation to the reader
    MANY = "many"  # of many people within an hour
    OWN_NAME = "own_name"  # of somebody with the reader's own surname


class LoggedRead(msgspec.Struct, frozen=True):
    """An entry of the access log, with the two surnames."""

    at: datetime
    actor_id: str
    citizen_id: str
    purposes: tuple[Purpose, ...]
    actor_surname: str = ""
    citizen_surname: str = ""


class Finding(msgspec.Struct, frozen=True):
    """A person's unusual reads: of how many citizens, and when the newest was."""

    actor_id: str
    signal: Signal
    count: int  # of different citizens
    latest_at: datetime


def find_unusual(reads: Iterable[LoggedRead], many_in_an_hour: int) -> tuple[Finding, ...]:
    """All findings, newest first. `many_in_an_hour` is the least number of citizens that counts as many."""
    by_actor: dict[str, list[LoggedRead]] = defaultdict(list)
    for read in reads:
        if read.actor_id != read.citizen_id:
            by_actor[read.actor_id].append(read)
    findings = [
        finding
        for actor_reads in by_actor.values()
        for finding in _findings_of_actor(actor_reads, many_in_an_hour)
    ]
    return tuple(
        sorted(
            findings, key=lambda finding: (finding.latest_at, finding.actor_id, finding.signal), reverse=True
        )
    )


def _findings_of_actor(reads: Sequence[LoggedRead], many_in_an_hour: int) -> Iterable[Finding]:
    for signal, matching in (
        (Signal.EMERGENCY, [read for read in reads if Purpose.EMERGENCY in read.purposes]),
        (Signal.OWN_NAME, [read for read in reads if _same_family(read)]),
    ):
        if matching:
            citizens = {read.citizen_id for read in matching}
            yield Finding(matching[0].actor_id, signal, len(citizens), max(read.at for read in matching))
    # Not the matching, which reads about everybody at once and shows nobody to the reader.
    by_time = sorted(
        (read for read in reads if read.purposes != (Purpose.MATCHING,)), key=lambda read: read.at
    )
    most, ended_at = _most_in_an_hour(by_time)
    if ended_at is not None and most >= many_in_an_hour:
        yield Finding(reads[0].actor_id, Signal.MANY, most, ended_at)


def _same_family(read: LoggedRead) -> bool:
    """Whether the last words of the two surnames are equal: `Møller Prøvesen` and `Prøvesen` match."""
    names = [surname.casefold().split()[-1:] for surname in (read.actor_surname, read.citizen_surname)]
    return bool(names[0]) and names[0] == names[1]


def _most_in_an_hour(reads: Sequence[LoggedRead]) -> tuple[int, datetime | None]:
    """The most distinct citizens within any hour, and when that hour ended. `reads` are sorted by time."""
    within: Counter[str] = Counter()
    most, ended_at, first = 0, None, 0
    for read in reads:
        within[read.citizen_id] += 1
        while reads[first].at <= read.at - HOUR:
            within[reads[first].citizen_id] -= 1
            if not within[reads[first].citizen_id]:
                del within[reads[first].citizen_id]
            first += 1
        if len(within) > most:
            most, ended_at = len(within), read.at
    return most, ended_at
