"""Breaking the glass: the staff's form and what it opened, the citizen's page about it, the leader's review."""

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.forms import FieldFault, FormFaults, FormReader, Posted
from foundation.i18n import N_, Text, translations
from people.access.labels import KIND_NAMES
from people.access.model import DataKind, Role
from people.emergency_access import service
from people.emergency_access.model import REASON_LENGTH_MAX, REASON_LENGTH_MIN
from people.errors import NotOpened
from people.web.app_state import AppRequest
from people.web.context import Visit, reading, writing
from people.web.responses import NavigationLink, go, language, posted, show
from people.web.rules import only

STAFF = (Role.COORDINATOR, Role.SUPPORT_WORKER)

# What staff call what the citizen calls "your …".
STAFF_KIND_NAMES = {
    DataKind.WISHES: N_("Wishes for a guide"),
    DataKind.PAIRING: N_("The guide and the pairing"),
    DataKind.GOALS: N_("Goals"),
    DataKind.MONEY: N_("Money"),
    DataKind.RECEIPTS: N_("Receipts"),
}


@get("/emergency", opt=only(*STAFF), sync_to_thread=True)
def show_emergency(request: AppRequest) -> Response[str]:
    """What I have open now, and the form to open more."""
    with reading(request) as visit:
        return _form(request, visit)


@post("/emergency", opt=only(*STAFF), sync_to_thread=True)
def break_glass(request: AppRequest) -> Response[str] | Response[None]:
    """Open a citizen's data for 60 minutes."""
    form = posted(request)
    reader = FormReader(form)
    called = reader.text("called", required=N_("Write the citizen's full name or number."), longest=250)
    reason = reader.text(
        "reason", required=N_("Write why you need to look. The citizen reads it."), longest=REASON_LENGTH_MAX
    )
    if reason and len(reason) < REASON_LENGTH_MIN:
        reader.fault("reason", N_("Write a whole sentence. The citizen reads it."))
    kinds = frozenset(DataKind(kind) for kind in form.texts("kinds") if kind in STAFF_KIND_NAMES)
    with writing(request) as visit:
        try:
            reader.finish()
            opened = service.break_glass(visit, called, kinds | {DataKind.IDENTITY}, reason)
        except FormFaults as problem:
            return _form(request, visit, form, problem.faults)
        except NotOpened as problem:  # the miss that is recorded is kept
            return _form(request, visit, form, (FieldFault("called", problem.text),))
    return go(f"/emergency/{opened}")


@get("/emergency/{emergency_id:str}", opt=only(*STAFF), sync_to_thread=True)
def show_opened(request: AppRequest, emergency_id: FromPath[str]) -> Response[str]:
    """What was opened: the name, and the ways to the rest."""
    with reading(request) as visit:
        told = service.opened(visit, emergency_id)
        roles = {held.role for held in visit.actor.roles}
    return show(
        request, "people/emergencies/opened.html", told=told, roles=roles, kind_names=STAFF_KIND_NAMES
    )


@post("/emergency/{emergency_id:str}/end", opt=only(*STAFF), sync_to_thread=True)
def shut(request: AppRequest, emergency_id: FromPath[str]) -> Response[None]:
    """I need no more."""
    with writing(request) as visit:
        service.shut(visit, emergency_id)
    return go("/emergency", request, notice="emergency_ended")


@get("/who-has-seen/emergencies", opt=only(Role.CITIZEN), sync_to_thread=True)
def show_told(request: AppRequest) -> Response[str]:
    """Every time that somebody opened my data without being one of mine, and why."""
    with reading(request) as visit:
        found = service.of_citizen(visit, visit.person_id)
    return show(request, "people/emergencies/told.html", found=found, kind_names=KIND_NAMES)


@post("/who-has-seen/emergencies", opt=only(Role.CITIZEN), sync_to_thread=True)
def say_read(request: AppRequest) -> Response[None]:
    """I have read it; the notice on the front page goes."""
    with writing(request) as visit:
        service.told(visit)
    return go("/")


@get("/emergencies", opt=only(Role.LEADER), sync_to_thread=True)
def show_reviews(request: AppRequest) -> Response[str]:
    """What waits for a leader's word, those due first."""
    with reading(request) as visit:
        waiting, done = service.to_review(visit)
    return show(request, "people/emergencies/reviews.html", waiting=waiting, done=done)


@get("/emergencies/{emergency_id:str}", opt=only(Role.LEADER), sync_to_thread=True)
def show_review(request: AppRequest, emergency_id: FromPath[str]) -> Response[str]:
    """One of them: who, why, what, and the leader's word."""
    with reading(request) as visit:
        return _review(request, visit, emergency_id)


@post("/emergencies/{emergency_id:str}", opt=only(Role.LEADER), sync_to_thread=True)
def review(request: AppRequest, emergency_id: FromPath[str]) -> Response[str] | Response[None]:
    """Say whether it was in order."""
    form = posted(request)
    reader = FormReader(form)
    in_order = reader.choice("in_order", {"yes": True, "no": False}, required=N_("Choose yes or no."))
    words = reader.text("review", longest=REASON_LENGTH_MAX)
    if not in_order and not words:
        reader.fault("review", N_("Write what happens now. The citizen reads it."))
    with writing(request) as visit:
        try:
            reader.finish()
        except FormFaults as problem:
            return _review(request, visit, emergency_id, form, problem.faults)
        service.review(visit, emergency_id, in_order=in_order, words=words)
    return go("/emergencies", request, notice="emergency_reviewed")


def _form(
    request: AppRequest, visit: Visit, form: Posted | None = None, faults: tuple[FieldFault, ...] = ()
) -> Response[str]:
    texts = translations(language(request))
    may = service.may_open(visit)
    return show(
        request,
        "people/emergencies/form.html",
        status=422 if faults else 200,
        faults=faults,
        typed=form,
        mine=service.mine(visit),
        kinds=tuple(
            (kind.value, texts.gettext(name)) for kind, name in STAFF_KIND_NAMES.items() if kind in may
        ),
    )


def _review(
    request: AppRequest,
    visit: Visit,
    emergency_id: str,
    form: Posted | None = None,
    faults: tuple[FieldFault, ...] = (),
) -> Response[str]:
    return show(
        request,
        "people/emergencies/review.html",
        status=422 if faults else 200,
        faults=faults,
        typed=form,
        told=service.one_to_review(visit, emergency_id),
        kind_names=STAFF_KIND_NAMES,
    )


ROUTES = (
    show_emergency,
    break_glass,
    show_opened,
    shut,
    show_told,
    say_read,
    show_reviews,
    show_review,
    review,
)

NOTICES = {
    "emergency_ended": Text(N_("It is closed. The citizen can see that you looked.")),
    "emergency_reviewed": Text(N_("Your answer is saved. The citizen can read it.")),
}

NAVIGATION = (
    NavigationLink("/emergency", N_("In an emergency"), frozenset(STAFF)),
    NavigationLink("/emergencies", N_("Opened in an emergency"), frozenset({Role.LEADER})),
)
