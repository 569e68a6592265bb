"""What a guide does: answer offers, see the own pairings, note contacts, decide on the own capacity and pause.

my_offers(visit) -> tuple[Card]          offers that wait for the guide's answer or that were answered with yes
my_pairings(visit) -> tuple[Card]        pairings that run
card(visit, pairing_id) -> Card          one of them, or what is true of it now
accept_offer / decline / ask(question) / confirm / end(reason)
contacts(visit, pairing_id), contact_draft, log_contact(visit, pairing_id, contact, form_key)
my_place(visit) -> GuideRecord, set_capacity(visit, number), set_pause(visit, until)
"""

from datetime import date, datetime

import msgspec

from foundation.clock import local_date
from foundation.i18n import N_
from foundation.ids import new_id
from guides.labels import ContactKind
from guides.lifecycle import (
    BEFORE_RUNNING,
    OPEN,
    ActorRole,
    EndReason,
    State,
    Transition,
    allowed_transitions,
    answer_deadline,
)
from guides.matching.model import Guide, Slot
from guides.matching.reasons import Reason
from guides.pairings import store as pairings_store
from guides.pairings import transitions
from guides.pairings.model import Contact, Pairing
from guides.pool import store as pool_store
from guides.pool.consent_filter import redact_reasons, redact_request
from guides.pool.model import GuideRecord
from people.access.model import DataKind, Purpose
from people.consent import store as consent_store
from people.consent.model import Use
from people.directory import store as directory_store
from people.directory.areas import areas
from people.errors import NotFound
from people.web.context import RequestContext, record_change


class OfferCard(msgspec.Struct, frozen=True):
    """An offer or pairing as its guide sees it: no surname, no address; nothing of the citizen once it is closed."""

    id: str
    state: State
    transitions: tuple[Transition, ...]
    answer_by: date
    question: str
    answer: str
    meeting_at: datetime | None
    meeting_place: str
    running_since: datetime | None
    given_name: str = ""  # from the day on which both want to meet
    area: str = ""  # the area's name
    help: tuple[str, ...] = ()
    times: tuple[Slot, ...] = ()
    reasons: tuple[Reason, ...] = ()
    last_contact: date | None = None


def my_offers(context: RequestContext) -> tuple[OfferCard, ...]:
    """The guide's offers that are not yet pairings, those that wait for an answer first."""
    mine = (
        one for one in pairings_store.of_guide(context.db, context.person_id) if one.state in BEFORE_RUNNING
    )
    return tuple(
        _offer_card(context, one) for one in sorted(mine, key=lambda one: one.state is not State.OFFERED)
    )


def my_pairings(context: RequestContext) -> tuple[OfferCard, ...]:
    """The guide's pairings that run."""
    mine = [
        one for one in pairings_store.of_guide(context.db, context.person_id) if one.state is State.RUNNING
    ]
    return tuple(_offer_card(context, one) for one in mine)


def offer_card(context: RequestContext, pairing_id: str) -> OfferCard:
    """One of the guide's offers or pairings; of a closed one only that it is closed. Raises NotFound."""
    return _offer_card(context, _own_pairing(context, pairing_id))


def _offer_card(context: RequestContext, pairing: Pairing) -> OfferCard:
    bare = OfferCard(
        pairing.id,
        pairing.state,
        allowed_transitions(pairing.state, ActorRole.GUIDE),
        pairing.answer_by,
        pairing.question,
        pairing.answer,
        pairing.meeting_at,
        pairing.meeting_place,
        pairing.running_since,
    )
    kept = pool_store.request(context.db, pairing.request_id)
    if pairing.state not in OPEN or kept is None:
        return bare
    purpose = Purpose.OFFER if pairing.state in BEFORE_RUNNING else Purpose.FOLLOW_UP
    context.authorize_read(pairing.citizen_id, DataKind.WISHES, purpose)
    context.authorize_read(pairing.citizen_id, DataKind.PAIRING, purpose)
    may_see = consent_store.allowed_kinds_by_citizen(
        context.db, [pairing.citizen_id], Use.GUIDE, local_date(context.now)
    )
    allowed = may_see[pairing.citizen_id]
    request = redact_request(kept.request, allowed)
    shared = redact_reasons(pairing.to_guide, allowed)
    both_want = pairing.state not in {State.OFFERED, State.GUIDE_WILLING}
    return msgspec.structs.replace(
        bare,
        given_name=request.given_name if both_want else "",
        area=_area_name(context, pairing.citizen_id, request.area),
        help=request.wants_help_with,
        times=request.times,
        reasons=shared if both_want else tuple(map(_redact, shared)),
        last_contact=pairings_store.last_contacts(context.db, [pairing.id]).get(pairing.id),
    )


def _area_name(context: RequestContext, citizen_id: str, area_id: str) -> str:
    """The name of the citizen's area; "" for one whose address is protected."""
    citizen = directory_store.person(context.db, citizen_id)
    if citizen is None or citizen.is_protected(local_date(context.now)):
        return ""
    return next((area.name for area in areas(context.db) if area.id == area_id), "")


