"""Erasure of overdue data across all packages: plan it, execute it, and replay it after a restore."""

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
    """How many records that are not erased per person are past their retention."""

    sign_ins: int = 0  # expired ones, with invitations, codes and API tokens
    runs: int = 0  # matching runs
    finance_lines: int = 0  # whose text is cleared


class ErasurePlan(msgspec.Struct, frozen=True):
    """What is due for erasure at one time."""

    due: DueForErasure
    expired: ExpiredCounts

    @property
    def count(self) -> int:
        """How many records, people and expired items are due."""
        expired = self.expired.sign_ins + self.expired.runs + self.expired.finance_lines
        return len(self.due.records) + len(self.due.people) + expired

    @property
    def is_empty(self) -> bool:
        """Whether nothing is due."""
        return self.count == 0

    @property
    def person_ids(self) -> frozenset[str]:
        """Ids of the people of whom anything would be erased."""
        return frozenset(
            {*self.due.people, *chain.from_iterable(record.people for record in self.due.records)}
        )

    def intersect(self, earlier: "ErasurePlan") -> "ErasurePlan":
        """This plan without what was not due in the earlier one."""
        # Only the people of the earlier plan are locked; what became due since waits for the next run.
        records = tuple(record for record in self.due.records if record in earlier.due.records)
        people = {
            person_id: last_day
            for person_id, last_day in self.due.people.items()
            if person_id in earlier.due.people
        }
        return ErasurePlan(DueForErasure(records, people, self.due.held_person_ids), self.expired)


class Cutoffs(msgspec.Struct, frozen=True):
    """The times before which the records that `ExpiredCounts` counts are deleted."""

    sign_ins: datetime
    runs: datetime
    last_year: int


def cutoffs(retention: Retention, now: datetime) -> Cutoffs:
    """The cutoffs that follow from the retention periods at `now`."""
    # A run holds texts from requests and profiles alike, so the shorter of the two periods applies.
    months = min(retention.wishes_months, retention.profile_months)
    today = local_date(now)
    earliest_run = datetime.combine(after_months(today, -months), time.min, COPENHAGEN)
    return Cutoffs(
        now - timedelta(days=retention.sign_in_days),
        earliest_run,
        # Whole calendar years after the last one: with five years, 2026 is kept through 2031.
        today.year - retention.accounting_years - 1,
    )


def plan_erasure(db: Connection, retention: Retention, now: datetime) -> ErasurePlan:
    """What is due at `now`. Reads everyone's data: the transaction must bypass row-level security."""
    today = local_date(now)
    records = chain(
        erasure_store.ended_records(db), guides_erasure.ended_records(db), budgets_erasure.ended_records(db)
    )
    due = due_for_erasure(
        records,
        held_person_ids=hold_store.held_person_ids(db, today),
        erased_ids=erasure_store.erased_ids(db),
        retention=retention,
        today=today,
    )
    before = cutoffs(retention, now)
    expired = ExpiredCounts(
        erasure_store.count_expired_credentials(db, before.sign_ins),
        guides_erasure.count_old_runs(db, before.runs),
        budgets_erasure.count_old_line_texts(db, before.last_year),
    )
    return ErasurePlan(due, expired)


def erase_due(engine: Engine, retention: Retention, erasure_list: Path, now: datetime) -> ErasurePlan:
    """Erase what is due in one transaction and return what was erased.

    The tombstones are on disk before the transaction commits. Raises InvalidTombstoneFile.
    """
    with write_transaction(engine) as db:
        first = plan_erasure(db, retention, now)
        # A person may have become active again during the read. With the locks held nobody can, so plan again.
        erasure_store.lock_people(db, first.person_ids)
        plan = plan_erasure(db, retention, now).intersect(first)
        targets = [(record.kind.value, record.id) for record in plan.due.records]
        targets += [(PERSON_KIND, person_id) for person_id in plan.due.people]
        erase(RequestContext(db, ANONYMOUS, now), targets, erasure_list)
        before = cutoffs(retention, now)
        erasure_store.delete_expired_credentials(db, before.sign_ins)
        guides_erasure.delete_old_runs(db, before.runs)
        budgets_erasure.clear_old_line_texts(db, before.last_year)
    return plan


