"""Offers and pairings as the coordinator sees them: where each stands, what has happened, what can be done now."""

from collections.abc import Callable

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from foundation.clock import local_date, local_time
from foundation.forms import FieldError, ValidationErrors
from foundation.i18n import N_, LazyText
from guides.errors import GuidesError, IllegalTransition
from guides.labels import (
    CONTACT_KIND_LABELS,
    END_REASON_LABELS,
    STATE_LABELS_FOR_COORDINATOR,
    TRANSITION_LABELS,
)
from guides.lifecycle import (
    BEFORE_RUNNING,
    FINAL,
    ActorRole,
    State,
    Transition,
    allowed_transitions,
    is_overdue,
)
from guides.pairings import service, transitions
from guides.pairings.forms import parse_answer, parse_end, parse_meeting
from guides.pool import exclusions
from guides.presenters import options, reasons_formatter
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import RequestContext, read_context, write_context
from people.web.links import build_url
from people.web.responses import NavigationLink, form_data, redirect, render
from people.web.rules import require_role

STATES_BY_LIST: dict[str, tuple[State, ...]] = {
    "open": BEFORE_RUNNING,
    "running": (State.RUNNING,),
    "over": FINAL,
}
LIST_LABELS = {
    "open": N_("On their way: offers and match meetings"),
    "running": N_("Running"),
    "over": N_("Over"),
}


