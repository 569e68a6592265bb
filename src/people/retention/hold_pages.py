"""The administrator's form for a legal hold, and lifting one. The list of holds is on the page of what is
due.
"""

import re

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.clock import local_date
from foundation.forms import FieldError, FormReader, ValidationErrors
from foundation.i18n import N_, LazyText
from foundation.ids import ID_LENGTH, new_id
from people.access.model import Role
from people.errors import PersonNotIdentified
from people.retention import hold_service
from people.web.app_state import AppRequest, app_state
from people.web.context import read_context, write_context
from people.web.responses import NavigationLink, form_data, redirect, render
from people.web.rules import require_role

REASON_LENGTH_MAX = 1_000
LIST_URL = "/retention"

_ID_PATTERN = re.compile(rf"[0-9a-z]{{{ID_LENGTH}}}")
_ADMINISTRATOR = require_role(Role.ADMINISTRATOR)


@get("/holds/new", opt=_ADMINISTRATOR, sync_to_thread=True)
def show_new_hold(request: AppRequest) -> Response[str]:
    """The form for a new hold."""
    with read_context(request):
        return _form_page(request, new_id())


@post("/holds", opt=_ADMINISTRATOR, sync_to_thread=True)
def set_hold(request: AppRequest) -> Response[str] | Response[None]:
    """Put a person's data under a legal hold."""
    form = form_data(request)
    key = form.text("key")
    reader = FormReader(form)
    identifier = reader.text(
        "called", required=N_("Write an id, or a citizen's full name or number."), length_max=250
    )
    why = reader.text("why", required=N_("Write why. The person can read it."), length_max=REASON_LENGTH_MAX)
    until = reader.local_date("until")
    today = local_date(app_state(request).clock())
    if until is not None and until < today:
        reader.add_error("until", N_("Choose today or a later day, or none."))
    try:
        reader.raise_if_invalid()
        hold_id = key if _ID_PATTERN.fullmatch(key) else new_id()
        with write_context(request) as context:
            hold_service.set_hold(context, hold_id, identifier, why, today, until)
    except ValidationErrors as error:
        return _form_page(request, key, error.errors)
    except PersonNotIdentified as error:
        return _form_page(request, key, (FieldError("called", error.text),))
    return redirect(LIST_URL, request, flash="hold_set")


@post("/holds/{hold_id:str}/lift", opt=_ADMINISTRATOR, sync_to_thread=True)
def lift_hold(request: AppRequest, hold_id: FromPath[str]) -> Response[None]:
    """Lift a hold: the data is erased when its retention period is over."""
    with write_context(request) as context:
        hold_service.lift(context, hold_id)
    return redirect(LIST_URL, request, flash="hold_lifted")


def _form_page(request: AppRequest, key: str, errors: tuple[FieldError, ...] = ()) -> Response[str]:
    return render(
        request,
        "people/retention/new_hold.html",
        status=422 if errors else 200,
        errors=errors,
        posted=form_data(request) if errors else None,
        key=key,
    )


ROUTES = (show_new_hold, set_hold, lift_hold)

FLASH_MESSAGES = {
    "hold_set": LazyText(N_("Nothing about this person is erased now.")),
    "hold_lifted": LazyText(N_("The hold has ended. What is due goes the next time.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
