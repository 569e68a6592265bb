"""Asking for a guide, step by step, with a look at everything before it is sent; later the same to change it.

What was written in the other steps travels along in the form, so that nothing is lost without JavaScript.
"""

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
from people.web.context import RequestContext, read_context, write_context
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
    with read_context(request) as context:
        return _first_step(request, context, context.person_id, "/guide")


@post("/guide/ask", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def continue_request(request: AppRequest) -> Response[str] | Response[None]:
    """The next step, or send it."""
    return _next_step(request, None, "/guide")


@get("/citizens/{citizen_id:str}/guide/ask", opt=require_role(Role.SUPPORT_WORKER), sync_to_thread=True)
def show_supported_request_form(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """The first step, together with a citizen whom I support."""
    with read_context(request) as context:
        return _first_step(request, context, citizen_id, f"/citizens/{citizen_id}/guide")


@post("/citizens/{citizen_id:str}/guide/ask", opt=require_role(Role.SUPPORT_WORKER), sync_to_thread=True)
def continue_supported_request(
    request: AppRequest, citizen_id: FromPath[str]
) -> Response[str] | Response[None]:
    """The next step together with the citizen, or send it."""
    return _next_step(request, citizen_id, f"/citizens/{citizen_id}/guide")


def _first_step(
    request: AppRequest, context: RequestContext, citizen_id: str, base_path: str
) -> Response[str]:
    kept = service.my_request(context, citizen_id, _purpose(context, citizen_id))
    words = service.tag_options(context)
    filled = (
        FormData({"languages": (DEFAULT_LANGUAGE,)})
        if kept is None
        else request_form(kept.request, kept.own_words, words.help)
    )
    return _step_page(request, "help", filled, words, base_path, kept)


def _next_step(request: AppRequest, citizen_id: str | None, base_path: str) -> Response[str] | Response[None]:
    form = form_data(request)
    left, wanted = form.text("left"), form.text("step")
    with write_context(request) as context:
        citizen = citizen_id or context.person_id
        kept = service.my_request(context, citizen, _purpose(context, citizen))
        words = service.tag_options(context)
        # Going back asks nothing; sending asks everything again.
        asked = (
            tuple(ASK_STEPS)
            if wanted == SEND_STEP
            else (left,)
            if left in ASK_STEPS and _is_later_step(left, wanted)
            else ()
        )
        try:
            wishes, own_words = parse_request(form, words.help, words.genders, asked, _previous_request(kept))
        except ValidationErrors as problem:
            faulty = next(
                step for step in ASK_STEPS if any(fault.field in ASK_STEPS[step] for fault in problem.errors)
            )
            return _step_page(request, faulty, form, words, base_path, kept, problem.errors)
        if wanted != SEND_STEP:
            return _step_page(request, wanted if wanted in STEPS else "help", form, words, base_path, kept)
        if kept is None:
            try:
                service.request_guide(context, citizen, wishes, own_words)
            except OpenRequestExists:
                return redirect(base_path)
        else:
            service.change_request(context, kept.request.id, wishes, own_words)
    return redirect(base_path, request, flash="wish_sent" if kept is None else "wish_changed")


def _is_later_step(current: str, target: str) -> bool:
    return target not in STEPS or STEPS.index(target) > STEPS.index(current)


def _previous_request(record: RequestRecord | None) -> Request:
    return UNSPECIFIED if record is None else record.request


def _purpose(context: RequestContext, citizen_id: str) -> Purpose:
    return Purpose.OWN if citizen_id == context.person_id else Purpose.SUPPORT


def _step_page(
    request: AppRequest,
    step: str,
    form: FormData,
    tag_options: TagOptions,
    base_path: str,
    record: RequestRecord | None,
    errors: tuple[FieldError, ...] = (),
) -> Response[str]:
    number = STEPS.index(step)
    wishes, own_words = parse_request(
        form, tag_options.help, tag_options.genders, (), _previous_request(record)
    )
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
        week_parts=options(request, {name: text for name, (text, _, _) in WEEK_PARTS.items()}),
        wishes=wishes,
        own_words=own_words,
        times=format_times(wishes.times, language(request)),
        chosen_parts=tuple(
            text
            for name, text in options(request, {name: text for name, (text, _, _) in WEEK_PARTS.items()})
            if name in form.texts("times")
        ),
        address=base_path,
        changing=record is not None,
    )


ROUTES = (show_request_form, continue_request, show_supported_request_form, continue_supported_request)

FLASH_MESSAGES = {
    "wish_sent": LazyText(N_("Your wish is sent. Now we look for a guide.")),
    "wish_changed": LazyText(N_("Your wish is changed. You keep your place in the queue.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
