"""Emergency access ("break glass") to a citizen without a relation to them, for a reason that is reviewed."""

from datetime import date, datetime, timedelta

import msgspec

from foundation.clock import local_date
from foundation.working_days import after_working_days
from people.access.model import DataKind

DURATION = timedelta(minutes=60)
REVIEW_WORKING_DAYS = 2
REASON_LENGTH_MIN = 15  # characters: a single word like "urgent" tells the citizen nothing
REASON_LENGTH_MAX = 1000


class EmergencyAccess(msgspec.Struct, frozen=True):
    """One emergency access, from the reason to the leader's review."""

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
        """Whether it gives access at that time."""
        return self.opened_at <= now < self.ends_at

    def is_late(self, today: date) -> bool:
        """Whether the review is overdue."""
        return self.reviewed_at is None and today > self.review_by


def open_emergency_access(
    emergency_id: str, holder_id: str, citizen_id: str, kinds: frozenset[DataKind], reason: str, now: datetime
) -> EmergencyAccess:
    """Access for 60 minutes, to be reviewed within two working days. It always includes the citizen's name."""
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
