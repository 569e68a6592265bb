"""Who may see and decide on a matching run."""

from foundation.db.actor import bypass_row_security
from guides.access import coordinator_area, coordinator_filter
from guides.pool import store as pool_store
from guides.runs import store as runs_store
from guides.runs.model import Run
from people.access.model import DataKind
from people.access.policy import Action
from people.errors import NotAllowed
from people.web.context import RequestContext


def can_manage_run(context: RequestContext, run: Run) -> bool:
    """Whether a run is the coordinator's to publish, repeat or discard: everyone in it is of the areas that they work for.

    Before there are pairs, a run is that of whoever started it and of coordinators of all areas.
    """
    if coordinator_area(context) is None:
        return True
    found = runs_store.proposal(context.db, run.id)
    if found is None:
        return run.made_by == context.person_id
    ids = [*(pair.request_id for pair in found.pairs), *(one.request_id for one in found.waiting)]
    admits = coordinator_filter(context.actor, Action.CHANGE, DataKind.PAIRING)
    with bypass_row_security(context.db):  # whether there is anybody else in it; nothing of them leaves
        kept = pool_store.requests(context.db, ids).values()
    return all(admits(one.citizen_id, one.request.area or None) for one in kept)


def require_run_access(context: RequestContext, run: Run) -> None:
    """Raises NotAllowed where `covers_run` says no."""
    if not can_manage_run(context, run):
        raise NotAllowed("the run holds citizens of other areas")
