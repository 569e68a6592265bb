"""Reconciling with the finance system: a file is looked at first, then kept with its pairs; pairs are confirmed or undone.

Only a budget officer of all areas: a file holds the purchases of every citizen. Whoever is shown is logged.
"""

import hashlib
from collections.abc import Iterable
from datetime import timedelta

import msgspec

from budgets.errors import AlreadyImported, NoSuchRecord, ReconciliationChanged
from budgets.money.service import officer_areas
from budgets.reconciliation import store
from budgets.reconciliation.finance_file import parse_finance_file
from budgets.reconciliation.matching import (
    WINDOW_DAYS,
    FinanceLine,
    MatchKind,
    PurchaseLine,
    ReconciliationResult,
    period_filter,
    reconcile,
)
from budgets.reconciliation.store import Reconciliation, ReconciliationSummary
from budgets.records import funds as records_funds
from foundation.ids import new_id
from people.access.model import DataKind, Purpose, Role
from people.errors import NotAllowed, NotFound
from people.web.context import RequestContext, record_change

UPLOAD_LIFETIME = timedelta(days=1)
LIST_MAX = 50
CANDIDATES_MAX = 20
GROUP_ROWS_MAX = 200  # of each group on a page; the sheet of differences has them all


class ReconciliationView(msgspec.Struct, frozen=True):
    """What a page shows of a file: at most SHOWN_MAX of each group, and how many there are."""

    file_name: str
    groups: ReconciliationResult
    counts: dict[str, int]
    fingerprint: str  # of the pairs


def list_reconciliations(context: RequestContext) -> tuple[ReconciliationSummary, ...]:
    """The files that were kept, the newest first."""
    _require_unrestricted_officer(context)
    return store.list_newest(context.db, LIST_MAX)


def store_upload(context: RequestContext, name: str, content: bytes) -> str:
    """Keep a chosen file until it is looked at and kept, a day at most; gives its id.

    Raises SpreadsheetErrors (nothing is stored then) and AlreadyImported for a file that was kept already.
    """
    _require_unrestricted_officer(context)
    parse_finance_file(content, name)
    before = store.find_by_hash(context.db, _sha256(content))
    if before is not None:
        raise AlreadyImported(before)
    store.remove_uploads_before(context.db, context.now - UPLOAD_LIFETIME)
    upload_id = new_id()
    store.add_upload(context.db, upload_id, name[:200], content, context.person_id, context.now)
    return upload_id


def preview(context: RequestContext, upload_id: str) -> ReconciliationView:
    """What keeping a file would pair. Raises NotFound for a file that is kept, thrown away or somebody else's."""
    name, content = _require_upload(context, upload_id)
    return _view(context, name, _match(context, parse_finance_file(content, name)))


def confirm_upload(context: RequestContext, upload_id: str, fingerprint: str) -> str:
    """Keep a file with its pairs; gives its id. Raises ReconciliationChanged when the pairs are not what was shown."""
    name, content = _require_upload(context, upload_id)
    lines = parse_finance_file(content, name)
    found = _match(context, lines)
    if _fingerprint(found) != fingerprint:
        raise ReconciliationChanged
    days = [line.posted_on for line in lines]
    kept = Reconciliation(
        new_id(), name, _sha256(content), min(days), max(days), context.now, context.person_id
    )
    store.add_reconciliation(context.db, kept, lines, found.known)
    matched = [(one.line.row, one.purchase.movement_id, one.kind) for one in found.matched]
    store.add_pairs(context.db, kept.id, matched, (context.now, context.person_id))
    differing = [(one.line.row, one.purchase.movement_id, one.kind) for one in found.differing]
    store.add_pairs(context.db, kept.id, differing, None)
    store.remove_upload(context.db, upload_id)
    counts: dict[str, object] = {"lines": len(lines), "matched": len(matched), "differing": len(differing)}
    record_change(context, "budgets:reconciliation:keep", kept.id, counts)
    return kept.id


def discard_upload(context: RequestContext, upload_id: str) -> None:
    """Forget a file that was not kept. Raises NotFound."""
    _require_upload(context, upload_id)
    store.remove_upload(context.db, upload_id)


def reconciliation_view(
    context: RequestContext, reconciliation_id: str
) -> tuple[Reconciliation, ReconciliationView]:
    """A kept file as it stands now. Raises NoSuchRecord."""
    found = _require_reconciliation(context, reconciliation_id)
    return found, _view(context, found.file_name, _current_result(context, found))


def differences(context: RequestContext, reconciliation_id: str) -> ReconciliationResult:
    """All that does not match in a kept file; every citizen in it is logged. Raises NoSuchRecord."""
    found = _current_result(context, _require_reconciliation(context, reconciliation_id))
    _record_reads(context, (*(one.purchase for one in found.differing), *found.only_here))
    return found


def confirm_pair(context: RequestContext, reconciliation_id: str, row: int) -> None:
    """Say that a suggested pair is right; a second time changes nothing. Raises NoSuchRecord."""
    _require_reconciliation(context, reconciliation_id, lock=True)
    if store.confirm_pair(context.db, reconciliation_id, row, context.now, context.person_id):
        record_change(
            context,
            "budgets:reconciliation:confirm",
            reconciliation_id,
            {"row": row, "settled": [False, True]},
        )


