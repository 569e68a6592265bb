"""A citizen's CPR number and protection as the coordinator keeps them. The number never stands in an address."""

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.clock import local_date
from foundation.forms import FieldFault, FormFaults, FormReader
from foundation.i18n import N_, Text, translations
from people.access.model import Purpose, Role
from people.errors import CprTaken, NotFound
from people.identity import service
from people.identity.cpr import read_cpr
from people.web.app_state import AppRequest
from people.web.context import reading, writing
from people.web.responses import NavigationLink, go, language, posted, show
from people.web.rules import only

PURPOSES = {
    Purpose.IDENTIFY: N_("To make sure that it is the right person"),
    Purpose.AUTHORITY: N_("To find or report the citizen in another system"),
    Purpose.REGISTER: N_("To check that the number is right"),
}


@get("/citizens/find", opt=only(Role.COORDINATOR), sync_to_thread=True)
def show_find(request: AppRequest) -> Response[str]:
    """The form that finds a citizen by the whole CPR number."""
    with reading(request):
        return show(request, "people/find_by_cpr.html")


@post("/citizens/find", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=200)
def find(request: AppRequest) -> Response[str] | Response[None]:
    """On to the citizen with exactly that number."""
    try:
        with reading(request) as visit:
            return go(f"/citizens/{service.find_by_cpr(visit, _read_cpr(request))}")
    except FormFaults as problem:
        faults = problem.faults
    except NotFound:
        faults = (FieldFault("cpr", Text(N_("You know of no citizen with that number. Check the digits."))),)
    return show(request, "people/find_by_cpr.html", status=422, faults=faults, typed=posted(request))


def _read_cpr(request: AppRequest) -> str:
    reader = FormReader(posted(request))
    cpr = reader.checked("cpr", read_cpr, required=N_("Write the CPR number.")) or ""
    reader.finish()
    return cpr


@get("/citizens/{citizen_id:str}/identity", opt=only(Role.COORDINATOR), sync_to_thread=True)
def show_identity(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """The number, masked, and the protection."""
    return _identity(request, citizen_id)


@post(
    "/citizens/{citizen_id:str}/identity/cpr",
    opt=only(Role.COORDINATOR),
    sync_to_thread=True,
    status_code=303,
)
def save_cpr(request: AppRequest, citizen_id: FromPath[str]) -> Response[str] | Response[None]:
    """Note the number, or forget it."""
    remove = posted(request).text("remove") == "yes"
    try:
        with writing(request) as visit:
            if remove:
                service.remove_cpr(visit, citizen_id)
            else:
                service.note_cpr(visit, citizen_id, _read_cpr(request))
    except FormFaults as problem:
        return _identity(request, citizen_id, faults=problem.faults)
    except CprTaken:
        taken = FieldFault("cpr", Text(N_("Somebody else has that number. Check the digits.")))
        return _identity(request, citizen_id, faults=(taken,))
    return go(f"/citizens/{citizen_id}/identity", request, notice="cpr_removed" if remove else "cpr_noted")


@post(
    "/citizens/{citizen_id:str}/identity/whole",
    opt=only(Role.COORDINATOR),
    sync_to_thread=True,
    status_code=200,
)
def show_whole_cpr(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """The whole number, for a purpose that the citizen can read. Posted, so that opening an address shows it to nobody."""
    reader = FormReader(posted(request))
    purpose = reader.choice(
        "purpose", {one.value: one for one in PURPOSES}, required=N_("Choose why you need the whole number.")
    )
    try:
        reader.finish()
    except FormFaults as problem:
        return _identity(request, citizen_id, faults=problem.faults)
    with reading(request) as visit:
        whole = service.whole_cpr(visit, citizen_id, purpose)
    return _identity(request, citizen_id, whole=whole)


@post(
    "/citizens/{citizen_id:str}/identity/protection",
    opt=only(Role.COORDINATOR),
    sync_to_thread=True,
    status_code=303,
)
def save_protection(request: AppRequest, citizen_id: FromPath[str]) -> Response[str] | Response[None]:
    """Note until when name and address are protected."""
    reader = FormReader(posted(request))
    try:
        with writing(request) as visit:
            until = reader.day("protected_until")
            latest = local_date(visit.now) + service.PROTECTION_LENGTH_MAX
            if until is not None and until > latest:
                reader.fault("protected_until", N_("A protection lasts a year at most. It can be renewed."))
            reader.finish()
            service.protect(visit, citizen_id, until)
    except FormFaults as problem:
        return _identity(request, citizen_id, faults=problem.faults)
    return go(f"/citizens/{citizen_id}/identity", request, notice="protection_saved")


def _identity(
    request: AppRequest, citizen_id: str, *, faults: tuple[FieldFault, ...] = (), whole: str = ""
) -> Response[str]:
    with reading(request) as visit:
        person = service.person(visit, citizen_id)
        masked = service.masked_cpr(visit, citizen_id, Purpose.REGISTER)
        today = local_date(visit.now)
    texts = translations(language(request))
    return show(
        request,
        "people/identity.html",
        status=422 if faults else 200,
        faults=faults,
        typed=posted(request) if faults else None,
        person=person,
        protected=person.is_protected(today),
        masked=masked,
        whole=whole,
        purposes=tuple((one.value, texts.gettext(text)) for one, text in PURPOSES.items()),
    )


ROUTES = (show_find, find, show_identity, save_cpr, show_whole_cpr, save_protection)

NOTICES = {
    "cpr_noted": Text(N_("The CPR number is noted.")),
    "cpr_removed": Text(N_("The CPR number is removed.")),
    "protection_saved": Text(N_("The protection is noted.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
