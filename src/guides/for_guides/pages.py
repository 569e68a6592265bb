"""A guide's pages of offers, pairings and contacts."""

from collections.abc import Callable

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.clock import local_date
from foundation.forms import FieldError, ValidationErrors
from foundation.i18n import N_, LazyText
from guides.errors import GuidesError
from guides.for_guides import service
from guides.for_guides.forms import parse_contact, parse_end, parse_question
from guides.labels import CONTACT_KIND_LABELS, END_REASON_LABELS, STATE_LABELS_FOR_GUIDE
from guides.lifecycle import OPEN, EndReason, State
from guides.presenters import options, reason_formatter
from guides.requests.weekly_times import format_times
from people.access.model import Role
from people.web.app_state import AppRequest, app_state
from people.web.context import RequestContext, read_context, write_context
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role

# What a guide chooses between when ending a pairing.
GUIDE_END_REASONS = (EndReason.GOAL_REACHED, EndReason.TIME, EndReason.NO_FAULT_REMATCH, EndReason.OTHER)


@get("/offers", opt=require_role(Role.GUIDE), sync_to_thread=True)
def show_offers(request: AppRequest) -> Response[str]:
    """My offers, those that wait for my answer first."""
    with read_context(request) as context:
        mine = service.my_offers(context)
        today = local_date(context.now)
    paused_until = mine.guide.paused_until
    return render(
        request,
        "guides/for_guides/offers.html",
        offers=mine.offers,
        pairing_count=mine.running_count,
        resting=paused_until if paused_until is not None and paused_until >= today else None,
        capacity=mine.guide.capacity,
        today=today,
        times={offer.id: format_times(offer.times, language(request)) for offer in mine.offers},
        tell=reason_formatter(request),
        texts=STATE_LABELS_FOR_GUIDE,
    )


@get("/offers/{offer_id:str}", opt=require_role(Role.GUIDE), sync_to_thread=True)
def show_offer(request: AppRequest, offer_id: FromPath[str]) -> Response[str] | Response[None]:
    """One offer: what it is about, its state, how I can answer."""
    return _offer_page(request, offer_id)


@post("/offers/{offer_id:str}/accept", opt=require_role(Role.GUIDE), sync_to_thread=True, status_code=303)
def accept_offer(request: AppRequest, offer_id: FromPath[str]) -> Response[str] | Response[None]:
    """Accept the offer."""
    return _apply(
        request, offer_id, "offer_accepted", lambda context: service.accept_offer(context, offer_id)
    )


@get("/offers/{offer_id:str}/no", opt=require_role(Role.GUIDE), sync_to_thread=True)
def show_decline(request: AppRequest, offer_id: FromPath[str]) -> Response[str]:
    """What a no means, before it is sent."""
    with read_context(request) as context:
        offer = service.offer_card(context, offer_id)
    return render(request, "guides/for_guides/decline.html", offer=offer)


@post("/offers/{offer_id:str}/decline", opt=require_role(Role.GUIDE), sync_to_thread=True, status_code=303)
def decline_offer(request: AppRequest, offer_id: FromPath[str]) -> Response[str] | Response[None]:
    """Decline the offer, without a reason."""
    return _apply(
        request, offer_id, "offer_declined", lambda context: service.decline(context, offer_id), "/offers"
    )


@get("/offers/{offer_id:str}/ask", opt=require_role(Role.GUIDE), sync_to_thread=True)
def show_question(request: AppRequest, offer_id: FromPath[str]) -> Response[str]:
    """The form for a question to the coordinator."""
    return _question_page(request, offer_id)


@post("/offers/{offer_id:str}/ask", opt=require_role(Role.GUIDE), sync_to_thread=True, status_code=303)
def ask_coordinator(request: AppRequest, offer_id: FromPath[str]) -> Response[str] | Response[None]:
    """Send a question to the coordinator; the offer stays open."""
    try:
        question = parse_question(form_data(request))
    except ValidationErrors as problem:
        return _question_page(request, offer_id, problem.errors)
    return _apply(
        request, offer_id, "question_sent", lambda context: service.ask(context, offer_id, question)
    )