def remove_pair(context: RequestContext, reconciliation_id: str, row: int) -> None:
    """Take a pair apart; a second time changes nothing. Raises NoSuchRecord."""
    _require_reconciliation(context, reconciliation_id, lock=True)
    movement_id = store.remove_pair(context.db, reconciliation_id, row)
    if movement_id is not None:
        facts: dict[str, object] = {"row": row, "movement": [movement_id, None]}
        record_change(context, "budgets:reconciliation:undo", reconciliation_id, facts)


def candidate_purchases(
    context: RequestContext, reconciliation_id: str, row: int
) -> tuple[FinanceLine, tuple[PurchaseLine, ...]]:
    """A line without a pair and the purchases that it could be, the likeliest first. Raises NoSuchRecord."""
    standing = _current_result(context, _require_reconciliation(context, reconciliation_id))
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
    )[:CANDIDATES_MAX]
    _record_reads(context, likeliest)
    return line, tuple(likeliest)


def pair_manually(context: RequestContext, reconciliation_id: str, row: int, movement_id: str) -> None:
    """Say which purchase a line is. Raises NoSuchRecord for one of the two that has no place here, AlreadyPaired."""
    standing = _current_result(context, _require_reconciliation(context, reconciliation_id, lock=True))
    if row not in {line.row for line in standing.only_there}:
        raise NoSuchRecord
    if movement_id not in {own.movement_id for own in (*standing.only_here, *standing.outside)}:
        raise NoSuchRecord
    store.add_pairs(
        context.db,
        reconciliation_id,
        [(row, movement_id, MatchKind.MANUAL)],
        (context.now, context.person_id),
    )
    facts: dict[str, object] = {"row": row, "movement": [None, movement_id]}
    record_change(context, "budgets:reconciliation:pair", reconciliation_id, facts)


def _match(context: RequestContext, lines: tuple[FinanceLine, ...]) -> ReconciliationResult:
    days = [line.posted_on for line in lines]
    window = timedelta(days=WINDOW_DAYS)
    return reconcile(
        lines,
        store.unpaired(context.db, min(days) - window, max(days) + window),
        store.confirmed_lines(context.db, min(days), max(days)),
    )


def _current_result(context: RequestContext, reconciliation: Reconciliation) -> ReconciliationResult:
    lines = store.lines(context.db, reconciliation.id)
    pairs = store.pairs(context.db, reconciliation.id)
    paired = {one.pair.line.row for one in pairs}
    window = timedelta(days=WINDOW_DAYS)
    owned = store.unpaired(context.db, reconciliation.first_on - window, reconciliation.last_on + window)
    within = period_filter([line for line, _ in lines])
    return ReconciliationResult(
        tuple(one.pair for one in pairs if one.confirmed),
        tuple(one.pair for one in pairs if not one.confirmed),
        tuple(line for line, known in lines if known and line.row not in paired),
        tuple(line for line, known in lines if not known and line.row not in paired),
        tuple(own for own in owned if within(own)),
        tuple(own for own in owned if not within(own)),
    )


def _view(context: RequestContext, file_name: str, result: ReconciliationResult) -> ReconciliationView:
    groups = ReconciliationResult(
        *(getattr(result, name)[:GROUP_ROWS_MAX] for name in ReconciliationResult.__struct_fields__)
    )
    groups = msgspec.structs.replace(groups, outside=())
    counts = {name: len(getattr(result, name)) for name in ReconciliationResult.__struct_fields__}
    _record_reads(
        context, (*(one.purchase for one in (*groups.matched, *groups.differing)), *groups.only_here)
    )
    return ReconciliationView(file_name, groups, counts, _fingerprint(result))


def _fingerprint(result: ReconciliationResult) -> str:
    pairs = [
        (one.line.row, one.purchase.movement_id, one.kind) for one in (*result.matched, *result.differing)
    ]
    return _sha256(msgspec.json.encode([pairs, [line.row for line in result.known]]))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _record_reads(context: RequestContext, purchases: Iterable[PurchaseLine]) -> None:
    citizens = records_funds.citizens_of_grants(context.db, {own.grant_id for own in purchases})
    context.authorize_reads(sorted({one.id for one in citizens.values()}), DataKind.MONEY, Purpose.BUDGET)


def _require_upload(context: RequestContext, upload_id: str) -> tuple[str, bytes]:
    _require_unrestricted_officer(context)
    found = store.find_upload(context.db, upload_id, context.person_id)
    if found is None:
        raise NotFound
    return found


def _require_reconciliation(
    context: RequestContext, reconciliation_id: str, *, lock: bool = False
) -> Reconciliation:
    _require_unrestricted_officer(context)
    found = store.find(context.db, reconciliation_id, lock=lock)
    if found is None:
        raise NoSuchRecord
    return found


def _require_unrestricted_officer(context: RequestContext) -> None:
    if not context.actor.has_role(Role.BUDGET_OFFICER) or officer_areas(context) is not None:
        raise NotAllowed("budget officers of all areas only")
