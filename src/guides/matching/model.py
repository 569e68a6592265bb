"""The people whom the matching pairs, as plain values: guides, requests, areas, weekly times.

Tags (help, experiences, interests, dislikes, languages) are the municipality's own words and keep
the spelling that was typed; `fold` gives the form in which two words are compared.
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
    """The form in which two of the municipality's words are compared: NFC, single spaces, no case."""
    return " ".join(normalize("NFC", word).split()).casefold()


class Slot(NamedTuple):
    """A weekly time that suits someone: day 0 (Monday) to 6, minutes since midnight, start < end <= 1440."""

    day: int
    start: int
    end: int


class Guide(msgspec.Struct, frozen=True, kw_only=True):
    """A trained volunteer with lived experience. Empty tags mean nothing was said, not that nothing fits."""

    id: str
    given_name: str
    area: str  # area id, or the area's own name where no list of areas is kept; "" is unknown
    languages: tuple[str, ...] = (DEFAULT_LANGUAGE,)
    gender: str = ""
    capacity: int = DEFAULT_CAPACITY  # pairings at a time, the guide's own number
    active: int = 0  # pairings now
    helps_with: tuple[str, ...] = ()
    experiences: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()
    dislikes: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()  # what the guide would like to get out of it
    times: tuple[Slot, ...] = ()  # empty: any time
    travel_minutes_max: int | None = None  # None: no limit
    trained_until: date | None = None  # None: no valid training, so not matchable
    checked_until: date | None = None  # record check; None: not matchable
    paused_until: date | None = None  # last day of the pause; None or past: not paused


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A citizen's wish for a guide. `id` is the request's own; files use the citizen's id for it."""

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
    gives: tuple[str, ...] = ()  # what the citizen can give
    times: tuple[Slot, ...] = ()
    travel_minutes_max: int | None = None
    wanted_gender: str = ""  # "": no wish
    excluded_guides: tuple[str, ...] = ()  # guide ids that are ruled out, by either side or a coordinator


class Pool(msgspec.Struct, frozen=True, kw_only=True):
    """Everyone who takes part in one run of the matching, on one day.

    `pinned` are pairs (request id, guide id) that a coordinator has decided; they are hard rules too: a pin that
    breaks another rule is a fault. `forbidden` are pairs that must not be proposed.
    With no `areas`, the same name is the same area and any two areas are 30 minutes apart.
    """

    guides: tuple[Guide, ...]
    requests: tuple[Request, ...]
    areas: tuple[Area, ...] = ()
    travel_times: tuple[TravelTime, ...] = ()
    pinned: tuple[tuple[str, str], ...] = ()
    forbidden: tuple[tuple[str, str], ...] = ()
    today: date
