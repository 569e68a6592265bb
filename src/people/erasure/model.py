"""A request for erasure before the retention period is over: what is erased, what is kept and why, what
blocks it. No I/O.

The right to erasure (GDPR art. 17) doesn't extend to what the law requires a municipality to keep (art.
17(3)(b)); here that is accounting material. The person who decides may keep more and then has to say why. The
name is erased when nothing is kept that needs it.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum

import msgspec

from people.access.model import Role, RoleAssignment
from people.directory.model import PERSON_KIND
from people.retention.model import EndedRecord, RecordKind, Retention, retention_deadline


class DataCategory(StrEnum):
    """The categories of data that are decided about one by one."""

    GUIDING = "guiding"  # requests for a guide with all that followed, and a guide's own profile
    GOALS = "goals"  # including what was learnt from purchases
    CONTACT = "contact"  # contact details, credentials, helpers, reasons for emergency access
    MONEY = "money"  # texts and receipts of grants
    NAME = "name"  # and the CPR number


# Decided by a human; the law decides about the rest.
DISCRETIONARY = (DataCategory.GUIDING, DataCategory.GOALS, DataCategory.CONTACT)


class Blocker(StrEnum):
    """Why nothing can be erased yet."""

    ALREADY_ERASED = "gone"
    SELF = "self"  # nobody decides about themselves
    STAFF = "staff"  # the access log has to name who read
    HOLD = "hold"  # on them, or on somebody who shares a record with them
    HELP = "help"  # an open request, offer or pairing, on either side
    GRANT = "grant"  # an open one: it may have money left or an open request
    MATCHING = "matching"  # a matching run in progress that may have read their data
    EMERGENCY = "emergency"  # an emergency access that has not been reviewed


class Assessment(msgspec.Struct, frozen=True):
    """What is stored about a person who asks for erasure, as far as the decision needs it."""

    person_id: str
    blockers: tuple[Blocker, ...] = ()
    counts: Mapping[DataCategory, int] = {}  # stored items per discretionary category, without empty ones
    request_ids: tuple[str, ...] = ()  # of those that are not erased yet
    grant_ids: tuple[str, ...] = ()  # of those past the accounting period
    kept_grant_count: int = 0
    money_until: date | None = None  # the last day of accounting material; None: there is none


class ErasureDecision(msgspec.Struct, frozen=True):
    """The decision on a request for erasure."""

    id: str
    person_id: str
    at: datetime
    answered_by: str | None  # None: the command line
    gone: tuple[DataCategory, ...]
    kept: tuple[DataCategory, ...]
    money_until: date | None  # the last day of accounting material, where some is kept
    why: str  # why more than accounting material is kept; read by the person

    @property
    def kept_by_discretion(self) -> tuple[DataCategory, ...]:
        """The categories that are kept for the reason in `why`."""
        return tuple(category for category in self.kept if category in DISCRETIONARY)


def assess(
    person_id: str,
    ended_records: Iterable[EndedRecord],
    counts: Mapping[DataCategory, int],
    erased_ids: Collection[str],
    held_person_ids: frozenset[str],
    blockers: Iterable[Blocker],
    retention: Retention,
    today: date,
) -> Assessment:
    """The facts for a decision on that day.

    `ended_records` may be anybody's; the person's own count. `counts` says how many other items each category
    has, `erased_ids` are ids of records and people that are erased already, `held_person_ids` those of people
    under a legal hold, `blockers` any further ones.
    """
    remaining = [record for record in ended_records if record.id not in erased_ids]
    own = [record for record in remaining if record.person_id == person_id]
    all_blockers = set(blockers)
    if co_subjects(person_id, remaining) & held_person_ids:
        all_blockers.add(Blocker.HOLD)
    # Whoever may end these does so first: an erasure that closed a grant on the way would take money without
    # notice (ADR 0012).
    all_blockers |= {
        Blocker.GRANT if record.kind is RecordKind.GRANT else Blocker.HELP
        for record in own
        if record.last_day is None
    }
    deadlines = {
        record.id: retention_deadline(record, retention) for record in own if record.kind is RecordKind.GRANT
    }
    kept = [last_day for last_day in deadlines.values() if last_day is not None and last_day >= today]
    request_ids = tuple(sorted(record.id for record in own if record.kind is RecordKind.WISH))
    all_counts = dict(counts) | {DataCategory.GUIDING: counts.get(DataCategory.GUIDING, 0) + len(request_ids)}
    return Assessment(
        person_id,
        (Blocker.ALREADY_ERASED,)
        if person_id in erased_ids
        else tuple(blocker for blocker in Blocker if blocker in all_blockers),
        {category: all_counts[category] for category in DISCRETIONARY if all_counts.get(category)},
        request_ids,
        tuple(
            sorted(
                grant_id
                for grant_id, last_day in deadlines.items()
                if last_day is not None and last_day < today
            )
        ),
        len(kept),
        max(kept, default=None),
    )


def co_subjects(person_id: str, ended_records: Iterable[EndedRecord]) -> frozenset[str]:
    """The person and everybody who shares a record with them, such as the guides of their requests."""
    shared = (record.people for record in ended_records if person_id in record.people)
    return frozenset({person_id}).union(*shared)


def holds_staff_role(roles: Iterable[RoleAssignment]) -> bool:
    """Whether a person has any role but citizen and guide."""
    return any(assignment.role not in {Role.CITIZEN, Role.GUIDE} for assignment in roles)


def partition(
    assessment: Assessment, keep: Collection[DataCategory]
) -> tuple[tuple[DataCategory, ...], tuple[DataCategory, ...]]:
    """What is erased and what is kept when those categories are kept; the name is kept with any other
    category.
    """
    erased = {category for category in assessment.counts if category not in keep}
    kept = assessment.counts.keys() - erased
    # Not a choice: accounts that the law requires are excepted from erasure (GDPR art. 17(3)(b)).
    if assessment.money_until is not None:
        kept |= {DataCategory.MONEY}
    elif assessment.grant_ids:
        erased |= {DataCategory.MONEY}
    # The accounts have to show to whom money was granted for as long as they are kept (ADR 0012).
    (kept if kept else erased).add(DataCategory.NAME)
    return (
        tuple(category for category in DataCategory if category in erased),
        tuple(category for category in DataCategory if category in kept),
    )


def erasure_targets(assessment: Assessment, erased: Collection[DataCategory]) -> list[tuple[str, str]]:
    """The entries for the list of erasures: kind and id of each record or person of which something is
    erased.
    """
    targets = [(RecordKind.GRANT.value, grant_id) for grant_id in assessment.grant_ids]
    if DataCategory.GUIDING in erased:
        targets += [(RecordKind.WISH.value, request_id) for request_id in assessment.request_ids]
    targets += [(category.value, assessment.person_id) for category in DISCRETIONARY if category in erased]
    if DataCategory.NAME in erased:
        targets.append((PERSON_KIND, assessment.person_id))
    return targets
