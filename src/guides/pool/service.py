"""What a coordinator does with the people behind the matching: guides and the requests that wait.

find_guides(visit, text, page, free_only) -> (guides, count)
guide(visit, guide_id) -> GuideRecord; request(visit, request_id) -> RequestRecord
set_papers(visit, guide_id, trained_until, checked_until)    notes who and when; the document is never kept
"""

from datetime import date

from guides.pool import store
from guides.pool.lists import guides_page
from guides.pool.model import GuideRecord, RequestRecord
from people.access.model import DataKind, Purpose, Role
from people.errors import NotAllowed, NotFound
from people.web.context import RequestContext, record_change

PAGE_LENGTH = 25


def find_guides(
    context: RequestContext, text: str, page: int, *, free_only: bool = False
) -> tuple[tuple[GuideRecord, ...], int]:
    """Guides whose name holds `text`, by name: one page (from 1) and the count of all. Raises NotAllowed."""
    _require_coordinator(context)
    return guides_page(context.db, text, free_only, limit=PAGE_LENGTH, offset=(page - 1) * PAGE_LENGTH)


def guide(context: RequestContext, guide_id: str) -> GuideRecord:
    """One guide with papers. Raises NotFound, NotAllowed."""
    _require_coordinator(context)
    kept = store.guide(context.db, guide_id)
    if kept is None:
        raise NotFound
    return kept


def request(context: RequestContext, request_id: str) -> RequestRecord:
    """One request, whatever its status. Raises NotFound, NotAllowed."""
    kept = store.request(context.db, request_id)
    if kept is None:
        raise NotFound
    context.authorize_read(kept.citizen_id, DataKind.WISHES, Purpose.MATCHING)
    return kept


def set_credentials(
    context: RequestContext, guide_id: str, trained_until: date | None, checked_until: date | None
) -> None:
    """Note until when training and record check are valid; None: not valid. Raises NotFound, NotAllowed."""
    before = guide(context, guide_id).guide
    store.set_credentials(context.db, guide_id, trained_until, checked_until, context.person_id, context.now)
    record_change(
        context,
        "guides:guide:set_papers",
        guide_id,
        {
            "trained_until": [before.trained_until, trained_until],
            "checked_until": [before.checked_until, checked_until],
        },
    )


def _require_coordinator(context: RequestContext) -> None:
    if not context.actor.has_role(Role.COORDINATOR):
        raise NotAllowed("coordinators only")
