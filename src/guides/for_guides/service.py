"""What a guide does: answer offers, see the own pairings, note contacts, decide on the own capacity and pause.

my_offers(visit) -> tuple[Card]          offers that wait for the guide's answer or that were answered with yes
my_pairings(visit) -> tuple[Card]        pairings that run
card(visit, pairing_id) -> Card          one of them, or what is true of it now
accept_offer / decline / ask(question) / confirm / end(reason)
contacts(visit, pairing_id), contact_draft, log_contact(visit, pairing_id, contact, form_key)
my_place(visit) -> KeptGuide, set_capacity(visit, number), set_pause(visit, until)
"""

from datetime import date, datetime

import msgspec

from foundation.clock import local_date
from foundation.i18n import N_
from foundation.ids import new_id
from guides.labels import ContactKind
from guides.lifecycle import BEFORE_RUNNING, OPEN, EndReason, Move, Party, State, answer_by, moves
from guides.matching.model import Guide, Slot
from guides.matching.reasons import Reason
from guides.pairings import store as pairings_store
from guides.pairings import transitions
from guides.pairings.model import Contact, Pairing
from guides.pool import store as pool_store
from guides.pool.consent_filter import consented, consented_reasons
from guides.pool.model import KeptGuide
from people.access.model import DataKind, Purpose
from people.consent import store as consent_store
from people.consent.model import Use
from people.directory import store as directory_store
from people.directory.areas import areas
from people.errors import NotFound
from people.web.context import Visit, record


class Card(msgspec.Struct, frozen=True):
    """An offer or pairing as its guide sees it: no surname, no address; nothing of the citizen once it is closed."""

    id: str
    state: State
    moves: tuple[Move, ...]
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
    shared: tuple[Reason, ...] = ()
    last_contact: date | None = None


def my_offers(visit: Visit) -> tuple[Card, ...]:
    """The guide's offers that are not yet pairings, those that wait for an answer first."""
    mine = (one for one in pairings_store.of_guide(visit.db, visit.person_id) if one.state in BEFORE_RUNNING)
    return tuple(_card(visit, one) for one in sorted(mine, key=lambda one: one.state is not State.OFFERED))


def my_pairings(visit: Visit) -> tuple[Card, ...]:
    """The guide's pairings that run."""
    mine = [one for one in pairings_store.of_guide(visit.db, visit.person_id) if one.state is State.RUNNING]
    return tuple(_card(visit, one) for one in mine)


def card(visit: Visit, pairing_id: str) -> Card:
    """One of the guide's offers or pairings; of a closed one only that it is closed. Raises NotFound."""
    return _card(visit, _mine(visit, pairing_id))


def _card(visit: Visit, pairing: Pairing) -> Card:
    bare = Card(
        pairing.id,
        pairing.state,
        moves(pairing.state, Party.GUIDE),
        pairing.answer_by,
        pairing.question,
        pairing.answer,
        pairing.meeting_at,
        pairing.meeting_place,
        pairing.running_since,
    )
    kept = pool_store.request(visit.db, pairing.request_id)
    if pairing.state not in OPEN or kept is None:
        return bare
    purpose = Purpose.OFFER if pairing.state in BEFORE_RUNNING else Purpose.FOLLOW_UP
    visit.look(pairing.citizen_id, DataKind.WISHES, purpose)
    visit.look(pairing.citizen_id, DataKind.PAIRING, purpose)
    may_see = consent_store.allowed_of(visit.db, [pairing.citizen_id], Use.GUIDE, local_date(visit.now))
    allowed = may_see[pairing.citizen_id]
    request = consented(kept.request, allowed)
    shared = consented_reasons(pairing.to_guide, allowed)
    both_want = pairing.state not in {State.OFFERED, State.GUIDE_WILLING}
    return msgspec.structs.replace(
        bare,
        given_name=request.given_name if both_want else "",
        area=_area_name(visit, pairing.citizen_id, request.area),
        help=request.wants_help_with,
        times=request.times,
        shared=shared if both_want else tuple(map(_guarded, shared)),
        last_contact=pairings_store.last_contacts(visit.db, [pairing.id]).get(pairing.id),
    )


def _area_name(visit: Visit, citizen_id: str, area_id: str) -> str:
    """The name of the citizen's area; "" for one whose address is protected."""
    citizen = directory_store.person(visit.db, citizen_id)
    if citizen is None or citizen.is_protected(local_date(visit.now)):
        return ""
    return next((area.name for area in areas(visit.db) if area.id == area_id), "")


