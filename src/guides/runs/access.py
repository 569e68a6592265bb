"""Who may read and decide on a matching run."""

from foundation.db.actor import bypass_row_security
from guides.access import coordinator_area, coordinator_filter
from guides.matching import Proposal
from guides.pool import store as pool_store
from guides.runs import store as runs_store
from guides.runs.model import Run
from people.access.model import DataKind
from people.access.policy import Action
from people.errors import NotAllowed
from people.web.context import RequestContext


def can_manage_run(context: RequestContext, run: Run, proposal: Proposal | None) -> bool:
    """Whether the coordinator may publish, repeat or discard a run: every citizen in it is in their areas.

    A run without a proposal may be managed by the coordinator who started it and by coordinators of all areas.
    """
    if coordinator_area(context) is None:
        return True
    if proposal is None:
        return run.made_by == context.person_id
    request_ids = [
        *(pair.request_id for pair in proposal.pairs),
        *(unmatched.request_id for unmatched in proposal.waiting),
    ]
    is_covered = coordinator_filter(context.actor, Action.CHANGE, DataKind.PAIRING)
    # The policy would hide exactly the citizens we look for. Only yes or no leaves this function.
    with bypass_row_security(context.db):
        records = pool_store.requests(context.db, request_ids).values()
    return all(is_covered(record.citizen_id, record.request.area or None) for record in records)


def require_run_access(context: RequestContext, run: Run, proposal: Proposal | None = None) -> None:
    """Raises NotAllowed where `can_manage_run` is false; reads the run's proposal if needed and not passed."""
    if coordinator_area(context) is None:
        return
    if not can_manage_run(context, run, proposal or runs_store.proposal(context.db, run.id)):
        raise NotAllowed("the run holds citizens of other areas")
