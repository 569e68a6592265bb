"""Grants in the browser, for the budget officer: find, make, share out, undo."""

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from budgets.commands.group_commit import give_order
from budgets.errors import AlreadyReversed, OutsidePeriod, Overdrawn, OverLimit, PeriodShut
from budgets.grants import service
from budgets.grants.forms import UNSAID, read_grant, read_reversal, read_share
from budgets.model import KIND_NAMES, RequestState
from budgets.money import service as money_service
from budgets.money.pace import WORD_NAMES
from budgets.money.presenter import budget_view
from budgets.money.service import PAGE_LENGTH
from budgets.web.forms import faults_of, key_of
from foundation.forms import FieldFault, FormFaults, Posted
from foundation.i18n import N_, Text
from people.access.model import Purpose, Role
from people.directory import service as directory_service
from people.web.app_state import AppRequest
from people.web.context import Visit, reading
from people.web.responses import NavigationLink, go, language, posted, show
from people.web.rules import only

NEWEST = 10  # movements on the page of a grant


@get("/grants", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_grants(
    request: AppRequest,
    text: FromQuery[str] = "",
    fund: FromQuery[str] = "",
    ended: FromQuery[str] = "",
    page: FromQuery[int] = 1,
) -> Response[str]:
    """Grants by citizen's name and fund, the one that ends first at the top."""
    page = max(1, page)
    with reading(request) as visit:
        funds = money_service.funds(visit)
        chosen = fund if fund in {one.fund.id for one in funds} else ""
        lines, count = service.find_grants(visit, text, chosen or None, running=not ended, page=page)
    return show(
        request,
        "budgets/grants.html",
        lines=lines,
        count=count,
        page=page,
        page_length=PAGE_LENGTH,
        funds=tuple((one.fund.id, one.fund.name) for one in funds),
        text=text,
        fund=chosen,
        ended=bool(ended),
    )


@get("/grants/new", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_new_grant(
    request: AppRequest, citizen: FromQuery[str] = "", text: FromQuery[str] = ""
) -> Response[str]:
    """First whose grant it is, then the grant."""
    with reading(request) as visit:
        if citizen:
            return _new_grant(request, visit, citizen)
        found, count = directory_service.find_citizens(visit, text, None, 1) if text else ((), 0)
        areas = {one.id: one.name for one in directory_service.areas(visit)}
    return show(request, "budgets/choose_citizen.html", text=text, people=found, count=count, areas=areas)


def _new_grant(
    request: AppRequest,
    visit: Visit,
    citizen_id: str,
    faults: tuple[FieldFault, ...] = (),
    typed: Posted | None = None,
) -> Response[str]:
    return show(
        request,
        "budgets/new_grant.html",
        status=422 if faults else 200,
        faults=faults,
        typed=typed,
        citizen=directory_service.citizen(visit, citizen_id, Purpose.BUDGET),
        funds=money_service.funds(visit),
    )


@post("/grants", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True, status_code=303)
def make_grant(request: AppRequest) -> Response[str] | Response[None]:
    """Grant money to a citizen."""
    try:
        form = posted(request)
        citizen_id = form.text("citizen")
        with reading(request) as visit:
            command = read_grant(form, citizen_id, [one.fund for one in money_service.funds(visit)])
        grant_id = give_order(request, visit.actor, command, key_of(form))
    except (FormFaults, Overdrawn, OverLimit, OutsidePeriod, PeriodShut) as problem:
        with reading(request) as visit:
            return _new_grant(request, visit, citizen_id, faults_of(problem, language(request)), form)
    return go(f"/grants/{grant_id}", request, notice="granted")


@get("/grants/{grant_id:str}", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_grant(request: AppRequest, grant_id: FromPath[str]) -> Response[str]:
    """One grant: where its money stands, what the citizen has put aside, the latest movements."""
    with reading(request) as visit:
        citizen = money_service.citizen_of_grant(visit, grant_id)
        opened = money_service.budget_of_grant(visit, grant_id, NEWEST)
        requests = money_service.requests(visit, grant_id, Purpose.BUDGET, RequestState.RESERVED)
    return show(
        request,
        "budgets/grant.html",
        citizen=citizen,
        opened=opened,
        view=budget_view(opened.budget, opened.titles, opened.today, opened.closing),
        requests=requests,
        kind_names=KIND_NAMES,
        word_names=WORD_NAMES,
    )


@get("/grants/{grant_id:str}/movements", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_grants_movements(
    request: AppRequest, grant_id: FromPath[str], page: FromQuery[int] = 1
) -> Response[str]:
    """All movements of a grant, newest first."""
    page = max(1, page)
    with reading(request) as visit:
        citizen = money_service.citizen_of_grant(visit, grant_id)
        opened = money_service.budget_of_grant(visit, grant_id, 0)
        events, count = money_service.events(visit, grant_id, Purpose.BUDGET, page)
    return show(
        request,
        "budgets/grant_movements.html",
        citizen=citizen,
        opened=opened,
        events=events,
        count=count,
        page=page,
        page_length=PAGE_LENGTH,
        kind_names=KIND_NAMES,
    )


@get("/grants/{grant_id:str}/share", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_share(request: AppRequest, grant_id: FromPath[str]) -> Response[str]:
    """The form that gives money to a goal."""
    with reading(request) as visit:
        return _share(request, visit, grant_id)


def _share(
    request: AppRequest,
    visit: Visit,
    grant_id: str,
    faults: tuple[FieldFault, ...] = (),
    typed: Posted | None = None,
) -> Response[str]:
    return show(
        request,
        "budgets/share.html",
        status=422 if faults else 200,
        faults=faults,
        typed=typed,
        citizen=money_service.citizen_of_grant(visit, grant_id),
        opened=money_service.budget_of_grant(visit, grant_id, 0),
        unsaid=UNSAID,
    )


@post("/grants/{grant_id:str}/share", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True, status_code=303)
def share(request: AppRequest, grant_id: FromPath[str]) -> Response[str] | Response[None]:
    """Give money to a goal, or take it back from one."""
    try:
        form = posted(request)
        with reading(request) as visit:
            titles = money_service.budget_of_grant(visit, grant_id, 0).titles
            command = read_share(form, grant_id, tuple(titles))
        give_order(request, visit.actor, command, key_of(form))
    except (FormFaults, Overdrawn) as problem:
        with reading(request) as visit:
            return _share(request, visit, grant_id, faults_of(problem, language(request)), form)
    return go(f"/grants/{grant_id}", request, notice="shared")


@get("/movements/{movement_id:str}/reverse", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_reverse(request: AppRequest, movement_id: FromPath[str]) -> Response[str]:
    """What is undone, and the form for why."""
    with reading(request) as visit:
        return _reverse(request, visit, movement_id)


def _reverse(
    request: AppRequest,
    visit: Visit,
    movement_id: str,
    faults: tuple[FieldFault, ...] = (),
    typed: Posted | None = None,
    refusal: str = "",
) -> Response[str]:
    event = money_service.event(visit, movement_id, Purpose.BUDGET)
    titles = {} if event.grant_id is None else money_service.budget_of_grant(visit, event.grant_id, 0).titles
    return show(
        request,
        "budgets/reverse.html",
        status=422 if faults or refusal else 200,
        faults=faults,
        typed=typed,
        event=event,
        titles=titles,
        refusal=refusal,
        kind_names=KIND_NAMES,
        back=_home_of(event.grant_id, event.fund_id),
    )


def _home_of(grant_id: str | None, fund_id: str) -> str:
    return f"/funds/{fund_id}" if grant_id is None else f"/grants/{grant_id}"


@post(
    "/movements/{movement_id:str}/reverse",
    opt=only(Role.BUDGET_OFFICER),
    sync_to_thread=True,
    status_code=303,
)
def reverse(request: AppRequest, movement_id: FromPath[str]) -> Response[str] | Response[None]:
    """Undo a movement by its mirror."""
    try:
        form = posted(request)
        with reading(request) as visit:
            event = money_service.event(visit, movement_id, Purpose.BUDGET)
            command = read_reversal(form, movement_id)
        give_order(request, visit.actor, command, key_of(form))
    except (FormFaults, AlreadyReversed, Overdrawn) as problem:
        with reading(request) as visit:
            if isinstance(problem, FormFaults):
                return _reverse(request, visit, movement_id, problem.faults, form)
            refusal = ALREADY_UNDONE if isinstance(problem, AlreadyReversed) else MONEY_IS_USED
            return _reverse(request, visit, movement_id, typed=form, refusal=refusal)
    return go(_home_of(event.grant_id, event.fund_id), request, notice="reversed")


ALREADY_UNDONE = N_("This movement was undone before, or undoes another itself.")
MONEY_IS_USED = N_("The money has moved on since. Undo the later movements first.")

ROUTES = (
    show_grants,
    show_new_grant,
    make_grant,
    show_grant,
    show_grants_movements,
    show_share,
    share,
    show_reverse,
    reverse,
)

NOTICES = {
    "granted": Text(N_("The money is granted. Now share it out to goals.")),
    "shared": Text(N_("The money is moved.")),
    "reversed": Text(N_("The movement is undone.")),
}

NAVIGATION = (NavigationLink("/grants", N_("Grants"), frozenset({Role.BUDGET_OFFICER})),)
