"""Whom a coordinator's work covers: the policy asked of many citizens at once, and one log line for each who was read."""

from collections.abc import Iterable

from foundation.db.actor import as_system
from guides.pool import store as pool_store
from guides.pool.model import Run
from guides.runs import store as runs_store
from guides.runs.pool_store import Admits
from people.access.model import Actor, DataKind, Purpose, Role, Subject
from people.access.policy import Verb, decide
from people.errors import NotAllowed
from people.web.context import Visit


def covers(actor: Actor, verb: Verb = Verb.READ, kind: DataKind = DataKind.WISHES) -> Admits:
    """Whether the actor may do that as a coordinator, by the citizen's id and area."""
    answers: dict[str | None, bool] = {}

    def admits(_citizen_id: str, area: str | None) -> bool:
        if area not in answers:
            # A coordinator stands to every citizen of an area alike, so one answer serves for all of them.
            answers[area] = decide(actor, verb, kind, Subject("", area)).granted
        return answers[area]

    return admits


def log_many(visit: Visit, citizen_ids: Iterable[str], kind: DataKind, purpose: Purpose) -> None:
    """Give the visit a line of the access log for each citizen; the caller has asked the policy."""
    for citizen_id in citizen_ids:
        visit.note(Role.COORDINATOR, citizen_id, kind, purpose)


def area_of(visit: Visit) -> str | None:
    """The one area that the coordinator works for, or None for all of them; "" for no area at all."""
    areas = {held.area for held in visit.actor.roles if held.role is Role.COORDINATOR}
    return None if None in areas else min((area for area in areas if area is not None), default="")


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