def _redact(reason: Reason) -> Reason:
    """What a citizen has lived through is not named to somebody whom the citizen has not yet said yes to."""
    return UNSPECIFIED_SHARED_EXPERIENCE if reason.rule == "experiences" else reason


UNSPECIFIED_SHARED_EXPERIENCE = Reason("experiences", N_("You have been through some of the same."))


def accept_offer(context: RequestContext, pairing_id: str) -> None:
    """Say yes to an offer; now the citizen is asked. Raises NotFound, IllegalTransition."""
    transitions.apply_transition(context, pairing_id, Transition.GUIDE_ACCEPTS, ActorRole.GUIDE)


def decline(context: RequestContext, pairing_id: str) -> None:
    """Say no, without a reason, at any time before the pairing runs. Raises NotFound, IllegalTransition."""
    transitions.apply_transition(context, pairing_id, Transition.GUIDE_DECLINES, ActorRole.GUIDE)


def ask(context: RequestContext, pairing_id: str, question: str) -> None:
    """Ask the coordinator; the offer stays open and its deadline starts anew. Raises NotFound, IllegalTransition."""
    until = answer_deadline(local_date(context.now))
    transitions.apply_transition(
        context,
        pairing_id,
        Transition.GUIDE_ASKS,
        ActorRole.GUIDE,
        question=question,
        answer="",
        answer_by=until,
    )


def confirm(context: RequestContext, pairing_id: str) -> None:
    """Say yes after the match meeting; when both have, the pairing runs. Raises NotFound, IllegalTransition."""
    transitions.apply_transition(context, pairing_id, Transition.GUIDE_CONFIRMS, ActorRole.GUIDE)


def end(context: RequestContext, pairing_id: str, reason: EndReason) -> None:
    """End a pairing that runs. Raises NotFound, IllegalTransition."""
    transitions.end(context, pairing_id, ActorRole.GUIDE, reason)


def contacts(context: RequestContext, pairing_id: str) -> tuple[Contact, ...]:
    """The guide's own notes of a pairing that runs, newest first; afterwards none. Raises NotFound."""
    if _own_pairing(context, pairing_id).state is not State.RUNNING:
        return ()
    return pairings_store.contacts(context.db, pairing_id)


def contact_draft(context: RequestContext, pairing_id: str) -> Contact | None:
    """The contact that the guide has begun to note, while the pairing runs. Raises NotFound."""
    if _own_pairing(context, pairing_id).state is not State.RUNNING:
        return None
    return pairings_store.contact_draft(context.db, pairing_id)


def log_contact(
    context: RequestContext,
    pairing_id: str,
    *,
    met_on: date | None,
    minutes: int | None,
    kind: ContactKind | None,
    all_well: bool | None,
    draft: bool,
    form_key: str,
) -> None:
    """Note a contact, or keep what there is of it as the draft; takes the draft's place. Raises NotFound.

    One that is not a draft has every field. The same form sent twice is stored once.
    """
    pairing = transitions.find_for_update(context, pairing_id, ActorRole.GUIDE)
    if pairing.state is not State.RUNNING:
        raise NotFound
    context.authorize_change(pairing.citizen_id, DataKind.PAIRING)
    contact = Contact(new_id(), pairing_id, met_on, minutes, kind, all_well, draft, context.now)
    if pairings_store.save_contact(context.db, contact, form_key, context.person_id):
        record_change(context, "guides:contact:draft" if draft else "guides:contact:log", pairing_id)


def my_guide_profile(context: RequestContext) -> GuideRecord:
    """What is held about the guide who asks; nothing yet for one who has only just come."""
    kept = pool_store.guide(context.db, context.person_id)
    return kept or GuideRecord(Guide(id=context.person_id, given_name=context.actor.given_name, area=""))


def set_capacity(context: RequestContext, capacity: int) -> None:
    """Set the guide's own number, 0 to 100; pairings that run go on even if there are more."""
    _save_profile(context)
    before = my_guide_profile(context).guide.capacity
    pool_store.set_capacity(context.db, context.person_id, capacity)
    record_change(context, "guides:guide:set_capacity", context.person_id, {"capacity": [before, capacity]})


def set_pause(context: RequestContext, until: date | None) -> None:
    """Take a break up to and including a day, or (None) be back."""
    _save_profile(context)
    before = my_guide_profile(context).guide.paused_until
    pool_store.set_pause(context.db, context.person_id, until)
    record_change(context, "guides:guide:set_pause", context.person_id, {"until": [before, until]})


def _save_profile(context: RequestContext) -> None:
    if pool_store.guide(context.db, context.person_id) is None:
        pool_store.add_guides(context.db, [my_guide_profile(context)])


def _own_pairing(context: RequestContext, pairing_id: str) -> Pairing:
    found = pairings_store.pairing(context.db, pairing_id)
    if found is None or found.guide_id != context.person_id:
        raise NotFound
    return found
