"""Consent on screen: the citizen's own answers, one kind of information a page; what a coordinator has seen on paper."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.clock import local_date
from foundation.forms import FieldFault, FormFaults, FormReader, Posted
from foundation.i18n import N_, Text, translations
from people.access.model import DataKind, Purpose, Role
from people.consent import service
from people.consent.model import FOR_OTHERS, GIVEN_NAMES, INFO_NAMES, QUESTIONS, USE_NAMES, Given, Info, Use
from people.errors import NotFound
from people.web.app_state import AppRequest
from people.web.context import Visit, reading, writing
from people.web.responses import NavigationLink, go, language, posted, show
from people.web.rules import only

ASKED = {
    Use.MATCHING: N_("May we use it to find a guide for you?"),
    Use.GUIDE: N_("May a guide see it?"),
}
SEEN_BY = {
    Use.MATCHING: N_("The coordinators use it. Nobody else sees it."),
    Use.GUIDE: N_("The guide we ask sees it, and the guide you get."),
}
STAFF_GIVEN = {
    Given.ON_PAPER: N_("On paper, seen by me"),
    Given.POWER_OF_ATTORNEY: N_("By power of attorney, seen by me"),
    Given.GUARDIAN: N_("By the guardian"),
}
ANSWERS = {"yes": True, "no": False}


@get("/consent", opt=only(Role.CITIZEN), sync_to_thread=True)
def show_consent(request: AppRequest) -> Response[str]:
    """What I have said yes and no to."""
    with reading(request) as visit:
        said = service.said(visit, visit.person_id)
    return show(request, "people/consent/mine.html", said=said, **_names())


@get("/consent/history", opt=only(Role.CITIZEN), sync_to_thread=True)
def show_history(request: AppRequest) -> Response[str]:
    """Every answer that I have given, newest first."""
    with reading(request) as visit:
        said = service.said(visit, visit.person_id)
    return show(request, "people/consent/history.html", said=said, **_names())


@post("/consent/take-back", opt=only(Role.CITIZEN), sync_to_thread=True)
def take_back_all(request: AppRequest) -> Response[None]:
    """No to everything, from now on."""
    with writing(request) as visit:
        service.take_back_all(visit)
    return go("/consent", request, notice="consent_taken_back")


@get("/consent/{info:str}", opt=only(Role.CITIZEN), sync_to_thread=True)
def show_question(request: AppRequest, info: FromPath[str]) -> Response[str]:
    """One kind of information: may we use it, may a guide see it."""
    with reading(request) as visit:
        return _question(request, visit, _info(info))


@post("/consent/{info:str}", opt=only(Role.CITIZEN), sync_to_thread=True)
def answer(request: AppRequest, info: FromPath[str]) -> Response[str] | Response[None]:
    """My answer."""
    about = _info(info)
    form = posted(request)
    reader = FormReader(form)
    answers = {
        (about, use): reader.choice(use, ANSWERS, required=N_("Choose yes or no."))
        for use in QUESTIONS[about]
    }
    ends_on = reader.day("ends_on")
    with writing(request) as visit:
        if ends_on is not None and ends_on < local_date(visit.now):
            reader.fault("ends_on", N_("That day has passed. Write a later one."))
        try:
            reader.finish()
        except FormFaults as problem:
            return _question(request, visit, about, form, problem.faults)
        service.answer(visit, visit.person_id, answers, ends_on=ends_on)
    return go("/consent", request, notice="consent_said")


@get("/citizens/{citizen_id:str}/consent", opt=only(Role.COORDINATOR), sync_to_thread=True)
def show_citizens_consent(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """What a citizen has said yes and no to, and the form for what I have seen on paper."""
    with reading(request) as visit:
        return _citizens(request, visit, citizen_id)


@post("/citizens/{citizen_id:str}/consent", opt=only(Role.COORDINATOR), sync_to_thread=True)
def write_down(request: AppRequest, citizen_id: FromPath[str]) -> Response[str] | Response[None]:
    """Write down what I have seen on paper."""
    form = posted(request)
    reader = FormReader(form)
    about = reader.choice("info", {one.value: one for one in Info}, required=N_("Choose what it is about."))
    uses = [use for use in QUESTIONS[about] if use in form.texts("uses")]
    if not uses:
        reader.fault("uses", N_("Choose what it may be used for."))
    agreed = reader.choice("agreed", ANSWERS, required=N_("Choose yes or no."))
    given = reader.choice(
        "given", {one.value: one for one in FOR_OTHERS}, required=N_("Choose how you have seen it.")
    )
    ends_on = reader.day("ends_on")
    with writing(request) as visit:
        visit.touch(citizen_id, DataKind.CONSENT)
        if ends_on is not None and ends_on < local_date(visit.now):
            reader.fault("ends_on", N_("That day has passed. Write a later one."))
        try:
            reader.finish()
        except FormFaults as problem:
            return _citizens(request, visit, citizen_id, form, problem.faults)
        service.answer(visit, citizen_id, {(about, use): agreed for use in uses}, given, ends_on)
    return go(f"/citizens/{citizen_id}/consent", request, notice="consent_written")


def _info(name: str) -> Info:
    if name not in INFO_NAMES:
        raise NotFound
    return Info(name)


def _question(
    request: AppRequest,
    visit: Visit,
    about: Info,
    form: Posted | None = None,
    faults: tuple[FieldFault, ...] = (),
) -> Response[str]:
    return show(
        request,
        "people/consent/question.html",
        status=422 if faults else 200,
        faults=faults,
        typed=form,
        said=service.said(visit, visit.person_id),
        about=about,
        asked=ASKED,
        seen_by=SEEN_BY,
        **_names(),
    )


def _citizens(
    request: AppRequest,
    visit: Visit,
    citizen_id: str,
    form: Posted | None = None,
    faults: tuple[FieldFault, ...] = (),
) -> Response[str]:
    texts = translations(language(request))
    return show(
        request,
        "people/consent/citizens.html",
        status=422 if faults else 200,
        faults=faults,
        typed=form,
        said=service.said(visit, citizen_id, Purpose.FOLLOW_UP),
        citizen_id=citizen_id,
        info_choices=tuple((one.value, texts.gettext(name)) for one, name in INFO_NAMES.items()),
        use_choices=tuple((one.value, texts.gettext(name)) for one, name in USE_NAMES.items()),
        given_choices=tuple((one.value, texts.gettext(name)) for one, name in STAFF_GIVEN.items()),
        **_names(),
    )


def _names() -> dict[str, Any]:
    return {
        "questions": QUESTIONS,
        "info_names": INFO_NAMES,
        "use_names": USE_NAMES,
        "given_names": GIVEN_NAMES,
    }


ROUTES = (
    show_consent,
    show_history,
    take_back_all,
    show_question,
    answer,
    show_citizens_consent,
    write_down,
)

NOTICES = {
    "consent_said": Text(N_("Your answer is saved. It counts from now.")),
    "consent_taken_back": Text(N_("You have said no to everything. It counts from now.")),
    "consent_written": Text(N_("It is written down. The citizen can see it.")),
}

NAVIGATION = (NavigationLink("/consent", N_("What I say yes to"), frozenset({Role.CITIZEN})),)
