"""The coordinator's pages of offers and pairings: the list, one pairing, and the steps to take with it."""

from collections.abc import Callable
from typing import NamedTuple

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery

from foundation.clock import local_date, local_time
from foundation.forms import FieldError, FormData, ValidationErrors
from foundation.i18n import N_, LazyText
from guides.errors import GuidesError
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
from guides.pairings import service
from guides.pairings.forms import parse_answer, parse_end, parse_meeting
from guides.presenters import options, reasons_formatter
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import read_context, write_context
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
    """Offers and pairings, longest in their state first."""
    listed = status if status in STATES_BY_LIST else "open"
    page = max(1, page)
    with read_context(request) as context:
        pairings, count, people = service.find(context, STATES_BY_LIST[listed], page)
    return render(
        request,
        "guides/pairings/list.html",
        pairings=pairings,
        count=count,
        people=people,
        page=page,
        page_length=service.PAGE_LENGTH,
        state=listed,
        more=build_url("/pairings", status=listed),
        list_choices=options(request, LIST_LABELS),
        list_name=LIST_LABELS[listed],
        state_names=STATE_LABELS_FOR_COORDINATOR,
    )


@get("/pairings/{pairing_id:str}", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_pairing(request: AppRequest, pairing_id: FromPath[str]) -> Response[str]:
    """One offer or pairing with everything that is recorded about it."""
    return _pairing_page(request, pairing_id)


class CoordinatorStep(NamedTuple):
    """What a coordinator can do with a pairing: the path below the pairing's, the form and the use case."""

    path: str
    transition: Transition
    flash: str
    apply: Callable[..., None]  # with the context, the pairing's id and the parsed values
    parse: Callable[[FormData], tuple[object, ...]] = lambda _form: ()


COORDINATOR_STEPS = (
    CoordinatorStep(
        "answer",
        Transition.COORDINATOR_ANSWERS,
        "guide_answered",
        service.answer,
        lambda form: (parse_answer(form),),
    ),
    CoordinatorStep("extend", Transition.COORDINATOR_EXTENDS, "offer_extended", service.extend),
    CoordinatorStep("lapse", Transition.DEADLINE_PASSES, "offer_closed", service.lapse),
    CoordinatorStep("withdraw", Transition.COORDINATOR_WITHDRAWS, "offer_withdrawn", service.withdraw),
    CoordinatorStep(
        "meeting", Transition.MEETING_PLANNED, "meeting_planned", service.plan_meeting, parse_meeting
    ),
    CoordinatorStep("meeting-held", Transition.MEETING_HELD, "meeting_held", service.meeting_held),
    CoordinatorStep("check-in", Transition.CHECKED_IN, "checked_in", service.check_in),
    CoordinatorStep("end", Transition.END, "pairing_ended", service.end, lambda form: (parse_end(form),)),
)


def _step_route(step: CoordinatorStep) -> HTTPRouteHandler:
    """Returns the route on which a coordinator takes this step."""

    @post(
        f"/pairings/{{pairing_id:str}}/{step.path}",
        opt=require_role(Role.COORDINATOR),
        sync_to_thread=True,
        status_code=303,
    )
    def take_step(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
        form = form_data(request)
        try:
            values = step.parse(form)
            with write_context(request) as context:
                seen_count = form.text("seen")
                if not service.is_repeated_submission(context, pairing_id, step.transition, seen_count):
                    step.apply(context, pairing_id, *values)
        except ValidationErrors as problem:
            return _pairing_page(request, pairing_id, status=422, errors=problem.errors, posted=form)
        except GuidesError as problem:
            return _pairing_page(request, pairing_id, status=409, problem=problem.text)
        return redirect(f"/pairings/{pairing_id}", request, flash=step.flash)

    return take_step


@post(
    "/pairings/{pairing_id:str}/never-again",
    opt=require_role(Role.COORDINATOR),
    sync_to_thread=True,
    status_code=303,
)
def exclude_pair(request: AppRequest, pairing_id: FromPath[str]) -> Response[None]:
    """Keep these two from being suggested for each other again; neither of them is told."""
    with write_context(request) as context:
        service.exclude(context, pairing_id)
    return redirect(f"/pairings/{pairing_id}", request, flash="ruled_out")


def _pairing_page(
    request: AppRequest,
    pairing_id: str,
    *,
    status: int = 200,
    errors: tuple[FieldError, ...] = (),
    problem: LazyText | None = None,
    posted: FormData | None = None,
) -> Response[str]:
    with read_context(request) as context:
        history = service.history(context, pairing_id)
    pairing = history.pairing
    today = local_date(context.now)
    overdue = is_overdue(pairing.state, pairing.answer_by, today)
    return render(
        request,
        "guides/pairings/detail.html",
        status=status,
        errors=errors,
        posted=posted,
        problem=problem,
        pairing=pairing,
        history=history,
        citizen=history.people[pairing.citizen_id],
        guide=history.people[pairing.guide_id],
        moves=[
            transition
            for transition in allowed_transitions(pairing.state, ActorRole.COORDINATOR)
            if transition is not Transition.DEADLINE_PASSES or overdue
        ],
        overdue=overdue,
        ruled_out=history.is_excluded,
        meeting_at=local_time(pairing.meeting_at) if pairing.meeting_at else None,
        tell_all=reasons_formatter(request),
        state_names=STATE_LABELS_FOR_COORDINATOR,
        move_names=TRANSITION_LABELS,
        kind_names=CONTACT_KIND_LABELS,
        end_names=END_REASON_LABELS,
        end_choices=options(request, END_REASON_LABELS),
    )


ROUTES = (show_pairings, show_pairing, *map(_step_route, COORDINATOR_STEPS), exclude_pair)

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
