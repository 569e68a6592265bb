"""Retention: how long data about people is kept, and what is due for erasure. No I/O.

Storage limitation (GDPR art. 5(1)(e)): data is erased when it is no longer needed. A *record* is one thing
that connects a person to the municipality: a request for a guide with all that followed, a grant, a support
worker's help, an account. Its retention period runs from the day it ended. A person is erased when all their
records are.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

import msgspec


class RecordKind(StrEnum):
    """The kinds of records, each with its own retention period."""

    WISH = "wish"  # a request for a guide with its offers, pairings and contacts
    GRANT = "grant"  # a grant with its requests, decisions, purchases and texts
    PROFILE = "tie"  # whatever else connects a citizen or guide; kept as long as the profile
    STAFF_ACCOUNT = "work"  # a member of staff's account


class Retention(msgspec.Struct, frozen=True):
    """A municipality's retention periods. Months and years count from the day that something ended."""

    wishes_months: int = 12
    profile_months: int = 24
    accounting_years: int = 5  # whole calendar years after the one in which a grant ended
    staff_months: int = 60
    sign_in_days: int = 30  # after a session, an invitation or an API token expired


class EndedRecord(msgspec.Struct, frozen=True):
    """A record: whom it is about, who else is part of it, and its last day (None while it is open)."""

    kind: RecordKind
    id: str  # of the row
    person_id: str
    last_day: date | None
    others: tuple[str, ...] = ()

    @property
    def people(self) -> frozenset[str]:
        """Ids of everybody who is part of it."""
        return frozenset({self.person_id, *self.others})


class DueForErasure(msgspec.Struct, frozen=True):
    """What is due: records past their period, people all of whose records are, and who is under a legal hold."""

    records: tuple[EndedRecord, ...] = ()
    people: Mapping[str, date] = {}  # by id, the last day on which they were kept
    held_person_ids: tuple[str, ...] = ()  # people about whom something would be due


def retention_deadline(record: EndedRecord, retention: Retention) -> date | None:
    """The last day on which a record is kept; None while it is open.

    Accounting material is kept to the end of the fifth calendar year after the one it belongs to, as
    bogføringsloven § 12 requires of accounts (lov nr. 700 af 24/05/2022); what the municipality's own rules
    require is a setting.
    """
    if record.last_day is None:
        return None
    match record.kind:
        case RecordKind.WISH:
            return after_months(record.last_day, retention.wishes_months)
        case RecordKind.GRANT:
            return date(record.last_day.year + retention.accounting_years, 12, 31)
        case RecordKind.PROFILE:
            return after_months(record.last_day, retention.profile_months)
        case RecordKind.STAFF_ACCOUNT:
            return after_months(record.last_day, retention.staff_months)


def due_for_erasure(
    ended_records: Iterable[EndedRecord],
    *,
    held_person_ids: frozenset[str],
    erased_ids: frozenset[str],
    retention: Retention,
    today: date,
) -> DueForErasure:
    """What is to be erased on that day.

    `held_person_ids` are people under a legal hold: no record that they are part of is erased. `erased_ids`
    are ids of records and people that are erased already. A person is kept at least the profile's period
    after the last day of any of their own records, and while any record is kept that they are part of, such
    as a request whose guide they are.
    """
    due, kept_ids, last_days = [], set[str](), dict[str, date]()
    held_back = set[str]()
    for record in ended_records:
        deadline = retention_deadline(record, retention)
        if deadline is None or deadline >= today:
            kept_ids |= record.people
        # Other kinds have nothing of their own to erase: they only prolong the time that the person is kept.
        elif record.kind in {RecordKind.WISH, RecordKind.GRANT} and record.id not in erased_ids:
            if record.people & held_person_ids:
                # A record is kept whole, so one person's hold also keeps everybody else in it.
                held_back |= record.people & held_person_ids
                kept_ids |= record.people
            else:
                due.append(record)
        if deadline is not None and record.last_day is not None:
            profile_deadline = after_months(record.last_day, retention.profile_months)
            last_days[record.person_id] = max(
                last_days.get(record.person_id, deadline), deadline, profile_deadline
            )
    due_people = {
        person_id: last_day
        for person_id, last_day in last_days.items()
        if last_day < today and person_id not in kept_ids and person_id not in erased_ids
    }
    held_back |= due_people.keys() & held_person_ids
    return DueForErasure(
        tuple(sorted(due, key=lambda record: (record.kind, record.id))),
        {
            person_id: due_people[person_id]
            for person_id in sorted(due_people)
            if person_id not in held_person_ids
        },
        tuple(sorted(held_back)),
    )


def after_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month where it is shorter.

    A day that never comes (training without an end) stays the last one that there is.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class LegalHold(msgspec.Struct, frozen=True):
    """Nothing about the person is erased from the first day to the last (None: until it is lifted)."""

    id: str
    person_id: str
    why: str  # read by that person
    starts_on: date
    ends_on: date | None
    made_by: str
