"""The one way in which an offer or pairing moves: found, checked against the table, stored, relations and log kept in step."""

from guides.errors import IllegalMove
from guides.lifecycle import OPEN, EndReason, Move, Party, State, after, is_done, stays_in_queue
from guides.pairings import store as pairings_store
from guides.pairings.model import Pairing
from guides.pool import store as pool_store
from guides.pool.model import RequestStatus
from people.access.model import DataKind, RelationKind, Role
from people.directory.service import relate, unrelate
from people.errors import NotFound
from people.web.context import Visit, record


def make_move(visit: Visit, pairing_id: str, move: Move, party: Party, **values: object) -> Pairing:
    """Make a move as that party; gives the pairing as it is afterwards. `values` are stored with it.

    A move that has been made already does nothing twice. Raises NotFound when the pairing is not the actor's,
    IllegalMove when somebody else was first, NotAllowed.
    """
    found = find(visit, pairing_id, party)
    leads_to = after(found.state, move, party)
    if leads_to is None:
        if is_done(found.state, move):
            return found
        raise IllegalMove(found.state, move, party)
    visit.touch(found.citizen_id, DataKind.PAIRING)
    if leads_to is State.RUNNING and found.state is not State.RUNNING:
        values["running_since"] = visit.now
    if not pairings_store.move(visit.db, found, move, leads_to, visit.now, visit.person_id, **values):
        now = pairings_store.pairing(visit.db, pairing_id)
        raise IllegalMove(found.state if now is None else now.state, move, party)
    record(visit, f"guides:pairing:{move}", pairing_id, {"state": [found.state, leads_to]})
    _keep_relations(visit, found, leads_to)
    moved = pairings_store.pairing(visit.db, pairing_id)
    if moved is None:
        raise NotFound
    return moved


def find(visit: Visit, pairing_id: str, party: Party) -> Pairing:
    """A pairing as the party's own, kept from others until the transaction ends. Raises NotFound, NotAllowed.

    Guide and citizen may ask about their own at any time, so that who comes too late hears what is true now.
    """
    found = pairings_store.lock(visit.db, pairing_id)
    own = found is not None and (
        (party is Party.GUIDE and found.guide_id == visit.person_id and visit.actor.has(Role.GUIDE))
        or (party is Party.CITIZEN and found.citizen_id == visit.person_id and visit.actor.has(Role.CITIZEN))
        or (party is Party.COORDINATOR and visit.actor.has(Role.COORDINATOR))
    )
    if found is None or not own:
        raise NotFound
    if party is Party.COORDINATOR:
        visit.touch(found.citizen_id, DataKind.PAIRING)
    return found


def _keep_relations(visit: Visit, before: Pairing, state: State) -> None:
    """What the guide may see of the citizen follows the pairing's state."""
    if before.state is state:
        return
    if state is State.RUNNING:
        unrelate(visit, RelationKind.OFFERED_GUIDE, before.guide_id, before.citizen_id)
        relate(visit, RelationKind.GUIDE, before.guide_id, before.citizen_id)
    elif state not in OPEN:
        was = RelationKind.GUIDE if before.state is State.RUNNING else RelationKind.OFFERED_GUIDE
        unrelate(visit, was, before.guide_id, before.citizen_id)


def end(visit: Visit, pairing_id: str, party: Party, reason: EndReason) -> Pairing:
    """End a running pairing. A rematch keeps the request open with its waiting time; otherwise it is closed."""
    before = find(visit, pairing_id, party)
    ended = make_move(visit, pairing_id, Move.END, party, end_reason=reason)
    if before.state is State.RUNNING and not stays_in_queue(reason):
        pool_store.close_request(visit.db, ended.request_id, RequestStatus.CLOSED, visit.now)
    return ended
