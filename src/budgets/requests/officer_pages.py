"""Requests that wait for a budget officer, in the browser: the one that is due first, the citizen's words, yes or no."""

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from budgets.commands.group_commit import give_order
from budgets.errors import GrantClosed, OutsidePeriod, Overdrawn, RequestSettled, SecondOfficerNeeded
from budgets.model import RequestState
from budgets.money.pace import WORD_NAMES
from budgets.money.presenter import budget_view
from budgets.records import limits
from budgets.requests import service
from budgets.requests.forms import read_answer
from budgets.requests.presenter import request_views
from budgets.requests.service import PAGE_LENGTH
from budgets.web.forms import key_of
from foundation.clock import local_date
from foundation.forms import FieldFault, FormFaults, Posted
from foundation.i18n import N_, Text
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import reading
from people.web.responses import NavigationLink, go, language, posted, show
from people.web.rules import only


@get("/requests", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_inbox(request: AppRequest, page: FromQuery[int] = 1) -> Response[str]:
    """What waits for an answer, the request that is due first at the top."""
    page = max(1, page)
    with reading(request) as visit:
        lines, count = service.waiting(visit, page)
        today = local_date(visit.now)
    return show(
        request,
        "budgets/inbox.html",
        lines=lines,
        count=count,
        page=page,
        page_length=PAGE_LENGTH,
        today=today,
    )


@get("/requests/{request_id:str}", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_request(request: AppRequest, request_id: FromPath[str]) -> Response[str]:
    """One request: the citizen's own words beside the numbers, and the form for the answer."""
    return _request(request, request_id)


def _request(
    request: AppRequest,
    request_id: str,
    faults: tuple[FieldFault, ...] = (),
    typed: Posted | None = None,
    refusal: str = "",
) -> Response[str]:
    with reading(request) as visit:
        opened = service.to_decide(visit, request_id)
    story, budget = opened.story, opened.budget
    wish = story.request
    view = budget_view(budget, opened.titles, opened.today)
    (story_view,) = request_views([story], opened.titles, opened.today, language(request))
    left_ore = budget.envelope(wish.goal_id).left_ore
    return show(
        request,
        "budgets/request.html",
        status=422 if faults or refusal else 200,
        faults=faults,
        typed=typed,
        refusal=refusal,
        opened=opened,
        wish=wish,
        story=story_view,
        goal=next((one for one in view.goals if one.envelope.goal_id == wish.goal_id), None),
        view=view,
        left_ore=left_ore,
        after_ore=left_ore - wish.amount_ore,
        waits=wish.state is RequestState.ASKED,
        overdue=wish.answer_by is not None and wish.answer_by < opened.today,
        mine=any(one.officer_id == visit.person_id for one in story.answers),
        second=limits.answers_needed(story.fund, wish.amount_ore) > 1,
        word_names=WORD_NAMES,
    )


@post("/requests/{request_id:str}", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True, status_code=303)
def answer(request: AppRequest, request_id: FromPath[str]) -> Response[str] | Response[None]:
    """Say yes or no."""
    form = posted(request)
    try:
        with reading(request) as visit:
            command = read_answer(form, request_id)
        give_order(request, visit.actor, command, key_of(form))
        with reading(request) as visit:
            still_waits = service.to_decide(visit, request_id).story.request.state is RequestState.ASKED
    except FormFaults as problem:
        return _request(request, request_id, problem.faults, form)
    except (RequestSettled, SecondOfficerNeeded, GrantClosed, Overdrawn, OutsidePeriod) as problem:
        return _request(request, request_id, typed=form, refusal=_REFUSALS[type(problem)])
    if not command.yes:
        return go("/requests", request, notice="said_no")
    return go("/requests", request, notice="said_yes_first" if still_waits else "said_yes")


_REFUSALS: dict[type[Exception], str] = {
    RequestSettled: N_("This was settled already. Nothing has changed."),
    SecondOfficerNeeded: N_("You have said yes already. Another budget officer must say yes too."),
    GrantClosed: N_("The grant is closed. Nothing moves in it any more."),
    Overdrawn: N_(
        "There is less left than the citizen asks for. Talk with the citizen, or share out more money first."
    ),
    OutsidePeriod: N_("The grant's period is over, so money can't be put aside any more."),
}

ROUTES = (show_inbox, show_request, answer)

NOTICES = {
    "said_yes": Text(N_("The answer is yes. The money is put aside, and the citizen can buy it.")),
    "said_yes_first": Text(N_("Your yes is noted. Another budget officer must say yes too.")),
    "said_no": Text(N_("The answer is no. The citizen can read why, and how to appeal.")),
}

NAVIGATION = (NavigationLink("/requests", N_("Requests"), frozenset({Role.BUDGET_OFFICER})),)
