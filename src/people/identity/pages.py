"""A citizen's CPR number and name and address protection, for coordinators. The number is never part of a
URL.
"""

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.clock import local_date
from foundation.forms import FieldError, FormReader, ValidationErrors
from foundation.i18n import N_, LazyText, translations
from people.access.model import Purpose, Role
from people.errors import CprTaken, NotFound
from people.identity import service
from people.identity.cpr import parse_cpr
from people.web.app_state import AppRequest, app_state
from people.web.context import read_context, write_context
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role

PURPOSES = {
    Purpose.IDENTIFY: N_("To make sure that it is the right person"),
    Purpose.AUTHORITY: N_("To find or report the citizen in another system"),
    Purpose.REGISTER: N_("To check that the number is right"),
}


@get("/citizens/find", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_find_form(request: AppRequest) -> Response[str]:
    """The form that finds a citizen by the whole CPR number."""
    with read_context(request):
        return render(request, "people/identity/find_by_cpr.html")


@post("/citizens/find", opt=require_role(Role.COORDINATOR), sync_to_thread=True, status_code=200)
def find_citizen(request: AppRequest) -> Response[str] | Response[None]:
    """Go on to the citizen with exactly that number."""
    errors: tuple[FieldError, ...]
    try:
        cpr = _parse_cpr(request)
        with read_context(request) as context:
            return redirect(f"/citizens/{service.find_by_cpr(context, cpr)}")
    except ValidationErrors as error:
        errors = error.errors
    # The same answer for a number that nobody has and for a citizen whom the coordinator may not know of.
    except NotFound:
        errors = (
            FieldError("cpr", LazyText(N_("You know of no citizen with that number. Check the digits."))),
        )
    return render(
        request, "people/identity/find_by_cpr.html", status=422, errors=errors, posted=form_data(request)
    )


def _parse_cpr(request: AppRequest) -> str:
    reader = FormReader(form_data(request))
    cpr = reader.custom("cpr", parse_cpr, required=N_("Write the CPR number.")) or ""
    reader.raise_if_invalid()
    return cpr


@get("/citizens/{citizen_id:str}/identity", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_identity(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """The masked number and the protection."""
    return _identity_page(request, citizen_id)


@post(
    "/citizens/{citizen_id:str}/identity/cpr",
    opt=require_role(Role.COORDINATOR),
    sync_to_thread=True,
    status_code=303,
)
def save_cpr(request: AppRequest, citizen_id: FromPath[str]) -> Response[str] | Response[None]:
    """Store the number, or remove it."""
    remove = form_data(request).text("remove") == "yes"
    try:
        cpr = "" if remove else _parse_cpr(request)
        with write_context(request) as context:
            if remove:
                service.remove_cpr(context, citizen_id)
            else:
                service.set_cpr(context, citizen_id, cpr)
    except ValidationErrors as error:
        return _identity_page(request, citizen_id, errors=error.errors)
    except CprTaken:
        taken = FieldError("cpr", LazyText(N_("Somebody else has that number. Check the digits.")))
        return _identity_page(request, citizen_id, errors=(taken,))
    return redirect(
        f"/citizens/{citizen_id}/identity", request, flash="cpr_removed" if remove else "cpr_noted"
    )


@post(
    "/citizens/{citizen_id:str}/identity/whole",
    opt=require_role(Role.COORDINATOR),
    sync_to_thread=True,
    status_code=200,
)
def show_full_cpr(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """The whole number, for a purpose that the citizen can read. A POST, so that following a link can't show
    it.
    """
    reader = FormReader(form_data(request))
    purpose = reader.choice(
        "purpose",
        {purpose.value: purpose for purpose in PURPOSES},
        required=N_("Choose why you need the whole number."),
    )
    try:
        reader.raise_if_invalid()
    except ValidationErrors as error:
        return _identity_page(request, citizen_id, errors=error.errors)
    with read_context(request) as context:
        full_cpr = service.full_cpr(context, citizen_id, purpose)
    return _identity_page(request, citizen_id, full_cpr=full_cpr)


@post(
    "/citizens/{citizen_id:str}/identity/protection",
    opt=require_role(Role.COORDINATOR),
    sync_to_thread=True,
    status_code=303,
)
def save_protection(request: AppRequest, citizen_id: FromPath[str]) -> Response[str] | Response[None]:
    """Store until when name and address are protected."""
    reader = FormReader(form_data(request))
    until = reader.local_date("protected_until")
    latest = local_date(app_state(request).clock()) + service.PROTECTION_LENGTH_MAX
    if until is not None and until > latest:
        reader.add_error("protected_until", N_("A protection lasts a year at most. It can be renewed."))
    try:
        reader.raise_if_invalid()
        with write_context(request) as context:
            service.set_protection(context, citizen_id, until)
    except ValidationErrors as error:
        return _identity_page(request, citizen_id, errors=error.errors)
    return redirect(f"/citizens/{citizen_id}/identity", request, flash="protection_saved")


def _identity_page(
    request: AppRequest, citizen_id: str, *, errors: tuple[FieldError, ...] = (), full_cpr: str = ""
) -> Response[str]:
    with read_context(request) as context:
        person = service.person(context, citizen_id)
        masked = service.masked_cpr(context, citizen_id, Purpose.REGISTER)
        today = local_date(context.now)
    texts = translations(language(request))
    return render(
        request,
        "people/identity/identity.html",
        status=422 if errors else 200,
        errors=errors,
        posted=form_data(request) if errors else None,
        person=person,
        protected=person.is_protected(today),
        masked=masked,
        whole=full_cpr,
        purposes=tuple((purpose.value, texts.gettext(text)) for purpose, text in PURPOSES.items()),
    )


ROUTES = (show_find_form, find_citizen, show_identity, save_cpr, show_full_cpr, save_protection)

FLASH_MESSAGES = {
    "cpr_noted": LazyText(N_("The CPR number is noted.")),
    "cpr_removed": LazyText(N_("The CPR number is removed.")),
    "protection_saved": LazyText(N_("The protection is noted.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
