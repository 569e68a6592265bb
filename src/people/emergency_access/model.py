"""Breaking the glass: looking at a citizen whom somebody has no tie to, for a reason that is looked into afterwards."""

from datetime import date, datetime, timedelta

import msgspec

from foundation.clock import local_date
from foundation.working_days import after_working_days
from people.access.model import DataKind

DURATION = timedelta(minutes=60)
REVIEW_WORKING_DAYS = 2
REASON_LENGTH_MIN = 15  # characters: a word like "urgent" says nothing to the citizen
REASON_LENGTH_MAX = 1000


class EmergencyAccess(msgspec.Struct, frozen=True):
    """One breaking of the glass, from the reason to the leader's word on it."""

    id: str
    holder_id: str
    citizen_id: str
    kinds: frozenset[DataKind]
    reason: str
    opened_at: datetime
    ends_at: datetime
    review_by: date
    told_at: datetime | None = None
    reviewed_by: str | None = None
    reviewed_at: datetime | None = None
    in_order: bool | None = None
    review: str = ""

    def is_open(self, now: datetime) -> bool:
        """Whether it lets somebody read at that moment."""
        return self.opened_at <= now < self.ends_at

    def is_late(self, today: date) -> bool:
        """Whether the leader's word is overdue."""
        return self.reviewed_at is None and today > self.review_by


def open_emergency_access(
    emergency_id: str, holder_id: str, citizen_id: str, kinds: frozenset[DataKind], reason: str, now: datetime
) -> EmergencyAccess:
    """Open for 60 minutes, to be reviewed within two working days. A name is always among what is opened."""
    return EmergencyAccess(
        emergency_id,
        holder_id,
        citizen_id,
        kinds | {DataKind.IDENTITY},
        reason,
        now,
        now + DURATION,
        after_working_days(local_date(now), REVIEW_WORKING_DAYS),
    )