def _guarded(reason: Reason) -> Reason:
    """What a citizen has lived through is not named to somebody whom the citizen has not yet said yes to."""
    return SOMETHING_SHARED if reason.rule == "experiences" else reason


SOMETHING_SHARED = Reason("experiences", N_("You have been through some of the same."))


def accept_offer(visit: Visit, pairing_id: str) -> None:
    """Say yes to an offer; now the citizen is asked. Raises NotFound, IllegalMove."""
    transitions.make_move(visit, pairing_id, Move.GUIDE_ACCEPTS, Party.GUIDE)


def decline(visit: Visit, pairing_id: str) -> None:
    """Say no, without a reason, at any time before the pairing runs. Raises NotFound, IllegalMove."""
    transitions.make_move(visit, pairing_id, Move.GUIDE_DECLINES, Party.GUIDE)


def ask(visit: Visit, pairing_id: str, question: str) -> None:
    """Ask the coordinator; the offer stays open and its deadline starts anew. Raises NotFound, IllegalMove."""
    until = answer_by(local_date(visit.now))
    transitions.make_move(
        visit, pairing_id, Move.GUIDE_ASKS, Party.GUIDE, question=question, answer="", answer_by=until
    )


def confirm(visit: Visit, pairing_id: str) -> None:
    """Say yes after the match meeting; when both have, the pairing runs. Raises NotFound, IllegalMove."""
    transitions.make_move(visit, pairing_id, Move.GUIDE_CONFIRMS, Party.GUIDE)


def end(visit: Visit, pairing_id: str, reason: EndReason) -> None:
    """End a pairing that runs. Raises NotFound, IllegalMove."""
    transitions.end(visit, pairing_id, Party.GUIDE, reason)


def contacts(visit: Visit, pairing_id: str) -> tuple[Contact, ...]:
    """The guide's own notes of a pairing that runs, newest first; afterwards none. Raises NotFound."""
    if _mine(visit, pairing_id).state is not State.RUNNING:
        return ()
    return pairings_store.contacts(visit.db, pairing_id)


def contact_draft(visit: Visit, pairing_id: str) -> Contact | None:
    """The contact that the guide has begun to note, while the pairing runs. Raises NotFound."""
    if _mine(visit, pairing_id).state is not State.RUNNING:
        return None
    return pairings_store.contact_draft(visit.db, pairing_id)


def log_contact(
    visit: Visit,
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
    pairing = transitions.find(visit, pairing_id, Party.GUIDE)
    if pairing.state is not State.RUNNING:
        raise NotFound
    visit.touch(pairing.citizen_id, DataKind.PAIRING)
    contact = Contact(new_id(), pairing_id, met_on, minutes, kind, all_well, draft, visit.now)
    if pairings_store.put_contact(visit.db, contact, form_key, visit.person_id):
        record(visit, "guides:contact:draft" if draft else "guides:contact:log", pairing_id)


def my_place(visit: Visit) -> KeptGuide:
    """What is held about the guide who asks; nothing yet for one who has only just come."""
    kept = pool_store.guide(visit.db, visit.person_id)
    return kept or KeptGuide(Guide(id=visit.person_id, given_name=visit.actor.given_name, area=""))


def set_capacity(visit: Visit, capacity: int) -> None:
    """Set the guide's own number, 0 to 100; pairings that run go on even if there are more."""
    _keep_place(visit)
    before = my_place(visit).guide.capacity
    pool_store.set_capacity(visit.db, visit.person_id, capacity)
    record(visit, "guides:guide:set_capacity", visit.person_id, {"capacity": [before, capacity]})


def set_pause(visit: Visit, until: date | None) -> None:
    """Take a break up to and including a day, or (None) be back."""
    _keep_place(visit)
    before = my_place(visit).guide.paused_until
    pool_store.set_pause(visit.db, visit.person_id, until)
    record(visit, "guides:guide:set_pause", visit.person_id, {"until": [before, until]})


def _keep_place(visit: Visit) -> None:
    if pool_store.guide(visit.db, visit.person_id) is None:
        pool_store.add_guides(visit.db, [my_place(visit)])


def _mine(visit: Visit, pairing_id: str) -> Pairing:
    found = pairings_store.pairing(visit.db, pairing_id)
    if found is None or found.guide_id != visit.person_id:
        raise NotFound
    return found
