"""A file's guides and requests beside the people who are kept: compared by the file's ids, stored in a few statements.

A person is known by `people_person.file_id`. Imported people have no surname until somebody adds it.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from foundation.clock import local_date
from foundation.i18n import N_
from foundation.ids import new_id
from foundation.spreadsheets.errors import ErrorCollector, SpreadsheetErrors, SpreadsheetIssue
from guides.imports import store as imports_store
from guides.imports.diff import ImportKind, Preview, diff
from guides.matching.model import Guide, Request
from guides.pool import store as pool_store
from guides.pool.model import GuideRecord, RequestRecord
from guides.spreadsheets.columns import GUIDE_COLUMNS, REQUEST_COLUMNS
from guides.spreadsheets.files import ParsedSpreadsheet
from people.access.model import Role
from people.consent.service import record_request_consent
from people.directory import store as directory_store
from people.directory.model import Area, Person
from people.identity import service as identity_service
from people.web.context import RequestContext


class _Importer:
    """What guides and requests have in common: people found by the file's id, or new."""

    def __init__(self, context: RequestContext, role: Role) -> None:
        self.context = context
        self.role = role
        self.known = directory_store.people_by_file_id(context.db, role)

    def save_people(self, incoming: Mapping[str, Guide | Request], preview: Preview) -> dict[str, str]:
        """Store the people of new and changed rows; gives their ids by the file's ids."""
        fresh = {
            key: Person(new_id(), value.given_name, "", area=value.area or None, file_id=key)
            for key, value in incoming.items()
            if key not in self.known
        }
        directory_store.add_people(self.context.db, fresh.values(), self.context.now)
        directory_store.add_roles(
            self.context.db,
            fresh.values(),
            self.role,
            self.context.now,
            self.context.actor.person_id,
        )
        for row in (*preview.changed, *preview.new):
            person, value = self.known.get(row.key), incoming[row.key]
            moved = person is not None and (person.given_name, person.area or "") != (
                value.given_name,
                value.area,
            )
            if person is not None and moved:
                directory_store.change_person(
                    self.context.db,
                    msgspec.structs.replace(person, given_name=value.given_name, area=value.area or None),
                )
        return {key: person.id for key, person in (self.known | fresh).items()}


class GuideImporter(_Importer):
    """A file of guides. Its `aktive` counts pairings here and elsewhere; those here are counted, the rest is kept."""

    def __init__(
        self, context: RequestContext, listed: ParsedSpreadsheet[Guide], areas: Sequence[Area]
    ) -> None:
        super().__init__(context, Role.GUIDE)
        by_person = pool_store.guides(context.db)
        self.kept = {
            key: by_person[person.id] for key, person in self.known.items() if person.id in by_person
        }
        ids = imports_store.area_ids(areas)
        self.listed = {guide.id: self._normalized(guide, ids) for guide in listed}
        self.preview = diff(
            ImportKind.GUIDES,
            GUIDE_COLUMNS,
            {key: kept.guide for key, kept in self.kept.items()},
            self.listed,
            listed.notices,
        )

    def _normalized(self, guide: Guide, area_ids: Mapping[str, str]) -> Guide:
        here = self._active_here(guide.id)
        return msgspec.structs.replace(
            guide, area=imports_store.area_id(area_ids, guide.area), active=max(guide.active, here)
        )

    def _active_here(self, key: str) -> int:
        kept = self.kept.get(key)
        return 0 if kept is None else kept.guide.active - kept.elsewhere

    def store(self) -> None:
        """Store what the preview says."""
        ids = self.save_people(self.listed, self.preview)
        pool_store.add_guides(
            self.context.db,
            [
                self._updated_record(row.key, ids, GuideRecord(self.listed[row.key]))
                for row in self.preview.new
            ],
        )
        pool_store.update_guides(
            self.context.db,
            [self._updated_record(row.key, ids, self.kept[row.key]) for row in self.preview.changed],
        )

    def _updated_record(self, key: str, ids: Mapping[str, str], kept: GuideRecord) -> GuideRecord:
        guide, before = self.listed[key], self.kept.get(key)
        after = msgspec.structs.replace(
            kept,
            guide=msgspec.structs.replace(guide, id=ids[key]),
            elsewhere=guide.active - self._active_here(key),
        )
        by, at = self.context.actor.person_id, self.context.now
        if before is None or before.guide.trained_until != guide.trained_until:
            after = msgspec.structs.replace(after, trained_noted_by=by, trained_noted_at=at)
        if before is None or before.guide.checked_until != guide.checked_until:
            after = msgspec.structs.replace(after, checked_noted_by=by, checked_noted_at=at)
        return after


