"""What a citizen does: see the proposal, say yes or no, confirm, ask for another guide, say goodbye.

my_guide(visit, citizen_id) -> MyGuide   what happens now
accept / decline / confirm / new_guide / end   each takes the pairing's id
The citizen learns of an offer when the guide has said yes, so a guide's no is never seen.
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
    """Where the citizen's wish for a guide stands. `state` is OFFERED while we look, whatever happens behind it."""

    request: RequestRecord | None
    state: State | None = None  # None: has not asked
    pairing_id: str = ""
    guide_id: str = ""
    guide_name: str = ""  # given name; where nothing is asked for, of the guide whom the citizen had last
    reasons: tuple[Reason, ...] = ()
    meeting_at: datetime | None = None
    meeting_place: str = ""
    running_since: datetime | None = None


def my_guide(context: RequestContext, citizen_id: str, purpose: Purpose = Purpose.OWN) -> MyGuide:
    """Where the citizen's wish for a guide stands. Raises NotFound, NotAllowed."""
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


def _last_guide_name(context: RequestContext, citizen_id: str) -> str:
    walked = (
        one for one in pairings_store.of_citizen(context.db, citizen_id) if one.running_since is not None
    )
    last = next(walked, None)
    guide = pool_store.guide(context.db, last.guide_id) if last is not None else None
    return guide.guide.given_name if guide is not None else ""


def accept(context: RequestContext, pairing_id: str) -> None:
    """Say yes to meeting the guide. Raises NotFound, IllegalTransition."""
    transitions.apply_transition(context, pairing_id, Transition.CITIZEN_ACCEPTS, ActorRole.CITIZEN)


def decline(context: RequestContext, pairing_id: str) -> None:
    """Say no, without a reason; the place in the queue is kept. Raises NotFound, IllegalTransition."""
    transitions.apply_transition(context, pairing_id, Transition.CITIZEN_DECLINES, ActorRole.CITIZEN)


def confirm(context: RequestContext, pairing_id: str) -> None:
    """Say yes after the match meeting; when both have, the pairing runs. Raises NotFound, IllegalTransition."""
    transitions.apply_transition(context, pairing_id, Transition.CITIZEN_CONFIRMS, ActorRole.CITIZEN)


def request_new_guide(context: RequestContext, pairing_id: str, *, never_again: bool = False) -> None:
    """Ask for another guide, at any time and without a reason. `never_again` rules these two out for good.

    Raises NotFound, IllegalTransition.
    """
    found = transitions.find_for_update(context, pairing_id, ActorRole.CITIZEN)
    if found.state in {State.RUNNING, State.ENDED}:
        transitions.end(context, pairing_id, ActorRole.CITIZEN, EndReason.NO_FAULT_REMATCH)
    else:
        decline(context, pairing_id)
    if never_again:
        exclusions.exclude_pair(context, found.citizen_id, found.guide_id)


def end(context: RequestContext, pairing_id: str, reason: EndReason) -> None:
    """End a pairing that runs. Raises NotFound, IllegalTransition."""
    transitions.end(context, pairing_id, ActorRole.CITIZEN, reason)
