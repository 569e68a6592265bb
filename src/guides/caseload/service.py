"""Use cases of a coordinator with people: filtered lists, one citizen or guide, a new citizen."""

from collections.abc import Sequence

import msgspec

from foundation.clock import local_date
from guides.access import coordinator_area, coordinator_filter
from guides.caseload import store as caseload_store
from guides.caseload.model import CitizenRow, GuideRow, ListQuery
from guides.lifecycle import OPEN
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
    """A citizen with everything about the matching; `people` are the guides in it and the helper, by id."""

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
    """A guide with credentials and pairings; `people` are all whom it mentions, by id."""

    person: Person
    area_name: str
    record: GuideRecord
    pairings: tuple[Pairing, ...]  # those of citizens whom the coordinator may know of
    people: dict[str, Person]


def citizens(context: RequestContext, query: ListQuery, page: int) -> tuple[tuple[CitizenRow, ...], int]:
    """Returns one page (from 1) of the citizens who have asked for a guide, and the count of all.

    Raises NotAllowed.
    """
    return _citizens(context, query, PAGE_LENGTH, (page - 1) * PAGE_LENGTH)


def all_citizens(context: RequestContext, query: ListQuery) -> tuple[tuple[CitizenRow, RequestRecord], ...]:
    """Returns all of them with their newest request, for a CSV file. Raises NotAllowed."""
    rows, _ = _citizens(context, query, None, 0)
    requests = pool_store.requests(context.db, [row.request_id for row in rows])
    context.authorize_reads((row.citizen_id for row in rows), DataKind.WISHES, Purpose.MATCHING)
    return tuple((row, requests[row.request_id]) for row in rows)


def _citizens(
    context: RequestContext, query: ListQuery, limit: int | None, offset: int
) -> tuple[tuple[CitizenRow, ...], int]:
    _require_coordinator(context)
    own_area = coordinator_area(context)
    if own_area is not None:
        # A coordinator with no area at all ("") finds nobody; as a filter, "" would mean every area.
        if own_area == "" or query.area not in {"", own_area}:
            return (), 0
        query = msgspec.structs.replace(query, area=own_area)
    rows, count = caseload_store.citizens(context.db, query, limit=limit, offset=offset)
    ids = [row.citizen_id for row in rows]
    context.authorize_reads(ids, DataKind.IDENTITY, Purpose.FIND)
    context.authorize_reads(ids, DataKind.PAIRING, Purpose.FIND)
    return rows, count


def guides(context: RequestContext, query: ListQuery, page: int) -> tuple[tuple[GuideRow, ...], int]:
    """Returns one page (from 1) of the guides, and the count of all. Raises NotAllowed."""
    _require_coordinator(context)
    return caseload_store.guides(
        context.db, query, local_date(context.now), limit=PAGE_LENGTH, offset=(page - 1) * PAGE_LENGTH
    )


def all_guides(context: RequestContext, query: ListQuery) -> tuple[tuple[GuideRow, GuideRecord], ...]:
    """Returns all of them with everything that is stored about them, for a CSV file. Raises NotAllowed."""
    _require_coordinator(context)
    rows, _ = caseload_store.guides(context.db, query, local_date(context.now), limit=None, offset=0)
    records = pool_store.guides(context.db, [row.guide_id for row in rows])
    return tuple((row, records[row.guide_id]) for row in rows)


def citizen(context: RequestContext, citizen_id: str) -> CitizenDetail:
    """Returns one citizen. Raises NotFound, NotAllowed."""
    context.authorize_read(citizen_id, DataKind.IDENTITY, Purpose.FOLLOW_UP)
    context.authorize_read(citizen_id, DataKind.WISHES, Purpose.MATCHING)
    context.authorize_read(citizen_id, DataKind.PAIRING, Purpose.FOLLOW_UP)
    person = directory_store.person(context.db, citizen_id)
    if person is None:
        raise NotFound
    request = pool_store.open_request(context.db, citizen_id)
    pairings = pairings_store.of_citizen(context.db, citizen_id)
    excluded = pool_store.exclusions(context.db, [citizen_id]).get(citizen_id, ())
    ids = {*excluded, *(pairing.guide_id for pairing in pairings)}
    if person.helper_id:
        ids.add(person.helper_id)
    people = directory_store.people(context.db, sorted(ids))
    request_id = None if request is None else request.request.id
    of_request = (pairing for pairing in pairings if pairing.request_id == request_id)
    open_pairing = next((pairing for pairing in of_request if pairing.state in OPEN), None)
    return CitizenDetail(
        person,
        _area_name(context, person),
        people.get(person.helper_id or ""),
        request,
        open_pairing,
        pairings,
        excluded,
        people,
        identity_service.masked_cpr(context, citizen_id, Purpose.FOLLOW_UP),
    )


def add_citizen(context: RequestContext, person: Person) -> None:
    """Adds a citizen of an area that the coordinator covers, and makes the coordinator their helper.

    Changes nothing when the id exists: the same form was sent twice. Raises NotAllowed.
    """
    _require_coordinator(context)
    if not coordinator_filter(context.actor)(person.id, person.area):
        raise NotAllowed("coordinator of the citizen's area")
    if directory_store.person(context.db, person.id) is None:
        add_person(context, msgspec.structs.replace(person, helper_id=context.person_id), Role.CITIZEN)


def guide(context: RequestContext, guide_id: str) -> GuideDetail:
    """Returns one guide. Raises NotFound, NotAllowed."""
    record = pool_service.guide(context, guide_id)
    pairings = pairings_store.of_guide(context.db, guide_id)
    ids = {guide_id, *(pairing.citizen_id for pairing in pairings)}
    ids.update(noted_by for noted_by in (record.trained_noted_by, record.checked_noted_by) if noted_by)
    people = directory_store.people(context.db, sorted(ids))
    own_area = coordinator_area(context)
    visible = tuple(
        pairing
        for pairing in pairings
        if own_area is None or (pairing.citizen_id in people and people[pairing.citizen_id].area == own_area)
    )
    context.authorize_reads((pairing.citizen_id for pairing in visible), DataKind.PAIRING, Purpose.FOLLOW_UP)
    person = people[guide_id]
    return GuideDetail(person, _area_name(context, person), record, visible, people)


def areas(context: RequestContext) -> tuple[Area, ...]:
    """Returns the areas that the coordinator is responsible for."""
    own_area = coordinator_area(context)
    return tuple(area for area in directory_areas.areas(context.db) if own_area in {None, area.id})


def all_areas(context: RequestContext) -> tuple[Area, ...]:
    """Returns all areas: guides may help outside the one they live in."""
    return directory_areas.areas(context.db)


def file_ids(context: RequestContext, person_ids: Sequence[str]) -> dict[str, str]:
    """Returns the ids of these people in the municipality's files, or our own id for people without one."""
    people = directory_store.people(context.db, sorted(set(person_ids)))
    return {id: person.file_id or id for id, person in people.items()}


def _area_name(context: RequestContext, person: Person) -> str:
    return next(
        (area.name for area in directory_areas.areas(context.db) if area.id == person.area), person.area or ""
    )


def _require_coordinator(context: RequestContext) -> None:
    if not context.actor.has_role(Role.COORDINATOR):
        raise NotAllowed("coordinators only")
