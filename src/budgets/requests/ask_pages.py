"""“I want to use money”: one question per page, a summary, then the money is put aside or requested."""

from urllib.parse import urlencode

from litestar import Response, get, post

from budgets.commands.dispatch import CommandResult
from budgets.commands.group_commit import submit_command
from budgets.commands.messages import RequestSpending
from budgets.errors import GrantClosed, NoSuchRecord, OutsidePeriod, Overdrawn
from budgets.model import Envelope
from budgets.money import service as money_service
from budgets.money.service import BudgetOverview
from budgets.records import limits
from budgets.requests import service
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
    """The next question, or the summary of all answers before they are sent.

    The answers are in the address, so that the browser's back button returns to the question before.
    """
    form = FormData({name: tuple(request.query_params.getall(name)) for name in request.query_params})
    with read_context(request) as context:
        try:
            overview = _budget(context, form)
        except NoSuchRecord:
            return redirect("/money", request, flash="nothing_to_use")
        limit_ore = money_service.self_approval_limit_ore(context, overview)
    if not _is_spendable(overview):
        return redirect("/money", request, flash="nothing_to_use")
    form = _preselect_only_goal(form, overview)
    if form.text("again") in QUESTIONS:
        return _question_page(request, form, overview, limit_ore, form.text("again"))
    try:
        command = parse_spending_request(form, overview.budget, language(request), check_balance=True)
    except ValidationErrors as errors:
        return _show_next_question(request, form, overview, limit_ore, errors, status=200)
    return _summary_page(request, form, overview, command, limit_ore)


@post("/money/ask", opt=require_role(Role.CITIZEN), sync_to_thread=True, status_code=303)
def submit_request(request: AppRequest) -> Response[str] | Response[None]:
    """Put the money aside within the citizen's own limit, or request it from a budget officer."""
    form = form_data(request)
    try:
        with read_context(request) as context:
            overview = _budget(context, form)
            # No check_balance: a form sent twice gets the first result, though its money is reserved by then.
            command = parse_spending_request(form, overview.budget, language(request))
        # Outside the read transaction: the queue loads and authorises everything again in its own (ADR 0007).
        result = submit_command(request, context.actor, command, idempotency_key(form))
    except (NoSuchRecord, OutsidePeriod, GrantClosed):
        return redirect("/money", request, flash="nothing_to_use")
    except (ValidationErrors, Overdrawn) as error:
        with read_context(request) as context:
            overview = _budget(context, form)
            limit_ore = money_service.self_approval_limit_ore(context, overview)
        errors = ValidationErrors(field_errors(error, language(request)))
        return _show_next_question(request, form, overview, limit_ore, errors, status=422)
    if _is_self_approved(request, result):
        return redirect("/money", request, flash="put_aside")
    return redirect("/money/requests", request, flash="asked")


def _is_self_approved(request: AppRequest, result: CommandResult) -> bool:
    """Whether the money was put aside at once."""
    if result.request is not None:
        return result.request.own_word
    # The form was sent twice: a command that was executed before loads no request.
    with read_context(request) as context:
        return service.own_request(context, result.id).request.own_word


def _budget(context: RequestContext, form: FormData) -> BudgetOverview:
    """The budget that the form is about. Raises NoSuchRecord when there is none or it has no goals."""
    overview = money_service.budget_overview(
        context, context.person_id, Purpose.OWN, form.text("budget"), movement_limit=0
    )
    if overview is None or not overview.budget.envelopes:
        raise NoSuchRecord
    return overview


def _is_spendable(overview: BudgetOverview) -> bool:
    grant = overview.budget.grant
    return grant.starts_on <= overview.today <= grant.ends_on and bool(_funded_envelopes(overview))


def _funded_envelopes(overview: BudgetOverview) -> tuple[Envelope, ...]:
    return tuple(envelope for envelope in overview.budget.envelopes if envelope.left_ore)


def _preselect_only_goal(form: FormData, overview: BudgetOverview) -> FormData:
    """The form with the goal filled in when only one has money, so that the question about it is skipped."""
    goal_ids = tuple(envelope.goal_id for envelope in _funded_envelopes(overview))
    return form if len(goal_ids) > 1 else FormData({**form.fields, "goal": goal_ids})


def _answers_so_far(form: FormData) -> dict[str, str]:
    """The answers so far, which the next page carries in its address or form."""
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
    first = min(errors.errors, key=lambda error: QUESTIONS.index(error.field))
    answered = first.field in form.fields or form.text("asked") == first.field
    return _question_page(
        request,
        form,
        overview,
        self_approval_limit_ore,
        first.field,
        (first,) if answered else (),
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
        (envelope.goal_id, overview.goal_titles.get(envelope.goal_id, "…"), envelope.left_ore)
        for envelope in _funded_envelopes(overview)
    )
    goal_id = form.text("goal") if form.text("goal") in overview.goal_titles else ""
    # Skip the question when there is one goal, unless the form was sent without it.
    questions = QUESTIONS if len(goals) > 1 or question == "goal" else QUESTIONS[1:]
    position = questions.index(question)
    answers = _answers_so_far(form)
    return render(
        request,
        "budgets/requests/ask_question.html",
        status=status,
        errors=errors,
        posted=form,
        question=question,
        number=position + 1,
        count=len(questions),
        before=(
            f"/money/ask?{urlencode(answers | {'again': questions[position - 1]})}" if position else "/money"
        ),
        answers={name: answer for name, answer in answers.items() if name != question},
        goals=goals,
        left_ore=budget.envelope(goal_id).left_ore if goal_id else None,
        goal_title=overview.goal_titles.get(goal_id, ""),
        self_approval_limit_ore=self_approval_limit_ore,
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
        self_approved=command.amount_ore <= self_approval_limit_ore,
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
