"""Reconciling with the finance system: a file is looked at first, then kept with its pairs; pairs are confirmed or undone.

Only a budget officer of all areas: a file holds the purchases of every citizen. Whoever is shown is logged.
"""

import hashlib
from collections.abc import Iterable
from datetime import timedelta

import msgspec

from budgets.errors import BroughtInBefore, NoSuchRecord, ReconciliationChanged
from budgets.money.service import areas
from budgets.reconciliation import store
from budgets.reconciliation.finance_file import read_finance
from budgets.reconciliation.matching import (
    WINDOW_DAYS,
    FinanceLine,
    How,
    OwnLine,
    Reconciled,
    period,
    reconcile,
)
from budgets.reconciliation.store import Listed, Reconciliation
from budgets.records import funds as records_funds
from foundation.ids import new_id
from people.access.model import DataKind, Purpose, Role
from people.errors import NotAllowed, NotFound
from people.web.context import Visit, record

UPLOAD_KEPT = timedelta(days=1)
LISTED_MAX = 50
CHOICES_MAX = 20
SHOWN_MAX = 200  # of each group on a page; the sheet of differences has them all


class Shown(msgspec.Struct, frozen=True):
    """What a page shows of a file: at most SHOWN_MAX of each group, and how many there are."""

    file_name: str
    groups: Reconciled
    counts: dict[str, int]
    fingerprint: str  # of the pairs


def listed(visit: Visit) -> tuple[Listed, ...]:
    """The files that were kept, the newest first."""
    _officer_of_all(visit)
    return store.listed(visit.db, LISTED_MAX)


def keep_upload(visit: Visit, name: str, content: bytes) -> str:
    """Keep a chosen file until it is looked at and kept, a day at most; gives its id.

    Raises SheetFaults (nothing is stored then) and BroughtInBefore for a file that was kept already.
    """
    _officer_of_all(visit)
    read_finance(content, name)
    before = store.by_hash(visit.db, _sha256(content))
    if before is not None:
        raise BroughtInBefore(before)
    store.remove_uploads_before(visit.db, visit.now - UPLOAD_KEPT)
    upload_id = new_id()
    store.add_upload(visit.db, upload_id, name[:200], content, visit.person_id, visit.now)
    return upload_id


def preview(visit: Visit, upload_id: str) -> Shown:
    """What keeping a file would pair. Raises NotFound for a file that is kept, thrown away or somebody else's."""
    name, content = _upload(visit, upload_id)
    return _shown(visit, name, _reconciled(visit, read_finance(content, name)))


def keep(visit: Visit, upload_id: str, fingerprint: str) -> str:
    """Keep a file with its pairs; gives its id. Raises ReconciliationChanged when the pairs are not what was shown."""
    name, content = _upload(visit, upload_id)
    lines = read_finance(content, name)
    found = _reconciled(visit, lines)
    if _fingerprint(found) != fingerprint:
        raise ReconciliationChanged
    days = [line.posted_on for line in lines]
    kept = Reconciliation(new_id(), name, _sha256(content), min(days), max(days), visit.now, visit.person_id)
    store.add(visit.db, kept, lines, found.known)
    matched = [(one.line.row, one.own.movement_id, one.how) for one in found.matched]
    store.add_pairs(visit.db, kept.id, matched, (visit.now, visit.person_id))
    differing = [(one.line.row, one.own.movement_id, one.how) for one in found.differing]
    store.add_pairs(visit.db, kept.id, differing, None)
    store.remove_upload(visit.db, upload_id)
    counts: dict[str, object] = {"lines": len(lines), "matched": len(matched), "differing": len(differing)}
    record(visit, "budgets:reconciliation:keep", kept.id, counts)
    return kept.id


def throw_away(visit: Visit, upload_id: str) -> None:
    """Forget a file that was not kept. Raises NotFound."""
    _upload(visit, upload_id)
    store.remove_upload(visit.db, upload_id)


def kept(visit: Visit, reconciliation_id: str) -> tuple[Reconciliation, Shown]:
    """A kept file as it stands now. Raises NoSuchRecord."""
    found = _kept(visit, reconciliation_id)
    return found, _shown(visit, found.file_name, _standing(visit, found))


def differences(visit: Visit, reconciliation_id: str) -> Reconciled:
    """All that does not match in a kept file; every citizen in it is logged. Raises NoSuchRecord."""
    found = _standing(visit, _kept(visit, reconciliation_id))
    _look(visit, (*(one.own for one in found.differing), *found.only_here))
    return found


def confirm(visit: Visit, reconciliation_id: str, row: int) -> None:
    """Say that a suggested pair is right; a second time changes nothing. Raises NoSuchRecord."""
    _kept(visit, reconciliation_id, lock=True)
    if store.settle(visit.db, reconciliation_id, row, visit.now, visit.person_id):
        record(
            visit, "budgets:reconciliation:confirm", reconciliation_id, {"row": row, "settled": [False, True]}
        )


