"""Use cases of a guide: answer offers, see their pairings, note contacts, set their capacity and pause."""

from collections.abc import Sequence
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
    """An offer or pairing as its guide sees it: no surname or address; nothing of the citizen after it closes."""

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


class MyOffers(msgspec.Struct, frozen=True):
    """A guide's offers, and what the page of them says about the guide."""

    offers: tuple[OfferCard, ...]  # before they run, those that wait for an answer first
    running_count: int  # pairings
    guide: Guide


class MyPairing(msgspec.Struct, frozen=True):
    """One of a guide's pairings with the guide's own notes, which are left out unless the pairing runs."""

    card: OfferCard
    contacts: tuple[Contact, ...] = ()  # newest first
    draft: Contact | None = None


def my_offers(context: RequestContext) -> MyOffers:
    """Returns the offers of the guide who is signed in."""
    pairings = pairings_store.of_guide(context.db, context.person_id)
    offers = [pairing for pairing in pairings if pairing.state in BEFORE_RUNNING]
    offers.sort(key=lambda pairing: pairing.state is not State.OFFERED)
    running_count = sum(pairing.state is State.RUNNING for pairing in pairings)
    return MyOffers(_offer_cards(context, offers), running_count, my_guide_profile(context).guide)


def my_pairings(context: RequestContext) -> tuple[OfferCard, ...]:
    """Returns the running pairings of the guide who is signed in."""
    pairings = pairings_store.of_guide(context.db, context.person_id)
    return _offer_cards(context, [pairing for pairing in pairings if pairing.state is State.RUNNING])


def my_pairing(context: RequestContext, pairing_id: str) -> MyPairing:
    """Returns one of the guide's pairings with the contacts in it. Raises NotFound."""
    card = offer_card(context, pairing_id)
    if card.state is not State.RUNNING:
        return MyPairing(card)
    return MyPairing(
        card,
        pairings_store.contacts(context.db, pairing_id),
        pairings_store.contact_draft(context.db, pairing_id),
    )


def offer_card(context: RequestContext, pairing_id: str) -> OfferCard:
    """Returns one of the guide's offers or pairings; of a closed one only that it is closed.

    Raises NotFound.
    """
    pairing = pairings_store.pairing(context.db, pairing_id)
    if pairing is None or pairing.guide_id != context.person_id:
        raise NotFound
    return _offer_cards(context, [pairing])[0]


def _offer_cards(context: RequestContext, pairings: Sequence[Pairing]) -> tuple[OfferCard, ...]:
    """Returns the cards of these pairings, in their order, and logs a read of each citizen in an open one."""
    today = local_date(context.now)
    open_pairings = [pairing for pairing in pairings if pairing.state in OPEN]
    if not open_pairings:
        return tuple(map(_card_without_citizen, pairings))
    for purpose, states in ((Purpose.OFFER, BEFORE_RUNNING), (Purpose.FOLLOW_UP, (State.RUNNING,))):
        citizen_ids = [pairing.citizen_id for pairing in open_pairings if pairing.state in states]
        if citizen_ids:
            context.authorize_reads(citizen_ids, DataKind.WISHES, purpose)
            context.authorize_reads(citizen_ids, DataKind.PAIRING, purpose)
    citizen_ids = sorted({pairing.citizen_id for pairing in open_pairings})
    requests = pool_store.requests(context.db, [pairing.request_id for pairing in open_pairings])
    allowed_kinds = consent_store.allowed_kinds_by_citizen(context.db, citizen_ids, Use.GUIDE, today)
    citizens = directory_store.people(context.db, citizen_ids)
    area_names = {area.id: area.name for area in areas(context.db)}
    last_contacts = pairings_store.last_contacts(context.db, [pairing.id for pairing in open_pairings])

    def card(pairing: Pairing) -> OfferCard:
        record = requests.get(pairing.request_id)
        if pairing.state not in OPEN or record is None:
            return _card_without_citizen(pairing)
        allowed = allowed_kinds[pairing.citizen_id]
        request = redact_request(record.request, allowed)
        shared_reasons = redact_reasons(pairing.to_guide, allowed)
        both_accepted = pairing.state not in {State.OFFERED, State.GUIDE_WILLING}
        citizen = citizens.get(pairing.citizen_id)
        hides_area = citizen is None or citizen.is_protected(today)
        return msgspec.structs.replace(
            _card_without_citizen(pairing),
            given_name=request.given_name if both_accepted else "",
            area="" if hides_area else area_names.get(request.area, ""),
            help=request.wants_help_with,
            times=request.times,
            reasons=shared_reasons if both_accepted else tuple(map(_redact, shared_reasons)),
            last_contact=last_contacts.get(pairing.id),
        )

    return tuple(map(card, pairings))


