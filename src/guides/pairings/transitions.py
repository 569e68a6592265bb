"""The one way in which an offer or pairing moves: found, checked against the table, stored, relations and log kept in step."""

from guides.errors import IllegalTransition
from guides.lifecycle import (
    OPEN,
    ActorRole,
    EndReason,
    State,
    Transition,
    is_already_applied,
    next_state,
    stays_in_queue,
)
from guides.pairings import store as pairings_store
from guides.pairings.model import Pairing
from guides.pool import store as pool_store
from guides.pool.model import RequestStatus
from people.access.model import DataKind, RelationKind, Role
from people.directory.service import end_relation, start_relation
from people.errors import NotFound
from people.web.context import RequestContext, record_change


def apply_transition(
    context: RequestContext, pairing_id: str, transition: Transition, role: ActorRole, **values: object
) -> Pairing:
    """Make a move as that party; gives the pairing as it is afterwards. `values` are stored with it.

    A move that has been made already does nothing twice. Raises NotFound when the pairing is not the actor's,
    IllegalTransition when somebody else was first, NotAllowed.
    """
    found = find_for_update(context, pairing_id, role)
    leads_to = next_state(found.state, transition, role)
    if leads_to is None:
        if is_already_applied(found.state, transition):
            return found
        raise IllegalTransition(found.state, transition, role)
    context.authorize_change(found.citizen_id, DataKind.PAIRING)
    if leads_to is State.RUNNING and found.state is not State.RUNNING:
        values["running_since"] = context.now
    if not pairings_store.save_transition(
        context.db, found, transition, leads_to, context.now, context.person_id, **values
    ):
        now = pairings_store.pairing(context.db, pairing_id)
        raise IllegalTransition(found.state if now is None else now.state, transition, role)
    record_change(context, f"guides:pairing:{transition}", pairing_id, {"state": [found.state, leads_to]})
    _update_relations(context, found, leads_to)
    moved = pairings_store.pairing(context.db, pairing_id)
    if moved is None:
        raise NotFound
    return moved


def find_for_update(context: RequestContext, pairing_id: str, role: ActorRole) -> Pairing:
    """A pairing as the party's own, kept from others until the transaction ends. Raises NotFound, NotAllowed.

    Guide and citizen may ask about their own at any time, so that who comes too late hears what is true now.
    """
    found = pairings_store.lock(context.db, pairing_id)
    own = found is not None and (
        (
            role is ActorRole.GUIDE
            and found.guide_id == context.person_id
            and context.actor.has_role(Role.GUIDE)
        )
        or (
            role is ActorRole.CITIZEN
            and found.citizen_id == context.person_id
            and context.actor.has_role(Role.CITIZEN)
        )
        or (role is ActorRole.COORDINATOR and context.actor.has_role(Role.COORDINATOR))
    )
    if found is None or not own:
        raise NotFound
    if role is ActorRole.COORDINATOR:
        context.authorize_change(found.citizen_id, DataKind.PAIRING)
    return found


def _update_relations(context: RequestContext, before: Pairing, state: State) -> None:
    """What the guide may see of the citizen follows the pairing's state."""
    if before.state is state:
        return
    if state is State.RUNNING:
        end_relation(context, RelationKind.OFFERED_GUIDE, before.guide_id, before.citizen_id)
        start_relation(context, RelationKind.GUIDE, before.guide_id, before.citizen_id)
    elif state not in OPEN:
        was = RelationKind.GUIDE if before.state is State.RUNNING else RelationKind.OFFERED_GUIDE
        end_relation(context, was, before.guide_id, before.citizen_id)


def end(context: RequestContext, pairing_id: str, role: ActorRole, reason: EndReason) -> Pairing:
    """End a running pairing. A rematch keeps the request open with its waiting time; otherwise it is closed."""
    before = find_for_update(context, pairing_id, role)
    ended = apply_transition(context, pairing_id, Transition.END, role, end_reason=reason)
    if before.state is State.RUNNING and not stays_in_queue(reason):
        pool_store.close_request(context.db, ended.request_id, RequestStatus.CLOSED, context.now)
    return ended
