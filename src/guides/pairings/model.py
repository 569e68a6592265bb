"""A pairing, its events and contacts."""

from datetime import date, datetime

import msgspec

from guides.labels import ContactKind
from guides.lifecycle import EndReason, State, Transition
from guides.matching.reasons import Reason


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
    def has_open_question(self) -> bool:
        """Whether the guide's question waits for an answer."""
        return self.state is State.OFFERED and bool(self.question) and not self.answer


class PairingEvent(msgspec.Struct, frozen=True):
    """One move of a pairing, as it was made."""

    pairing_id: str
    before: State
    move: Transition
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
