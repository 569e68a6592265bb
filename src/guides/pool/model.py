"""What is kept about guides, requests and pairings, as plain values."""

from datetime import datetime
from enum import StrEnum

import msgspec

from guides.matching.model import Guide, Request


class RequestStatus(StrEnum):
    """Whether a citizen's wish for a guide stands. Open also while a guide is offered or running."""

    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class GuideRecord(msgspec.Struct, frozen=True):
    """A guide with what is kept beside the matching's values. `guide.active` counts open pairings here and elsewhere."""

    guide: Guide
    elsewhere: int = 0
    trained_noted_by: str | None = None
    trained_noted_at: datetime | None = None
    checked_noted_by: str | None = None
    checked_noted_at: datetime | None = None


class RequestRecord(msgspec.Struct, frozen=True):
    """A citizen's request. `request.id` is the request's own id."""

    citizen_id: str
    request: Request
    status: RequestStatus = RequestStatus.OPEN
    own_words: str = ""  # for the coordinator, never for a guide
    made_by: str | None = None
    closed_at: datetime | None = None
