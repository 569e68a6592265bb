"""Asking for a guide, step by step, with a look at everything before it is sent; later the same to change it.

What was written in the other steps travels along in the form, so that nothing is lost without JavaScript.
"""

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.forms import FieldFault, FormFaults, Posted
from foundation.i18n import N_, Text
from guides.errors import AlreadyAsked
from guides.matching.model import DEFAULT_LANGUAGE, Request
from guides.pool.model import KeptRequest
from guides.presenters import choices
from guides.requests import service
from guides.requests.forms import ASK_STEPS, NOTHING_SAID, read_wishes, write_wishes
from guides.requests.service import Words
from guides.requests.weekly_times import WEEK_PARTS, say_times
from people.access.model import Purpose, Role
from people.web.app_state import AppRequest
from people.web.context import Visit, reading, writing
from people.web.responses import NavigationLink, go, language, posted, show
from people.web.rules import only

STEPS = (*ASK_STEPS, "check")
HEADINGS = {
    "help": N_("What do you want help with?"),
    "you": N_("A little about you"),
    "practical": N_("When can you meet?"),
    "check": N_("Is it right?"),
}
SEND = "send"


@get("/guide/ask", opt=only(Role.CITIZEN), sync_to_thread=True)
def show_ask(request: AppRequest) -> Response[str]:
    """The first step, with what I asked for before."""
    with reading(request) as visit:
        return _begin(request, visit, visit.person_id, "/guide")


@post("/guide/ask", opt=only(Role.CITIZEN), sync_to_thread=True)
def ask(request: AppRequest) -> Response[str] | Response[None]:
    """The next step, or send it."""
    return _step(request, None, "/guide")


@get("/citizens/{citizen_id:str}/guide/ask", opt=only(Role.SUPPORT_WORKER), sync_to_thread=True)
def show_citizens_ask(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """The first step, together with a citizen whom I support."""
    with reading(request) as visit:
        return _begin(request, visit, citizen_id, f"/citizens/{citizen_id}/guide")


@post("/citizens/{citizen_id:str}/guide/ask", opt=only(Role.SUPPORT_WORKER), sync_to_thread=True)
def ask_for_citizen(request: AppRequest, citizen_id: FromPath[str]) -> Response[str] | Response[None]:
    """The next step together with the citizen, or send it."""
    return _step(request, citizen_id, f"/citizens/{citizen_id}/guide")


def _begin(request: AppRequest, visit: Visit, citizen_id: str, address: str) -> Response[str]:
    kept = service.my_request(visit, citizen_id, _purpose(visit, citizen_id))
    words = service.words(visit)
    filled = (
        Posted({"languages": (DEFAULT_LANGUAGE,)})
        if kept is None
        else write_wishes(kept.request, kept.own_words, words.help)
    )
    return _show(request, "help", filled, words, address, kept)


def _step(request: AppRequest, citizen_id: str | None, address: str) -> Response[str] | Response[None]:
    form = posted(request)
    left, wanted = form.text("left"), form.text("step")
    with writing(request) as visit:
        citizen = citizen_id or visit.person_id
        kept = service.my_request(visit, citizen, _purpose(visit, citizen))
        words = service.words(visit)
        # Going back asks nothing; sending asks everything again.
        asked = (
            tuple(ASK_STEPS)
            if wanted == SEND
            else (left,)
            if left in ASK_STEPS and _ahead(left, wanted)
            else ()
        )
        try:
            wishes, own_words = read_wishes(form, words.help, words.genders, asked, _before(kept))
        except FormFaults as problem:
            faulty = next(
                step for step in ASK_STEPS if any(fault.field in ASK_STEPS[step] for fault in problem.faults)
            )
            return _show(request, faulty, form, words, address, kept, problem.faults)
        if wanted != SEND:
            return _show(request, wanted if wanted in STEPS else "help", form, words, address, kept)
        if kept is None:
            try:
                service.request_guide(visit, citizen, wishes, own_words)
            except AlreadyAsked:
                return go(address)
        else:
            service.change_request(visit, kept.request.id, wishes, own_words)
    return go(address, request, notice="wish_sent" if kept is None else "wish_changed")


def _ahead(left: str, wanted: str) -> bool:
    return wanted not in STEPS or STEPS.index(wanted) > STEPS.index(left)


def _before(kept: KeptRequest | None) -> Request:
    return NOTHING_SAID if kept is None else kept.request


def _purpose(visit: Visit, citizen_id: str) -> Purpose:
    return Purpose.OWN if citizen_id == visit.person_id else Purpose.SUPPORT


def _show(
    request: AppRequest,
    step: str,
    form: Posted,
    words: Words,
    address: str,
    kept: KeptRequest | None,
    faults: tuple[FieldFault, ...] = (),
) -> Response[str]:
    number = STEPS.index(step)
    wishes, own_words = read_wishes(form, words.help, words.genders, (), _before(kept))
    return show(
        request,
        "guides/citizen/ask.html",
        status=422 if faults else 200,
        faults=faults,
        typed=form,
        heading=HEADINGS[step],
        step=step,
        number=number + 1,
        count=len(STEPS),
        following=STEPS[number + 1] if number + 1 < len(STEPS) else SEND,
        previous=STEPS[number - 1] if number else "",
        carried={
            name: form.texts(name) for other, fields in ASK_STEPS.items() if other != step for name in fields
        },
        help_words=tuple((word, word.capitalize()) for word in words.help),
        genders=tuple((word, word.capitalize()) for word in words.genders),
        week_parts=choices(request, {name: text for name, (text, _, _) in WEEK_PARTS.items()}),
        wishes=wishes,
        own_words=own_words,
        times=say_times(wishes.times, language(request)),
        chosen_parts=tuple(
            text
            for name, text in choices(request, {name: text for name, (text, _, _) in WEEK_PARTS.items()})
            if name in form.texts("times")
        ),
        address=address,
        changing=kept is not None,
    )


ROUTES = (show_ask, ask, show_citizens_ask, ask_for_citizen)

NOTICES = {
    "wish_sent": Text(N_("Your wish is sent. Now we look for a guide.")),
    "wish_changed": Text(N_("Your wish is changed. You keep your place in the queue.")),
}

NAVIGATION: tuple[NavigationLink, ...] = ()
