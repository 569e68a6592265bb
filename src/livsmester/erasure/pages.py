"""Pages on which an administrator decides a request for erasure: find the person, decide, print the letter."""

import re

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.forms import FieldError, FormReader, ValidationErrors
from foundation.i18n import N_, LazyText
from foundation.ids import ID_LENGTH, new_id
from foundation.pdf import Document, render_pdf
from livsmester.erasure import requests
from livsmester.erasure.letter import BLOCKER_TEXTS, decision_letter
from livsmester.settings import Settings
from people.access.model import Role
from people.erasure.errors import ErasureBlocked, ReasonRequired
from people.erasure.labels import CATEGORY_NAMES
from people.erasure.model import DISCRETIONARY, Assessment, DataCategory
from people.errors import PersonNotIdentified
from people.web.app_state import AppRequest
from people.web.context import read_context, write_context
from people.web.responses import NavigationLink, form_data, language, redirect, render, site_context
from people.web.rules import require_role

WHY_LENGTH_MAX = 1_000

_ID_PATTERN = re.compile(rf"[0-9a-z]{{{ID_LENGTH}}}")
_ADMINISTRATOR = require_role(Role.ADMINISTRATOR)


@get("/erasures/new", opt=_ADMINISTRATOR, sync_to_thread=True)
def show_find_person(request: AppRequest) -> Response[str]:
    """The form that identifies the person who asks for erasure."""
    with read_context(request):
        return render(request, "livsmester/erasure/find_person.html")


@post("/erasures/find", opt=_ADMINISTRATOR, sync_to_thread=True)
def find_person(request: AppRequest) -> Response[str] | Response[None]:
    """Redirect to the person's assessment by id, so that a name is never part of a URL."""
    reader = FormReader(form_data(request))
    identifier = reader.text(
        "called", required=N_("Write an id, or a citizen's full name or number."), length_max=250
    )
    try:
        reader.raise_if_invalid()
        with read_context(request) as context:
            person_id = requests.find_requester(context, identifier)
    except ValidationErrors as error:
        errors = error.errors
    except PersonNotIdentified as error:
        errors = (FieldError("called", error.text),)
    else:
        return redirect(f"/erasures/people/{person_id}")
    return render(
        request, "livsmester/erasure/find_person.html", status=422, errors=errors, posted=form_data(request)
    )


@get("/erasures/people/{person_id:str}", opt=_ADMINISTRATOR, sync_to_thread=True)
def show_assessment(request: AppRequest, person_id: FromPath[str]) -> Response[str]:
    """What would be erased, what must be kept and why, or what blocks erasure."""
    with read_context(request) as context:
        assessment = requests.assess_person(context, person_id, _settings(request).retention)
    return _assessment_page(request, assessment, new_id())


@post("/erasures/people/{person_id:str}", opt=_ADMINISTRATOR, sync_to_thread=True)
def submit_decision(request: AppRequest, person_id: FromPath[str]) -> Response[str] | Response[None]:
    """Erase every category that is not kept, and store the decision."""
    settings, form = _settings(request), form_data(request)
    key = form.text("key")
    # The form carries the decision's id, so that a form that is sent twice decides once.
    answer_id = key if _ID_PATTERN.fullmatch(key) else new_id()
    reader = FormReader(form)
    # A category is erased only where its box was ticked: one that the page did not show is kept.
    keep = {category for category in DISCRETIONARY if category not in form.texts("erase")}
    why = reader.text("why", length_max=WHY_LENGTH_MAX)
    try:
        reader.raise_if_invalid()
        with write_context(request) as context:
            requests.decide(
                context, answer_id, person_id, keep, why, settings.retention, settings.erasure_list
            )
    except ValidationErrors as error:
        errors = error.errors
    except ReasonRequired:
        errors = (FieldError("why", LazyText(N_("Write why the rest has to stay. The person reads it."))),)
    except ErasureBlocked as error:
        return _assessment_page(request, Assessment(person_id, error.blockers), answer_id, status=409)
    else:
        return redirect(f"/erasures/{answer_id}", request, flash="erasure_answered")
    with read_context(request) as context:
        assessment = requests.assess_person(context, person_id, settings.retention)
    return _assessment_page(request, assessment, answer_id, errors)


@get("/erasures/{answer_id:str}", opt=_ADMINISTRATOR, sync_to_thread=True)
def show_decision(request: AppRequest, answer_id: FromPath[str]) -> Response[str]:
    """The decision letter, to read before it is sent."""
    document = _decision_document(request, answer_id)
    return render(request, "livsmester/erasure/decision.html", paper=document, answer_id=answer_id)


@get("/erasures/{answer_id:str}/print", opt=_ADMINISTRATOR, sync_to_thread=True)
def print_decision(request: AppRequest, answer_id: FromPath[str]) -> Response[str]:
    """The decision letter for printing."""
    return render(request, "print/document.html", paper=_decision_document(request, answer_id))


@get("/erasures/{answer_id:str}/answer.pdf", opt=_ADMINISTRATOR, sync_to_thread=True)
def download_decision(request: AppRequest, answer_id: FromPath[str]) -> Response[bytes]:
    """The decision letter as PDF, for the municipality's post."""
    content = render_pdf("document", _decision_document(request, answer_id), language(request))
    headers = {"Content-Disposition": 'attachment; filename="svar-om-sletning.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


def _settings(request: AppRequest) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _decision_document(request: AppRequest, answer_id: str) -> Document:
    with read_context(request) as context:
        decision = requests.get_decision(context, answer_id)
    return decision_letter(decision, site_context(request).municipality, language(request))


def _assessment_page(
    request: AppRequest,
    assessment: Assessment,
    key: str,
    errors: tuple[FieldError, ...] = (),
    status: int = 200,
) -> Response[str]:
    return render(
        request,
        "livsmester/erasure/decide.html",
        status=422 if errors else status,
        errors=errors,
        posted=form_data(request) if errors else None,
        assessment=assessment,
        blockers=tuple(BLOCKER_TEXTS[blocker] for blocker in assessment.blockers),
        names=CATEGORY_NAMES,
        money=DataCategory.MONEY,
        key=key,
    )


ROUTES = (
    show_find_person,
    find_person,
    show_assessment,
    submit_decision,
    show_decision,
    print_decision,
    download_decision,
)

FLASH_MESSAGES = {"erasure_answered": LazyText(N_("The answer is kept. Send it to the person now."))}

NAVIGATION: tuple[NavigationLink, ...] = ()