@get("/pairings", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_pairings(
    request: AppRequest, status: FromQuery[str] = "open", page: FromQuery[int] = 1
) -> Response[str]:
    """Offers and pairings, those that stand longest first."""
    chosen = status if status in STATES_BY_LIST else "open"
    page = max(1, page)
    with read_context(request) as context:
        found, count, people = service.find(context, STATES_BY_LIST[chosen], page)
    return render(
        request,
        "guides/pairings/list.html",
        pairings=found,
        count=count,
        people=people,
        page=page,
        page_length=service.PAGE_LENGTH,
        state=chosen,
        more=build_url("/pairings", status=chosen),
        list_choices=options(request, LIST_LABELS),
        list_name=LIST_LABELS[chosen],
        state_names=STATE_LABELS_FOR_COORDINATOR,
    )


@get("/pairings/{pairing_id:str}", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_pairing(request: AppRequest, pairing_id: FromPath[str]) -> Response[str]:
    """One offer or pairing with everything that has happened."""
    return _pairing_page(request, pairing_id)


@post(
    "/pairings/{pairing_id:str}/answer",
    opt=require_role(Role.COORDINATOR),
    sync_to_thread=True,
    status_code=303,
)
def answer_guide(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """Answer the guide's question."""

    def act(context: RequestContext) -> None:
        service.answer(context, pairing_id, parse_answer(form_data(request)))

    return _act(request, pairing_id, Transition.COORDINATOR_ANSWERS, "guide_answered", act)


@post(
    "/pairings/{pairing_id:str}/extend",
    opt=require_role(Role.COORDINATOR),
    sync_to_thread=True,
    status_code=303,
)
def extend_offer(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """Give the guide as long again."""
    return _act(
        request,
        pairing_id,
        Transition.COORDINATOR_EXTENDS,
        "offer_extended",
        lambda context: service.extend(context, pairing_id),
    )


@post(
    "/pairings/{pairing_id:str}/lapse",
    opt=require_role(Role.COORDINATOR),
    sync_to_thread=True,
    status_code=303,
)
def close_offer(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """Close an offer that nobody answered."""
    return _act(
        request,
        pairing_id,
        Transition.DEADLINE_PASSES,
        "offer_closed",
        lambda context: service.lapse(context, pairing_id),
    )


@post(
    "/pairings/{pairing_id:str}/withdraw",
    opt=require_role(Role.COORDINATOR),
    sync_to_thread=True,
    status_code=303,
)
def withdraw_offer(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """Take an offer back before it runs."""
    return _act(
        request,
        pairing_id,
        Transition.COORDINATOR_WITHDRAWS,
        "offer_withdrawn",
        lambda context: service.withdraw(context, pairing_id),
    )


@post(
    "/pairings/{pairing_id:str}/meeting",
    opt=require_role(Role.COORDINATOR),
    sync_to_thread=True,
    status_code=303,
)
def plan_meeting(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """Set when and where the two meet."""

    def act(context: RequestContext) -> None:
        at, place = parse_meeting(form_data(request))
        service.plan_meeting(context, pairing_id, at, place)

    return _act(request, pairing_id, Transition.MEETING_PLANNED, "meeting_planned", act)


@post(
    "/pairings/{pairing_id:str}/meeting-held",
    opt=require_role(Role.COORDINATOR),
    sync_to_thread=True,
    status_code=303,
)
def hold_meeting(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """Note that the match meeting was held."""
    return _act(
        request,
        pairing_id,
        Transition.MEETING_HELD,
        "meeting_held",
        lambda context: service.meeting_held(context, pairing_id),
    )


@post(
    "/pairings/{pairing_id:str}/check-in",
    opt=require_role(Role.COORDINATOR),
    sync_to_thread=True,
    status_code=303,
)
def check_in(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """Note that the coordinator has talked with both."""
    return _act(
        request,
        pairing_id,
        Transition.CHECKED_IN,
        "checked_in",
        lambda context: service.check_in(context, pairing_id),
    )


@post(
    "/pairings/{pairing_id:str}/end", opt=require_role(Role.COORDINATOR), sync_to_thread=True, status_code=303
)
def end_pairing(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """End a pairing that runs."""

    def act(context: RequestContext) -> None:
        service.end(context, pairing_id, parse_end(form_data(request)))

    return _act(request, pairing_id, Transition.END, "pairing_ended", act)


@post(
    "/pairings/{pairing_id:str}/never-again",
    opt=require_role(Role.COORDINATOR),
    sync_to_thread=True,
    status_code=303,
)
def exclude_pair(request: AppRequest, pairing_id: FromPath[str]) -> Response[None]:
    """Never these two again, in any matching to come; nobody else learns of it."""
    with write_context(request) as context:
        pairing = transitions.find_for_update(context, pairing_id, ActorRole.COORDINATOR)
        exclusions.exclude_pair(context, pairing.citizen_id, pairing.guide_id)
    return redirect(f"/pairings/{pairing_id}", request, flash="ruled_out")


def _act(
    request: AppRequest,
    pairing_id: str,
    transition: Transition,
    notice: str,
    act: Callable[[RequestContext], None],
) -> Response[str] | Response[None]:
    """Do it, or show the pairing as it is now with what is wrong."""
    try:
        with write_context(request) as context:
            if not _is_repeated_submission(context, pairing_id, transition, form_data(request).text("seen")):
                act(context)
    except ValidationErrors as problem:
        return _pairing_page(request, pairing_id, status=422, errors=problem.errors, transition=transition)
    except GuidesError as problem:
        return _pairing_page(request, pairing_id, status=409, problem=problem.text)
    return redirect(f"/pairings/{pairing_id}", request, flash=notice)


def _is_repeated_submission(
    context: RequestContext, pairing_id: str, transition: Transition, seen_count: str
) -> bool:
    """Whether this very press has been carried out: `seen` is how many moves there were when the page was shown.

    A move that leads on is refused a second time by the table; one that stays in its state (a new deadline, a
    check-in) would else be made twice. Raises IllegalTransition when somebody else has moved meanwhile.
    """
    found = transitions.find_for_update(context, pairing_id, ActorRole.COORDINATOR)
    events = service.history(context, pairing_id).events
    if not seen_count.isdecimal() or seen_count == str(len(events)):
        return False
    last = events[-1] if events else None
    if last is not None and last.move is transition and last.made_by == context.person_id:
        return True
    if transition in allowed_transitions(found.state, ActorRole.COORDINATOR):
        raise IllegalTransition(found.state, transition, ActorRole.COORDINATOR)
    return False


def _pairing_page(
    request: AppRequest,
    pairing_id: str,
    *,
    status: int = 200,
    errors: tuple[FieldError, ...] = (),
    problem: LazyText | None = None,
    transition: Transition | None = None,
) -> Response[str]:
    with read_context(request) as context:
        history = service.history(context, pairing_id)
        ruled_out = exclusions.excluded_guide_ids(context, history.pairing.citizen_id)
    pairing = history.pairing
    today = local_date(context.now)
    overdue = is_overdue(pairing.state, pairing.answer_by, today)
    return render(
        request,
        "guides/pairings/detail.html",
        status=status,
        errors=errors,
        posted=form_data(request) if transition is not None else None,
        problem=problem,
        pairing=pairing,
        history=history,
        citizen=history.people[pairing.citizen_id],
        guide=history.people[pairing.guide_id],
        moves=[
            one
            for one in allowed_transitions(pairing.state, ActorRole.COORDINATOR)
            if one is not Transition.DEADLINE_PASSES or overdue
        ],
        overdue=overdue,
        ruled_out=pairing.guide_id in ruled_out,
        meeting_at=local_time(pairing.meeting_at) if pairing.meeting_at else None,
        tell_all=reasons_formatter(request),
        state_names=STATE_LABELS_FOR_COORDINATOR,
        move_names=TRANSITION_LABELS,
        kind_names=CONTACT_KIND_LABELS,
        end_names=END_REASON_LABELS,
        end_choices=options(request, END_REASON_LABELS),
    )


ROUTES = (
    show_pairings,
    show_pairing,
    answer_guide,
    extend_offer,
    close_offer,
    withdraw_offer,
    plan_meeting,
    hold_meeting,
    check_in,
    end_pairing,
    exclude_pair,
)

FLASH_MESSAGES = {
    "guide_answered": LazyText(N_("Your answer is with the guide, who has 7 more days.")),
    "offer_extended": LazyText(N_("The guide has 7 more days to answer.")),
    "offer_closed": LazyText(
        N_("The offer is closed. The citizen waits on, with the same place in the queue.")
    ),
    "offer_withdrawn": LazyText(
        N_("It is withdrawn. The citizen waits on, with the same place in the queue.")
    ),
    "meeting_planned": LazyText(N_("The match meeting is noted. Both can see when and where.")),
    "meeting_held": LazyText(N_("Noted. Now each of them says yes or no, apart.")),
    "checked_in": LazyText(N_("Noted that you have talked with both.")),
    "pairing_ended": LazyText(N_("The pairing has ended.")),
    "ruled_out": LazyText(N_("These two are not suggested for each other again.")),
}

NAVIGATION: tuple[NavigationLink, ...] = (
    NavigationLink("/pairings", N_("Pairings"), frozenset({Role.COORDINATOR})),
)
