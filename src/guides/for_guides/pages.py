"""What a guide sees: offers, pairings, contacts, the own number and break."""

from collections.abc import Callable

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.clock import local_date
from foundation.forms import FieldFault, FormFaults
from foundation.i18n import N_, Text
from guides.errors import GuidesError
from guides.for_guides import service
from guides.for_guides.forms import read_contact, read_end, read_question
from guides.labels import CONTACT_KINDS, END_REASONS, TO_GUIDE
from guides.lifecycle import OPEN, EndReason, State
from guides.presenters import choices, teller
from guides.requests.weekly_times import say_times
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import Visit, reading, writing
from people.web.responses import NavigationLink, go, language, posted, show
from people.web.rules import only

# A guide stops for these reasons; a citizen's wish for another guide is the citizen's own.
GUIDE_END_REASONS = (EndReason.GOAL_REACHED, EndReason.TIME, EndReason.NO_FAULT_REMATCH, EndReason.OTHER)


@get("/offers", opt=only(Role.GUIDE), sync_to_thread=True)
def show_offers(request: AppRequest) -> Response[str]:
    """My offers, those that wait for my answer first."""
    with reading(request) as visit:
        offers = service.my_offers(visit)
        pairing_count = len(service.my_pairings(visit))
        guide = service.my_place(visit).guide
        today = local_date(visit.now)
    return show(
        request,
        "guides/guide/offers.html",
        offers=offers,
        pairing_count=pairing_count,
        resting=guide.paused_until
        if guide.paused_until is not None and guide.paused_until >= today
        else None,
        capacity=guide.capacity,
        today=today,
        times={offer.id: say_times(offer.times, language(request)) for offer in offers},
        tell=teller(request),
        texts=TO_GUIDE,
    )


@get("/offers/{offer_id:str}", opt=only(Role.GUIDE), sync_to_thread=True)
def show_offer(request: AppRequest, offer_id: FromPath[str]) -> Response[str] | Response[None]:
    """One offer: what it is, where it stands, what I can say."""
    return _offer(request, offer_id)


@post("/offers/{offer_id:str}/accept", opt=only(Role.GUIDE), sync_to_thread=True, status_code=303)
def accept_offer(request: AppRequest, offer_id: FromPath[str]) -> Response[str] | Response[None]:
    """Yes to the offer."""
    return _act(request, offer_id, "offer_accepted", lambda visit: service.accept_offer(visit, offer_id))


@get("/offers/{offer_id:str}/no", opt=only(Role.GUIDE), sync_to_thread=True)
def show_no(request: AppRequest, offer_id: FromPath[str]) -> Response[str]:
    """What a no means, before it is said."""
    with reading(request) as visit:
        offer = service.card(visit, offer_id)
    return show(request, "guides/guide/no.html", offer=offer)


@post("/offers/{offer_id:str}/decline", opt=only(Role.GUIDE), sync_to_thread=True, status_code=303)
def decline_offer(request: AppRequest, offer_id: FromPath[str]) -> Response[str] | Response[None]:
    """No, without a reason."""
    return _act(
        request, offer_id, "offer_declined", lambda visit: service.decline(visit, offer_id), "/offers"
    )


@get("/offers/{offer_id:str}/ask", opt=only(Role.GUIDE), sync_to_thread=True)
def show_question(request: AppRequest, offer_id: FromPath[str]) -> Response[str]:
    """The form for a question to the coordinator."""
    return _question(request, offer_id)


@post("/offers/{offer_id:str}/ask", opt=only(Role.GUIDE), sync_to_thread=True, status_code=303)
def ask_coordinator(request: AppRequest, offer_id: FromPath[str]) -> Response[str] | Response[None]:
    """Send a question; the offer stays open."""
    try:
        question = read_question(posted(request))
    except FormFaults as problem:
        return _question(request, offer_id, problem.faults)
    return _act(request, offer_id, "question_sent", lambda visit: service.ask(visit, offer_id, question))


@post("/offers/{offer_id:str}/confirm", opt=only(Role.GUIDE), sync_to_thread=True, status_code=303)
def confirm_offer(request: AppRequest, offer_id: FromPath[str]) -> Response[str] | Response[None]:
    """Yes after the match meeting."""
    return _act(request, offer_id, "offer_confirmed", lambda visit: service.confirm(visit, offer_id))


@get("/my-pairings", opt=only(Role.GUIDE), sync_to_thread=True)
def show_my_pairings(request: AppRequest) -> Response[str]:
    """The citizens whose guide I am."""
    with reading(request) as visit:
        pairings = service.my_pairings(visit)
    return show(request, "guides/guide/pairings.html", pairings=pairings)


@get("/my-pairings/{pairing_id:str}", opt=only(Role.GUIDE), sync_to_thread=True)
def show_my_pairing(request: AppRequest, pairing_id: FromPath[str]) -> Response[str]:
    """One of my pairings, with my contacts."""
    return _pairing(request, pairing_id)


@get("/my-pairings/{pairing_id:str}/contact", opt=only(Role.GUIDE), sync_to_thread=True)
def show_contact(request: AppRequest, pairing_id: FromPath[str]) -> Response[str]:
    """The form for a contact, begun where I left it."""
    return _contact(request, pairing_id)


