"""Reconciling with the finance system: previewing and confirming an uploaded file, and editing its pairs.

Only for budget officers of all areas, since a file holds the purchases of every citizen. Reads of citizens
are recorded.
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
GROUP_ROWS_MAX = 200  # of each group on a page; the file of differences has them all


class ReconciliationView(msgspec.Struct, frozen=True):
    """A file as a page shows it: at most GROUP_ROWS_MAX of each group, and the count of all."""

    file_name: str
    groups: ReconciliationResult
    counts: dict[str, int]
    fingerprint: str  # SHA-256 of the pairs


def list_reconciliations(context: RequestContext) -> tuple[ReconciliationSummary, ...]:
    """The latest confirmed files, newest first. Raises NotAllowed."""
    _require_unrestricted_officer(context)
    return store.list_newest(context.db, LIST_MAX)


def store_upload(context: RequestContext, name: str, content: bytes) -> str:
    """Store an uploaded file until it is confirmed, for UPLOAD_LIFETIME at most; returns the upload's id.

    Raises SpreadsheetErrors, AlreadyImported for a file that was confirmed before, NotAllowed.
    """
    _require_unrestricted_officer(context)
    # Only for its errors: a file that can't be read is not stored.
    parse_finance_file(content, name)
    existing_id = store.find_by_hash(context.db, _sha256(content))
    if existing_id is not None:
        raise AlreadyImported(existing_id)
    # Files hold citizens' purchases, so forgotten ones are removed with the next upload.
    store.remove_uploads_before(context.db, context.now - UPLOAD_LIFETIME)
    upload_id = new_id()
    store.add_upload(context.db, upload_id, name[:200], content, context.person_id, context.now)
    return upload_id


def preview(context: RequestContext, upload_id: str) -> ReconciliationView:
    """The pairs that confirming an upload would store.

    Raises NotFound unless it is the actor's and still there.
    """
    name, content = _require_upload(context, upload_id)
    return _view(context, name, _match(context, parse_finance_file(content, name)))


def confirm_upload(context: RequestContext, upload_id: str, fingerprint: str) -> str:
    """Store an uploaded file with its pairs; returns the reconciliation's id.

    `fingerprint` is that of the preview. Raises NotFound, ReconciliationChanged when the pairs are no longer
    those of the preview, AlreadyPaired.
    """
    name, content = _require_upload(context, upload_id)
    lines = parse_finance_file(content, name)
    result = _match(context, lines)
    # The officer confirms the pairs that the preview showed; purchases may have been added since.
    if _fingerprint(result) != fingerprint:
        raise ReconciliationChanged
    days = [line.posted_on for line in lines]
    record = Reconciliation(
        new_id(), name, _sha256(content), min(days), max(days), context.now, context.person_id
    )
    store.add_reconciliation(context.db, record, lines, result.known)
    matched = [(pair.line.row, pair.purchase.movement_id, pair.kind) for pair in result.matched]
    store.add_pairs(context.db, record.id, matched, (context.now, context.person_id))
    differing = [(pair.line.row, pair.purchase.movement_id, pair.kind) for pair in result.differing]
    store.add_pairs(context.db, record.id, differing, None)
    store.remove_upload(context.db, upload_id)
    counts: dict[str, object] = {"lines": len(lines), "matched": len(matched), "differing": len(differing)}
    record_change(context, "budgets:reconciliation:keep", record.id, counts)
    return record.id


def discard_upload(context: RequestContext, upload_id: str) -> None:
    """Delete an uploaded file. Raises NotFound."""
    _require_upload(context, upload_id)
    store.remove_upload(context.db, upload_id)


def reconciliation_view(
    context: RequestContext, reconciliation_id: str
) -> tuple[Reconciliation, ReconciliationView]:
    """A confirmed file with its pairs and differences now. Raises NoSuchRecord."""
    record = _require_reconciliation(context, reconciliation_id)
    return record, _view(context, record.file_name, _current_result(context, record))


def differences(context: RequestContext, reconciliation_id: str) -> ReconciliationResult:
    """A confirmed file's result with all its differences; the read of every citizen in them is recorded.

    Raises NoSuchRecord.
    """
    result = _current_result(context, _require_reconciliation(context, reconciliation_id))
    _record_reads(context, (*(pair.purchase for pair in result.differing), *result.only_here))
    return result


def confirm_pair(context: RequestContext, reconciliation_id: str, row: int) -> None:
    """Confirm a suggested pair; without one nothing changes. Raises NoSuchRecord."""
    _require_reconciliation(context, reconciliation_id, lock=True)
    if store.confirm_pair(context.db, reconciliation_id, row, context.now, context.person_id):
        record_change(
            context,
            "budgets:reconciliation:confirm",
            reconciliation_id,
            {"row": row, "settled": [False, True]},
        )


def remove_pair(context: RequestContext, reconciliation_id: str, row: int) -> None:
    """Remove a pair; without one nothing changes. Raises NoSuchRecord."""
    _require_reconciliation(context, reconciliation_id, lock=True)
    movement_id = store.remove_pair(context.db, reconciliation_id, row)
    if movement_id is not None:
        details: dict[str, object] = {"row": row, "movement": [movement_id, None]}
        record_change(context, "budgets:reconciliation:undo", reconciliation_id, details)


def candidate_purchases(
    context: RequestContext, reconciliation_id: str, row: int
) -> tuple[FinanceLine, tuple[PurchaseLine, ...]]:
    """A line without a pair and the unpaired purchases nearest to it, by amount, then day.

    Raises NoSuchRecord when there is no such line or it has a pair.
    """
    result = _current_result(context, _require_reconciliation(context, reconciliation_id))
    line = next((unpaired for unpaired in result.only_there if unpaired.row == row), None)
    if line is None:
        raise NoSuchRecord
    candidates = sorted(
        (*result.only_here, *result.outside),
        key=lambda purchase: (
            abs(purchase.amount_ore - line.amount_ore),
            abs((purchase.effective_on - line.posted_on).days),
            purchase.movement_id,
        ),
    )[:CANDIDATES_MAX]
    _record_reads(context, candidates)
    return line, tuple(candidates)


def pair_manually(context: RequestContext, reconciliation_id: str, row: int, movement_id: str) -> None:
    """Pair a line with a purchase.

    Raises NoSuchRecord unless both are there and unpaired, AlreadyPaired after a race.
    """
    result = _current_result(context, _require_reconciliation(context, reconciliation_id, lock=True))
    if row not in {line.row for line in result.only_there}:
        raise NoSuchRecord
    # The list on the page may be outdated, and a form can name any movement.
    if movement_id not in {purchase.movement_id for purchase in (*result.only_here, *result.outside)}:
        raise NoSuchRecord
    store.add_pairs(
        context.db,
        reconciliation_id,
        [(row, movement_id, MatchKind.MANUAL)],
        (context.now, context.person_id),
    )
    details: dict[str, object] = {"row": row, "movement": [None, movement_id]}
    record_change(context, "budgets:reconciliation:pair", reconciliation_id, details)


def _match(context: RequestContext, lines: tuple[FinanceLine, ...]) -> ReconciliationResult:
    days = [line.posted_on for line in lines]
    window = timedelta(days=WINDOW_DAYS)
    return reconcile(
        lines,
        # Wider than the file by the window, since a purchase may be posted some days later or earlier.
        store.unpaired(context.db, min(days) - window, max(days) + window),
        store.confirmed_lines(context.db, min(days), max(days)),
    )


def _current_result(context: RequestContext, reconciliation: Reconciliation) -> ReconciliationResult:
    lines = store.lines(context.db, reconciliation.id)
    pairs = store.pairs(context.db, reconciliation.id)
    paired_rows = {stored.pair.line.row for stored in pairs}
    window = timedelta(days=WINDOW_DAYS)
    purchases = store.unpaired(context.db, reconciliation.first_on - window, reconciliation.last_on + window)
    is_in_period = period_filter([line for line, _ in lines])
    return ReconciliationResult(
        tuple(stored.pair for stored in pairs if stored.confirmed),
        tuple(stored.pair for stored in pairs if not stored.confirmed),
        tuple(line for line, known in lines if known and line.row not in paired_rows),
        tuple(line for line, known in lines if not known and line.row not in paired_rows),
        tuple(purchase for purchase in purchases if is_in_period(purchase)),
        tuple(purchase for purchase in purchases if not is_in_period(purchase)),
    )


def _view(context: RequestContext, file_name: str, result: ReconciliationResult) -> ReconciliationView:
    groups = ReconciliationResult(
        *(getattr(result, name)[:GROUP_ROWS_MAX] for name in ReconciliationResult.__struct_fields__)
    )
    # Not shown on this page, so no read of these citizens is recorded below.
    groups = msgspec.structs.replace(groups, outside=())
    counts = {name: len(getattr(result, name)) for name in ReconciliationResult.__struct_fields__}
    _record_reads(
        context, (*(pair.purchase for pair in (*groups.matched, *groups.differing)), *groups.only_here)
    )
    return ReconciliationView(file_name, groups, counts, _fingerprint(result))


def _fingerprint(result: ReconciliationResult) -> str:
    pairs = [
        (pair.line.row, pair.purchase.movement_id, pair.kind) for pair in (*result.matched, *result.differing)
    ]
    return _sha256(msgspec.json.encode([pairs, [line.row for line in result.known]]))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _record_reads(context: RequestContext, purchases: Iterable[PurchaseLine]) -> None:
    citizens = records_funds.citizens_of_grants(context.db, {purchase.grant_id for purchase in purchases})
    citizen_ids = sorted({citizen.id for citizen in citizens.values()})
    context.authorize_reads(citizen_ids, DataKind.MONEY, Purpose.BUDGET)


def _require_upload(context: RequestContext, upload_id: str) -> tuple[str, bytes]:
    _require_unrestricted_officer(context)
    name_and_content = store.find_upload(context.db, upload_id, context.person_id)
    if name_and_content is None:
        raise NotFound
    return name_and_content


def _require_reconciliation(
    context: RequestContext, reconciliation_id: str, *, lock: bool = False
) -> Reconciliation:
    _require_unrestricted_officer(context)
    record = store.find(context.db, reconciliation_id, lock=lock)
    if record is None:
        raise NoSuchRecord
    return record


def _require_unrestricted_officer(context: RequestContext) -> None:
    if not context.actor.has_role(Role.BUDGET_OFFICER) or officer_areas(context) is not None:
        raise NotAllowed("budget officers of all areas only")
