"""A pairing, its events and contacts."""

from datetime import date, datetime

import msgspec

from guides.labels import ContactKind
from guides.lifecycle import EndReason, State, Transition
from guides.matching.reasons import Reason


class Pairing(msgspec.Struct, frozen=True):
    """An offer or pairing of a citizen's request with a guide."""

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
        """Whether the guide has asked a question that the coordinator has not answered."""
        return self.state is State.OFFERED and bool(self.question) and not self.answer


class PairingEvent(msgspec.Struct, frozen=True):
    """One transition of a pairing, as it was recorded."""

    pairing_id: str
    before: State
    move: Transition
    after: State
    at: datetime
    made_by: str | None


class Contact(msgspec.Struct, frozen=True):
    """A guide's note about one contact with the citizen; in a draft any field may be missing."""

    id: str
    pairing_id: str
    met_on: date | None
    minutes: int | None
    kind: ContactKind | None
    all_well: bool | None
    draft: bool
    made_at: datetime
