"""“I want to use money”: one question per page, a look at all the answers, then put aside or asked for."""

from urllib.parse import urlencode

from litestar import Response, get, post

from budgets.commands.group_commit import submit_command
from budgets.commands.messages import RequestSpending
from budgets.errors import GrantClosed, NoSuchRecord, OutsidePeriod, Overdrawn
from budgets.model import Envelope
from budgets.money import service as money_service
from budgets.money.service import BudgetOverview
from budgets.records import limits
from budgets.requests.forms import parse_spending_request
from budgets.web.forms import field_errors, idempotency_key
from foundation.forms import FieldError, FormData, ValidationErrors
from foundation.i18n import N_, LazyText
from people.access.model import Purpose, Role
from people.web.app_state import AppRequest
from people.web.context import RequestContext, read_context
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role

QUESTIONS = ("goal", "what", "amount", "together_with", "wanted_when")


@get("/money/ask", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_question(request: AppRequest) -> Response[str] | Response[None]:
    """The next question, or all the answers to look at before they are sent. The answers stand in the address.

    So the browser's back button goes back one question, and nothing is lost on the way.
    """
    form = FormData({name: tuple(request.query_params.getall(name)) for name in request.query_params})
    with read_context(request) as context:
        try:
            opened = _budget(context, form)
        except NoSuchRecord:
            return redirect("/money", request, flash="nothing_to_use")
        own_word_ore = _self_approval_limit_ore(context, opened)
    if not _is_spendable(opened):
        return redirect("/money", request, flash="nothing_to_use")
    form = _preselect_only_goal(form, opened)
    if form.text("again") in QUESTIONS:
        return _question_page(request, form, opened, own_word_ore, form.text("again"))
    try:
        command = parse_spending_request(form, opened.budget, language(request), check_balance=True)
    except ValidationErrors as problem:
        return _show_next_question(request, form, opened, own_word_ore, problem, status=200)
    return _summary_page(request, form, opened, command, own_word_ore)


@post("/money/ask", opt=require_role(Role.CITIZEN), sync_to_thread=True, status_code=303)
def submit_request(request: AppRequest) -> Response[str] | Response[None]:
    """Put the money aside on the citizen's own word, or ask a budget officer."""
    form = form_data(request)
    try:
        with read_context(request) as context:
            opened = _budget(context, form)
            command = parse_spending_request(form, opened.budget, language(request))
        result = submit_command(request, context.actor, command, idempotency_key(form))
    except (NoSuchRecord, OutsidePeriod, GrantClosed):
        return redirect("/money", request, flash="nothing_to_use")
    except (ValidationErrors, Overdrawn) as problem:
        with read_context(request) as context:
            opened = _budget(context, form)
            own_word_ore = _self_approval_limit_ore(context, opened)
        faults = ValidationErrors(field_errors(problem, language(request)))
        return _show_next_question(request, form, opened, own_word_ore, faults, status=422)
    if result.request is not None and result.request.own_word:
        return redirect("/money", request, flash="put_aside")
    return redirect("/money/requests", request, flash="asked")


def _budget(context: RequestContext, form: FormData) -> BudgetOverview:
    """The budget that the form is about. Raises NoSuchRecord when there is none that money could come from."""
    opened = money_service.budget_overview(
        context, context.person_id, Purpose.OWN, form.text("budget"), movement_limit=0
    )
    if opened is None or not opened.budget.envelopes:
        raise NoSuchRecord
    return opened


def _self_approval_limit_ore(context: RequestContext, overview: BudgetOverview) -> int:
    return money_service.self_approval_limit_ore(
        context, overview.budget.grant.citizen_id, overview.budget.fund
    )


def _is_spendable(overview: BudgetOverview) -> bool:
    grant = overview.budget.grant
    return grant.starts_on <= overview.today <= grant.ends_on and bool(_funded_envelopes(overview))


def _funded_envelopes(overview: BudgetOverview) -> tuple[Envelope, ...]:
    return tuple(one for one in overview.budget.envelopes if one.left_ore)


def _preselect_only_goal(form: FormData, overview: BudgetOverview) -> FormData:
    """Nobody is asked which of one goals it is."""
    goals = tuple(one.goal_id for one in _funded_envelopes(overview))
    return form if len(goals) > 1 else FormData({**form.fields, "goal": goals})


def _answers_so_far(form: FormData) -> dict[str, str]:
    """What was answered so far, to be carried on."""
    return {name: form.text(name) for name in ("budget", *QUESTIONS) if name in form.fields}


def _show_next_question(
    request: AppRequest,
    form: FormData,
    overview: BudgetOverview,
    self_approval_limit_ore: int,
    errors: ValidationErrors,
    *,
    status: int,
) -> Response[str]:
    first = min(errors.errors, key=lambda fault: QUESTIONS.index(fault.field))
    answered = first.field in form.fields or form.text("asked") == first.field
    faults = (first,) if answered else ()
    return _question_page(
        request,
        form,
        overview,
        self_approval_limit_ore,
        first.field,
        faults,
        status=422 if answered else status,
    )


def _question_page(
    request: AppRequest,
    form: FormData,
    overview: BudgetOverview,
    self_approval_limit_ore: int,
    question: str,
    errors: tuple[FieldError, ...] = (),
    status: int = 200,
) -> Response[str]:
    budget = overview.budget
    goals = tuple(
        (one.goal_id, overview.goal_titles.get(one.goal_id, "…"), one.left_ore)
        for one in _funded_envelopes(overview)
    )
    chosen = form.text("goal") if form.text("goal") in overview.goal_titles else ""
    # One goal is no question, unless the form was sent without it.
    questions = QUESTIONS if len(goals) > 1 or question == "goal" else QUESTIONS[1:]
    place = questions.index(question)
    given = _answers_so_far(form)
    return render(
        request,
        "budgets/requests/ask_question.html",
        status=status,
        errors=errors,
        posted=form,
        question=question,
        number=place + 1,
        count=len(questions),
        before=f"/money/ask?{urlencode(given | {'again': questions[place - 1]})}" if place else "/money",
        answers={name: answer for name, answer in given.items() if name != question},
        goals=goals,
        left_ore=budget.envelope(chosen).left_ore if chosen else None,
        goal_title=overview.goal_titles.get(chosen, ""),
        own_word_ore=self_approval_limit_ore,
        answer_by=limits.decision_due_on(budget.fund, overview.today),
    )


def _summary_page(
    request: AppRequest,
    form: FormData,
    overview: BudgetOverview,
    command: RequestSpending,
    self_approval_limit_ore: int,
) -> Response[str]:
    left_ore = overview.budget.envelope(command.goal_id).left_ore - command.amount_ore
    return render(
        request,
        "budgets/requests/ask_check.html",
        command=command,
        goal_title=overview.goal_titles.get(command.goal_id, "…"),
        left_ore=left_ore,
        own_word=command.amount_ore <= self_approval_limit_ore,
        answer_by=limits.decision_due_on(overview.budget.fund, overview.today),
        until=limits.reserved_until(overview.budget.fund, overview.budget.grant, overview.today),
        answers=_answers_so_far(form),
        one_goal=len(_funded_envelopes(overview)) == 1,
    )


ROUTES = (show_question, submit_request)

FLASH_MESSAGES = {
    "put_aside": LazyText(N_("The money is put aside. You can buy it now.")),
    "asked": LazyText(N_("Your wish is sent. You can see here when you have an answer.")),
    "nothing_to_use": LazyText(N_("There is no money to use right now.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
