"""The input of the matching as plain values: guides, requests, weekly times, and the pool of one run.

Tags (help, experiences, interests, dislikes, languages) are the municipality's own words and keep their
original spelling; `fold` returns the form in which two words are compared.
"""

from datetime import date
from typing import NamedTuple
from unicodedata import normalize

import msgspec

from people.directory.model import Area, TravelTime

DAY_COUNT = 7
MINUTES_PER_DAY = 24 * 60
DEFAULT_LANGUAGE = "dansk"
DEFAULT_CAPACITY = 2


def fold(word: str) -> str:
    """The word normalized for comparison: Unicode NFC, single spaces, case-folded."""
    return " ".join(normalize("NFC", word).split()).casefold()


class Slot(NamedTuple):
    """A weekly time slot: day 0 (Monday) to 6, minutes since midnight, start < end <= 1440."""

    day: int
    start: int
    end: int


class Guide(msgspec.Struct, frozen=True, kw_only=True):
    """A trained volunteer with lived experience.

    Empty tags mean that nothing was stated, not that nothing fits.
    """

    id: str
    given_name: str
    area: str  # area id, or the area's name if the pool has no areas; "" is unknown
    languages: tuple[str, ...] = (DEFAULT_LANGUAGE,)
    gender: str = ""
    capacity: int = DEFAULT_CAPACITY  # pairings at a time, as the guide chose
    active: int = 0  # pairings now
    helps_with: tuple[str, ...] = ()
    experiences: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()
    dislikes: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()  # what the guide would like in return
    times: tuple[Slot, ...] = ()  # empty: any time
    travel_minutes_max: int | None = None  # None: no limit
    trained_until: date | None = None  # None: no valid training, so not matchable
    checked_until: date | None = None  # record check; None: not matchable
    paused_until: date | None = None  # last day of the pause; None or past: not paused


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A citizen's request for a guide. `id` is the request's own id; imported files use the citizen's id."""

    id: str
    given_name: str
    area: str
    languages: tuple[str, ...] = (DEFAULT_LANGUAGE,)
    gender: str = ""
    waiting_since: date
    urgent: bool = False
    wants_help_with: tuple[str, ...] = ()
    experiences: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()
    dislikes: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()  # what the citizen can offer in return
    times: tuple[Slot, ...] = ()
    travel_minutes_max: int | None = None
    wanted_gender: str = ""  # "": no preference
    excluded_guides: tuple[str, ...] = ()  # guide ids ruled out by either side or a coordinator


class Pool(msgspec.Struct, frozen=True, kw_only=True):
    """The input of one run of the matching, as of one day.

    `pinned` are pairs (request id, guide id) that a coordinator has decided; a pin that breaks a hard rule is
    an error. `forbidden` are pairs that must not be proposed. Without `areas`, equal names are the same area,
    and different areas are 30 minutes apart.
    """

    guides: tuple[Guide, ...]
    requests: tuple[Request, ...]
    areas: tuple[Area, ...] = ()
    travel_times: tuple[TravelTime, ...] = ()
    pinned: tuple[tuple[str, str], ...] = ()
    forbidden: tuple[tuple[str, str], ...] = ()
    today: date
