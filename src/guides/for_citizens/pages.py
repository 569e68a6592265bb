"""The citizen's pages about their guide, and the page of it that a support worker sees together with the
citizen.

The citizen's own pages are under /guide, a supported citizen's under /citizens/{id}/guide. Only the citizen
accepts or declines a guide, so the support worker's page has no buttons for it.
"""

from collections.abc import Callable

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.i18n import N_, LazyText
from guides.errors import GuidesError
from guides.for_citizens import service
from guides.for_citizens.forms import parse_end_reason
from guides.lifecycle import EndReason, State
from guides.presenters import options, reason_formatter
from guides.requests import service as requests_service
from guides.requests.weekly_times import format_times
from people.access.model import Purpose, Role
from people.directory import service as directory_service
from people.web.app_state import AppRequest
from people.web.context import RequestContext, read_context, write_context
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role

# A citizen who ends a pairing chooses between these; a rematch has a page of its own.
END_CHOICES: dict[EndReason, str] = {
    EndReason.GOAL_REACHED: N_("I can do it on my own now"),
    EndReason.TIME: N_("The time is over"),
    EndReason.OTHER: N_("Something else"),
}
STEPS = (
    N_("You ask for a guide"),
    N_("We find a guide who would like to meet you"),
    N_("You meet, and the coordinator is there"),
    N_("You both say yes or no"),
    N_("You have a guide"),
)
# Which of the steps each state is at, from 1.
STEP_OF_STATE: dict[State, int] = {
    State.OFFERED: 2,
    State.GUIDE_WILLING: 2,
    State.MEETING: 3,
    State.DECIDING: 4,
    State.GUIDE_CONFIRMED: 4,
    State.CITIZEN_CONFIRMED: 4,
    State.RUNNING: 5,
}


@get("/guide", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_my_guide(request: AppRequest) -> Response[str]:
    """How far my request for a guide is."""
    return _my_guide_page(request)


@get("/citizens/{citizen_id:str}/guide", opt=require_role(Role.SUPPORT_WORKER), sync_to_thread=True)
def show_supported_guide(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """How far the request of a citizen whom I support is."""
    with read_context(request) as context:
        mine = service.my_guide_with_wishes(context, citizen_id, Purpose.SUPPORT)
        name = directory_service.citizen(context, citizen_id, Purpose.SUPPORT).given_name
    return _guide_page(request, mine, f"/citizens/{citizen_id}/guide", citizen_name=name)


@post("/guide/{pairing_id:str}/accept", opt=require_role(Role.CITIZEN), sync_to_thread=True, status_code=303)
def accept_guide(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """Accept to meet the guide."""
    return _apply(request, "guide_accepted", lambda context: service.accept(context, pairing_id))


@post("/guide/{pairing_id:str}/confirm", opt=require_role(Role.CITIZEN), sync_to_thread=True, status_code=303)
def confirm_guide(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """Confirm after the match meeting."""
    return _apply(request, "guide_confirmed", lambda context: service.confirm(context, pairing_id))


@get("/guide/{pairing_id:str}/no", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_decline(request: AppRequest, pairing_id: FromPath[str]) -> Response[str]:
    """What a no means, before it is sent; also for a citizen who has a guide and wants another."""
    return _confirmation_page(request, pairing_id, "guides/for_citizens/decline.html")


@post("/guide/{pairing_id:str}/new", opt=require_role(Role.CITIZEN), sync_to_thread=True, status_code=303)
def ask_for_new_guide(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """Decline this guide or end the pairing, without a reason; the place in the queue is kept."""
    never_again = form_data(request).text("never_again") == "yes"
    return _apply(
        request,
        "new_guide_asked",
        lambda context: service.request_new_guide(context, pairing_id, never_again=never_again),
    )


@get("/guide/{pairing_id:str}/end", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_end(request: AppRequest, pairing_id: FromPath[str]) -> Response[str]:
    """The form for ending the pairing."""
    return _confirmation_page(request, pairing_id, "guides/for_citizens/end.html")


@post("/guide/{pairing_id:str}/end", opt=require_role(Role.CITIZEN), sync_to_thread=True, status_code=303)
def end_guide(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """End the pairing, with a reason or without."""
    reason = parse_end_reason(form_data(request), END_CHOICES)
    return _apply(request, "guide_ended", lambda context: service.end(context, pairing_id, reason))


@get("/guide/withdraw", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_withdrawal(request: AppRequest) -> Response[str]:
    """What it means to withdraw the request."""
    with read_context(request) as context:
        mine = service.my_guide(context, context.person_id)
    return render(request, "guides/for_citizens/withdraw.html", mine=mine)


@post("/guide/withdraw", opt=require_role(Role.CITIZEN), sync_to_thread=True, status_code=303)
def withdraw_request(request: AppRequest) -> Response[str] | Response[None]:
    """Withdraw my request."""

    def withdraw(context: RequestContext) -> None:
        record = requests_service.my_request(context, context.person_id)
        if record is not None:
            requests_service.withdraw_request(context, record.request.id)

    return _apply(request, "wish_withdrawn", withdraw)


def _apply(
    request: AppRequest, flash: str, change: Callable[[RequestContext], None]
) -> Response[str] | Response[None]:
    """Makes the change, or shows the current state when it is no longer possible."""
    try:
        with write_context(request) as context:
            change(context)
    except GuidesError as problem:
        return _my_guide_page(request, problem.text)
    return redirect("/guide", request, flash=flash)


def _my_guide_page(request: AppRequest, problem: LazyText | None = None) -> Response[str]:
    with read_context(request) as context:
        mine = service.my_guide_with_wishes(context, context.person_id)
    return _guide_page(request, mine, "/guide", problem=problem)


def _guide_page(
    request: AppRequest,
    mine: service.MyGuide,
    base_path: str,
    *,
    citizen_name: str = "",
    problem: LazyText | None = None,
) -> Response[str]:
    wishes = mine.request.request if mine.request is not None else None
    return render(
        request,
        "guides/for_citizens/my_guide.html",
        status=200 if problem is None else 409,
        problem=problem,
        mine=mine,
        wishes=wishes,
        citizen_name=citizen_name,
        address=base_path,
        all_steps=STEPS,
        current_step=STEP_OF_STATE.get(mine.state, 0) if mine.state is not None else 0,
        reasons=tuple(map(reason_formatter(request), mine.reasons)),
        times=format_times(wishes.times, language(request)) if wishes is not None else (),
    )


def _confirmation_page(request: AppRequest, pairing_id: str, template: str) -> Response[str]:
    with read_context(request) as context:
        mine = service.my_guide(context, context.person_id)
    if mine.pairing_id != pairing_id:
        return _my_guide_page(request, LazyText(N_("This is how it is now.")))
    return render(
        request,
        template,
        mine=mine,
        reasons=options(request, END_CHOICES),
    )


ROUTES = (
    show_my_guide,
    show_supported_guide,
    accept_guide,
    confirm_guide,
    show_decline,
    ask_for_new_guide,
    show_end,
    end_guide,
    show_withdrawal,
    withdraw_request,
)

FLASH_MESSAGES = {
    "guide_accepted": LazyText(N_("You said yes. You hear from us about the meeting.")),
    "guide_confirmed": LazyText(N_("You said yes to your guide.")),
    "new_guide_asked": LazyText(N_("We look for another guide. You keep your place in the queue.")),
    "guide_ended": LazyText(N_("You have said goodbye to your guide.")),
    "wish_withdrawn": LazyText(N_("You no longer wait for a guide.")),
}

NAVIGATION = (NavigationLink("/guide", N_("My guide"), frozenset({Role.CITIZEN})),)
