"""Guides and requests as they are stored."""

from datetime import datetime
from enum import StrEnum

import msgspec

from guides.matching.model import Guide, Request


class RequestStatus(StrEnum):
    """The status of a citizen's request; it stays open while a guide is offered or running."""

    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class GuideRecord(msgspec.Struct, frozen=True):
    """A guide with what the matching does not use. `guide.active` counts open pairings here and elsewhere."""

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
    own_words: str = ""  # shown to coordinators, never to a guide
    made_by: str | None = None
    closed_at: datetime | None = None
