"""Reads that a leader should ask about: in an emergency, very many in an hour, somebody of the reader's own name. Pure.

The rules find what is unusual, not what is wrong. They count; what was read stays between the citizen and the log.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from people.access.model import Purpose

HOUR = timedelta(hours=1)


class Signal(StrEnum):
    """What is unusual."""

    EMERGENCY = "emergency"  # read about people whom the reader has no tie to
    MANY = "many"  # read about many people within an hour
    OWN_NAME = "own_name"  # read about somebody with the reader's own family name


class LoggedRead(msgspec.Struct, frozen=True):
    """One line of the access log, with the two family names."""

    at: datetime
    actor_id: str
    citizen_id: str
    purposes: tuple[Purpose, ...]
    actor_surname: str = ""
    citizen_surname: str = ""


class Finding(msgspec.Struct, frozen=True):
    """Somebody whose reads are unusual: of how many people, and when the newest of them was."""

    actor_id: str
    signal: Signal
    count: int  # of different citizens
    latest_at: datetime


def find_unusual(reads: Iterable[LoggedRead], many_in_an_hour: int) -> tuple[Finding, ...]:
    """What the rules find, newest first. `many_in_an_hour` is the least number of citizens that counts as many."""
    by_actor: dict[str, list[LoggedRead]] = defaultdict(list)
    for read in reads:
        if read.actor_id != read.citizen_id:
            by_actor[read.actor_id].append(read)
    found = [one for its_own in by_actor.values() for one in _findings_of_actor(its_own, many_in_an_hour)]
    return tuple(sorted(found, key=lambda one: (one.latest_at, one.actor_id, one.signal), reverse=True))


def _findings_of_actor(reads: Sequence[LoggedRead], many_in_an_hour: int) -> Iterable[Finding]:
    for sign, some in (
        (Signal.EMERGENCY, [read for read in reads if Purpose.EMERGENCY in read.purposes]),
        (Signal.OWN_NAME, [read for read in reads if _same_family(read)]),
    ):
        if some:
            citizens = {read.citizen_id for read in some}
            yield Finding(some[0].actor_id, sign, len(citizens), max(read.at for read in some))
    # The matching reads about everybody at once and shows the reader nobody.
    seen = sorted((read for read in reads if read.purposes != (Purpose.MATCHING,)), key=lambda read: read.at)
    most, when = _most_in_an_hour(seen)
    if when is not None and most >= many_in_an_hour:
        yield Finding(reads[0].actor_id, Signal.MANY, most, when)


def _same_family(read: LoggedRead) -> bool:
    """Whether the last words of the two surnames are the same: `Møller Prøvesen` and `Prøvesen` are."""
    names = [surname.casefold().split()[-1:] for surname in (read.actor_surname, read.citizen_surname)]
    return bool(names[0]) and names[0] == names[1]


def _most_in_an_hour(reads: Sequence[LoggedRead]) -> tuple[int, datetime | None]:
    """The most different citizens within any hour, and when that hour ended. `reads` in the order of time."""
    within: Counter[str] = Counter()
    most, when, first = 0, None, 0
    for read in reads:
        within[read.citizen_id] += 1
        while reads[first].at <= read.at - HOUR:
            within[reads[first].citizen_id] -= 1
            if not within[reads[first].citizen_id]:
                del within[reads[first].citizen_id]
            first += 1
        if len(within) > most:
            most, when = len(within), read.at
    return most, when
