"""The lists of citizens and guides: queries, rows and states. No I/O."""

from datetime import date
from enum import StrEnum

import msgspec

from foundation.i18n import N_
from guides.lifecycle import State


class CitizenState(StrEnum):
    """How far a citizen's request for a guide is, as coarse as a filter needs it."""

    WAITING = "waiting"
    OFFERED = "offered"
    MEETING = "meeting"
    RUNNING = "running"
    DONE = "done"


class GuideState(StrEnum):
    """Whether a guide can take a pairing now, as coarse as a filter needs it."""

    FREE = "free"  # could be matched today
    FULL = "full"
    PAUSED = "paused"
    CREDENTIALS_MISSING = "papers"  # training or record check is missing or has expired


CITIZEN_STATE_LABELS: dict[CitizenState, str] = {
    CitizenState.WAITING: N_("Waits for a guide"),
    CitizenState.OFFERED: N_("A guide or the citizen has been asked"),
    CitizenState.MEETING: N_("Match meeting or answers after it"),
    CitizenState.RUNNING: N_("Has a guide"),
    CitizenState.DONE: N_("No open wish"),
}
GUIDE_STATE_LABELS: dict[GuideState, str] = {
    GuideState.FREE: N_("Can take one more"),
    GuideState.FULL: N_("No room now"),
    GuideState.PAUSED: N_("On a break"),
    GuideState.CREDENTIALS_MISSING: N_("Training or record check missing"),
}

PAIRING_STATES_BY_CITIZEN_STATE: dict[CitizenState, tuple[State, ...]] = {
    CitizenState.OFFERED: (State.OFFERED, State.GUIDE_WILLING),
    CitizenState.MEETING: (
        State.MEETING,
        State.DECIDING,
        State.GUIDE_CONFIRMED,
        State.CITIZEN_CONFIRMED,
    ),
    CitizenState.RUNNING: (State.RUNNING,),
}
CITIZEN_SORTS = ("name", "area", "waiting")
GUIDE_SORTS = ("name", "area", "room")


class ListQuery(msgspec.Struct, frozen=True):
    """The filters of a list, "" for none. `sort` is a sort order of the list, reversed by a minus in front."""

    text: str = ""
    area: str = ""
    state: str = ""
    sort: str = ""


class CitizenRow(msgspec.Struct, frozen=True):
    """A citizen in the list, with the newest request."""

    citizen_id: str
    name: str
    area: str  # name
    request_id: str
    waiting_since: date
    urgent: bool
    state: CitizenState
    pairing_id: str = ""
    guide_id: str = ""
    guide_name: str = ""


class GuideRow(msgspec.Struct, frozen=True):
    """A guide in the list. `active` counts pairings here and elsewhere."""

    guide_id: str
    name: str
    area: str  # name
    capacity: int
    active: int
    state: GuideState
    paused_until: date | None
    credentials_until: date | None  # the earlier of the two; None: one is missing


def citizen_state(is_open: bool, state: State | None) -> CitizenState:
    """Returns how far a request is, from whether it is open and the state of its open pairing."""
    if not is_open:
        return CitizenState.DONE
    return next(
        (coarse for coarse, states in PAIRING_STATES_BY_CITIZEN_STATE.items() if state in states),
        CitizenState.WAITING,
    )


def guide_state(
    room: int, trained_until: date | None, checked_until: date | None, paused_until: date | None, today: date
) -> GuideState:
    """Returns the state that matters most: a pause, else missing credentials, else whether there is room."""
    if paused_until is not None and paused_until >= today:
        return GuideState.PAUSED
    if any(day is None or day < today for day in (trained_until, checked_until)):
        return GuideState.CREDENTIALS_MISSING
    return GuideState.FREE if room > 0 else GuideState.FULL
