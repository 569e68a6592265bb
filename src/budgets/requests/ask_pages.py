"""“I want to use money”: one question per page, a look at all the answers, then put aside or asked for."""

from urllib.parse import urlencode

from litestar import Response, get, post

from budgets.commands.group_commit import give_order
from budgets.commands.messages import Ask
from budgets.errors import GrantClosed, NoSuchRecord, OutsidePeriod, Overdrawn
from budgets.model import Envelope
from budgets.money import service as money_service
from budgets.money.service import OpenBudget
from budgets.records import limits
from budgets.requests import service
from budgets.requests.forms import read_ask
from budgets.web.forms import faults_of, key_of
from foundation.forms import FieldFault, FormFaults, Posted
from foundation.i18n import N_, Text
from people.access.model import Purpose, Role
from people.web.app_state import AppRequest
from people.web.context import Visit, reading
from people.web.responses import NavigationLink, go, language, posted, show
from people.web.rules import only

QUESTIONS = ("goal", "what", "amount", "together_with", "wanted_when")


@get("/money/ask", opt=only(Role.CITIZEN), sync_to_thread=True)
def show_question(request: AppRequest) -> Response[str] | Response[None]:
    """The next question, or all the answers to look at before they are sent. The answers stand in the address.

    So the browser's back button goes back one question, and nothing is lost on the way.
    """
    form = Posted({name: tuple(request.query_params.getall(name)) for name in request.query_params})
    with reading(request) as visit:
        try:
            opened = _budget(visit, form)
        except NoSuchRecord:
            return go("/money", request, notice="nothing_to_use")
        own_word_ore = _own_word_ore(visit, opened)
    if not _can_be_used(opened):
        return go("/money", request, notice="nothing_to_use")
    form = _with_only_goal(form, opened)
    if form.text("again") in QUESTIONS:
        return _question(request, form, opened, own_word_ore, form.text("again"))
    try:
        command = read_ask(form, opened.budget, language(request), left_matters=True)
    except FormFaults as problem:
        return _ask_again(request, form, opened, own_word_ore, problem, status=200)
    return _check(request, form, opened, command, own_word_ore)


@post("/money/ask", opt=only(Role.CITIZEN), sync_to_thread=True, status_code=303)
def send(request: AppRequest) -> Response[str] | Response[None]:
    """Put the money aside on the citizen's own word, or ask a budget officer."""
    form = posted(request)
    try:
        with reading(request) as visit:
            opened = _budget(visit, form)
            command = read_ask(form, opened.budget, language(request))
        request_id = give_order(request, visit.actor, command, key_of(form))
        with reading(request) as visit:
            own_word = service.own(visit, request_id).request.own_word
    except (NoSuchRecord, OutsidePeriod, GrantClosed):
        return go("/money", request, notice="nothing_to_use")
    except (FormFaults, Overdrawn) as problem:
        with reading(request) as visit:
            opened = _budget(visit, form)
            own_word_ore = _own_word_ore(visit, opened)
        faults = FormFaults(faults_of(problem, language(request)))
        return _ask_again(request, form, opened, own_word_ore, faults, status=422)
    if own_word:
        return go("/money", request, notice="put_aside")
    return go("/money/requests", request, notice="asked")


def _budget(visit: Visit, form: Posted) -> OpenBudget:
    """The budget that the form is about. Raises NoSuchRecord when there is none that money could come from."""
    opened = money_service.open_budget(visit, visit.person_id, Purpose.OWN, form.text("budget"), newest=0)
    if opened is None or not opened.budget.envelopes:
        raise NoSuchRecord
    return opened


def _own_word_ore(visit: Visit, opened: OpenBudget) -> int:
    return money_service.own_word_ore(visit, opened.budget.grant.citizen_id, opened.budget.fund)


def _can_be_used(opened: OpenBudget) -> bool:
    grant = opened.budget.grant
    return grant.starts_on <= opened.today <= grant.ends_on and bool(_with_money(opened))


def _with_money(opened: OpenBudget) -> tuple[Envelope, ...]:
    return tuple(one for one in opened.budget.envelopes if one.left_ore)


def _with_only_goal(form: Posted, opened: OpenBudget) -> Posted:
    """Nobody is asked which of one goals it is."""
    goals = tuple(one.goal_id for one in _with_money(opened))
    return form if len(goals) > 1 else Posted({**form.fields, "goal": goals})


def _given(form: Posted) -> dict[str, str]:
    """What was answered so far, to be carried on."""
    return {name: form.text(name) for name in ("budget", *QUESTIONS) if name in form.fields}


def _ask_again(
    request: AppRequest,
    form: Posted,
    opened: OpenBudget,
    own_word_ore: int,
    problem: FormFaults,
    *,
    status: int,
) -> Response[str]:
    first = min(problem.faults, key=lambda fault: QUESTIONS.index(fault.field))
    answered = first.field in form.fields or form.text("asked") == first.field
    faults = (first,) if answered else ()
    return _question(
        request, form, opened, own_word_ore, first.field, faults, status=422 if answered else status
    )


def _question(
    request: AppRequest,
    form: Posted,
    opened: OpenBudget,
    own_word_ore: int,
    question: str,
    faults: tuple[FieldFault, ...] = (),
    status: int = 200,
) -> Response[str]:
    budget = opened.budget
    goals = tuple(
        (one.goal_id, opened.titles.get(one.goal_id, "…"), one.left_ore) for one in _with_money(opened)
    )
    chosen = form.text("goal") if form.text("goal") in opened.titles else ""
    # One goal is no question, unless the form was sent without it.
    questions = QUESTIONS if len(goals) > 1 or question == "goal" else QUESTIONS[1:]
    place = questions.index(question)
    given = _given(form)
    return show(
        request,
        "budgets/question.html",
        status=status,
        faults=faults,
        typed=form,
        question=question,
        number=place + 1,
        count=len(questions),
        before=f"/money/ask?{urlencode(given | {'again': questions[place - 1]})}" if place else "/money",
        answers={name: answer for name, answer in given.items() if name != question},
        goals=goals,
        left_ore=budget.envelope(chosen).left_ore if chosen else None,
        goal_title=opened.titles.get(chosen, ""),
        own_word_ore=own_word_ore,
        answer_by=limits.answer_by(budget.fund, opened.today),
    )


def _check(
    request: AppRequest, form: Posted, opened: OpenBudget, command: Ask, own_word_ore: int
) -> Response[str]:
    left_ore = opened.budget.envelope(command.goal_id).left_ore - command.amount_ore
    return show(
        request,
        "budgets/check_request.html",
        command=command,
        goal_title=opened.titles.get(command.goal_id, "…"),
        left_ore=left_ore,
        own_word=command.amount_ore <= own_word_ore,
        answer_by=limits.answer_by(opened.budget.fund, opened.today),
        until=limits.put_aside_until(opened.budget.fund, opened.budget.grant, opened.today),
        answers=_given(form),
        one_goal=len(_with_money(opened)) == 1,
    )


ROUTES = (show_question, send)

NOTICES = {
    "put_aside": Text(N_("The money is put aside. You can buy it now.")),
    "asked": Text(N_("Your wish is sent. You can see here when you have an answer.")),
    "nothing_to_use": Text(N_("There is no money to use right now.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
