"""A budget officer's pages on the end of grants: which end soon, notice, closing after a preview."""

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from budgets.closing import service
from budgets.closing.forms import parse_closing, parse_notice
from budgets.closing.service import PAGE_LENGTH, ClosingStep, GrantToClose
from budgets.commands.group_commit import submit_command
from budgets.commands.messages import CloseGrant
from budgets.errors import BudgetsError, GrantClosed, NextGrantNeeded, NoSuchRecord, NoticeNeeded, NotYet
from budgets.model import CLOSING_CAUSE_LABELS, MOVEMENT_KIND_LABELS
from budgets.money import service as money_service
from budgets.records import limits
from budgets.records.movements_csv import ACCOUNT_LABELS
from budgets.web.forms import idempotency_key
from foundation.clock import local_date
from foundation.dates import format_day
from foundation.forms import FieldError, FormData, ValidationErrors
from foundation.i18n import N_, LazyText, translations
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import read_context, request_actor
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role


@get("/grants/ending", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_ending_grants(request: AppRequest, page: FromQuery[int] = 1) -> Response[str]:
    """Grants that end within 30 days, and those that are over and not closed."""
    page = max(1, page)
    with read_context(request) as context:
        grants, count = service.ending_grants(context, page)
        today = local_date(context.now)
    return render(
        request,
        "budgets/closing/ending_grants.html",
        grants=grants,
        count=count,
        page=page,
        page_length=PAGE_LENGTH,
        today=today,
    )


@get("/grants/{grant_id:str}/notice", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_notice(request: AppRequest, grant_id: FromPath[str]) -> Response[str]:
    """The form that gives a citizen notice that money is taken back."""
    return _notice_page(request, grant_id)


def _notice_page(
    request: AppRequest, grant_id: str, errors: tuple[FieldError, ...] = (), posted: FormData | None = None
) -> Response[str]:
    with read_context(request) as context:
        citizen_budget = money_service.citizen_budget(context, grant_id)
    overview = citizen_budget.overview
    return render(
        request,
        "budgets/closing/give_notice.html",
        status=422 if errors else 200,
        errors=errors,
        posted=posted,
        grant=overview.budget.grant,
        citizen=citizen_budget.citizen,
        notice=overview.notice,
        first_day=limits.first_day_after_notice(overview.budget.fund, overview.today),
    )


@post(
    "/grants/{grant_id:str}/notice",
    opt=require_role(Role.BUDGET_OFFICER),
    sync_to_thread=True,
    status_code=303,
)
def give_notice(request: AppRequest, grant_id: FromPath[str]) -> Response[str] | Response[None]:
    """Give the citizen notice."""
    form = form_data(request)
    try:
        command = parse_notice(form, grant_id)
        submit_command(request, request_actor(request), command, idempotency_key(form))
    except ValidationErrors as error:
        return _notice_page(request, grant_id, error.errors, form)
    except NotYet as error:
        text = LazyText(
            N_("Choose %(day)s or a later day."), {"day": format_day(error.on, language(request))}
        )
        return _notice_page(request, grant_id, (FieldError("on", text),), form)
    except GrantClosed:
        return redirect(f"/grants/{grant_id}", request, flash="closed_before")
    return redirect(f"/grants/{grant_id}", request, flash="noticed")


@get("/grants/{grant_id:str}/close", opt=require_role(Role.BUDGET_OFFICER), sync_to_thread=True)
def show_close(request: AppRequest, grant_id: FromPath[str]) -> Response[str]:
    """The form for the reason; then a preview of exactly the movements that closing would post."""
    form = FormData({name: tuple(request.query_params.getall(name)) for name in request.query_params})
    with read_context(request) as context:
        closing = service.grant_to_close(context, grant_id)
        if not form.fields:
            return _close_page(request, closing)
        try:
            steps = service.preview(context, _parse(form, closing))
        except ValidationErrors as error:
            return _close_page(request, closing, error.errors, form)
        # Also a BudgetsError, but an absent grant has to stay a 404 and not become a refusal on this page.
        except NoSuchRecord:
            raise
        except BudgetsError as error:
            refusal = _refusal_text(error, language(request))
            return _close_page(request, closing, posted=form, refusal=refusal)
    return _close_page(request, closing, posted=form, steps=steps)


def _parse(form: FormData, closing: GrantToClose) -> CloseGrant:
    later_grant_ids = tuple(grant.id for grant in closing.later_grants)
    return parse_closing(form, closing.overview.budget.grant.id, later_grant_ids)


def _close_page(
    request: AppRequest,
    closing: GrantToClose,
    errors: tuple[FieldError, ...] = (),
    posted: FormData | None = None,
    refusal: LazyText | None = None,
    steps: tuple[ClosingStep, ...] | None = None,
) -> Response[str]:
    overview = closing.overview
    gettext = translations(language(request)).gettext
    return render(
        request,
        "budgets/closing/close_grant.html",
        status=422 if errors or refusal else 200,
        errors=errors,
        posted=posted,
        refusal=refusal,
        steps=steps,
        budget=overview.budget,
        closing=overview.closing,
        today=overview.today,
        citizen=closing.citizen,
        later_grants=closing.later_grants,
        causes=tuple((cause.value, gettext(label)) for cause, label in CLOSING_CAUSE_LABELS.items()),
        kind_names=MOVEMENT_KIND_LABELS,
        account_names=ACCOUNT_LABELS,
    )


@post(
    "/grants/{grant_id:str}/close",
    opt=require_role(Role.BUDGET_OFFICER),
    sync_to_thread=True,
    status_code=303,
)
def close(request: AppRequest, grant_id: FromPath[str]) -> Response[str] | Response[None]:
    """Close the grant for good."""
    form = form_data(request)
    with read_context(request) as context:
        closing = service.grant_to_close(context, grant_id)
    try:
        submit_command(request, context.actor, _parse(form, closing), idempotency_key(form))
    except ValidationErrors as error:
        return _close_page(request, closing, error.errors, form)
    except GrantClosed:
        return redirect(f"/grants/{grant_id}", request, flash="closed_before")
    except (NotYet, NoticeNeeded, NextGrantNeeded) as error:
        refusal = _refusal_text(error, language(request))
        return _close_page(request, closing, posted=form, refusal=refusal)
    return redirect(f"/grants/{grant_id}", request, flash="grant_closed")


def _refusal_text(error: BudgetsError, reader_language: str) -> LazyText:
    if isinstance(error, NotYet):
        return LazyText(N_("It can be closed from %(day)s."), {"day": format_day(error.on, reader_language)})
    return LazyText(_REFUSALS.get(type(error), N_("It can't be closed now. Nothing has changed.")))


_REFUSALS: dict[type[Exception], str] = {
    NoticeNeeded: N_("The citizen must be told in advance. Give notice first."),
    NextGrantNeeded: N_(
        "What is left goes on by the fund's rule. Choose the grant that it goes on to, or make one first."
    ),
    GrantClosed: N_("The grant is closed already."),
}

ROUTES = (show_ending_grants, show_notice, give_notice, show_close, close)

FLASH_MESSAGES = {
    "noticed": LazyText(N_("The citizen can read it now.")),
    "grant_closed": LazyText(N_("The grant is closed, and its accounts are empty.")),
    "closed_before": LazyText(N_("The grant was closed already. Nothing has changed.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