def undo(visit: Visit, reconciliation_id: str, row: int) -> None:
    """Take a pair apart; a second time changes nothing. Raises NoSuchRecord."""
    _kept(visit, reconciliation_id, lock=True)
    movement_id = store.remove_pair(visit.db, reconciliation_id, row)
    if movement_id is not None:
        facts: dict[str, object] = {"row": row, "movement": [movement_id, None]}
        record(visit, "budgets:reconciliation:undo", reconciliation_id, facts)


def choices(visit: Visit, reconciliation_id: str, row: int) -> tuple[FinanceLine, tuple[OwnLine, ...]]:
    """A line without a pair and the purchases that it could be, the likeliest first. Raises NoSuchRecord."""
    standing = _standing(visit, _kept(visit, reconciliation_id))
    line = next((one for one in standing.only_there if one.row == row), None)
    if line is None:
        raise NoSuchRecord
    likeliest = sorted(
        (*standing.only_here, *standing.outside),
        key=lambda own: (
            abs(own.amount_ore - line.amount_ore),
            abs((own.effective_on - line.posted_on).days),
            own.movement_id,
        ),
    )[:CHOICES_MAX]
    _look(visit, likeliest)
    return line, tuple(likeliest)


def pair_by_hand(visit: Visit, reconciliation_id: str, row: int, movement_id: str) -> None:
    """Say which purchase a line is. Raises NoSuchRecord for one of the two that has no place here, PairTaken."""
    standing = _standing(visit, _kept(visit, reconciliation_id, lock=True))
    if row not in {line.row for line in standing.only_there}:
        raise NoSuchRecord
    if movement_id not in {own.movement_id for own in (*standing.only_here, *standing.outside)}:
        raise NoSuchRecord
    store.add_pairs(visit.db, reconciliation_id, [(row, movement_id, How.HAND)], (visit.now, visit.person_id))
    facts: dict[str, object] = {"row": row, "movement": [None, movement_id]}
    record(visit, "budgets:reconciliation:pair", reconciliation_id, facts)


def _reconciled(visit: Visit, lines: tuple[FinanceLine, ...]) -> Reconciled:
    days = [line.posted_on for line in lines]
    window = timedelta(days=WINDOW_DAYS)
    return reconcile(
        lines,
        store.unpaired(visit.db, min(days) - window, max(days) + window),
        store.settled_lines(visit.db, min(days), max(days)),
    )


def _standing(visit: Visit, found: Reconciliation) -> Reconciled:
    lines = store.lines(visit.db, found.id)
    pairs = store.pairs(visit.db, found.id)
    paired = {one.pair.line.row for one in pairs}
    window = timedelta(days=WINDOW_DAYS)
    owned = store.unpaired(visit.db, found.first_on - window, found.last_on + window)
    within = period([line for line, _ in lines])
    return Reconciled(
        tuple(one.pair for one in pairs if one.settled),
        tuple(one.pair for one in pairs if not one.settled),
        tuple(line for line, known in lines if known and line.row not in paired),
        tuple(line for line, known in lines if not known and line.row not in paired),
        tuple(own for own in owned if within(own)),
        tuple(own for own in owned if not within(own)),
    )


def _shown(visit: Visit, file_name: str, found: Reconciled) -> Shown:
    groups = Reconciled(*(getattr(found, name)[:SHOWN_MAX] for name in Reconciled.__struct_fields__))
    groups = msgspec.structs.replace(groups, outside=())
    counts = {name: len(getattr(found, name)) for name in Reconciled.__struct_fields__}
    _look(visit, (*(one.own for one in (*groups.matched, *groups.differing)), *groups.only_here))
    return Shown(file_name, groups, counts, _fingerprint(found))


def _fingerprint(found: Reconciled) -> str:
    pairs = [(one.line.row, one.own.movement_id, one.how) for one in (*found.matched, *found.differing)]
    return _sha256(msgspec.json.encode([pairs, [line.row for line in found.known]]))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _look(visit: Visit, owned: Iterable[OwnLine]) -> None:
    citizens = records_funds.citizens_of_grants(visit.db, {own.grant_id for own in owned})
    for citizen_id in sorted({one.id for one in citizens.values()}):
        visit.look(citizen_id, DataKind.MONEY, Purpose.BUDGET)


def _upload(visit: Visit, upload_id: str) -> tuple[str, bytes]:
    _officer_of_all(visit)
    found = store.read_upload(visit.db, upload_id, visit.person_id)
    if found is None:
        raise NotFound
    return found


def _kept(visit: Visit, reconciliation_id: str, *, lock: bool = False) -> Reconciliation:
    _officer_of_all(visit)
    found = store.read(visit.db, reconciliation_id, lock=lock)
    if found is None:
        raise NoSuchRecord
    return found


def _officer_of_all(visit: Visit) -> None:
    if not visit.actor.has(Role.BUDGET_OFFICER) or areas(visit) is not None:
        raise NotAllowed("budget officers of all areas only")
