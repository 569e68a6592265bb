"""Bringing the municipality's files into the database: looked at first, then stored, all or nothing.

keep(visit, kind, name, content) -> upload id       from the page; read back by the next two
preview(visit, upload_id) -> Preview                raises SheetFaults with every fault
commit(visit, upload_id, fingerprint) -> Preview    raises ImportChanged when it would change something else by now
store_file(visit, kind, name, content) -> Preview   for the command line: reads, compares and stores at once
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from foundation.clock import local_date
from foundation.crypto.encryption import place, seal, unseal
from foundation.ids import new_id
from foundation.spreadsheets.errors import SheetFaults
from guides.access import area_of, log_many
from guides.errors import ImportChanged
from guides.imports import store
from guides.imports.diff import ImportKind, Preview, compare
from guides.imports.people import GuideRows, RequestRows
from guides.spreadsheets import files as spreadsheets_files
from guides.spreadsheets.columns import AREA_COLUMNS, TRAVEL_COLUMNS
from guides.spreadsheets.files import Listed
from people.access.model import DataKind, Purpose, Role
from people.directory import areas as directory_areas
from people.directory.model import Area, TravelTime
from people.errors import NotAllowed, NotFound
from people.web.context import Visit, record

UPLOAD_KEPT = timedelta(days=1)


class _Plan(msgspec.Struct, frozen=True):
    """What would change, whose records that needs to read, and how to store it."""

    preview: Preview
    citizen_ids: Sequence[str]
    carry_out: Callable[[], None]


def keep(visit: Visit, kind: ImportKind, name: str, content: bytes) -> str:
    """Keep a chosen file until it is stored or thrown away, a day at most; gives its id. Raises NotAllowed."""
    _may_import(visit)
    store.remove_older(visit.db, visit.now - UPLOAD_KEPT)
    upload_id = new_id()
    sealed = _sealed(visit, upload_id, content)
    store.add(visit.db, upload_id, kind, name[:200], sealed, visit.person_id, visit.now)
    return upload_id


def preview(visit: Visit, upload_id: str) -> Preview:
    """What a kept file would change. Raises SheetFaults, NotFound, NotAllowed."""
    plan = _plan(visit, *_kept(visit, upload_id))
    log_many(visit, plan.citizen_ids, DataKind.WISHES, Purpose.REGISTER)
    return plan.preview


def commit(visit: Visit, upload_id: str, fingerprint: str) -> Preview:
    """Store what a kept file changes, if that is still what was shown; then forget the file.

    Raises ImportChanged, SheetFaults, NotFound, NotAllowed; nothing is stored then.
    """
    kind, name, content = _kept(visit, upload_id)
    plan = _plan(visit, kind, name, content)
    if plan.preview.fingerprint != fingerprint:
        raise ImportChanged
    _carry_out(visit, plan)
    store.remove(visit.db, upload_id)
    return plan.preview


def throw_away(visit: Visit, upload_id: str) -> None:
    """Forget a kept file. Raises NotFound, NotAllowed."""
    _kept(visit, upload_id)
    store.remove(visit.db, upload_id)


def store_file(visit: Visit, kind: ImportKind, name: str, content: bytes) -> Preview:
    """Store what a file changes; for the command line, which asks no policy. Raises SheetFaults."""
    plan = _plan(visit, kind, name, content)
    _carry_out(visit, plan)
    return plan.preview


def _carry_out(visit: Visit, plan: _Plan) -> None:
    plan.carry_out()
    found = plan.preview
    record(
        visit,
        f"guides:import:{found.kind}",
        visit.actor.person_id or "",
        {"new_count": len(found.new), "changed_count": len(found.changed)},
    )


def _plan(visit: Visit, kind: ImportKind, name: str, content: bytes) -> _Plan:
    today = local_date(visit.now)
    areas = directory_areas.areas(visit.db)
    if kind is ImportKind.GUIDES:
        guides = spreadsheets_files.read_guides(content, name, today=today)
        _refuse(spreadsheets_files.check_together(guides, None, Listed(values=areas)))
        guide_rows = GuideRows(visit, guides, areas)
        return _Plan(guide_rows.preview, (), guide_rows.store)
    if kind is ImportKind.REQUESTS:
        requests = spreadsheets_files.read_requests(content, name, today=today)
        known = Listed(values=store.guides_by_file_id(visit.db))
        _refuse(spreadsheets_files.check_together(known, requests, Listed(values=areas)))
        request_rows = RequestRows(visit, requests, areas)
        return _Plan(request_rows.preview, request_rows.citizen_ids, request_rows.store)
    if kind is ImportKind.AREAS:
        listed = spreadsheets_files.read_areas(content, name)
        found = compare(kind, AREA_COLUMNS, _by_id(areas), _by_id(listed.values), listed.notices)
        return _Plan(found, (), lambda: directory_areas.put_areas(visit.db, listed.values))
    return _plan_travel_times(visit, areas, spreadsheets_files.read_travel_times(content, name))


def _plan_travel_times(visit: Visit, areas: Sequence[Area], listed: Listed[TravelTime]) -> _Plan:
    _refuse(spreadsheets_files.check_together(None, None, Listed(values=tuple(areas)), listed))
    ids = store.area_ids(areas)
    times = tuple(
        TravelTime(store.area_id(ids, one.start), store.area_id(ids, one.end), one.minutes) for one in listed
    )
    kept = {f"{one.start} → {one.end}": one for one in directory_areas.travel_times(visit.db)}
    found = compare(
        ImportKind.TRAVEL_TIMES,
        TRAVEL_COLUMNS,
        kept,
        {f"{one.start} → {one.end}": one for one in times},
        listed.notices,
    )
    return _Plan(found, (), lambda: directory_areas.put_travel_times(visit.db, times))


def _by_id(values: Sequence[Any]) -> dict[str, Any]:
    return {value.id: value for value in values}


def _refuse(faults: Sequence[Any]) -> None:
    if faults:
        raise SheetFaults(faults)


def _kept(visit: Visit, upload_id: str) -> tuple[ImportKind, str, bytes]:
    _may_import(visit)
    found = store.upload(visit.db, upload_id, visit.person_id)
    if found is None:
        raise NotFound
    kind, name, sealed = found
    return kind, name, _unsealed(visit, upload_id, sealed)


def _sealed(visit: Visit, upload_id: str, content: bytes) -> bytes:
    """The file as it is kept: it may hold CPR numbers. Latin-1 is any bytes as text, and back."""
    return seal(visit.keys, content.decode("latin-1"), about=_place(upload_id)).encode()


def _unsealed(visit: Visit, upload_id: str, sealed: bytes) -> bytes:
    return unseal(visit.keys, sealed.decode(), about=_place(upload_id)).encode("latin-1")


def _place(upload_id: str) -> str:
    return place("guides_upload", "content", upload_id)


def _may_import(visit: Visit) -> None:
    """A file holds people of every area, so whoever brings it in coordinates all of them."""
    if not visit.actor.has(Role.COORDINATOR) or area_of(visit) is not None:
        raise NotAllowed("coordinators of all areas only")
