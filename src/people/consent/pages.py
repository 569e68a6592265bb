"""The pages for consent: the citizen's answers, one kind of information a page; what a coordinator has seen
on paper.
"""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.clock import local_date
from foundation.forms import FieldError, FormData, FormReader, ValidationErrors
from foundation.i18n import N_, LazyText, translations
from people.access.model import Purpose, Role
from people.consent import service
from people.consent.model import (
    INFO_NAMES,
    METHOD_NAMES,
    QUESTIONS,
    STAFF_METHODS,
    USE_NAMES,
    ConsentMethod,
    InfoKind,
    Use,
)
from people.errors import NotFound
from people.web.app_state import AppRequest, app_state
from people.web.context import RequestContext, read_context, write_context
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role

QUESTION_TEXTS = {
    Use.MATCHING: N_("May we use it to find a guide for you?"),
    Use.GUIDE: N_("May a guide see it?"),
}
VISIBILITY_TEXTS = {
    Use.MATCHING: N_("The coordinators use it. Nobody else sees it."),
    Use.GUIDE: N_("The guide we ask sees it, and the guide you get."),
}
STAFF_METHOD_NAMES = {
    ConsentMethod.ON_PAPER: N_("On paper, seen by me"),
    ConsentMethod.POWER_OF_ATTORNEY: N_("By power of attorney, seen by me"),
    ConsentMethod.GUARDIAN: N_("By the guardian"),
}
ANSWERS = {"yes": True, "no": False}


@get("/consent", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_consent(request: AppRequest) -> Response[str]:
    """The citizen's current answers."""
    with read_context(request) as context:
        consents = service.consent_status(context, context.person_id)
    return render(request, "people/consent/mine.html", said=consents, **_label_values())


@get("/consent/history", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_history(request: AppRequest) -> Response[str]:
    """Every answer of the citizen, newest first."""
    with read_context(request) as context:
        consents = service.consent_status(context, context.person_id)
    return render(request, "people/consent/history.html", said=consents, **_label_values())


@post("/consent/take-back", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def withdraw_all(request: AppRequest) -> Response[None]:
    """Withdraw every consent, from now on."""
    with write_context(request) as context:
        service.withdraw_all(context)
    return redirect("/consent", request, flash="consent_taken_back")


@get("/consent/{info:str}", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_question(request: AppRequest, info: FromPath[str]) -> Response[str]:
    """The questions about one kind of information."""
    with read_context(request) as context:
        return _question_page(request, context, _parse_info(info))


@post("/consent/{info:str}", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def save_answers(request: AppRequest, info: FromPath[str]) -> Response[str] | Response[None]:
    """Store the citizen's answers about one kind of information."""
    info_kind = _parse_info(info)
    form = form_data(request)
    reader = FormReader(form)
    answers = {
        (info_kind, use): reader.choice(use, ANSWERS, required=N_("Choose yes or no."))
        for use in QUESTIONS[info_kind]
    }
    ends_on = reader.local_date("ends_on")
    if ends_on is not None and ends_on < local_date(app_state(request).clock()):
        reader.add_error("ends_on", N_("That day has passed. Write a later one."))
    try:
        reader.raise_if_invalid()
    except ValidationErrors as error:
        with read_context(request) as context:
            return _question_page(request, context, info_kind, form, error.errors)
    with write_context(request) as context:
        service.record_answers(context, context.person_id, answers, ends_on=ends_on)
    return redirect("/consent", request, flash="consent_said")


@get("/citizens/{citizen_id:str}/consent", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_citizens_consent(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """A citizen's answers, and the form for what the coordinator has seen on paper."""
    with read_context(request) as context:
        return _citizen_page(request, context, citizen_id)


@post("/citizens/{citizen_id:str}/consent", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def record_citizens_consent(request: AppRequest, citizen_id: FromPath[str]) -> Response[str] | Response[None]:
    """Record what the coordinator has seen on paper."""
    form = form_data(request)
    reader = FormReader(form)
    info_kind = reader.choice(
        "info", {kind.value: kind for kind in InfoKind}, required=N_("Choose what it is about.")
    )
    uses = [use for use in QUESTIONS[info_kind] if use in form.texts("uses")]
    if not uses:
        reader.add_error("uses", N_("Choose what it may be used for."))
    agreed = reader.choice("agreed", ANSWERS, required=N_("Choose yes or no."))
    method = reader.choice(
        "given",
        {option.value: option for option in STAFF_METHODS},
        required=N_("Choose how you have seen it."),
    )
    ends_on = reader.local_date("ends_on")
    if ends_on is not None and ends_on < local_date(app_state(request).clock()):
        reader.add_error("ends_on", N_("That day has passed. Write a later one."))
    try:
        reader.raise_if_invalid()
    except ValidationErrors as error:
        with read_context(request) as context:
            return _citizen_page(request, context, citizen_id, form, error.errors)
    with write_context(request) as context:
        service.record_answers(
            context, citizen_id, {(info_kind, use): agreed for use in uses}, method, ends_on
        )
    return redirect(f"/citizens/{citizen_id}/consent", request, flash="consent_written")


def _parse_info(name: str) -> InfoKind:
    if name not in INFO_NAMES:
        raise NotFound
    return InfoKind(name)


def _question_page(
    request: AppRequest,
    context: RequestContext,
    info_kind: InfoKind,
    form: FormData | None = None,
    errors: tuple[FieldError, ...] = (),
) -> Response[str]:
    return render(
        request,
        "people/consent/question.html",
        status=422 if errors else 200,
        errors=errors,
        posted=form,
        said=service.consent_status(context, context.person_id),
        about=info_kind,
        asked=QUESTION_TEXTS,
        seen_by=VISIBILITY_TEXTS,
        **_label_values(),
    )


def _citizen_page(
    request: AppRequest,
    context: RequestContext,
    citizen_id: str,
    form: FormData | None = None,
    errors: tuple[FieldError, ...] = (),
) -> Response[str]:
    texts = translations(language(request))
    return render(
        request,
        "people/consent/citizens.html",
        status=422 if errors else 200,
        errors=errors,
        posted=form,
        said=service.consent_status(context, citizen_id, Purpose.FOLLOW_UP),
        citizen_id=citizen_id,
        info_choices=tuple((info.value, texts.gettext(name)) for info, name in INFO_NAMES.items()),
        use_choices=tuple((use.value, texts.gettext(name)) for use, name in USE_NAMES.items()),
        given_choices=tuple(
            (method.value, texts.gettext(name)) for method, name in STAFF_METHOD_NAMES.items()
        ),
        **_label_values(),
    )


def _label_values() -> dict[str, Any]:
    return {
        "questions": QUESTIONS,
        "info_names": INFO_NAMES,
        "use_names": USE_NAMES,
        "given_names": METHOD_NAMES,
    }


ROUTES = (
    show_consent,
    show_history,
    withdraw_all,
    show_question,
    save_answers,
    show_citizens_consent,
    record_citizens_consent,
)

FLASH_MESSAGES = {
    "consent_said": LazyText(N_("Your answer is saved. It counts from now.")),
    "consent_taken_back": LazyText(N_("You have said no to everything. It counts from now.")),
    "consent_written": LazyText(N_("It is written down. The citizen can see it.")),
}

NAVIGATION = (NavigationLink("/consent", N_("What I say yes to"), frozenset({Role.CITIZEN})),)