@post("/offers/{offer_id:str}/confirm", opt=require_role(Role.GUIDE), sync_to_thread=True, status_code=303)
def confirm_offer(request: AppRequest, offer_id: FromPath[str]) -> Response[str] | Response[None]:
    """Confirm after the match meeting."""
    return _apply(request, offer_id, "offer_confirmed", lambda context: service.confirm(context, offer_id))


@get("/my-pairings", opt=require_role(Role.GUIDE), sync_to_thread=True)
def show_my_pairings(request: AppRequest) -> Response[str]:
    """The citizens whose guide I am."""
    with read_context(request) as context:
        pairings = service.my_pairings(context)
    return render(request, "guides/for_guides/pairings.html", pairings=pairings)


@get("/my-pairings/{pairing_id:str}", opt=require_role(Role.GUIDE), sync_to_thread=True)
def show_my_pairing(request: AppRequest, pairing_id: FromPath[str]) -> Response[str]:
    """One of my pairings, with my contacts."""
    return _pairing_page(request, pairing_id)


@get("/my-pairings/{pairing_id:str}/contact", opt=require_role(Role.GUIDE), sync_to_thread=True)
def show_contact(request: AppRequest, pairing_id: FromPath[str]) -> Response[str]:
    """The form for a contact, filled in with my draft."""
    return _contact_page(request, pairing_id)


