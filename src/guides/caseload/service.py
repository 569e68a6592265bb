"""What a coordinator looks up about people: lists with filters, and one citizen or guide with everything of the matching.

citizens(visit, find, page) / guides(visit, find, page)      a page of a list and the count of all
all_citizens(visit, find) / all_guides(visit, find)          the whole list, for a sheet
citizen(visit, id) -> CitizenFile; add_citizen(visit, person); guide(visit, id) -> GuideFile
ruled_out(visit, citizen_id)                                 ids of the guides who are ruled out
"""

from collections.abc import Sequence

import msgspec

from foundation.clock import local_date
from guides.access import area_of, covers, log_many
from guides.caseload import store as caseload_store
from guides.caseload.model import CitizenLine, Find, GuideLine
from guides.pairings import store as pairings_store
from guides.pairings.model import Pairing
from guides.pool import service as pool_service
from guides.pool import store as pool_store
from guides.pool.model import KeptGuide, KeptRequest
from people.access.model import DataKind, Purpose, Role
from people.directory import areas as directory_areas
from people.directory import store as directory_store
from people.directory.model import Area, Person
from people.directory.service import add_person
from people.errors import NotAllowed, NotFound
from people.identity import service as identity_service
from people.web.context import Visit

PAGE_LENGTH = 25


class CitizenFile(msgspec.Struct, frozen=True):
    """A citizen with everything of the matching; people by id are the guides named in it."""

    person: Person
    area_name: str
    helper: Person | None
    request: KeptRequest | None  # the open one
    pairing: Pairing | None  # the open one
    pairings: tuple[Pairing, ...]
    ruled_out: tuple[str, ...]
    people: dict[str, Person]
    cpr: str  # masked, "" where none is noted


class GuideFile(msgspec.Struct, frozen=True):
    """A guide with papers and pairings; people by id are citizens named in it and who noted the papers."""

    person: Person
    area_name: str
    kept: KeptGuide
    pairings: tuple[Pairing, ...]  # those of citizens whom the coordinator may know of
    people: dict[str, Person]


def citizens(visit: Visit, find: Find, page: int) -> tuple[tuple[CitizenLine, ...], int]:
    """Citizens who have asked for a guide, as `find` says: one page (from 1) and the count of all. Raises NotAllowed."""
    return _citizens(visit, find, PAGE_LENGTH, (page - 1) * PAGE_LENGTH)


def all_citizens(visit: Visit, find: Find) -> tuple[tuple[CitizenLine, KeptRequest], ...]:
    """All of them with their newest wish, for a sheet. Raises NotAllowed."""
    lines, _ = _citizens(visit, find, None, 0)
    requests = pool_store.requests(visit.db, [line.request_id for line in lines])
    log_many(visit, (line.citizen_id for line in lines), DataKind.WISHES, Purpose.MATCHING)
    return tuple((line, requests[line.request_id]) for line in lines)


def _citizens(
    visit: Visit, find: Find, limit: int | None, offset: int
) -> tuple[tuple[CitizenLine, ...], int]:
    _coordinates(visit)
    own = area_of(visit)
    if own is not None and find.area not in {"", own}:
        return (), 0
    only = find if own is None else msgspec.structs.replace(find, area=own)
    # A coordinator with no area at all ("") finds nobody; a filter of "" means every area.
    if own == "":
        return (), 0
    lines, count = caseload_store.citizens(visit.db, only, limit=limit, offset=offset)
    ids = [line.citizen_id for line in lines]
    log_many(visit, ids, DataKind.IDENTITY, Purpose.FIND)
    log_many(visit, ids, DataKind.PAIRING, Purpose.FIND)
    return lines, count


def guides(visit: Visit, find: Find, page: int) -> tuple[tuple[GuideLine, ...], int]:
    """Guides as `find` says: one page (from 1) and the count of all. Raises NotAllowed."""
    _coordinates(visit)
    return caseload_store.guides(
        visit.db, find, local_date(visit.now), limit=PAGE_LENGTH, offset=(page - 1) * PAGE_LENGTH
    )