@post("/my-pairings/{pairing_id:str}/contact", opt=only(Role.GUIDE), sync_to_thread=True, status_code=303)
def log_contact(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """Note a contact, or keep it as a draft."""
    form = posted(request)
    try:
        with writing(request) as visit:
            found = read_contact(form, local_date(visit.now))
            service.log_contact(
                visit,
                pairing_id,
                met_on=found.met_on,
                minutes=found.minutes,
                kind=found.kind,
                all_well=found.all_well,
                draft=found.draft,
                form_key=form.text("key")[:40],
            )
    except FormFaults as problem:
        return _contact(request, pairing_id, problem.faults)
    return go(
        f"/my-pairings/{pairing_id}", request, notice="contact_draft" if found.draft else "contact_logged"
    )


@get("/my-pairings/{pairing_id:str}/end", opt=only(Role.GUIDE), sync_to_thread=True)
def show_end(request: AppRequest, pairing_id: FromPath[str]) -> Response[str]:
    """The form for a goodbye."""
    return _end(request, pairing_id)


@post("/my-pairings/{pairing_id:str}/end", opt=only(Role.GUIDE), sync_to_thread=True, status_code=303)
def end_pairing(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """End a pairing."""
    try:
        reason = read_end(posted(request), GUIDE_END_REASONS)
    except FormFaults as problem:
        return _end(request, pairing_id, problem.faults)
    try:
        with writing(request) as visit:
            service.end(visit, pairing_id, reason)
    except GuidesError as problem:
        return _pairing(request, pairing_id, problem.text)
    return go("/my-pairings", request, notice="my_pairing_ended")


def _act(
    request: AppRequest, offer_id: str, notice: str, act: Callable[[Visit], None], then: str = ""
) -> Response[str] | Response[None]:
    """Do it, or show the offer as it is now, when somebody else was faster."""
    try:
        with writing(request) as visit:
            act(visit)
    except GuidesError as problem:
        return _offer(request, offer_id, problem.text)
    return go(then or f"/offers/{offer_id}", request, notice=notice)


def _offer(request: AppRequest, offer_id: str, problem: Text | None = None) -> Response[str] | Response[None]:
    with reading(request) as visit:
        offer = service.card(visit, offer_id)
        today = local_date(visit.now)
    if offer.state is State.RUNNING and problem is None:
        return go(f"/my-pairings/{offer_id}")
    return show(
        request,
        "guides/guide/offer.html",
        status=200 if problem is None else 409,
        problem=problem,
        offer=offer,
        is_open=offer.state in OPEN,
        overdue=offer.answer_by < today,
        times=say_times(offer.times, language(request)),
        shared=tuple(map(teller(request), offer.shared)),
        texts=TO_GUIDE,
    )


def _question(request: AppRequest, offer_id: str, faults: tuple[FieldFault, ...] = ()) -> Response[str]:
    with reading(request) as visit:
        offer = service.card(visit, offer_id)
    return show(
        request,
        "guides/guide/question.html",
        status=422 if faults else 200,
        faults=faults,
        typed=posted(request) if faults else None,
        offer=offer,
    )


def _pairing(request: AppRequest, pairing_id: str, problem: Text | None = None) -> Response[str]:
    with reading(request) as visit:
        pairing = service.card(visit, pairing_id)
        contacts = service.contacts(visit, pairing_id)
        draft = service.contact_draft(visit, pairing_id)
    return show(
        request,
        "guides/guide/pairing.html",
        status=200 if problem is None else 409,
        problem=problem,
        pairing=pairing,
        running=pairing.state is State.RUNNING,
        contacts=contacts,
        draft=draft,
        times=say_times(pairing.times, language(request)),
        shared=tuple(map(teller(request), pairing.shared)),
        kinds=CONTACT_KINDS,
        texts=TO_GUIDE,
    )


def _contact(request: AppRequest, pairing_id: str, faults: tuple[FieldFault, ...] = ()) -> Response[str]:
    with reading(request) as visit:
        pairing = service.card(visit, pairing_id)
        draft = service.contact_draft(visit, pairing_id)
        today = local_date(visit.now)
    return show(
        request,
        "guides/guide/contact.html",
        status=422 if faults else 200,
        faults=faults,
        typed=posted(request) if faults else None,
        pairing=pairing,
        draft=draft,
        today=today,
        kinds=choices(request, CONTACT_KINDS),
    )


def _end(request: AppRequest, pairing_id: str, faults: tuple[FieldFault, ...] = ()) -> Response[str]:
    with reading(request) as visit:
        pairing = service.card(visit, pairing_id)
    return show(
        request,
        "guides/guide/end.html",
        status=422 if faults else 200,
        faults=faults,
        typed=posted(request) if faults else None,
        pairing=pairing,
        reasons=choices(request, {reason: END_REASONS[reason] for reason in GUIDE_END_REASONS}),
    )


ROUTES = (
    show_offers,
    show_offer,
    accept_offer,
    show_no,
    decline_offer,
    show_question,
    ask_coordinator,
    confirm_offer,
    show_my_pairings,
    show_my_pairing,
    show_contact,
    log_contact,
    show_end,
    end_pairing,
)

NOTICES = {
    "offer_accepted": Text(N_("Thank you. Now we ask the citizen.")),
    "offer_declined": Text(N_("Your no is noted. Nobody asks you why.")),
    "question_sent": Text(N_("Your question is sent. The offer stays open.")),
    "offer_confirmed": Text(N_("Thank you. Your yes is noted.")),
    "contact_logged": Text(N_("The contact is noted.")),
    "contact_draft": Text(N_("The draft is saved.")),
    "my_pairing_ended": Text(N_("The pairing has ended. Thank you for what you gave.")),
}

NAVIGATION = (
    NavigationLink("/offers", N_("Offers"), frozenset({Role.GUIDE})),
    NavigationLink("/my-pairings", N_("My citizens"), frozenset({Role.GUIDE})),
    NavigationLink("/capacity", N_("My time"), frozenset({Role.GUIDE})),
)