class RequestImporter(_Importer):
    """A file of requests. Who is ruled out is added to, never taken back; a closed request is not opened again."""

    def __init__(
        self, context: RequestContext, listed: ParsedSpreadsheet[Request], areas: Sequence[Area]
    ) -> None:
        super().__init__(context, Role.CITIZEN)
        self.guide_ids = {
            key: person.id
            for key, person in directory_store.people_by_file_id(context.db, Role.GUIDE).items()
        }
        by_citizen = pool_store.open_requests(context.db)
        self.kept = {
            key: by_citizen[person.id] for key, person in self.known.items() if person.id in by_citizen
        }
        ids = imports_store.area_ids(areas)
        closed = pool_store.waiting_since_of_latest_closed(context.db)
        self.listed = {
            request.id: self._normalized(request, ids)
            for request in listed
            if not self._closed(request, closed)
        }
        self.cprs = self._new_cprs(listed)
        left_out = len(listed) - len(self.listed)
        notices = listed.notices + (_closed_notice(listed.file, left_out) if left_out else ())
        notices += _cpr_notice(listed.file, len(self.cprs)) if self.cprs else ()
        file_ids = {id: key for key, id in self.guide_ids.items()}
        self.preview = diff(
            ImportKind.REQUESTS,
            REQUEST_COLUMNS,
            {key: _as_in_file(kept.request, file_ids) for key, kept in self.kept.items()},
            self.listed,
            notices,
        )

    @property
    def citizen_ids(self) -> list[str]:
        """The citizens whose wishes were read to compare them."""
        return [self.kept[key].citizen_id for key in self.listed if key in self.kept]

    def _closed(self, request: Request, closed: Mapping[str, date]) -> bool:
        """Whether the wish in the file is one that has been closed or withdrawn here since."""
        person = self.known.get(request.id)
        if person is None or request.id in self.kept or person.id not in closed:
            return False
        return request.waiting_since <= closed[person.id]

    def _new_cprs(self, listed: ParsedSpreadsheet[Request]) -> dict[str, str]:
        """The file's CPR numbers that are not noted yet, by the file's id. Raises SpreadsheetErrors for one of somebody else."""
        holders = identity_service.find_holders(self.context, tuple(listed.cprs.values()))
        faults = ErrorCollector(listed.file)
        new: dict[str, str] = {}
        for row, request in listed.values_with_rows():
            cpr, person = listed.cprs.get(request.id), self.known.get(request.id)
            holder = holders.get(cpr) if cpr else None
            if holder is not None and (person is None or person.id != holder):
                message = N_("Somebody else has the CPR number of this row. Is the id right?")
                faults.add(message, row=row, column=listed.columns["cpr"])
            elif cpr and holder is None and request.id in self.listed:
                new[request.id] = cpr
        if faults:
            raise SpreadsheetErrors(faults.all())
        return new

    def _normalized(self, request: Request, area_ids: Mapping[str, str]) -> Request:
        kept = self.kept.get(request.id)
        file_ids = {id: key for key, id in self.guide_ids.items()}
        ruled_out = () if kept is None else _as_in_file(kept.request, file_ids).excluded_guides
        today = local_date(self.context.now)
        return msgspec.structs.replace(
            request,
            area=imports_store.area_id(area_ids, request.area),
            waiting_since=min(request.waiting_since, today),
            excluded_guides=tuple(dict.fromkeys((*ruled_out, *request.excluded_guides))),
        )

    def store(self) -> None:
        """Store what the preview says."""
        ids = self.save_people(self.listed, self.preview)
        by = self.context.actor.person_id
        pool_store.add_requests(
            self.context.db,
            [
                RequestRecord(ids[row.key], self._request(row.key, new_id()), made_by=by)
                for row in self.preview.new
            ],
            self.context.now,
        )
        record_request_consent(self.context, [ids[row.key] for row in self.preview.new])
        pool_store.update_requests(
            self.context.db,
            [
                msgspec.structs.replace(
                    self.kept[row.key], request=self._request(row.key, self.kept[row.key].request.id)
                )
                for row in self.preview.changed
            ],
        )
        ruled_out = [
            (ids[key], self.guide_ids[guide])
            for key, request in self.listed.items()
            for guide in request.excluded_guides
            if guide in self.guide_ids
        ]
        pool_store.add_exclusions(self.context.db, ruled_out, by, self.context.now)
        identity_service.store_cprs(self.context, {ids[key]: cpr for key, cpr in self.cprs.items()})

    def _request(self, key: str, request_id: str) -> Request:
        return msgspec.structs.replace(self.listed[key], id=request_id, excluded_guides=())


def _as_in_file(request: Request, file_ids: Mapping[str, str]) -> Request:
    """The request with the file's ids of the guides it rules out, as far as the file knows them."""
    known = tuple(file_ids[id] for id in request.excluded_guides if id in file_ids)
    return msgspec.structs.replace(request, excluded_guides=known)


def _cpr_notice(file: str, count: int) -> tuple[SpreadsheetIssue, ...]:
    message = N_("CPR numbers that are new or other than those noted: %(count)d.")
    return (SpreadsheetIssue(file=file, message=message, values={"count": count}),)


def _closed_notice(file: str, count: int) -> tuple[SpreadsheetIssue, ...]:
    message = N_("%(count)d wishes were left out: they have been closed here since.")
    return (SpreadsheetIssue(file=file, message=message, values={"count": count}),)
