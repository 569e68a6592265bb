"""Use cases of a citizen: see the proposed guide, accept or decline, confirm, ask for another guide, end the
pairing.

The citizen sees an offer once the guide has accepted it, so that a guide's no is never seen.
"""

from datetime import datetime

import msgspec

from guides.lifecycle import VISIBLE_TO_CITIZEN, ActorRole, EndReason, State, Transition
from guides.matching.reasons import Reason
from guides.pairings import store as pairings_store
from guides.pairings import transitions
from guides.pool import exclusions
from guides.pool import store as pool_store
from guides.pool.model import RequestRecord
from people.access.model import DataKind, Purpose
from people.web.context import RequestContext


class MyGuide(msgspec.Struct, frozen=True):
    """How far the citizen's request for a guide is; `state` is OFFERED while there is no guide to show."""

    request: RequestRecord | None
    state: State | None = None  # None: there is no open request
    pairing_id: str = ""
    guide_id: str = ""
    guide_name: str = ""  # given name; without an open request, of the citizen's last guide
    reasons: tuple[Reason, ...] = ()
    meeting_at: datetime | None = None
    meeting_place: str = ""
    running_since: datetime | None = None


def my_guide(context: RequestContext, citizen_id: str, purpose: Purpose = Purpose.OWN) -> MyGuide:
    """Returns how far the citizen's request for a guide is. Raises NotFound, NotAllowed.

    A page that shows the wishes in it uses `my_guide_with_wishes`.
    """
    context.authorize_read(citizen_id, DataKind.PAIRING, purpose)
    request = pool_store.open_request(context.db, citizen_id)
    if request is None:
        return MyGuide(None, guide_name=_last_guide_name(context, citizen_id))
    pairing = pairings_store.open_of_request(context.db, request.request.id)
    if pairing is None or pairing.state not in VISIBLE_TO_CITIZEN:
        return MyGuide(request, State.OFFERED)
    guide = pool_store.guide(context.db, pairing.guide_id)
    return MyGuide(
        request,
        pairing.state,
        pairing.id,
        pairing.guide_id,
        guide.guide.given_name if guide is not None else "",
        pairing.to_citizen,
        pairing.meeting_at,
        pairing.meeting_place,
        pairing.running_since,
    )


def my_guide_with_wishes(context: RequestContext, citizen_id: str, purpose: Purpose = Purpose.OWN) -> MyGuide:
    """Returns the same for a page that shows the citizen's wishes too. Raises NotFound, NotAllowed."""
    context.authorize_read(citizen_id, DataKind.WISHES, purpose)
    return my_guide(context, citizen_id, purpose)


def _last_guide_name(context: RequestContext, citizen_id: str) -> str:
    newest_first = pairings_store.of_citizen(context.db, citizen_id)
    last = next((pairing for pairing in newest_first if pairing.running_since is not None), None)
    guide = pool_store.guide(context.db, last.guide_id) if last is not None else None
    return guide.guide.given_name if guide is not None else ""


def accept(context: RequestContext, pairing_id: str) -> None:
    """Accepts to meet the guide. Raises NotFound, IllegalTransition."""
    transitions.apply_transition(context, pairing_id, Transition.CITIZEN_ACCEPTS, ActorRole.CITIZEN)


def confirm(context: RequestContext, pairing_id: str) -> None:
    """Confirms after the match meeting; once both have confirmed, the pairing runs.

    Raises NotFound, IllegalTransition.
    """
    transitions.apply_transition(context, pairing_id, Transition.CITIZEN_CONFIRMS, ActorRole.CITIZEN)


def request_new_guide(context: RequestContext, pairing_id: str, *, never_again: bool = False) -> None:
    """Declines the guide or ends the pairing, at any time and without a reason; keeps the place in the queue.

    `never_again` keeps these two from being suggested for each other again.

    Raises NotFound, IllegalTransition.
    """
    pairing = transitions.find_for_update(context, pairing_id, ActorRole.CITIZEN)
    if pairing.state in {State.RUNNING, State.ENDED}:
        transitions.end_locked(context, pairing, ActorRole.CITIZEN, EndReason.NO_FAULT_REMATCH)
    else:
        transitions.apply_to_locked(context, pairing, Transition.CITIZEN_DECLINES, ActorRole.CITIZEN)
    if never_again:
        exclusions.exclude_pair(context, pairing.citizen_id, pairing.guide_id)


def end(context: RequestContext, pairing_id: str, reason: EndReason) -> None:
    """Ends a running pairing. Raises NotFound, IllegalTransition."""
    transitions.end(context, pairing_id, ActorRole.CITIZEN, reason)
