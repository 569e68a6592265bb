"""Who may see and decide on a matching run."""

from foundation.db.actor import as_system
from guides.access import area_of, covers
from guides.pool import store as pool_store
from guides.runs import store as runs_store
from guides.runs.model import Run
from people.access.model import DataKind
from people.access.policy import Verb
from people.errors import NotAllowed
from people.web.context import Visit


def covers_run(visit: Visit, run: Run) -> bool:
    """Whether a run is the coordinator's to publish, repeat or discard: everyone in it is of the areas that they work for.

    Before there are pairs, a run is that of whoever started it and of coordinators of all areas.
    """
    if area_of(visit) is None:
        return True
    found = runs_store.proposal(visit.db, run.id)
    if found is None:
        return run.made_by == visit.person_id
    ids = [*(pair.request_id for pair in found.pairs), *(one.request_id for one in found.waiting)]
    admits = covers(visit.actor, Verb.CHANGE, DataKind.PAIRING)
    with as_system(visit.db):  # whether there is anybody else in it; nothing of them leaves
        kept = pool_store.requests(visit.db, ids).values()
    return all(admits(one.citizen_id, one.request.area or None) for one in kept)


def must_cover_run(visit: Visit, run: Run) -> None:
    """Raises NotAllowed where `covers_run` says no."""
    if not covers_run(visit, run):
        raise NotAllowed("the run holds citizens of other areas")