@post(
    "/my-pairings/{pairing_id:str}/contact",
    opt=require_role(Role.GUIDE),
    sync_to_thread=True,
    status_code=303,
)
def log_contact(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """Save a contact, or a draft of it."""
    form = form_data(request)
    try:
        contact = parse_contact(form, local_date(app_state(request).clock()))
    except ValidationErrors as problem:
        return _contact_page(request, pairing_id, problem.errors)
    with write_context(request) as context:
        service.log_contact(
            context,
            pairing_id,
            met_on=contact.met_on,
            minutes=contact.minutes,
            kind=contact.kind,
            all_well=contact.all_well,
            draft=contact.draft,
            form_key=form.text("key")[:40],
        )
    flash = "contact_draft" if contact.draft else "contact_logged"
    return redirect(f"/my-pairings/{pairing_id}", request, flash=flash)


@get("/my-pairings/{pairing_id:str}/end", opt=require_role(Role.GUIDE), sync_to_thread=True)
def show_end(request: AppRequest, pairing_id: FromPath[str]) -> Response[str]:
    """The form for ending the pairing."""
    return _end_page(request, pairing_id)


@post("/my-pairings/{pairing_id:str}/end", opt=require_role(Role.GUIDE), sync_to_thread=True, status_code=303)
def end_pairing(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """End a pairing."""
    try:
        reason = parse_end(form_data(request), GUIDE_END_REASONS)
    except ValidationErrors as problem:
        return _end_page(request, pairing_id, problem.errors)
    try:
        with write_context(request) as context:
            service.end(context, pairing_id, reason)
    except GuidesError as problem:
        return _pairing_page(request, pairing_id, problem.text)
    return redirect("/my-pairings", request, flash="my_pairing_ended")


def _apply(
    request: AppRequest,
    offer_id: str,
    flash: str,
    change: Callable[[RequestContext], None],
    redirect_to: str = "",
) -> Response[str] | Response[None]:
    """Makes the change, or shows the offer as it is now when the change is no longer possible."""
    try:
        with write_context(request) as context:
            change(context)
    except GuidesError as problem:
        return _offer_page(request, offer_id, problem.text)
    return redirect(redirect_to or f"/offers/{offer_id}", request, flash=flash)


def _offer_page(
    request: AppRequest, offer_id: str, problem: LazyText | None = None
) -> Response[str] | Response[None]:
    with read_context(request) as context:
        offer = service.offer_card(context, offer_id)
        today = local_date(context.now)
    if offer.state is State.RUNNING and problem is None:
        return redirect(f"/my-pairings/{offer_id}")
    return render(
        request,
        "guides/for_guides/offer.html",
        status=200 if problem is None else 409,
        problem=problem,
        offer=offer,
        is_open=offer.state in OPEN,
        overdue=offer.answer_by < today,
        times=format_times(offer.times, language(request)),
        shared=tuple(map(reason_formatter(request), offer.reasons)),
        texts=STATE_LABELS_FOR_GUIDE,
    )


def _question_page(request: AppRequest, offer_id: str, errors: tuple[FieldError, ...] = ()) -> Response[str]:
    with read_context(request) as context:
        offer = service.offer_card(context, offer_id)
    return _form_page(request, "guides/for_guides/ask_coordinator.html", errors, offer=offer)


def _pairing_page(request: AppRequest, pairing_id: str, problem: LazyText | None = None) -> Response[str]:
    with read_context(request) as context:
        mine = service.my_pairing(context, pairing_id)
    pairing = mine.card
    return render(
        request,
        "guides/for_guides/pairing.html",
        status=200 if problem is None else 409,
        problem=problem,
        pairing=pairing,
        running=pairing.state is State.RUNNING,
        contacts=mine.contacts,
        draft=mine.draft,
        times=format_times(pairing.times, language(request)),
        shared=tuple(map(reason_formatter(request), pairing.reasons)),
        kinds=CONTACT_KIND_LABELS,
        texts=STATE_LABELS_FOR_GUIDE,
    )


def _contact_page(request: AppRequest, pairing_id: str, errors: tuple[FieldError, ...] = ()) -> Response[str]:
    with read_context(request) as context:
        mine = service.my_pairing(context, pairing_id)
        today = local_date(context.now)
    return _form_page(
        request,
        "guides/for_guides/log_contact.html",
        errors,
        pairing=mine.card,
        draft=mine.draft,
        today=today,
        kinds=options(request, CONTACT_KIND_LABELS),
    )


def _end_page(request: AppRequest, pairing_id: str, errors: tuple[FieldError, ...] = ()) -> Response[str]:
    with read_context(request) as context:
        pairing = service.offer_card(context, pairing_id)
    reasons = options(request, {reason: END_REASON_LABELS[reason] for reason in GUIDE_END_REASONS})
    return _form_page(request, "guides/for_guides/end.html", errors, pairing=pairing, reasons=reasons)


def _form_page(
    request: AppRequest, template: str, errors: tuple[FieldError, ...], **values: object
) -> Response[str]:
    posted = form_data(request) if errors else None
    return render(request, template, status=422 if errors else 200, errors=errors, posted=posted, **values)


ROUTES = (
    show_offers,
    show_offer,
    accept_offer,
    show_decline,
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

FLASH_MESSAGES = {
    "offer_accepted": LazyText(N_("Thank you. Now we ask the citizen.")),
    "offer_declined": LazyText(N_("Your no is noted. Nobody asks you why.")),
    "question_sent": LazyText(N_("Your question is sent. The offer stays open.")),
    "offer_confirmed": LazyText(N_("Thank you. Your yes is noted.")),
    "contact_logged": LazyText(N_("The contact is noted.")),
    "contact_draft": LazyText(N_("The draft is saved.")),
    "my_pairing_ended": LazyText(N_("The pairing has ended. Thank you for what you gave.")),
}

NAVIGATION = (
    NavigationLink("/offers", N_("Offers"), frozenset({Role.GUIDE})),
    NavigationLink("/my-pairings", N_("My citizens"), frozenset({Role.GUIDE})),
    NavigationLink("/capacity", N_("My time"), frozenset({Role.GUIDE})),
)