def _card_without_citizen(pairing: Pairing) -> OfferCard:
    return OfferCard(
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


def _redact(reason: Reason) -> Reason:
    """Hides what a citizen has been through from a guide whom the citizen has not accepted yet."""
    return UNSPECIFIED_SHARED_EXPERIENCE if reason.rule == "experiences" else reason


UNSPECIFIED_SHARED_EXPERIENCE = Reason("experiences", N_("You have been through some of the same."))


def accept_offer(context: RequestContext, pairing_id: str) -> None:
    """Accepts an offer, which then waits for the citizen's answer. Raises NotFound, IllegalTransition."""
    transitions.apply_transition(context, pairing_id, Transition.GUIDE_ACCEPTS, ActorRole.GUIDE)


def decline(context: RequestContext, pairing_id: str) -> None:
    """Declines an offer, without a reason, at any time before the pairing runs.

    Raises NotFound, IllegalTransition.
    """
    transitions.apply_transition(context, pairing_id, Transition.GUIDE_DECLINES, ActorRole.GUIDE)


def ask(context: RequestContext, pairing_id: str, question: str) -> None:
    """Asks the coordinator a question; the offer stays open with a new deadline.

    Raises NotFound, IllegalTransition.
    """
    transitions.apply_transition(
        context,
        pairing_id,
        Transition.GUIDE_ASKS,
        ActorRole.GUIDE,
        question=question,
        answer="",
        answer_by=answer_deadline(local_date(context.now)),
    )


def confirm(context: RequestContext, pairing_id: str) -> None:
    """Confirms after the match meeting; once both have confirmed, the pairing runs.

    Raises NotFound, IllegalTransition.
    """
    transitions.apply_transition(context, pairing_id, Transition.GUIDE_CONFIRMS, ActorRole.GUIDE)


def end(context: RequestContext, pairing_id: str, reason: EndReason) -> None:
    """Ends a running pairing. Raises NotFound, IllegalTransition."""
    transitions.end(context, pairing_id, ActorRole.GUIDE, reason)


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
    """Stores a contact, or an unfinished one as the draft; replaces the draft. Raises NotFound.

    A contact that is not a draft has every field. The same `form_key` is stored once.
    """
    pairing = transitions.find_for_update(context, pairing_id, ActorRole.GUIDE)
    if pairing.state is not State.RUNNING:
        raise NotFound
    context.authorize_change(pairing.citizen_id, DataKind.PAIRING)
    contact = Contact(new_id(), pairing_id, met_on, minutes, kind, all_well, draft, context.now)
    if pairings_store.save_contact(context.db, contact, form_key, context.person_id):
        record_change(context, "guides:contact:draft" if draft else "guides:contact:log", pairing_id)


def my_guide_profile(context: RequestContext) -> GuideRecord:
    """Returns what is stored about the guide who is signed in; an empty record for a guide who is new."""
    stored = pool_store.guide(context.db, context.person_id)
    return stored or _empty_profile(context)


def set_capacity(context: RequestContext, capacity: int) -> None:
    """Sets how many pairings at a time the guide wants, 0 to 100; ends none, even if more are running."""
    before = _stored_profile(context).guide.capacity
    pool_store.set_capacity(context.db, context.person_id, capacity)
    record_change(context, "guides:guide:set_capacity", context.person_id, {"capacity": [before, capacity]})


def set_pause(context: RequestContext, until: date | None) -> None:
    """Pauses the guide up to and including a day, or (None) ends the pause."""
    before = _stored_profile(context).guide.paused_until
    pool_store.set_pause(context.db, context.person_id, until)
    record_change(context, "guides:guide:set_pause", context.person_id, {"until": [before, until]})


def _stored_profile(context: RequestContext) -> GuideRecord:
    """Returns the guide's profile, which is stored first if there is none."""
    stored = pool_store.guide(context.db, context.person_id)
    if stored is not None:
        return stored
    profile = _empty_profile(context)
    pool_store.add_guides(context.db, [profile])
    return profile


def _empty_profile(context: RequestContext) -> GuideRecord:
    return GuideRecord(Guide(id=context.person_id, given_name=context.actor.given_name, area=""))
