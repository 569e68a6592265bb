"""The end of a grant in the browser, for the budget officer: which end soon, told in advance, closed after a preview."""

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from budgets.closing import service
from budgets.closing.forms import read_close, read_notice
from budgets.closing.service import PAGE_LENGTH, Step
from budgets.commands.group_commit import give_order
from budgets.errors import BudgetsError, GrantClosed, NextGrantNeeded, NoSuchRecord, NoticeNeeded, NotYet
from budgets.model import CAUSE_NAMES, KIND_NAMES
from budgets.money import service as money_service
from budgets.records import limits
from budgets.records.movements_csv import ACCOUNT_NAMES
from budgets.web.forms import key_of
from foundation.clock import local_date
from foundation.dates import day
from foundation.forms import FieldFault, FormFaults, Posted
from foundation.i18n import N_, Text, translations
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import Visit, reading
from people.web.responses import NavigationLink, go, language, posted, show
from people.web.rules import only


@get("/grants/ending", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_ending(request: AppRequest, page: FromQuery[int] = 1) -> Response[str]:
    """Grants that end within 30 days, and those that are over and not closed."""
    page = max(1, page)
    with reading(request) as visit:
        lines, count = service.ending(visit, page)
        today = local_date(visit.now)
    return show(
        request,
        "budgets/ending.html",
        lines=lines,
        count=count,
        page=page,
        page_length=PAGE_LENGTH,
        today=today,
    )


@get("/grants/{grant_id:str}/notice", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_notice(request: AppRequest, grant_id: FromPath[str]) -> Response[str]:
    """The form that tells a citizen in advance that money is taken back."""
    return _notice(request, grant_id)


def _notice(
    request: AppRequest, grant_id: str, faults: tuple[FieldFault, ...] = (), typed: Posted | None = None
) -> Response[str]:
    with reading(request) as visit:
        opened = money_service.budget_of_grant(visit, grant_id, 0)
        citizen = money_service.citizen_of_grant(visit, grant_id)
        given = service.notice_of(visit, grant_id)
    return show(
        request,
        "budgets/notice.html",
        status=422 if faults else 200,
        faults=faults,
        typed=typed,
        grant=opened.budget.grant,
        citizen=citizen,
        given=given,
        first_day=limits.first_day_after_notice(opened.budget.fund, opened.today),
    )


@post("/grants/{grant_id:str}/notice", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True, status_code=303)
def give_notice(request: AppRequest, grant_id: FromPath[str]) -> Response[str] | Response[None]:
    """Tell the citizen."""
    form = posted(request)
    try:
        with reading(request) as visit:
            command = read_notice(form, grant_id)
        give_order(request, visit.actor, command, key_of(form))
    except FormFaults as problem:
        return _notice(request, grant_id, problem.faults, form)
    except NotYet as problem:
        text = Text(N_("Choose %(day)s or a later day."), {"day": day(problem.on, language(request))})
        return _notice(request, grant_id, (FieldFault("on", text),), form)
    except GrantClosed:
        return go(f"/grants/{grant_id}", request, notice="closed_before")
    return go(f"/grants/{grant_id}", request, notice="noticed")


@get("/grants/{grant_id:str}/close", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_close(request: AppRequest, grant_id: FromPath[str]) -> Response[str]:
    """Why the grant is closed; then exactly the movements that it makes, before anything is done."""
    form = Posted({name: tuple(request.query_params.getall(name)) for name in request.query_params})
    with reading(request) as visit:
        if not form.fields:
            return _close(request, visit, grant_id)
        try:
            command = read_close(form, grant_id, _later_ids(visit, grant_id))
            steps = service.preview(visit, command)
        except FormFaults as problem:
            return _close(request, visit, grant_id, problem.faults, form)
        except NoSuchRecord:
            raise
        except BudgetsError as problem:
            return _close(request, visit, grant_id, typed=form, refusal=_refusal(problem, language(request)))
        return _close(request, visit, grant_id, typed=form, steps=steps)


def _later_ids(visit: Visit, grant_id: str) -> tuple[str, ...]:
    grant = money_service.budget_of_grant(visit, grant_id, 0).budget.grant
    return tuple(one.id for one in service.later_grants(visit, grant))


def _close(
    request: AppRequest,
    visit: Visit,
    grant_id: str,
    faults: tuple[FieldFault, ...] = (),
    typed: Posted | None = None,
    refusal: Text | None = None,
    steps: tuple[Step, ...] | None = None,
) -> Response[str]:
    opened = money_service.budget_of_grant(visit, grant_id, 0)
    gettext = translations(language(request)).gettext
    return show(
        request,
        "budgets/close_grant.html",
        status=422 if faults or refusal else 200,
        faults=faults,
        typed=typed,
        refusal=refusal,
        steps=steps,
        budget=opened.budget,
        closing=opened.closing,
        today=opened.today,
        citizen=money_service.citizen_of_grant(visit, grant_id),
        later=service.later_grants(visit, opened.budget.grant),
        causes=tuple((one.value, gettext(name)) for one, name in CAUSE_NAMES.items()),
        kind_names=KIND_NAMES,
        account_names=ACCOUNT_NAMES,
    )


@post("/grants/{grant_id:str}/close", opt=only(Role.BUDGET_OFFICER), sync_to_thread=True, status_code=303)
def close(request: AppRequest, grant_id: FromPath[str]) -> Response[str] | Response[None]:
    """Close the grant for good."""
    form = posted(request)
    try:
        with reading(request) as visit:
            command = read_close(form, grant_id, _later_ids(visit, grant_id))
        give_order(request, visit.actor, command, key_of(form))
    except FormFaults as problem:
        with reading(request) as visit:
            return _close(request, visit, grant_id, problem.faults, form)
    except GrantClosed:
        return go(f"/grants/{grant_id}", request, notice="closed_before")
    except (NotYet, NoticeNeeded, NextGrantNeeded) as problem:
        with reading(request) as visit:
            return _close(request, visit, grant_id, typed=form, refusal=_refusal(problem, language(request)))
    return go(f"/grants/{grant_id}", request, notice="grant_closed")


def _refusal(problem: BudgetsError, reader_language: str) -> Text:
    if isinstance(problem, NotYet):
        return Text(N_("It can be closed from %(day)s."), {"day": day(problem.on, reader_language)})
    return Text(_REFUSALS.get(type(problem), N_("It can't be closed now. Nothing has changed.")))


_REFUSALS: dict[type[Exception], str] = {
    NoticeNeeded: N_("The citizen must be told in advance. Give notice first."),
    NextGrantNeeded: N_(
        "What is left goes on by the fund's rule. Choose the grant that it goes on to, or make one first."
    ),
    GrantClosed: N_("The grant is closed already."),
}

ROUTES = (show_ending, show_notice, give_notice, show_close, close)

NOTICES = {
    "noticed": Text(N_("The citizen can read it now.")),
    "grant_closed": Text(N_("The grant is closed, and its accounts are empty.")),
    "closed_before": Text(N_("The grant was closed already. Nothing has changed.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
