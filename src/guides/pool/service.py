"""What a coordinator reads and changes about guides."""

from datetime import date

from guides.pool import store
from guides.pool.lists import guides_page
from guides.pool.model import GuideRecord
from people.access.model import Role
from people.errors import NotAllowed, NotFound
from people.web.context import RequestContext, record_change

PAGE_LENGTH = 25


def find_guides(
    context: RequestContext, text: str, page: int, *, free_only: bool = False
) -> tuple[tuple[GuideRecord, ...], int]:
    """One page (from 1) of the guides whose name contains `text`, by name, and the count of all. Raises NotAllowed."""
    _require_coordinator(context)
    return guides_page(context.db, text, free_only, limit=PAGE_LENGTH, offset=(page - 1) * PAGE_LENGTH)


def guide(context: RequestContext, guide_id: str) -> GuideRecord:
    """One guide with training and record check. Raises NotFound, NotAllowed."""
    _require_coordinator(context)
    record = store.guide(context.db, guide_id)
    if record is None:
        raise NotFound
    return record


def set_credentials(
    context: RequestContext, guide_id: str, trained_until: date | None, checked_until: date | None
) -> None:
    """Set the last valid day of training and record check; None: not valid. Raises NotFound, NotAllowed."""
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
