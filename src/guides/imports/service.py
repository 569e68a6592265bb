"""Bringing the municipality's files into the database: looked at first, then stored, all or nothing.

keep(visit, kind, name, content) -> upload id       from the page; read back by the next two
preview(visit, upload_id) -> Preview                raises SpreadsheetErrors with every fault
commit(visit, upload_id, fingerprint) -> Preview    raises ImportChanged when it would change something else by now
store_file(visit, kind, name, content) -> Preview   for the command line: reads, compares and stores at once
"""

from collections.abc import Callable, Sequence
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


class _ImportPlan(msgspec.Struct, frozen=True):
    """What would change, whose records that needs to read, and how to store it."""

    preview: Preview
    citizen_ids: Sequence[str]
    apply: Callable[[], None]


def stage_upload(context: RequestContext, kind: ImportKind, name: str, content: bytes) -> str:
    """Keep a chosen file until it is stored or thrown away, a day at most; gives its id. Raises NotAllowed."""
    _require_import_access(context)
    store.delete_uploads_before(context.db, context.now - UPLOAD_LIFETIME)
    upload_id = new_id()
    sealed = _encrypted(context, upload_id, content)
    store.add_upload(context.db, upload_id, kind, name[:200], sealed, context.person_id, context.now)
    return upload_id


def preview(context: RequestContext, upload_id: str) -> Preview:
    """What a kept file would change. Raises SpreadsheetErrors, NotFound, NotAllowed."""
    plan = _plan_import(context, *_staged_upload(context, upload_id))
    context.authorize_reads(plan.citizen_ids, DataKind.WISHES, Purpose.REGISTER)
    return plan.preview


def apply_upload(context: RequestContext, upload_id: str, fingerprint: str) -> Preview:
    """Store what a kept file changes, if that is still what was shown; then forget the file.

    Raises ImportChanged, SpreadsheetErrors, NotFound, NotAllowed; nothing is stored then.
    """
    kind, name, content = _staged_upload(context, upload_id)
    plan = _plan_import(context, kind, name, content)
    if plan.preview.fingerprint != fingerprint:
        raise ImportChanged
    _apply(context, plan)
    store.delete_upload(context.db, upload_id)
    return plan.preview


def discard_upload(context: RequestContext, upload_id: str) -> None:
    """Forget a kept file. Raises NotFound, NotAllowed."""
    _staged_upload(context, upload_id)
    store.delete_upload(context.db, upload_id)


def import_file(context: RequestContext, kind: ImportKind, name: str, content: bytes) -> Preview:
    """Store what a file changes; for the command line, which asks no policy. Raises SpreadsheetErrors."""
    plan = _plan_import(context, kind, name, content)
    _apply(context, plan)
    return plan.preview


def _apply(context: RequestContext, plan: _ImportPlan) -> None:
    plan.apply()
    found = plan.preview
    record_change(
        context,
        f"guides:import:{found.kind}",
        context.actor.person_id or "",
        {"new_count": len(found.new), "changed_count": len(found.changed)},
    )


def _plan_import(context: RequestContext, kind: ImportKind, name: str, content: bytes) -> _ImportPlan:
    today = local_date(context.now)
    areas = directory_areas.areas(context.db)
    if kind is ImportKind.GUIDES:
        guides = spreadsheets_files.read_guides(content, name, today=today)
        _raise_if_errors(spreadsheets_files.cross_check(guides, None, ParsedSpreadsheet(values=areas)))
        guide_rows = GuideImporter(context, guides, areas)
        return _ImportPlan(guide_rows.preview, (), guide_rows.store)
    if kind is ImportKind.REQUESTS:
        requests = spreadsheets_files.read_requests(content, name, today=today)
        known = ParsedSpreadsheet(values=store.guides_by_file_id(context.db))
        _raise_if_errors(spreadsheets_files.cross_check(known, requests, ParsedSpreadsheet(values=areas)))
        request_rows = RequestImporter(context, requests, areas)
        return _ImportPlan(request_rows.preview, request_rows.citizen_ids, request_rows.store)
    if kind is ImportKind.AREAS:
        listed = spreadsheets_files.read_areas(content, name)
        found = diff(kind, AREA_COLUMNS, _by_id(areas), _by_id(listed.values), listed.notices)
        return _ImportPlan(found, (), lambda: directory_areas.upsert_areas(context.db, listed.values))
    return _plan_travel_times(context, areas, spreadsheets_files.read_travel_times(content, name))


def _plan_travel_times(
    context: RequestContext, areas: Sequence[Area], parsed: ParsedSpreadsheet[TravelTime]
) -> _ImportPlan:
    _raise_if_errors(
        spreadsheets_files.cross_check(None, None, ParsedSpreadsheet(values=tuple(areas)), parsed)
    )
    ids = store.area_ids(areas)
    times = tuple(
        TravelTime(store.area_id(ids, one.start), store.area_id(ids, one.end), one.minutes) for one in parsed
    )
    kept = {f"{one.start} → {one.end}": one for one in directory_areas.travel_times(context.db)}
    found = diff(
        ImportKind.TRAVEL_TIMES,
        TRAVEL_COLUMNS,
        kept,
        {f"{one.start} → {one.end}": one for one in times},
        parsed.notices,
    )
    return _ImportPlan(found, (), lambda: directory_areas.upsert_travel_times(context.db, times))


def _by_id(values: Sequence[Any]) -> dict[str, Any]:
    return {value.id: value for value in values}


def _raise_if_errors(errors: Sequence[Any]) -> None:
    if errors:
        raise SpreadsheetErrors(errors)


def _staged_upload(context: RequestContext, upload_id: str) -> tuple[ImportKind, str, bytes]:
    _require_import_access(context)
    found = store.upload(context.db, upload_id, context.person_id)
    if found is None:
        raise NotFound
    kind, name, sealed = found
    return kind, name, _decrypted(context, upload_id, sealed)


def _encrypted(context: RequestContext, upload_id: str, content: bytes) -> bytes:
    """The file as it is kept: it may hold CPR numbers. Latin-1 is any bytes as text, and back."""
    return encrypt(context.keys, content.decode("latin-1"), aad=_associated_data(upload_id)).encode()


def _decrypted(context: RequestContext, upload_id: str, ciphertext: bytes) -> bytes:
    return decrypt(context.keys, ciphertext.decode(), aad=_associated_data(upload_id)).encode("latin-1")


def _associated_data(upload_id: str) -> str:
    return associated_data("guides_upload", "content", upload_id)


def _require_import_access(context: RequestContext) -> None:
    """A file holds people of every area, so whoever brings it in coordinates all of them."""
    if not context.actor.has_role(Role.COORDINATOR) or coordinator_area(context) is not None:
        raise NotAllowed("coordinators of all areas only")