def all_guides(visit: Visit, find: Find) -> tuple[tuple[GuideLine, KeptGuide], ...]:
    """All of them with what is held about them, for a sheet. Raises NotAllowed."""
    _coordinates(visit)
    lines, _ = caseload_store.guides(visit.db, find, local_date(visit.now), limit=None, offset=0)
    kept = pool_store.guides(visit.db, [line.guide_id for line in lines])
    return tuple((line, kept[line.guide_id]) for line in lines)


def citizen(visit: Visit, citizen_id: str) -> CitizenFile:
    """One citizen. Raises NotFound, NotAllowed."""
    for kind in (DataKind.IDENTITY, DataKind.WISHES, DataKind.PAIRING):
        visit.look(citizen_id, kind, Purpose.MATCHING if kind is DataKind.WISHES else Purpose.FOLLOW_UP)
    person = directory_store.person(visit.db, citizen_id)
    if person is None:
        raise NotFound
    request = pool_store.open_request(visit.db, citizen_id)
    pairings = pairings_store.of_citizen(visit.db, citizen_id)
    out = pool_store.exclusions(visit.db, [citizen_id]).get(citizen_id, ())
    ids = {*out, *(one.guide_id for one in pairings), *([person.helper_id] if person.helper_id else ())}
    people = directory_store.people(visit.db, sorted(ids))
    return CitizenFile(
        person,
        _area_name(visit, person),
        people.get(person.helper_id or ""),
        request,
        None if request is None else pairings_store.open_of_request(visit.db, request.request.id),
        pairings,
        out,
        people,
        identity_service.masked_cpr(visit, citizen_id, Purpose.FOLLOW_UP),
    )


def add_citizen(visit: Visit, person: Person) -> None:
    """Write down a new citizen of an area that the coordinator covers, who becomes the citizen's named helper.

    Somebody with that id is left as they are: the same form was sent twice. Raises NotAllowed.
    """
    _coordinates(visit)
    if not covers(visit.actor)(person.id, person.area):
        raise NotAllowed("coordinator of the citizen's area")
    if directory_store.person(visit.db, person.id) is None:
        add_person(visit, msgspec.structs.replace(person, helper_id=visit.person_id), Role.CITIZEN)


def guide(visit: Visit, guide_id: str) -> GuideFile:
    """One guide. Raises NotFound, NotAllowed."""
    kept = pool_service.guide(visit, guide_id)
    pairings = pairings_store.of_guide(visit.db, guide_id)
    people = directory_store.people(
        visit.db,
        sorted(
            {guide_id, *(one.citizen_id for one in pairings)}
            | {by for by in (kept.trained_noted_by, kept.checked_noted_by) if by}
        ),
    )
    own = area_of(visit)
    mine = tuple(
        one
        for one in pairings
        if own is None or (one.citizen_id in people and people[one.citizen_id].area == own)
    )
    log_many(visit, dict.fromkeys(one.citizen_id for one in mine), DataKind.PAIRING, Purpose.FOLLOW_UP)
    person = people[guide_id]
    return GuideFile(person, _area_name(visit, person), kept, mine, people)


def areas(visit: Visit) -> tuple[Area, ...]:
    """The areas that the coordinator may choose between."""
    own = area_of(visit)
    return tuple(area for area in directory_areas.areas(visit.db) if own is None or area.id == own)


def all_areas(visit: Visit) -> tuple[Area, ...]:
    """All areas: guides may help beyond the one they live in."""
    return directory_areas.areas(visit.db)


def file_ids(visit: Visit, person_ids: Sequence[str]) -> dict[str, str]:
    """What the municipality's own files call these people; those who are in no file by their own id."""
    found = directory_store.people(visit.db, sorted(set(person_ids)))
    return {id: person.file_id or id for id, person in found.items()}


def _area_name(visit: Visit, person: Person) -> str:
    return next(
        (area.name for area in directory_areas.areas(visit.db) if area.id == person.area), person.area or ""
    )


def _coordinates(visit: Visit) -> None:
    if not visit.actor.has(Role.COORDINATOR):
        raise NotAllowed("coordinators only")
