"""How long what is held about people is kept, and what is due to go. Pure.

Storage limitation (GDPR art. 5(1)(e)): what nobody needs any more goes. A *matter* is one thing that binds people to the
municipality: a wish for a guide with all that came of it, a grant, a support worker's help, an account. Its time runs from
the day it ended. A person goes when all their matters have.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

import msgspec


class RecordKind(StrEnum):
    """The kinds of matters, each kept for a time of its own."""

    WISH = "wish"  # a wish for a guide, its offers, pairings and contacts
    GRANT = "grant"  # a grant with what was asked, answered, bought and written about it
    PROFILE = "tie"  # whatever else binds a citizen or guide to the municipality; kept as long as the profile
    STAFF_ACCOUNT = "work"  # a member of staff's account


class Retention(msgspec.Struct, frozen=True):
    """A municipality's times. Months and years begin on the day that something ended."""

    wishes_months: int = 12
    profile_months: int = 24
    accounting_years: int = 5  # whole calendar years after the one in which a grant ended
    staff_months: int = 60
    sign_in_days: int = 30  # after a sign-in, an invitation or a key for programs ran out


class EndedRecord(msgspec.Struct, frozen=True):
    """A matter: whom it is about, who else stands in it, and the last day on which it ran (None while it runs)."""

    kind: RecordKind
    id: str  # of its record
    person_id: str
    last_day: date | None
    others: tuple[str, ...] = ()

    @property
    def people(self) -> frozenset[str]:
        """Everybody who stands in it."""
        return frozenset({self.person_id, *self.others})


class DueForErasure(msgspec.Struct, frozen=True):
    """What is due: matters whose time is over, people all of whose matters are, and who waits under a legal hold."""

    records: tuple[EndedRecord, ...] = ()
    people: Mapping[str, date] = {}  # by id, the last day on which they were kept
    held_person_ids: tuple[str, ...] = ()  # ids of people of whom something would be due


def retention_deadline(record: EndedRecord, retention: Retention) -> date | None:
    """The last day on which a matter is kept; None while it runs.

    Accounting material is kept to the end of the fifth calendar year after the one it belongs to, as bogføringsloven
    § 12 says of accounts (lov nr. 700 af 24/05/2022); what the municipality's own rules say is a setting.
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

    `held` are people under a legal hold: nothing in which they stand goes. `gone` are ids of matters and people that are
    erased already. A person stays at least the profile's time after the last day of any matter of their own, and while
    anything runs in which they stand, such as a wish whose guide they are.
    """
    over, stay, last_days = [], set[str](), dict[str, date]()
    waiting = set[str]()
    for one in ended_records:
        until = retention_deadline(one, retention)
        if until is None or until >= today:
            stay |= one.people
        elif one.kind in {RecordKind.WISH, RecordKind.GRANT} and one.id not in erased_ids:
            if one.people & held_person_ids:
                waiting |= one.people & held_person_ids
                stay |= one.people
            else:
                over.append(one)
        if until is not None and one.last_day is not None:
            own = after_months(one.last_day, retention.profile_months)
            last_days[one.person_id] = max(last_days.get(one.person_id, until), until, own)
    going = {
        who: last
        for who, last in last_days.items()
        if last < today and who not in stay and who not in erased_ids
    }
    waiting |= going.keys() & held_person_ids
    return DueForErasure(
        tuple(sorted(over, key=lambda one: (one.kind, one.id))),
        {who: going[who] for who in sorted(going) if who not in held_person_ids},
        tuple(sorted(waiting)),
    )


def after_months(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it has fewer days."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class LegalHold(msgspec.Struct, frozen=True):
    """Nothing about the person is erased from the first day to the last (None: until it is lifted)."""

    id: str
    person_id: str
    why: str  # read by that person
    starts_on: date
    ends_on: date | None
    made_by: str
