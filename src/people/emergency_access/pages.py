"""Emergency access: the staff's form and what it opened, the citizen's notices, the leader's review."""

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.forms import FieldError, FormData, FormReader, ValidationErrors
from foundation.i18n import N_, LazyText, translations
from people.access.labels import KIND_NAMES
from people.access.model import DataKind, Role
from people.emergency_access import service
from people.emergency_access.model import REASON_LENGTH_MAX, REASON_LENGTH_MIN
from people.errors import EmergencyAccessRefused
from people.web.app_state import AppRequest
from people.web.context import RequestContext, read_context, write_context
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role

STAFF_ROLES = (Role.COORDINATOR, Role.SUPPORT_WORKER)

# For staff; KIND_NAMES addresses the citizen ("your …").
STAFF_KIND_NAMES = {
    DataKind.WISHES: N_("Wishes for a guide"),
    DataKind.PAIRING: N_("The guide and the pairing"),
    DataKind.GOALS: N_("Goals"),
    DataKind.MONEY: N_("Money"),
    DataKind.RECEIPTS: N_("Receipts"),
}


@get("/emergency", opt=require_role(*STAFF_ROLES), sync_to_thread=True)
def show_emergency(request: AppRequest) -> Response[str]:
    """The actor's open emergency accesses, and the form for another one."""
    with read_context(request) as context:
        return _form_page(request, context)


@post("/emergency", opt=require_role(*STAFF_ROLES), sync_to_thread=True)
def break_glass(request: AppRequest) -> Response[str] | Response[None]:
    """Open a citizen's data for 60 minutes."""
    form = form_data(request)
    reader = FormReader(form)
    name_or_number = reader.text(
        "called", required=N_("Write the citizen's full name or number."), length_max=250
    )
    reason = reader.text(
        "reason",
        required=N_("Write why you need to look. The citizen reads it."),
        length_max=REASON_LENGTH_MAX,
    )
    if reason and len(reason) < REASON_LENGTH_MIN:
        reader.add_error("reason", N_("Write a whole sentence. The citizen reads it."))
    kinds = frozenset(DataKind(kind) for kind in form.texts("kinds") if kind in STAFF_KIND_NAMES)
    try:
        reader.raise_if_invalid()
    except ValidationErrors as error:
        with read_context(request) as context:
            return _form_page(request, context, form, error.errors)
    with write_context(request) as context:
        try:
            emergency_id = service.break_glass(context, name_or_number, kinds | {DataKind.IDENTITY}, reason)
        except EmergencyAccessRefused as error:  # caught inside, so that the recorded miss is committed
            return _form_page(request, context, form, (FieldError("called", error.text),))
    return redirect(f"/emergency/{emergency_id}")


@get("/emergency/{emergency_id:str}", opt=require_role(*STAFF_ROLES), sync_to_thread=True)
def show_open_access(request: AppRequest, emergency_id: FromPath[str]) -> Response[str]:
    """One open emergency access: the citizen's name, and links to the rest."""
    with read_context(request) as context:
        notice = service.get_open(context, emergency_id)
        roles = {assignment.role for assignment in context.actor.roles}
    return render(
        request, "people/emergency_access/opened.html", told=notice, roles=roles, kind_names=STAFF_KIND_NAMES
    )


@post("/emergency/{emergency_id:str}/end", opt=require_role(*STAFF_ROLES), sync_to_thread=True)
def close_access(request: AppRequest, emergency_id: FromPath[str]) -> Response[None]:
    """Close it before the time is up."""
    with write_context(request) as context:
        service.close(context, emergency_id)
    return redirect("/emergency", request, flash="emergency_ended")


@get("/who-has-seen/emergencies", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_access_notices(request: AppRequest) -> Response[str]:
    """Every emergency access to the citizen's data, and why."""
    with read_context(request) as context:
        notices = service.of_citizen(context, context.person_id)
    return render(request, "people/emergency_access/told.html", found=notices, kind_names=KIND_NAMES)


@post("/who-has-seen/emergencies", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def acknowledge(request: AppRequest) -> Response[None]:
    """Note that the citizen has read the notices; the front page no longer shows them."""
    with write_context(request) as context:
        service.acknowledge(context)
    return redirect("/")


@get("/emergencies", opt=require_role(Role.LEADER), sync_to_thread=True)
def show_reviews(request: AppRequest) -> Response[str]:
    """The emergency accesses to review, those due first, and the newest reviewed ones."""
    with read_context(request) as context:
        to_review, reviewed = service.to_review(context)
    return render(request, "people/emergency_access/reviews.html", waiting=to_review, done=reviewed)


@get("/emergencies/{emergency_id:str}", opt=require_role(Role.LEADER), sync_to_thread=True)
def show_review(request: AppRequest, emergency_id: FromPath[str]) -> Response[str]:
    """One emergency access: who, why, what, and the form for the review."""
    with read_context(request) as context:
        return _review_page(request, context, emergency_id)


@post("/emergencies/{emergency_id:str}", opt=require_role(Role.LEADER), sync_to_thread=True)
def review(request: AppRequest, emergency_id: FromPath[str]) -> Response[str] | Response[None]:
    """Review whether it was in order."""
    form = form_data(request)
    reader = FormReader(form)
    in_order = reader.choice("in_order", {"yes": True, "no": False}, required=N_("Choose yes or no."))
    comment = reader.text("review", length_max=REASON_LENGTH_MAX)
    if not in_order and not comment:
        reader.add_error("review", N_("Write what happens now. The citizen reads it."))
    try:
        reader.raise_if_invalid()
    except ValidationErrors as error:
        with read_context(request) as context:
            return _review_page(request, context, emergency_id, form, error.errors)
    with write_context(request) as context:
        service.review(context, emergency_id, in_order=in_order, comment=comment)
    return redirect("/emergencies", request, flash="emergency_reviewed")


def _form_page(
    request: AppRequest,
    context: RequestContext,
    form: FormData | None = None,
    errors: tuple[FieldError, ...] = (),
) -> Response[str]:
    texts = translations(language(request))
    openable = service.openable_kinds(context)
    return render(
        request,
        "people/emergency_access/form.html",
        status=422 if errors else 200,
        errors=errors,
        posted=form,
        mine=service.list_open(context),
        kinds=tuple(
            (kind.value, texts.gettext(name)) for kind, name in STAFF_KIND_NAMES.items() if kind in openable
        ),
    )


def _review_page(
    request: AppRequest,
    context: RequestContext,
    emergency_id: str,
    form: FormData | None = None,
    errors: tuple[FieldError, ...] = (),
) -> Response[str]:
    return render(
        request,
        "people/emergency_access/review.html",
        status=422 if errors else 200,
        errors=errors,
        posted=form,
        told=service.get_for_review(context, emergency_id),
        kind_names=STAFF_KIND_NAMES,
    )


ROUTES = (
    show_emergency,
    break_glass,
    show_open_access,
    close_access,
    show_access_notices,
    acknowledge,
    show_reviews,
    show_review,
    review,
)

FLASH_MESSAGES = {
    "emergency_ended": LazyText(N_("It is closed. The citizen can see that you looked.")),
    "emergency_reviewed": LazyText(N_("Your answer is saved. The citizen can read it.")),
}

NAVIGATION = (
    NavigationLink("/emergency", N_("In an emergency"), frozenset(STAFF_ROLES)),
    NavigationLink("/emergencies", N_("Opened in an emergency"), frozenset({Role.LEADER})),
)
