"""The administrator's form for a legal hold, and lifting one. The list of holds stands on the page of what is due."""

import re

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.clock import local_date
from foundation.forms import FieldFault, FormFaults, FormReader
from foundation.i18n import N_, Text
from foundation.ids import ID_LENGTH, new_id
from people.access.model import Role
from people.errors import NobodyCalled
from people.retention import hold_service
from people.web.app_state import AppRequest
from people.web.context import reading, writing
from people.web.responses import NavigationLink, go, posted, show
from people.web.rules import only

WHY_LENGTH_MAX = 1_000
LIST = "/retention"

_ID = re.compile(rf"[0-9a-z]{{{ID_LENGTH}}}")
_ADMINISTRATOR = only(Role.ADMINISTRATOR)


@get("/holds/new", opt=_ADMINISTRATOR, sync_to_thread=True)
def show_new_hold(request: AppRequest) -> Response[str]:
    """The form for a new hold."""
    with reading(request):
        return _form(request, new_id())


@post("/holds", opt=_ADMINISTRATOR, sync_to_thread=True)
def set_hold(request: AppRequest) -> Response[str] | Response[None]:
    """Hold somebody's data back."""
    form = posted(request)
    key = form.text("key")
    reader = FormReader(form)
    called = reader.text(
        "called", required=N_("Write an id, or a citizen's full name or number."), longest=250
    )
    why = reader.text("why", required=N_("Write why. The person can read it."), longest=WHY_LENGTH_MAX)
    until = reader.day("until")
    try:
        with writing(request) as visit:
            today = local_date(visit.now)
            if until is not None and until < today:
                reader.fault("until", N_("Choose today or a later day, or none."))
            reader.finish()
            hold_id = key if _ID.fullmatch(key) else new_id()
            hold_service.set_hold(visit, hold_id, called, why, today, until)
    except FormFaults as problem:
        return _form(request, key, problem.faults)
    except NobodyCalled as problem:
        return _form(request, key, (FieldFault("called", problem.text),))
    return go(LIST, request, notice="hold_set")


@post("/holds/{hold_id:str}/lift", opt=_ADMINISTRATOR, sync_to_thread=True)
def lift_hold(request: AppRequest, hold_id: FromPath[str]) -> Response[None]:
    """Let the data go when its time is over."""
    with writing(request) as visit:
        hold_service.lift(visit, hold_id)
    return go(LIST, request, notice="hold_lifted")


def _form(request: AppRequest, key: str, faults: tuple[FieldFault, ...] = ()) -> Response[str]:
    return show(
        request,
        "people/new_hold.html",
        status=422 if faults else 200,
        faults=faults,
        typed=posted(request) if faults else None,
        key=key,
    )


ROUTES = (show_new_hold, set_hold, lift_hold)

NOTICES = {
    "hold_set": Text(N_("Nothing about this person is erased now.")),
    "hold_lifted": Text(N_("The hold has ended. What is due goes the next time.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
