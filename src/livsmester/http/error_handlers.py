"""Maps every package's errors to status codes and error pages; no other module does."""

from collections.abc import Callable

import structlog
from litestar import Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap
from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from budgets import errors as budgets_errors
from foundation.forms import FormData, MalformedForm
from foundation.i18n import N_, LazyText
from guides import errors as guides_errors
from livsmester.erasure.tombstones import InvalidTombstoneFile
from livsmester.http.csrf import CsrfError, StaleCsrfToken
from livsmester.http.problem_json import is_api_request, problem_response
from livsmester.http.problem_types import problem_type_of
from people import errors as people_errors
from people.sign_in.pages import NEVER_SAVED_FIELDS, ask_to_sign_in
from people.web.app_state import AppRequest
from people.web.responses import render
from plans import errors as plans_errors

_log = structlog.get_logger()

ErrorResponse = Response[str] | Response[bytes] | Response[None]

TOKEN_REQUIRED = N_("Send a token that holds, in the header Authorization: Bearer.")

# Status code → heading, what happened, what to do.
ERROR_PAGES = {
    400: (N_("We could not read that"), N_("Something was lost on the way. Go back and try again.")),
    403: (N_("You can't open this page"), N_("It belongs to others. Nothing has happened.")),
    404: (N_("We can't find that page"), N_("The address may be wrong, or the page is no longer there.")),
    405: (N_("That can't be done here"), N_("Go back and try again from the page before.")),
    409: (
        N_("Somebody was faster"),
        N_(
            "This was changed while you had it open. Nothing of yours was saved. Go back and look at it again."
        ),
    ),
    413: (N_("The file is too large"), N_("Choose a file of at most 10 MB.")),
    422: (
        N_("This was sent before"),
        N_("It came before with other content, and that was done. Open the page anew and look at it again."),
    ),
    500: (N_("Something went wrong here"), N_("It is our fault, not yours. Try again in a little while.")),
    503: (
        N_("We can't save right now"),
        N_("Nothing is lost. Try again in a little while."),
    ),
}

STATUS_CODES: dict[type[Exception], int] = {
    MalformedForm: 400,
    CsrfError: 403,
    people_errors.NotAllowed: 403,
    people_errors.InvalidCredentials: 403,
    # Raised for records without a relationship too, so that a foreign record looks like an absent one.
    people_errors.NotFound: 404,
    people_errors.InvitationInvalid: 404,
    people_errors.AlreadyReviewed: 409,
    plans_errors.GoalNotFound: 404,
    plans_errors.EditConflict: 409,
    plans_errors.TooManyGoals: 409,
    guides_errors.GuidesError: 409,
    budgets_errors.BudgetsError: 409,
    budgets_errors.NoSuchRecord: 404,
    budgets_errors.IdempotencyKeyReused: 422,
    budgets_errors.InconsistentFields: 422,
    InvalidTombstoneFile: 503,  # without the file a restored backup could not be erased again
    OperationalError: 503,
    InternalError: 503,  # PostgreSQL raises it for a read-only database
    NoConnectionFree: 503,
}


def _error_page(status: int) -> Callable[[AppRequest, Exception], ErrorResponse]:
    heading, message = ERROR_PAGES[status]

    def answer(request: AppRequest, error: Exception) -> ErrorResponse:
        if status >= 500:
            _log.error("error page", exc_info=error, status=status)
        text = getattr(error, "text", LazyText(message))
        if is_api_request(request.scope):
            problem_type, text = problem_type_of(error) or ("about:blank", text)
            return problem_response(status, text, problem_type=problem_type)
        return render(
            request,
            "livsmester/http/error.html",
            status=status,
            heading=heading,
            message=text,
            # A 503 is temporary, so the page offers to send the same form again.
            carried=_resubmittable_fields(request) if status == 503 else (),
            back=request.url.path,
        )

    return answer


def _resubmittable_fields(request: AppRequest) -> tuple[tuple[str, str], ...]:
    """The posted fields, so that the error page can send them again; the form's idempotency key makes that safe.

    Empty when the form held a file, which a page cannot resubmit, and on public routes, where it may hold a password.
    """
    form = request.scope["state"].get("form")
    if form is None or form.files or request.route_handler.opt["access"].public:
        return ()
    return _fields_except(form, frozenset({"csrf_token"}))


def _fields_except(form: FormData, excluded: frozenset[str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, text) for name, texts in form.fields.items() if name not in excluded for text in texts
    )


def _stale_form(request: AppRequest, _error: Exception) -> ErrorResponse:
    """Offer the fields from a tab that was opened before the new sign-in for resubmission; nothing is sent automatically.

    Files must be chosen again and secrets typed again.
    """
    form: FormData = request.scope["state"]["form"]
    return render(
        request,
        "people/sign_in/resubmit_form.html",
        status=403,
        back=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        carried=_fields_except(form, NEVER_SAVED_FIELDS),
        chosen=tuple((name, file.name) for name, file in form.files.items()),
    )


def _http_error(request: AppRequest, error: HTTPException) -> ErrorResponse:
    if is_api_request(request.scope) and error.status_code < 500:
        _, text = ERROR_PAGES.get(error.status_code, ERROR_PAGES[400])
        errors = tuple(
            f"{entry.get('key', '')}: {entry['message']}".lstrip(": ") for entry in _validation_errors(error)
        )
        return problem_response(error.status_code, LazyText(text), errors, error.headers)
    status = (
        error.status_code if error.status_code in ERROR_PAGES else 500 if error.status_code >= 500 else 400
    )
    return _error_page(status)(request, error)


def _validation_errors(error: HTTPException) -> list[dict[str, str]]:
    """The framework's validation errors by field; its messages name types and fields, never values."""
    if isinstance(error, ValidationException) and not error.extra:  # a parameter is missing
        return [{"message": error.detail.partition(" for path ")[0]}]
    return error.extra if isinstance(error.extra, list) else []


def _ask_to_sign_in(request: AppRequest, _error: Exception) -> ErrorResponse:
    if is_api_request(request.scope):
        return problem_response(401, LazyText(TOKEN_REQUIRED), headers={"WWW-Authenticate": "Bearer"})
    return ask_to_sign_in(request)


EXCEPTION_HANDLERS: ExceptionHandlersMap = {
    people_errors.SignInRequired: _ask_to_sign_in,
    StaleCsrfToken: _stale_form,
    HTTPException: _http_error,
    Exception: _error_page(500),
    **{error: _error_page(status) for error, status in STATUS_CODES.items()},
}
