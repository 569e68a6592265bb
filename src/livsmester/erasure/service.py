"""Erasing what is due, in all packages together: what it would be, doing it, and doing it again after a restore."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, time, timedelta
from itertools import chain
from pathlib import Path

import msgspec
from sqlalchemy import Connection, Engine

from budgets import erasure as budgets_erasure
from foundation.clock import COPENHAGEN, local_date
from foundation.db.transactions import write_transaction
from guides import erasure as guides_erasure
from livsmester.erasure.tombstones import Tombstone, append_tombstones
from people.access.model import ANONYMOUS
from people.directory.model import PERSON_KIND
from people.erasure import store as erasure_store
from people.erasure.model import DataCategory, co_subjects
from people.retention import hold_store
from people.retention.model import (
    DueForErasure,
    EndedRecord,
    RecordKind,
    Retention,
    after_months,
    due_for_erasure,
)
from people.web import context as web_context
from people.web.context import RequestContext
from plans import erasure as plans_erasure


class ExpiredCounts(msgspec.Struct, frozen=True):
    """How many records that are about nobody in particular are past their time."""

    sign_ins: int = 0  # that ran out, with invitations, codes and keys for programs
    runs: int = 0  # of the matching
    finance_lines: int = 0  # whose text goes


class ErasurePlan(msgspec.Struct, frozen=True):
    """What is due at one moment."""

    due: DueForErasure
    expired: ExpiredCounts

    @property
    def count(self) -> int:
        """How many matters, people and other records are due."""
        swept = self.expired.sign_ins + self.expired.runs + self.expired.finance_lines
        return len(self.due.records) + len(self.due.people) + swept

    @property
    def is_empty(self) -> bool:
        """Whether nothing is due."""
        return self.count == 0

    @property
    def person_ids(self) -> frozenset[str]:
        """Everybody of whom something would go."""
        return frozenset({*self.due.people, *chain.from_iterable(one.people for one in self.due.records)})

    def intersect(self, earlier: "ErasurePlan") -> "ErasurePlan":
        """Of this plan what was due in an earlier one too."""
        matters = tuple(one for one in self.due.records if one in earlier.due.records)
        whole = {who: last for who, last in self.due.people.items() if who in earlier.due.people}
        return ErasurePlan(DueForErasure(matters, whole, self.due.held_person_ids), self.expired)


class Cutoffs(msgspec.Struct, frozen=True):
    """Before when the records of `Swept` were over, for them to go."""

    sign_ins: datetime
    runs: datetime
    last_year: int


def cutoffs(retention: Retention, now: datetime) -> Cutoffs:
    """What the times of a municipality mean at a moment."""
    months = min(retention.wishes_months, retention.profile_months)
    today = local_date(now)
    first = datetime.combine(after_months(today, -months), time.min, COPENHAGEN)
    return Cutoffs(
        now - timedelta(days=retention.sign_in_days), first, today.year - retention.accounting_years - 1
    )


def plan_erasure(db: Connection, retention: Retention, now: datetime) -> ErasurePlan:
    """What is due now. Reads everybody, so the transaction acts as the system."""
    today = local_date(now)
    matters = chain(
        erasure_store.ended_records(db), guides_erasure.ended_records(db), budgets_erasure.ended_records(db)
    )
    found = due_for_erasure(
        matters,
        held_person_ids=hold_store.held_person_ids(db, today),
        erased_ids=erasure_store.erased_ids(db),
        retention=retention,
        today=today,
    )
    before = cutoffs(retention, now)
    swept = ExpiredCounts(
        erasure_store.count_expired_credentials(db, before.sign_ins),
        guides_erasure.count_old_runs(db, before.runs),
        budgets_erasure.count_old_line_texts(db, before.last_year),
    )
    return ErasurePlan(found, swept)


def erase_due(engine: Engine, retention: Retention, erasure_list: Path, now: datetime) -> ErasurePlan:
    """Erase what is due, all of it or nothing, and give what it was. The list is written before the database forgets.

    Raises InvalidTombstoneFile.
    """
    with write_transaction(engine) as db:
        first = plan_erasure(db, retention, now)
        # Somebody may have come back while it was read: now nobody can, and what is due is asked once more.
        erasure_store.lock_people(db, first.person_ids)
        found = plan_erasure(db, retention, now).intersect(first)
        gone = [(one.kind.value, one.id) for one in found.due.records]
        gone += [(PERSON_KIND, person_id) for person_id in found.due.people]
        erase(RequestContext(db, ANONYMOUS, now), gone, erasure_list)
        before = cutoffs(retention, now)
        erasure_store.delete_expired_credentials(db, before.sign_ins)
        guides_erasure.delete_old_runs(db, before.runs)
        budgets_erasure.clear_old_line_texts(db, before.last_year)
    return found


class Replay(msgspec.Struct, frozen=True):
    """What a list of erasures means for a database that is older than the list."""

    to_erase: tuple[Tombstone, ...]
    held: tuple[Tombstone, ...]  # whose people stand under a legal hold
    already_erased: int  # erased here already, or never known here
    reopened: tuple[
        EndedRecord, ...
    ] = ()  # had ended, and runs again since the restore, of those whose words go


def plan_replay(db: Connection, tombstones: Collection[Tombstone], now: datetime) -> Replay:
    """What of the list is still here."""
    gone, held = erasure_store.last_erased_on(db), hold_store.held_person_ids(db, local_date(now))
    matters = [
        one
        for one in chain(guides_erasure.ended_records(db), budgets_erasure.ended_records(db))
        if one.kind in {RecordKind.WISH, RecordKind.GRANT}
    ]
    concerned = {one.id: one.people for one in matters}
    known = erasure_store.existing(db, {one.id for one in tombstones if one.kind not in RECORD_KINDS})
    concerned |= {person_id: frozenset({person_id}) for person_id in known}
    newest = {(one.kind, one.id): one for one in sorted(tombstones, key=lambda one: one.erased_on)}
    here = [
        one for key, one in newest.items() if one.id in concerned and gone.get(key, date.min) < one.erased_on
    ]

    def waits(one: Tombstone) -> bool:
        if one.kind != DataCategory.GUIDING:
            return not concerned[one.id].isdisjoint(held)
        shares = guides_erasure.share_a_run(db, {one.id}, held)
        return shares or not co_subjects(one.id, matters).isdisjoint(held)

    waiting = tuple(one for one in here if waits(one))
    going = tuple(one for one in here if one not in waiting)
    ids = {one.id for one in going}
    running = tuple(one for one in matters if one.last_day is None and ids & {one.id, one.person_id})
    return Replay(going, waiting, len(newest) - len(here), running)


def replay_after_restore(
    engine: Engine, tombstones: Collection[Tombstone], erasure_list: Path, now: datetime
) -> Replay:
    """Erase what the list names and a restored backup brought back, all of it or nothing. Raises InvalidTombstoneFile."""
    with write_transaction(engine) as db:
        found = plan_replay(db, tombstones, now)
        erase(
            RequestContext(db, ANONYMOUS, now), [(one.kind, one.id) for one in found.to_erase], erasure_list
        )
    return found


Eraser = Callable[[Connection, Collection[str]], None]

RECORD_KINDS = frozenset({RecordKind.WISH.value, RecordKind.GRANT.value})

# What takes each kind of the list away, by the ids of that kind; a whole person after the pieces.
_ERASERS: Mapping[str, tuple[Eraser, ...]] = {
    RecordKind.WISH: (guides_erasure.erase_requests,),
    RecordKind.GRANT: (budgets_erasure.erase_grants,),
    DataCategory.GUIDING: (guides_erasure.erase_guide_data, erasure_store.end_guide_role),
    DataCategory.GOALS: (plans_erasure.erase_people, budgets_erasure.erase_request_details),
    DataCategory.CONTACT: (erasure_store.erase_contact,),
    PERSON_KIND: (
        guides_erasure.erase_people,
        plans_erasure.erase_people,
        erasure_store.erase_people,
    ),
}


def erase(context: RequestContext, targets: Collection[tuple[str, str]], erasure_list: Path) -> None:
    """Erase records, pieces and people by kind and id, note it here and in the log, and put it on the list. Raises InvalidTombstoneFile.

    Whoever calls has locked the people and asked what may go.
    """
    for kind, erasers in _ERASERS.items():
        ids = {record_id for one, record_id in targets if one == kind}
        for eraser in erasers:
            eraser(context.db, ids)
        erasure_store.record_erasure(context.db, kind, ids, context.now)
    for kind, record_id in targets:
        web_context.record_change(context, f"livsmester:erasure:{kind}", record_id)
    append_tombstones(erasure_list, (Tombstone(kind, one, local_date(context.now)) for kind, one in targets))
