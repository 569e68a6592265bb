"""The pages on which a citizen asks for a guide, step by step with a summary at the end, or changes the
request.

The fields of the other steps are hidden fields of each step's form, so that nothing is lost without
JavaScript.
"""

from typing import NamedTuple

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.forms import FieldError, FormData, ValidationErrors
from foundation.i18n import N_, LazyText
from guides.errors import OpenRequestExists
from guides.matching.model import DEFAULT_LANGUAGE, Request
from guides.pool.model import RequestRecord
from guides.presenters import options
from guides.requests import service
from guides.requests.forms import ASK_STEPS, UNSPECIFIED, parse_request, request_form
from guides.requests.service import TagOptions
from guides.requests.weekly_times import WEEK_PARTS, format_times
from people.access.model import Purpose, Role
from people.web.app_state import AppRequest
from people.web.context import read_context, write_context
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role

STEPS = (*ASK_STEPS, "check")
HEADINGS = {
    "help": N_("What do you want help with?"),
    "you": N_("A little about you"),
    "practical": N_("When can you meet?"),
    "check": N_("Is it right?"),
}
SEND_STEP = "send"


@get("/guide/ask", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_request_form(request: AppRequest) -> Response[str]:
    """The first step, with what I asked for before."""
    return _first_step(request, None)


@post("/guide/ask", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def continue_request(request: AppRequest) -> Response[str] | Response[None]:
    """The next step, or send it."""
    return _next_step(request, None)


@get("/citizens/{citizen_id:str}/guide/ask", opt=require_role(Role.SUPPORT_WORKER), sync_to_thread=True)
def show_supported_request_form(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """The first step, together with a citizen whom I support."""
    return _first_step(request, citizen_id)


@post("/citizens/{citizen_id:str}/guide/ask", opt=require_role(Role.SUPPORT_WORKER), sync_to_thread=True)
def continue_supported_request(
    request: AppRequest, citizen_id: FromPath[str]
) -> Response[str] | Response[None]:
    """The next step together with the citizen, or send it."""
    return _next_step(request, citizen_id)


class StoredRequest(NamedTuple):
    """What is stored of a citizen's request before the posted form is parsed."""

    citizen_id: str
    record: RequestRecord | None  # the open request
    tag_options: TagOptions

    @property
    def wishes(self) -> Request:
        """The wishes as they are stored, or none."""
        return UNSPECIFIED if self.record is None else self.record.request


def _read_stored(request: AppRequest, citizen_id: str | None) -> StoredRequest:
    """Returns the request of a supported citizen, or (None) of the citizen who is signed in."""
    with read_context(request) as context:
        citizen_id = citizen_id or context.person_id
        purpose = Purpose.OWN if citizen_id == context.person_id else Purpose.SUPPORT
        record = service.my_request(context, citizen_id, purpose)
        return StoredRequest(citizen_id, record, service.tag_options(context))


def _base_path(supported_citizen_id: str | None) -> str:
    return "/guide" if supported_citizen_id is None else f"/citizens/{supported_citizen_id}/guide"


def _first_step(request: AppRequest, citizen_id: str | None) -> Response[str]:
    stored = _read_stored(request, citizen_id)
    record = stored.record
    if record is None:
        form = FormData({"languages": (DEFAULT_LANGUAGE,)})
    else:
        form = request_form(record.request, record.own_words, stored.tag_options.help)
    return _step_page(request, "help", form, stored, _base_path(citizen_id))


def _next_step(request: AppRequest, citizen_id: str | None) -> Response[str] | Response[None]:
    form, base_path = form_data(request), _base_path(citizen_id)
    target = form.text("step")
    stored = _read_stored(request, citizen_id)
    offered = stored.tag_options
    steps = _steps_to_check(form.text("left"), target)
    try:
        wishes, own_words = parse_request(form, offered.help, offered.genders, steps, stored.wishes)
    except ValidationErrors as problem:
        fields = {error.field for error in problem.errors}
        first_invalid = next(step for step in ASK_STEPS if fields.intersection(ASK_STEPS[step]))
        return _step_page(request, first_invalid, form, stored, base_path, problem.errors)
    if target != SEND_STEP:
        return _step_page(request, target if target in STEPS else "help", form, stored, base_path)
    try:
        with write_context(request) as context:
            if stored.record is None:
                service.request_guide(context, stored.citizen_id, wishes, own_words)
            else:
                service.change_request(context, stored.record.request.id, wishes, own_words)
    except OpenRequestExists:  # the same form was sent twice
        return redirect(base_path)
    return redirect(base_path, request, flash="wish_sent" if stored.record is None else "wish_changed")


def _steps_to_check(current: str, target: str) -> tuple[str, ...]:
    """Returns the steps whose fields have to be valid: all before sending, none on the way back."""
    if target == SEND_STEP:
        return tuple(ASK_STEPS)
    return (current,) if current in ASK_STEPS and _is_later_step(current, target) else ()


def _is_later_step(current: str, target: str) -> bool:
    return target not in STEPS or STEPS.index(target) > STEPS.index(current)


def _step_page(
    request: AppRequest,
    step: str,
    form: FormData,
    stored: StoredRequest,
    base_path: str,
    errors: tuple[FieldError, ...] = (),
) -> Response[str]:
    number = STEPS.index(step)
    tag_options = stored.tag_options
    wishes, own_words = parse_request(form, tag_options.help, tag_options.genders, (), stored.wishes)
    week_parts = options(request, {name: text for name, (text, _, _) in WEEK_PARTS.items()})
    return render(
        request,
        "guides/requests/ask.html",
        status=422 if errors else 200,
        errors=errors,
        posted=form,
        heading=HEADINGS[step],
        step=step,
        number=number + 1,
        count=len(STEPS),
        following=STEPS[number + 1] if number + 1 < len(STEPS) else SEND_STEP,
        previous=STEPS[number - 1] if number else "",
        carried={
            name: form.texts(name) for other, fields in ASK_STEPS.items() if other != step for name in fields
        },
        help_words=tuple((word, word.capitalize()) for word in tag_options.help),
        genders=tuple((word, word.capitalize()) for word in tag_options.genders),
        week_parts=week_parts,
        wishes=wishes,
        own_words=own_words,
        times=format_times(wishes.times, language(request)),
        chosen_parts=tuple(text for name, text in week_parts if name in form.texts("times")),
        address=base_path,
        changing=stored.record is not None,
    )


ROUTES = (show_request_form, continue_request, show_supported_request_form, continue_supported_request)

FLASH_MESSAGES = {
    "wish_sent": LazyText(N_("Your wish is sent. Now we look for a guide.")),
    "wish_changed": LazyText(N_("Your wish is changed. You keep your place in the queue.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
