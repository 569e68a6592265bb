"""What a coordinator looks up about people: lists with filters, and one citizen or guide with everything of the matching.

citizens(visit, find, page) / guides(visit, find, page)      a page of a list and the count of all
all_citizens(visit, find) / all_guides(visit, find)          the whole list, for a sheet
citizen(visit, id) -> CitizenDetail; add_citizen(visit, person); guide(visit, id) -> GuideDetail
ruled_out(visit, citizen_id)                                 ids of the guides who are ruled out
"""

from collections.abc import Sequence

import msgspec

from foundation.clock import local_date
from guides.access import coordinator_area, coordinator_filter
from guides.caseload import store as caseload_store
from guides.caseload.model import CitizenRow, GuideRow, ListQuery
from guides.pairings import store as pairings_store
from guides.pairings.model import Pairing
from guides.pool import service as pool_service
from guides.pool import store as pool_store
from guides.pool.model import GuideRecord, RequestRecord
from people.access.model import DataKind, Purpose, Role
from people.directory import areas as directory_areas
from people.directory import store as directory_store
from people.directory.model import Area, Person
from people.directory.service import add_person
from people.errors import NotAllowed, NotFound
from people.identity import service as identity_service
from people.web.context import RequestContext

PAGE_LENGTH = 25


class CitizenDetail(msgspec.Struct, frozen=True):
    """A citizen with everything of the matching; people by id are the guides named in it."""

    person: Person
    area_name: str
    helper: Person | None
    request: RequestRecord | None  # the open one
    pairing: Pairing | None  # the open one
    pairings: tuple[Pairing, ...]
    excluded_guide_ids: tuple[str, ...]
    people: dict[str, Person]
    cpr: str  # masked, "" where none is noted


class GuideDetail(msgspec.Struct, frozen=True):
    """A guide with papers and pairings; people by id are citizens named in it and who noted the papers."""

    person: Person
    area_name: str
    record: GuideRecord
    pairings: tuple[Pairing, ...]  # those of citizens whom the coordinator may know of
    people: dict[str, Person]


def citizens(context: RequestContext, query: ListQuery, page: int) -> tuple[tuple[CitizenRow, ...], int]:
    """Citizens who have asked for a guide, as `find` says: one page (from 1) and the count of all. Raises NotAllowed."""
    return _citizens(context, query, PAGE_LENGTH, (page - 1) * PAGE_LENGTH)


def all_citizens(context: RequestContext, query: ListQuery) -> tuple[tuple[CitizenRow, RequestRecord], ...]:
    """All of them with their newest wish, for a sheet. Raises NotAllowed."""
    lines, _ = _citizens(context, query, None, 0)
    requests = pool_store.requests(context.db, [line.request_id for line in lines])
    context.authorize_reads((line.citizen_id for line in lines), DataKind.WISHES, Purpose.MATCHING)
    return tuple((line, requests[line.request_id]) for line in lines)


def _citizens(
    context: RequestContext, query: ListQuery, limit: int | None, offset: int
) -> tuple[tuple[CitizenRow, ...], int]:
    _require_coordinator(context)
    own = coordinator_area(context)
    if own is not None and query.area not in {"", own}:
        return (), 0
    only = query if own is None else msgspec.structs.replace(query, area=own)
    # A coordinator with no area at all ("") finds nobody; a filter of "" means every area.
    if own == "":
        return (), 0
    lines, count = caseload_store.citizens(context.db, only, limit=limit, offset=offset)
    ids = [line.citizen_id for line in lines]
    context.authorize_reads(ids, DataKind.IDENTITY, Purpose.FIND)
    context.authorize_reads(ids, DataKind.PAIRING, Purpose.FIND)
    return lines, count


def guides(context: RequestContext, query: ListQuery, page: int) -> tuple[tuple[GuideRow, ...], int]:
    """Guides as `find` says: one page (from 1) and the count of all. Raises NotAllowed."""
    _require_coordinator(context)
    return caseload_store.guides(
        context.db, query, local_date(context.now), limit=PAGE_LENGTH, offset=(page - 1) * PAGE_LENGTH
    )