class Replay(msgspec.Struct, frozen=True):
    """What a tombstone file means for a database restored from an older backup."""

    to_erase: tuple[Tombstone, ...]
    held: tuple[Tombstone, ...]  # of people under a legal hold
    already_erased: int  # already erased in this database, or never in it
    reopened: tuple[EndedRecord, ...] = ()  # of `to_erase`: open again since the restore


def plan_replay(db: Connection, tombstones: Collection[Tombstone], now: datetime) -> Replay:
    """Which tombstones the database still has data for."""
    erased_on, held_ids = erasure_store.last_erased_on(db), hold_store.held_person_ids(db, local_date(now))
    records = [
        record
        for record in chain(guides_erasure.ended_records(db), budgets_erasure.ended_records(db))
        if record.kind in {RecordKind.WISH, RecordKind.GRANT}
    ]
    people_of = {record.id: record.people for record in records}
    known = erasure_store.existing(
        db, {tombstone.id for tombstone in tombstones if tombstone.kind not in RECORD_KINDS}
    )
    people_of |= {person_id: frozenset({person_id}) for person_id in known}
    newest = {
        (tombstone.kind, tombstone.id): tombstone
        for tombstone in sorted(tombstones, key=lambda tombstone: tombstone.erased_on)
    }
    present = [
        tombstone
        for key, tombstone in newest.items()
        # Erased here on that day or later: left alone, because the person may have come back since.
        if tombstone.id in people_of and erased_on.get(key, date.min) < tombstone.erased_on
    ]

    def is_held(tombstone: Tombstone) -> bool:
        if tombstone.kind != DataCategory.GUIDING:
            return not people_of[tombstone.id].isdisjoint(held_ids)
        # A guide's data also describes the citizens they were matched with: a hold on one of them counts too.
        shares_run = guides_erasure.share_a_run(db, {tombstone.id}, held_ids)
        return shares_run or not co_subjects(tombstone.id, records).isdisjoint(held_ids)

    held = tuple(tombstone for tombstone in present if is_held(tombstone))
    to_erase = tuple(tombstone for tombstone in present if tombstone not in held)
    ids = {tombstone.id for tombstone in to_erase}
    # A backup may show an erased request or grant as open again: reported, so that somebody ends it.
    reopened = tuple(
        record for record in records if record.last_day is None and ids & {record.id, record.person_id}
    )
    return Replay(to_erase, held, len(newest) - len(present), reopened)


def replay_after_restore(
    engine: Engine, tombstones: Collection[Tombstone], erasure_list: Path, now: datetime
) -> Replay:
    """Erase again what a restored backup brought back, in one transaction. Raises InvalidTombstoneFile."""
    with write_transaction(engine) as db:
        replay = plan_replay(db, tombstones, now)
        erase(
            RequestContext(db, ANONYMOUS, now),
            [(tombstone.kind, tombstone.id) for tombstone in replay.to_erase],
            erasure_list,
        )
    return replay


Eraser = Callable[[Connection, Collection[str]], None]

RECORD_KINDS = frozenset({RecordKind.WISH.value, RecordKind.GRANT.value})

# Kind of tombstone → functions that erase records of that kind by id. Whole people come last.
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
    """Erase targets (kind, id), record it in the database and the change log, and append the tombstones.

    The caller has locked the people and checked that the targets may be erased. Raises InvalidTombstoneFile.
    """
    for kind, erasers in _ERASERS.items():
        ids = {record_id for target_kind, record_id in targets if target_kind == kind}
        for eraser in erasers:
            eraser(context.db, ids)
        erasure_store.record_erasure(context.db, kind, ids, context.now)
    for kind, record_id in targets:
        web_context.record_change(context, f"livsmester:erasure:{kind}", record_id)
    # Last, but before the commit: nothing is erased unless its line is on disk, since a restored backup
    # could otherwise not be erased again.
    append_tombstones(
        erasure_list, (Tombstone(kind, record_id, local_date(context.now)) for kind, record_id in targets)
    )
