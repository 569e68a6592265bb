"""The one way to change the state of a pairing; keeps access relations and the change log in step."""

import msgspec

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
    """Locks a pairing and applies a transition to it; see `apply_to_locked`. Raises NotFound too."""
    pairing = find_for_update(context, pairing_id, role)
    return apply_to_locked(context, pairing, transition, role, **values)


def apply_to_locked(
    context: RequestContext, pairing: Pairing, transition: Transition, role: ActorRole, **values: object
) -> Pairing:
    """Applies a transition to a pairing from `find_for_update`, and stores `values` with it.

    Returns the pairing afterwards. Changes nothing when the pairing is already in a state that the transition
    leads to. Raises IllegalTransition when the state does not allow the transition, NotAllowed.
    """
    to_state = next_state(pairing.state, transition, role)
    if to_state is None:
        if is_already_applied(pairing.state, transition):
            return pairing
        raise IllegalTransition(pairing.state, transition, role)
    if role is not ActorRole.COORDINATOR:  # `find_for_update` has authorised the coordinator
        context.authorize_change(pairing.citizen_id, DataKind.PAIRING)
    if to_state is State.RUNNING and pairing.state is not State.RUNNING:
        values["running_since"] = context.now
    if not pairings_store.save_transition(
        context.db, pairing, transition, to_state, context.now, context.person_id, **values
    ):
        current = pairings_store.pairing(context.db, pairing.id)
        raise IllegalTransition(pairing.state if current is None else current.state, transition, role)
    record_change(context, f"guides:pairing:{transition}", pairing.id, {"state": [pairing.state, to_state]})
    _update_relations(context, pairing, to_state)
    moved_at = pairing.moved_at if to_state is pairing.state else context.now
    return msgspec.structs.replace(pairing, state=to_state, moved_at=moved_at, **values)


def find_for_update(context: RequestContext, pairing_id: str, role: ActorRole) -> Pairing:
    """Returns a pairing of the actor in that role, locked until the transaction ends.

    Guide and citizen find their own pairing in every state, so that an actor who is too late learns the
    current one. Raises NotFound, NotAllowed.
    """
    pairing = pairings_store.lock(context.db, pairing_id)
    if pairing is None or not _is_party(context, pairing, role):
        raise NotFound
    if role is ActorRole.COORDINATOR:
        context.authorize_change(pairing.citizen_id, DataKind.PAIRING)
    return pairing


def _is_party(context: RequestContext, pairing: Pairing, role: ActorRole) -> bool:
    match role:
        case ActorRole.GUIDE:
            return pairing.guide_id == context.person_id and context.actor.has_role(Role.GUIDE)
        case ActorRole.CITIZEN:
            return pairing.citizen_id == context.person_id and context.actor.has_role(Role.CITIZEN)
        case ActorRole.COORDINATOR:
            return context.actor.has_role(Role.COORDINATOR)


def _update_relations(context: RequestContext, before: Pairing, state: State) -> None:
    """Updates the relation that decides what the guide may see of the citizen."""
    if before.state is state:
        return
    if state is State.RUNNING:
        end_relation(context, RelationKind.OFFERED_GUIDE, before.guide_id, before.citizen_id)
        start_relation(context, RelationKind.GUIDE, before.guide_id, before.citizen_id)
    elif state not in OPEN:
        ended_kind = RelationKind.GUIDE if before.state is State.RUNNING else RelationKind.OFFERED_GUIDE
        end_relation(context, ended_kind, before.guide_id, before.citizen_id)


def end(context: RequestContext, pairing_id: str, role: ActorRole, reason: EndReason) -> Pairing:
    """Locks a running pairing and ends it; see `end_locked`. Raises NotFound too."""
    return end_locked(context, find_for_update(context, pairing_id, role), role, reason)


def end_locked(context: RequestContext, pairing: Pairing, role: ActorRole, reason: EndReason) -> Pairing:
    """Ends a running pairing from `find_for_update`. Raises IllegalTransition, NotAllowed.

    A rematch keeps the request open with its waiting time; any other reason closes it.
    """
    ended = apply_to_locked(context, pairing, Transition.END, role, end_reason=reason)
    if pairing.state is State.RUNNING and not stays_in_queue(reason):
        pool_store.close_request(context.db, ended.request_id, RequestStatus.CLOSED, context.now)
    return ended
