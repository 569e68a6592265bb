"""Import of guides and requests: compared with the stored people by file id, stored in a few statements.

A person is identified by `people_person.file_id`. Imported people have no surname until a coordinator adds it.
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
    """What importing guides and importing requests share: the people, found by file id or new."""

    def __init__(self, context: RequestContext, role: Role) -> None:
        self.context = context
        self.role = role
        self.people_by_file_id = directory_store.people_by_file_id(context.db, role)

    def save_people(self, incoming: Mapping[str, Guide | Request], preview: Preview) -> dict[str, str]:
        """Store the people of new and changed rows; returns person ids by file id."""
        new_people = {
            file_id: Person(new_id(), value.given_name, "", area=value.area or None, file_id=file_id)
            for file_id, value in incoming.items()
            if file_id not in self.people_by_file_id
        }
        directory_store.add_people(self.context.db, new_people.values(), self.context.now)
        directory_store.add_roles(
            self.context.db,
            new_people.values(),
            self.role,
            self.context.now,
            self.context.actor.person_id,
        )
        for row in (*preview.changed, *preview.new):
            person, value = self.people_by_file_id.get(row.key), incoming[row.key]
            if person is None or (person.given_name, person.area or "") == (value.given_name, value.area):
                continue
            directory_store.change_person(
                self.context.db,
                msgspec.structs.replace(person, given_name=value.given_name, area=value.area or None),
            )
        return {file_id: person.id for file_id, person in (self.people_by_file_id | new_people).items()}


class GuideImporter(_Importer):
    """A file of guides.

    The column `aktive` counts all pairings of a guide. Those in this system are subtracted; the rest is `elsewhere`.
    """

    def __init__(
        self, context: RequestContext, parsed: ParsedSpreadsheet[Guide], areas: Sequence[Area]
    ) -> None:
        super().__init__(context, Role.GUIDE)
        guides = pool_store.guides(context.db)
        self.existing = {
            file_id: guides[person.id]
            for file_id, person in self.people_by_file_id.items()
            if person.id in guides
        }
        ids = imports_store.area_ids(areas)
        self.incoming = {guide.id: self._normalized(guide, ids) for guide in parsed}
        self.preview = diff(
            ImportKind.GUIDES,
            GUIDE_COLUMNS,
            {file_id: record.guide for file_id, record in self.existing.items()},
            self.incoming,
            parsed.notices,
        )

    def _normalized(self, guide: Guide, area_ids: Mapping[str, str]) -> Guide:
        active = max(guide.active, self._active_here(guide.id))
        return msgspec.structs.replace(guide, area=imports_store.area_id(area_ids, guide.area), active=active)

    def _active_here(self, file_id: str) -> int:
        record = self.existing.get(file_id)
        return 0 if record is None else record.guide.active - record.elsewhere

    def store(self) -> None:
        """Store the changes of the preview."""
        ids = self.save_people(self.incoming, self.preview)
        pool_store.add_guides(
            self.context.db,
            [
                self._updated_record(row.key, ids, GuideRecord(self.incoming[row.key]))
                for row in self.preview.new
            ],
        )
        pool_store.update_guides(
            self.context.db,
            [self._updated_record(row.key, ids, self.existing[row.key]) for row in self.preview.changed],
        )

    def _updated_record(self, file_id: str, ids: Mapping[str, str], record: GuideRecord) -> GuideRecord:
        guide, before = self.incoming[file_id], self.existing.get(file_id)
        after = msgspec.structs.replace(
            record,
            guide=msgspec.structs.replace(guide, id=ids[file_id]),
            elsewhere=guide.active - self._active_here(file_id),
        )
        by, at = self.context.actor.person_id, self.context.now
        if before is None or before.guide.trained_until != guide.trained_until:
            after = msgspec.structs.replace(after, trained_noted_by=by, trained_noted_at=at)
        if before is None or before.guide.checked_until != guide.checked_until:
            after = msgspec.structs.replace(after, checked_noted_by=by, checked_noted_at=at)
        return after


class RequestImporter(_Importer):
    """A file of requests. Exclusions are added, never removed; a request that was closed here is not reopened."""

    def __init__(
        self, context: RequestContext, parsed: ParsedSpreadsheet[Request], areas: Sequence[Area]
    ) -> None:
        super().__init__(context, Role.CITIZEN)
        self.guide_ids = {
            file_id: person.id
            for file_id, person in directory_store.people_by_file_id(context.db, Role.GUIDE).items()
        }
        by_citizen = pool_store.open_requests(context.db)
        self.existing = {
            file_id: by_citizen[person.id]
            for file_id, person in self.people_by_file_id.items()
            if person.id in by_citizen
        }
        ids = imports_store.area_ids(areas)
        closed = pool_store.waiting_since_of_latest_closed(context.db)
        self.incoming = {
            request.id: self._normalized(request, ids)
            for request in parsed
            if not self._closed(request, closed)
        }
        self.cprs = self._new_cprs(parsed)
        closed_count = len(parsed) - len(self.incoming)
        notices = parsed.notices + (_closed_notice(parsed.file, closed_count) if closed_count else ())
        notices += _cpr_notice(parsed.file, len(self.cprs)) if self.cprs else ()
        file_ids = {guide_id: file_id for file_id, guide_id in self.guide_ids.items()}
        self.preview = diff(
            ImportKind.REQUESTS,
            REQUEST_COLUMNS,
            {file_id: _as_in_file(record.request, file_ids) for file_id, record in self.existing.items()},
            self.incoming,
            notices,
        )

    @property
    def citizen_ids(self) -> list[str]:
        """The citizens whose stored requests were compared."""
        return [self.existing[file_id].citizen_id for file_id in self.incoming if file_id in self.existing]

    def _closed(self, request: Request, closed: Mapping[str, date]) -> bool:
        """Whether the request in the file was closed or withdrawn in this system."""
        person = self.people_by_file_id.get(request.id)
        if person is None or request.id in self.existing or person.id not in closed:
            return False
        return request.waiting_since <= closed[person.id]

    def _new_cprs(self, parsed: ParsedSpreadsheet[Request]) -> dict[str, str]:
        """The CPR numbers that are not stored yet, by file id. Raises SpreadsheetErrors if another person has one."""
        holders = identity_service.find_holders(self.context, tuple(parsed.cprs.values()))
        errors = ErrorCollector(parsed.file)
        new_cprs: dict[str, str] = {}
        for row, request in parsed.values_with_rows():
            cpr, person = parsed.cprs.get(request.id), self.people_by_file_id.get(request.id)
            holder = holders.get(cpr) if cpr else None
            if holder is not None and (person is None or person.id != holder):
                message = N_("Somebody else has the CPR number of this row. Is the id right?")
                errors.add(message, row=row, column=parsed.columns["cpr"])
            elif cpr and holder is None and request.id in self.incoming:
                new_cprs[request.id] = cpr
        if errors:
            raise SpreadsheetErrors(errors.all())
        return new_cprs

    def _normalized(self, request: Request, area_ids: Mapping[str, str]) -> Request:
        record = self.existing.get(request.id)
        file_ids = {guide_id: file_id for file_id, guide_id in self.guide_ids.items()}
        excluded = () if record is None else _as_in_file(record.request, file_ids).excluded_guides
        today = local_date(self.context.now)
        return msgspec.structs.replace(
            request,
            area=imports_store.area_id(area_ids, request.area),
            waiting_since=min(request.waiting_since, today),
            excluded_guides=tuple(dict.fromkeys((*excluded, *request.excluded_guides))),
        )

    def store(self) -> None:
        """Store the changes of the preview."""
        ids = self.save_people(self.incoming, self.preview)
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
                    self.existing[row.key], request=self._request(row.key, self.existing[row.key].request.id)
                )
                for row in self.preview.changed
            ],
        )
        exclusions = [
            (ids[file_id], self.guide_ids[guide_file_id])
            for file_id, request in self.incoming.items()
            for guide_file_id in request.excluded_guides
            if guide_file_id in self.guide_ids
        ]
        pool_store.add_exclusions(self.context.db, exclusions, by, self.context.now)
        identity_service.store_cprs(self.context, {ids[file_id]: cpr for file_id, cpr in self.cprs.items()})

    def _request(self, file_id: str, request_id: str) -> Request:
        return msgspec.structs.replace(self.incoming[file_id], id=request_id, excluded_guides=())


def _as_in_file(request: Request, file_ids: Mapping[str, str]) -> Request:
    """The request with the excluded guides' file ids, without guides who have none."""
    excluded = tuple(file_ids[guide_id] for guide_id in request.excluded_guides if guide_id in file_ids)
    return msgspec.structs.replace(request, excluded_guides=excluded)


def _cpr_notice(file: str, count: int) -> tuple[SpreadsheetIssue, ...]:
    message = N_("CPR numbers that are new or other than those noted: %(count)d.")
    return (SpreadsheetIssue(file=file, message=message, values={"count": count}),)


def _closed_notice(file: str, count: int) -> tuple[SpreadsheetIssue, ...]:
    message = N_("%(count)d wishes were left out: they have been closed here since.")
    return (SpreadsheetIssue(file=file, message=message, values={"count": count}),)
