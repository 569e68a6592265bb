"""Import of the municipality's files: staged, previewed, then applied completely or not at all."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from foundation.clock import local_date
from foundation.crypto.encryption import associated_data, decrypt, encrypt
from foundation.ids import new_id
from foundation.spreadsheets.errors import SpreadsheetErrors
from guides.access import coordinator_area
from guides.errors import ImportChanged
from guides.imports import store
from guides.imports.diff import ImportKind, Preview, diff
from guides.imports.people import GuideImporter, RequestImporter
from guides.spreadsheets import files as spreadsheets_files
from guides.spreadsheets.columns import AREA_COLUMNS, TRAVEL_COLUMNS
from guides.spreadsheets.files import ParsedSpreadsheet
from people.access.model import DataKind, Purpose, Role
from people.directory import areas as directory_areas
from people.directory.model import Area, TravelTime
from people.errors import NotAllowed, NotFound
from people.web.context import RequestContext, record_change

UPLOAD_LIFETIME = timedelta(days=1)


class ParsedUpload(msgspec.Struct, frozen=True):
    """The rows of a file, each valid by itself, before they are compared with the stored records."""

    kind: ImportKind
    rows: ParsedSpreadsheet[Any]


class _ImportPlan(msgspec.Struct, frozen=True):
    """What would change, the citizens whose records that reads, and how to store it."""

    preview: Preview
    citizen_ids: Sequence[str]
    apply: Callable[[], None]


def check_file(context: RequestContext, kind: ImportKind, name: str, content: bytes) -> None:
    """Raises SpreadsheetErrors with every error that the file has, also against the stored records; NotAllowed."""
    _require_import_access(context)
    _preview(context, _parse(context, kind, name, content))


def stage_upload(context: RequestContext, kind: ImportKind, name: str, content: bytes) -> str:
    """Store a file until it is applied or discarded, for a day at most; returns its id. Raises NotAllowed."""
    _require_import_access(context)
    store.delete_uploads_before(context.db, context.now - UPLOAD_LIFETIME)
    upload_id = new_id()
    ciphertext = _encrypted(context, upload_id, content)
    store.add_upload(context.db, upload_id, kind, name[:200], ciphertext, context.person_id, context.now)
    return upload_id


def parse_upload(context: RequestContext, upload_id: str) -> ParsedUpload:
    """The rows of a staged file. Raises SpreadsheetErrors, NotFound, NotAllowed."""
    return _parse(context, *_staged_upload(context, upload_id))


def preview(context: RequestContext, upload_id: str) -> Preview:
    """What a staged file would change. Raises SpreadsheetErrors, NotFound, NotAllowed."""
    return _preview(context, parse_upload(context, upload_id))


def _preview(context: RequestContext, parsed: ParsedUpload) -> Preview:
    plan = _plan_import(context, parsed)
    context.authorize_reads(plan.citizen_ids, DataKind.WISHES, Purpose.REGISTER)
    return plan.preview


def apply_upload(context: RequestContext, upload_id: str, parsed: ParsedUpload, fingerprint: str) -> Preview:
    """Store what a staged file changes and delete the file, if the changes are still those that were previewed.

    `parsed` is the result of `parse_upload`, which is slow and therefore called before the write transaction. Raises
    ImportChanged, SpreadsheetErrors, NotFound, NotAllowed; then nothing is stored.
    """
    _require_import_access(context)
    if store.upload(context.db, upload_id, context.person_id) is None:
        raise NotFound
    plan = _plan_import(context, parsed)
    if plan.preview.fingerprint != fingerprint:
        raise ImportChanged
    _apply(context, plan)
    store.delete_upload(context.db, upload_id)
    return plan.preview


def discard_upload(context: RequestContext, upload_id: str) -> None:
    """Delete a staged file. Raises NotFound, NotAllowed."""
    _require_import_access(context)
    if store.upload(context.db, upload_id, context.person_id) is None:
        raise NotFound
    store.delete_upload(context.db, upload_id)


def import_file(context: RequestContext, kind: ImportKind, name: str, content: bytes) -> Preview:
    """Store what a file changes, without authorisation: for the command line. Raises SpreadsheetErrors."""
    plan = _plan_import(context, _parse(context, kind, name, content))
    _apply(context, plan)
    return plan.preview


def _apply(context: RequestContext, plan: _ImportPlan) -> None:
    plan.apply()
    record_change(
        context,
        f"guides:import:{plan.preview.kind}",
        context.actor.person_id or "",
        {"new_count": len(plan.preview.new), "changed_count": len(plan.preview.changed)},
    )


def _parse(context: RequestContext, kind: ImportKind, name: str, content: bytes) -> ParsedUpload:
    today = local_date(context.now)
    match kind:
        case ImportKind.GUIDES:
            return ParsedUpload(kind, spreadsheets_files.read_guides(content, name, today=today))
        case ImportKind.REQUESTS:
            return ParsedUpload(kind, spreadsheets_files.read_requests(content, name, today=today))
        case ImportKind.AREAS:
            return ParsedUpload(kind, spreadsheets_files.read_areas(content, name))
        case ImportKind.TRAVEL_TIMES:
            return ParsedUpload(kind, spreadsheets_files.read_travel_times(content, name))


def _plan_import(context: RequestContext, parsed: ParsedUpload) -> _ImportPlan:
    """Compares the rows with the stored records. Raises SpreadsheetErrors for a guide or area that is not stored."""
    areas = directory_areas.areas(context.db)
    stored_areas = ParsedSpreadsheet(values=areas)
    match parsed.kind:
        case ImportKind.GUIDES:
            _raise_if_errors(spreadsheets_files.cross_check(parsed.rows, None, stored_areas))
            guides = GuideImporter(context, parsed.rows, areas)
            return _ImportPlan(guides.preview, (), guides.store)
        case ImportKind.REQUESTS:
            stored_guides = ParsedSpreadsheet(values=store.guides_by_file_id(context.db))
            _raise_if_errors(spreadsheets_files.cross_check(stored_guides, parsed.rows, stored_areas))
            requests = RequestImporter(context, parsed.rows, areas)
            return _ImportPlan(requests.preview, requests.citizen_ids, requests.store)
        case ImportKind.AREAS:
            new_areas: tuple[Area, ...] = parsed.rows.values
            changes = diff(parsed.kind, AREA_COLUMNS, _by_id(areas), _by_id(new_areas), parsed.rows.notices)
            return _ImportPlan(changes, (), lambda: directory_areas.upsert_areas(context.db, new_areas))
        case ImportKind.TRAVEL_TIMES:
            _raise_if_errors(spreadsheets_files.cross_check(None, None, stored_areas, parsed.rows))
            return _plan_travel_times(context, areas, parsed.rows)


def _plan_travel_times(
    context: RequestContext, areas: Sequence[Area], parsed: ParsedSpreadsheet[TravelTime]
) -> _ImportPlan:
    ids = store.area_ids(areas)
    times = tuple(
        TravelTime(store.area_id(ids, row.start), store.area_id(ids, row.end), row.minutes) for row in parsed
    )
    changes = diff(
        ImportKind.TRAVEL_TIMES,
        TRAVEL_COLUMNS,
        _by_route(directory_areas.travel_times(context.db)),
        _by_route(times),
        parsed.notices,
    )
    return _ImportPlan(changes, (), lambda: directory_areas.upsert_travel_times(context.db, times))


def _by_route(times: Iterable[TravelTime]) -> dict[str, TravelTime]:
    return {f"{time.start} → {time.end}": time for time in times}


def _by_id(values: Sequence[Any]) -> dict[str, Any]:
    return {value.id: value for value in values}


def _raise_if_errors(errors: Sequence[Any]) -> None:
    if errors:
        raise SpreadsheetErrors(errors)


def _staged_upload(context: RequestContext, upload_id: str) -> tuple[ImportKind, str, bytes]:
    _require_import_access(context)
    upload = store.upload(context.db, upload_id, context.person_id)
    if upload is None:
        raise NotFound
    kind, name, ciphertext = upload
    return kind, name, _decrypted(context, upload_id, ciphertext)


def _encrypted(context: RequestContext, upload_id: str, content: bytes) -> bytes:
    # A file may hold CPR numbers. Latin-1 maps any bytes to text and back.
    return encrypt(context.keys, content.decode("latin-1"), aad=_associated_data(upload_id)).encode()


def _decrypted(context: RequestContext, upload_id: str, ciphertext: bytes) -> bytes:
    return decrypt(context.keys, ciphertext.decode(), aad=_associated_data(upload_id)).encode("latin-1")


def _associated_data(upload_id: str) -> str:
    return associated_data("guides_upload", "content", upload_id)


def _require_import_access(context: RequestContext) -> None:
    """A file holds people of every area, so only a coordinator of all areas may import it. Raises NotAllowed."""
    if not context.actor.has_role(Role.COORDINATOR) or coordinator_area(context) is not None:
        raise NotAllowed("coordinators of all areas only")
