"""What is kept about guides, requests and pairings, as plain values."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from guides.labels import ContactKind
from guides.lifecycle import EndReason, Move, RunStatus, State
from guides.matching.explain.recruiting_advice import Advice
from guides.matching.explain.report import Report
from guides.matching.model import Guide, Request
from guides.matching.proposal import Totals
from guides.matching.reasons import Reason


class RequestStatus(StrEnum):
    """Whether a citizen's wish for a guide stands. Open also while a guide is offered or running."""

    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class KeptGuide(msgspec.Struct, frozen=True):
    """A guide with what is kept beside the matching's values. `guide.active` counts open pairings here and elsewhere."""

    guide: Guide
    elsewhere: int = 0
    trained_noted_by: str | None = None
    trained_noted_at: datetime | None = None
    checked_noted_by: str | None = None
    checked_noted_at: datetime | None = None


class KeptRequest(msgspec.Struct, frozen=True):
    """A citizen's request. `request.id` is the request's own id."""

    citizen_id: str
    request: Request
    status: RequestStatus = RequestStatus.OPEN
    own_words: str = ""  # for the coordinator, never for a guide
    made_by: str | None = None
    closed_at: datetime | None = None


class Pairing(msgspec.Struct, frozen=True):
    """An offer or pairing with its two people."""

    id: str
    request_id: str
    citizen_id: str
    guide_id: str
    state: State
    answer_by: date
    to_citizen: tuple[Reason, ...]
    to_guide: tuple[Reason, ...]
    question: str
    answer: str
    meeting_at: datetime | None
    meeting_place: str
    offered_at: datetime
    moved_at: datetime
    running_since: datetime | None = None
    end_reason: EndReason | None = None
    run_id: str | None = None

    @property
    def asks(self) -> bool:
        """Whether the guide's question waits for an answer."""
        return self.state is State.OFFERED and bool(self.question) and not self.answer


class Event(msgspec.Struct, frozen=True):
    """One move of a pairing, as it was made."""

    pairing_id: str
    before: State
    move: Move
    after: State
    at: datetime
    made_by: str | None


class Contact(msgspec.Struct, frozen=True):
    """A guide's note that they were in touch; a draft may lack anything."""

    id: str
    pairing_id: str
    met_on: date | None
    minutes: int | None
    kind: ContactKind | None
    all_well: bool | None
    draft: bool
    made_at: datetime


class Ruling(msgspec.Struct, frozen=True):
    """A coordinator's word on a pair in a run."""

    request_id: str
    guide_id: str
    kind: str  # "pin" or "forbid"


class Run(msgspec.Struct, frozen=True):
    """A run of the matching without its result. `progress` in percent, `step` an English msgid."""

    id: str
    status: RunStatus
    progress: int
    step: str
    seed: int
    policy: str  # TOML
    totals: Totals | None
    fault: Reason | None
    follows: str | None
    made_by: str
    made_at: datetime
    finished_at: datetime | None
    published_at: datetime | None


class Insight(msgspec.Struct, frozen=True):
    """What the matching can tell beside a run's pairs: how it went for groups of people, and whom to look for next."""

    report: Report
    advice: tuple[Advice, ...]
