"""Requests that wait for a budget officer, in the browser: the one that is due first, the citizen's words, yes or no."""

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from budgets.commands.group_commit import submit_command
from budgets.errors import GrantClosed, InvalidRequestState, OutsidePeriod, Overdrawn, SecondOfficerNeeded
from budgets.model import RequestState
from budgets.money.pace import PACE_LABELS
from budgets.money.presenter import budget_view
from budgets.records import limits
from budgets.requests import service
from budgets.requests.forms import parse_decision
from budgets.requests.presenter import request_views
from budgets.requests.service import PAGE_LENGTH
from budgets.web.forms import idempotency_key
from foundation.clock import local_date
from foundation.forms import FieldError, FormData, ValidationErrors
from foundation.i18n import N_, LazyText
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import read_context, request_actor
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role


@get("/requests", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_pending(request: AppRequest, page: FromQuery[int] = 1) -> Response[str]:
    """What waits for an answer, the request that is due first at the top."""
    page = max(1, page)
    with read_context(request) as context:
        lines, count = service.pending(context, page)
        today = local_date(context.now)
    return render(
        request,
        "budgets/requests/officer_list.html",
        lines=lines,
        count=count,
        page=page,
        page_length=PAGE_LENGTH,
        today=today,
    )


@get("/requests/{request_id:str}", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_request(request: AppRequest, request_id: FromPath[str]) -> Response[str]:
    """One request: the citizen's own words beside the numbers, and the form for the answer."""
    return _request_page(request, request_id)


def _request_page(
    request: AppRequest,
    request_id: str,
    errors: tuple[FieldError, ...] = (),
    typed: FormData | None = None,
    refusal: str = "",
) -> Response[str]:
    with read_context(request) as context:
        opened = service.request_for_decision(context, request_id)
    story, budget = opened.detail, opened.budget
    wish = story.request
    view = budget_view(budget, opened.goal_titles, opened.today)
    (story_view,) = request_views([story], opened.goal_titles, opened.today, language(request))
    left_ore = budget.envelope(wish.goal_id).left_ore
    return render(
        request,
        "budgets/requests/decide.html",
        status=422 if errors or refusal else 200,
        errors=errors,
        posted=typed,
        refusal=refusal,
        opened=opened,
        wish=wish,
        story=story_view,
        goal=next((one for one in view.goals if one.envelope.goal_id == wish.goal_id), None),
        view=view,
        left_ore=left_ore,
        after_ore=left_ore - wish.amount_ore,
        waits=wish.state is RequestState.PENDING,
        overdue=wish.answer_by is not None and wish.answer_by < opened.today,
        mine=any(one.officer_id == context.person_id for one in story.answers),
        second=limits.approvals_needed(story.fund, wish.amount_ore) > 1,
        word_names=PACE_LABELS,
    )


@post(
    "/requests/{request_id:str}", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True, status_code=303
)
def decide(request: AppRequest, request_id: FromPath[str]) -> Response[str] | Response[None]:
    """Say yes or no."""
    form = form_data(request)
    try:
        command = parse_decision(form, request_id)
        result = submit_command(request, request_actor(request), command, idempotency_key(form))
    except ValidationErrors as problem:
        return _request_page(request, request_id, problem.errors, form)
    except (InvalidRequestState, SecondOfficerNeeded, GrantClosed, Overdrawn, OutsidePeriod) as problem:
        return _request_page(request, request_id, typed=form, refusal=_REFUSALS[type(problem)])
    if not command.yes:
        return redirect("/requests", request, flash="said_no")
    is_pending = result.request is not None and result.request.state is RequestState.PENDING
    return redirect("/requests", request, flash="said_yes_first" if is_pending else "said_yes")


_REFUSALS: dict[type[Exception], str] = {
    InvalidRequestState: N_("This was settled already. Nothing has changed."),
    SecondOfficerNeeded: N_("You have said yes already. Another budget officer must say yes too."),
    GrantClosed: N_("The grant is closed. Nothing moves in it any more."),
    Overdrawn: N_(
        "There is less left than the citizen asks for. Talk with the citizen, or share out more money first."
    ),
    OutsidePeriod: N_("The grant's period is over, so money can't be put aside any more."),
}

ROUTES = (show_pending, show_request, decide)

FLASH_MESSAGES = {
    "said_yes": LazyText(N_("The answer is yes. The money is put aside, and the citizen can buy it.")),
    "said_yes_first": LazyText(N_("Your yes is noted. Another budget officer must say yes too.")),
    "said_no": LazyText(N_("The answer is no. The citizen can read why, and how to appeal.")),
}

NAVIGATION = (NavigationLink("/requests", N_("Requests"), frozenset({Role.BUDGET_OFFICER})),)
