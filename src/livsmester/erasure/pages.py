"""Where an administrator answers somebody who asks to be erased: who, what goes and what stays, and the letter."""

import re

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.forms import FieldFault, FormFaults, FormReader
from foundation.i18n import N_, Text
from foundation.ids import ID_LENGTH, new_id
from foundation.pdf import Document, paper
from livsmester.erasure import requests
from livsmester.erasure.letter import OBSTACLES, document
from livsmester.settings import Settings
from people.access.model import Role
from people.erasure.errors import CantErase, NoReason
from people.erasure.labels import PIECE_NAMES
from people.erasure.model import CHOSEN, Piece, Weighed
from people.errors import NobodyCalled
from people.web.app_state import AppRequest
from people.web.context import reading, writing
from people.web.responses import NavigationLink, frame, go, language, posted, show
from people.web.rules import only

WHY_LENGTH_MAX = 1_000

_ID = re.compile(rf"[0-9a-z]{{{ID_LENGTH}}}")
_ADMINISTRATOR = only(Role.ADMINISTRATOR)


@get("/erasures/new", opt=_ADMINISTRATOR, sync_to_thread=True)
def show_who_asks(request: AppRequest) -> Response[str]:
    """Who asks to be erased?"""
    with reading(request):
        return show(request, "livsmester/erase_whom.html")


@post("/erasures/find", opt=_ADMINISTRATOR, sync_to_thread=True)
def find_who_asks(request: AppRequest) -> Response[str] | Response[None]:
    """To what is held about them; a name never stands in an address."""
    reader = FormReader(posted(request))
    called = reader.text(
        "called", required=N_("Write an id, or a citizen's full name or number."), longest=250
    )
    try:
        reader.finish()
        with reading(request) as visit:
            person_id = requests.asked_by(visit, called)
    except FormFaults as problem:
        faults = problem.faults
    except NobodyCalled as problem:
        faults = (FieldFault("called", problem.text),)
    else:
        return go(f"/erasures/people/{person_id}")
    return show(request, "livsmester/erase_whom.html", status=422, faults=faults, typed=posted(request))


@get("/erasures/people/{person_id:str}", opt=_ADMINISTRATOR, sync_to_thread=True)
def show_what_goes(request: AppRequest, person_id: FromPath[str]) -> Response[str]:
    """How much of what would go, what has to stay and why, or what has to end first."""
    with reading(request) as visit:
        found = requests.weighed(visit, person_id, _settings(request).retention)
    return _weighed(request, found, new_id())


@post("/erasures/people/{person_id:str}", opt=_ADMINISTRATOR, sync_to_thread=True)
def give_answer(request: AppRequest, person_id: FromPath[str]) -> Response[str] | Response[None]:
    """Erase what isn't kept, and keep the answer."""
    settings, form = _settings(request), posted(request)
    key = form.text("key")
    answer_id = key if _ID.fullmatch(key) else new_id()
    reader = FormReader(form)
    keep = {piece for piece in CHOSEN if piece not in form.texts("erase")}  # what nobody saw stays too
    why = reader.text("why", longest=WHY_LENGTH_MAX)
    try:
        reader.finish()
        with writing(request) as visit:
            requests.answer(visit, answer_id, person_id, keep, why, settings.retention, settings.erasure_list)
    except FormFaults as problem:
        faults = problem.faults
    except NoReason:
        faults = (FieldFault("why", Text(N_("Write why the rest has to stay. The person reads it."))),)
    except CantErase as problem:
        return _weighed(request, Weighed(person_id, problem.obstacles), answer_id, status=409)
    else:
        return go(f"/erasures/{answer_id}", request, notice="erasure_answered")
    with reading(request) as visit:
        found = requests.weighed(visit, person_id, settings.retention)
    return _weighed(request, found, answer_id, faults)


@get("/erasures/{answer_id:str}", opt=_ADMINISTRATOR, sync_to_thread=True)
def show_answer(request: AppRequest, answer_id: FromPath[str]) -> Response[str]:
    """The answer, to read before it is sent."""
    paper_of = _letter(request, answer_id)
    return show(request, "livsmester/erasure_answer.html", paper=paper_of, answer_id=answer_id)


@get("/erasures/{answer_id:str}/print", opt=_ADMINISTRATOR, sync_to_thread=True)
def print_answer(request: AppRequest, answer_id: FromPath[str]) -> Response[str]:
    """The same to print."""
    return show(request, "print/document.html", paper=_letter(request, answer_id))


@get("/erasures/{answer_id:str}/answer.pdf", opt=_ADMINISTRATOR, sync_to_thread=True)
def save_answer(request: AppRequest, answer_id: FromPath[str]) -> Response[bytes]:
    """The same as PDF, for the municipality's own post."""
    content = paper("document", _letter(request, answer_id), language(request))
    headers = {"Content-Disposition": 'attachment; filename="svar-om-sletning.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


def _settings(request: AppRequest) -> Settings:
    found: Settings = request.app.state.settings
    return found


def _letter(request: AppRequest, answer_id: str) -> Document:
    with reading(request) as visit:
        found = requests.one_answer(visit, answer_id)
    return document(found, frame(request).municipality, language(request))


def _weighed(
    request: AppRequest,
    found: Weighed,
    key: str,
    faults: tuple[FieldFault, ...] = (),
    status: int = 200,
) -> Response[str]:
    return show(
        request,
        "livsmester/erasure.html",
        status=422 if faults else status,
        faults=faults,
        typed=posted(request) if faults else None,
        found=found,
        obstacles=tuple(OBSTACLES[one] for one in found.obstacles),
        names=PIECE_NAMES,
        money=Piece.MONEY,
        key=key,
    )


ROUTES = (
    show_who_asks,
    find_who_asks,
    show_what_goes,
    give_answer,
    show_answer,
    print_answer,
    save_answer,
)

NOTICES = {"erasure_answered": Text(N_("The answer is kept. Send it to the person now."))}

NAVIGATION: tuple[NavigationLink, ...] = ()
