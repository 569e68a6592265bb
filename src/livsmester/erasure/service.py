"""Erasing what is due, in all packages together: what it would be, doing it, and doing it again after a restore."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, time, timedelta
from itertools import chain
from pathlib import Path

import msgspec
from sqlalchemy import Connection, Engine

from budgets import erasure as budgets_erasure
from foundation.clock import COPENHAGEN, local_date
from foundation.db.transactions import writing
from guides import erasure as guides_erasure
from livsmester.erasure.tombstones import Erased, add_to_list
from people.access.model import NOBODY
from people.directory.model import PERSON
from people.erasure import store as erasure_store
from people.erasure.model import Piece, standing_with
from people.retention import hold_store
from people.retention.model import Due, Ended, Matter, Retention, after_months, due
from people.web import context as web_context
from people.web.context import Visit
from plans import erasure as plans_erasure


class Swept(msgspec.Struct, frozen=True):
    """How many records that are about nobody in particular are past their time."""

    sign_ins: int = 0  # that ran out, with invitations, codes and keys for programs
    runs: int = 0  # of the matching
    finance_lines: int = 0  # whose text goes


class Plan(msgspec.Struct, frozen=True):
    """What is due at one moment."""

    due: Due
    swept: Swept

    @property
    def count(self) -> int:
        """How many matters, people and other records are due."""
        swept = self.swept.sign_ins + self.swept.runs + self.swept.finance_lines
        return len(self.due.matters) + len(self.due.people) + swept

    @property
    def is_empty(self) -> bool:
        """Whether nothing is due."""
        return self.count == 0

    @property
    def concerned(self) -> frozenset[str]:
        """Everybody of whom something would go."""
        return frozenset({*self.due.people, *chain.from_iterable(one.people for one in self.due.matters)})

    def among(self, earlier: "Plan") -> "Plan":
        """Of this plan what was due in an earlier one too."""
        matters = tuple(one for one in self.due.matters if one in earlier.due.matters)
        whole = {who: last for who, last in self.due.people.items() if who in earlier.due.people}
        return Plan(Due(matters, whole, self.due.held), self.swept)


class Limits(msgspec.Struct, frozen=True):
    """Before when the records of `Swept` were over, for them to go."""

    sign_ins: datetime
    runs: datetime
    last_year: int


def limits(retention: Retention, now: datetime) -> Limits:
    """What the times of a municipality mean at a moment."""
    months = min(retention.wishes_months, retention.profile_months)
    today = local_date(now)
    first = datetime.combine(after_months(today, -months), time.min, COPENHAGEN)
    return Limits(
        now - timedelta(days=retention.sign_in_days), first, today.year - retention.accounting_years - 1
    )


def plan(db: Connection, retention: Retention, now: datetime) -> Plan:
    """What is due now. Reads everybody, so the transaction acts as the system."""
    today = local_date(now)
    matters = chain(erasure_store.matters(db), guides_erasure.matters(db), budgets_erasure.matters(db))
    found = due(
        matters,
        held=hold_store.held(db, today),
        gone=erasure_store.erased(db),
        retention=retention,
        today=today,
    )
    before = limits(retention, now)
    swept = Swept(
        erasure_store.count_run_out(db, before.sign_ins),
        guides_erasure.count_old_runs(db, before.runs),
        budgets_erasure.count_old_lines(db, before.last_year),
    )
    return Plan(found, swept)


def erase_due(engine: Engine, retention: Retention, erasure_list: Path, now: datetime) -> Plan:
    """Erase what is due, all of it or nothing, and give what it was. The list is written before the database forgets.

    Raises BadList.
    """
    with writing(engine) as db:
        first = plan(db, retention, now)
        # Somebody may have come back while it was read: now nobody can, and what is due is asked once more.
        erasure_store.lock(db, first.concerned)
        found = plan(db, retention, now).among(first)
        gone = [(one.matter.value, one.id) for one in found.due.matters]
        gone += [(PERSON, person_id) for person_id in found.due.people]
        take_away(Visit(db, NOBODY, now), gone, erasure_list)
        before = limits(retention, now)
        erasure_store.sweep_run_out(db, before.sign_ins)
        guides_erasure.sweep_old_runs(db, before.runs)
        budgets_erasure.sweep_old_lines(db, before.last_year)
    return found


class Again(msgspec.Struct, frozen=True):
    """What a list of erasures means for a database that is older than the list."""

    to_erase: tuple[Erased, ...]
    held: tuple[Erased, ...]  # whose people stand under a legal hold
    done: int  # erased here already, or never known here
    running: tuple[Ended, ...] = ()  # had ended, and runs again since the restore, of those whose words go


def plan_again(db: Connection, listed: Collection[Erased], now: datetime) -> Again:
    """What of the list is still here."""
    gone, held = erasure_store.erased_last(db), hold_store.held(db, local_date(now))
    matters = [
        one
        for one in chain(guides_erasure.matters(db), budgets_erasure.matters(db))
        if one.matter in {Matter.WISH, Matter.GRANT}
    ]
    concerned = {one.id: one.people for one in matters}
    known = erasure_store.known(db, {one.id for one in listed if one.kind not in MATTERS})
    concerned |= {person_id: frozenset({person_id}) for person_id in known}
    newest = {(one.kind, one.id): one for one in sorted(listed, key=lambda one: one.on)}
    here = [one for key, one in newest.items() if one.id in concerned and gone.get(key, date.min) < one.on]

    def waits(one: Erased) -> bool:
        if one.kind != Piece.GUIDING:
            return not concerned[one.id].isdisjoint(held)
        shares = guides_erasure.share_a_run(db, {one.id}, held)
        return shares or not standing_with(one.id, matters).isdisjoint(held)

    waiting = tuple(one for one in here if waits(one))
    going = tuple(one for one in here if one not in waiting)
    ids = {one.id for one in going}
    running = tuple(one for one in matters if one.last_day is None and ids & {one.id, one.person_id})
    return Again(going, waiting, len(newest) - len(here), running)


def erase_again(engine: Engine, listed: Collection[Erased], erasure_list: Path, now: datetime) -> Again:
    """Erase what the list names and a restored backup brought back, all of it or nothing. Raises BadList."""
    with writing(engine) as db:
        found = plan_again(db, listed, now)
        take_away(Visit(db, NOBODY, now), [(one.kind, one.id) for one in found.to_erase], erasure_list)
    return found


Eraser = Callable[[Connection, Collection[str]], None]

MATTERS = frozenset({Matter.WISH.value, Matter.GRANT.value})

# What takes each kind of the list away, by the ids of that kind; a whole person after the pieces.
_ERASERS: Mapping[str, tuple[Eraser, ...]] = {
    Matter.WISH: (guides_erasure.erase_wishes,),
    Matter.GRANT: (budgets_erasure.erase_grants,),
    Piece.GUIDING: (guides_erasure.erase_guiding, erasure_store.end_guiding),
    Piece.GOALS: (plans_erasure.erase_people, budgets_erasure.erase_stories),
    Piece.CONTACT: (erasure_store.erase_contact,),
    PERSON: (
        guides_erasure.erase_people,
        plans_erasure.erase_people,
        erasure_store.erase_people,
    ),
}


def take_away(visit: Visit, gone: Collection[tuple[str, str]], erasure_list: Path) -> None:
    """Erase records, pieces and people by kind and id, note it here and in the log, and put it on the list. Raises BadList.

    Whoever calls has locked the people and asked what may go.
    """
    for kind, erasers in _ERASERS.items():
        ids = {record_id for one, record_id in gone if one == kind}
        for eraser in erasers:
            eraser(visit.db, ids)
        erasure_store.note_erased(visit.db, kind, ids, visit.now)
    for kind, record_id in gone:
        web_context.record(visit, f"livsmester:erasure:{kind}", record_id)
    add_to_list(erasure_list, (Erased(kind, one, local_date(visit.now)) for kind, one in gone))