def all_guides(context: RequestContext, query: ListQuery) -> tuple[tuple[GuideRow, GuideRecord], ...]:
    """All of them with what is held about them, for a sheet. Raises NotAllowed."""
    _require_coordinator(context)
    lines, _ = caseload_store.guides(context.db, query, local_date(context.now), limit=None, offset=0)
    kept = pool_store.guides(context.db, [line.guide_id for line in lines])
    return tuple((line, kept[line.guide_id]) for line in lines)


def citizen(context: RequestContext, citizen_id: str) -> CitizenDetail:
    """One citizen. Raises NotFound, NotAllowed."""
    for kind in (DataKind.IDENTITY, DataKind.WISHES, DataKind.PAIRING):
        context.authorize_read(
            citizen_id, kind, Purpose.MATCHING if kind is DataKind.WISHES else Purpose.FOLLOW_UP
        )
    person = directory_store.person(context.db, citizen_id)
    if person is None:
        raise NotFound
    request = pool_store.open_request(context.db, citizen_id)
    pairings = pairings_store.of_citizen(context.db, citizen_id)
    out = pool_store.exclusions(context.db, [citizen_id]).get(citizen_id, ())
    ids = {*out, *(one.guide_id for one in pairings), *([person.helper_id] if person.helper_id else ())}
    people = directory_store.people(context.db, sorted(ids))
    return CitizenDetail(
        person,
        _area_name(context, person),
        people.get(person.helper_id or ""),
        request,
        None if request is None else pairings_store.open_of_request(context.db, request.request.id),
        pairings,
        out,
        people,
        identity_service.masked_cpr(context, citizen_id, Purpose.FOLLOW_UP),
    )


def add_citizen(context: RequestContext, person: Person) -> None:
    """Write down a new citizen of an area that the coordinator covers, who becomes the citizen's named helper.

    Somebody with that id is left as they are: the same form was sent twice. Raises NotAllowed.
    """
    _require_coordinator(context)
    if not coordinator_filter(context.actor)(person.id, person.area):
        raise NotAllowed("coordinator of the citizen's area")
    if directory_store.person(context.db, person.id) is None:
        add_person(context, msgspec.structs.replace(person, helper_id=context.person_id), Role.CITIZEN)


def guide(context: RequestContext, guide_id: str) -> GuideDetail:
    """One guide. Raises NotFound, NotAllowed."""
    kept = pool_service.guide(context, guide_id)
    pairings = pairings_store.of_guide(context.db, guide_id)
    people = directory_store.people(
        context.db,
        sorted(
            {guide_id, *(one.citizen_id for one in pairings)}
            | {by for by in (kept.trained_noted_by, kept.checked_noted_by) if by}
        ),
    )
    own = coordinator_area(context)
    mine = tuple(
        one
        for one in pairings
        if own is None or (one.citizen_id in people and people[one.citizen_id].area == own)
    )
    context.authorize_reads(
        dict.fromkeys(one.citizen_id for one in mine), DataKind.PAIRING, Purpose.FOLLOW_UP
    )
    person = people[guide_id]
    return GuideDetail(person, _area_name(context, person), kept, mine, people)


def areas(context: RequestContext) -> tuple[Area, ...]:
    """The areas that the coordinator may choose between."""
    own = coordinator_area(context)
    return tuple(area for area in directory_areas.areas(context.db) if own is None or area.id == own)


def all_areas(context: RequestContext) -> tuple[Area, ...]:
    """All areas: guides may help beyond the one they live in."""
    return directory_areas.areas(context.db)


def file_ids(context: RequestContext, person_ids: Sequence[str]) -> dict[str, str]:
    """What the municipality's own files call these people; those who are in no file by their own id."""
    found = directory_store.people(context.db, sorted(set(person_ids)))
    return {id: person.file_id or id for id, person in found.items()}


def _area_name(context: RequestContext, person: Person) -> str:
    return next(
        (area.name for area in directory_areas.areas(context.db) if area.id == person.area), person.area or ""
    )


def _require_coordinator(context: RequestContext) -> None:
    if not context.actor.has_role(Role.COORDINATOR):
        raise NotAllowed("coordinators only")
