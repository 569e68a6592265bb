"""What a coordinator does with the people behind the matching: guides and the requests that wait.

find_guides(visit, text, page, free_only) -> (guides, count)
find_requests(visit, text, page, waiting_only) -> (requests, count)
guide(visit, guide_id) -> KeptGuide; request(visit, request_id) -> KeptRequest
set_papers(visit, guide_id, trained_until, checked_until)    notes who and when; the document is never kept
"""

from datetime import date

from guides.access import area_of
from guides.pairings import store as pairings_store
from guides.pairings.model import Pairing
from guides.pool import store
from guides.pool.lists import guides_page, requests_page
from guides.pool.model import KeptGuide, KeptRequest
from people.access.model import DataKind, Purpose, Role
from people.errors import NotAllowed, NotFound
from people.web.context import Visit, record

PAGE_LENGTH = 25


def find_guides(
    visit: Visit, text: str, page: int, *, free_only: bool = False
) -> tuple[tuple[KeptGuide, ...], int]:
    """Guides whose name holds `text`, by name: one page (from 1) and the count of all. Raises NotAllowed."""
    _coordinates(visit)
    return guides_page(visit.db, text, free_only, limit=PAGE_LENGTH, offset=(page - 1) * PAGE_LENGTH)


def find_requests(
    visit: Visit, text: str, page: int, *, waiting_only: bool = False
) -> tuple[tuple[KeptRequest, ...], int, dict[str, Pairing]]:
    """Open requests of citizens whose given name holds `text`, longest waiting first: a page, the count, open pairings by request.

    A coordinator of one area finds those of that area only.
    """
    _coordinates(visit)
    found, count = requests_page(
        visit.db, text, area_of(visit), waiting_only, limit=PAGE_LENGTH, offset=(page - 1) * PAGE_LENGTH
    )
    for kept in found:
        visit.look(kept.citizen_id, DataKind.WISHES, Purpose.MATCHING)
    return found, count, pairings_store.open_by_request(visit.db, [kept.request.id for kept in found])


def guide(visit: Visit, guide_id: str) -> KeptGuide:
    """One guide with papers. Raises NotFound, NotAllowed."""
    _coordinates(visit)
    kept = store.guide(visit.db, guide_id)
    if kept is None:
        raise NotFound
    return kept


def request(visit: Visit, request_id: str) -> KeptRequest:
    """One request, whatever its status. Raises NotFound, NotAllowed."""
    kept = store.request(visit.db, request_id)
    if kept is None:
        raise NotFound
    visit.look(kept.citizen_id, DataKind.WISHES, Purpose.MATCHING)
    return kept


def set_papers(visit: Visit, guide_id: str, trained_until: date | None, checked_until: date | None) -> None:
    """Note until when training and record check are valid; None: not valid. Raises NotFound, NotAllowed."""
    before = guide(visit, guide_id).guide
    store.set_papers(visit.db, guide_id, trained_until, checked_until, visit.person_id, visit.now)
    record(
        visit,
        "guides:guide:set_papers",
        guide_id,
        {
            "trained_until": [before.trained_until, trained_until],
            "checked_until": [before.checked_until, checked_until],
        },
    )


def _coordinates(visit: Visit) -> None:
    if not visit.actor.has(Role.COORDINATOR):
        raise NotAllowed("coordinators only")
