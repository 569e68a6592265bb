"""What a citizen sees of the way to a guide, and what a support worker sees together with the citizen.

A citizen's own pages lie at /guide. A supported citizen's lie at /citizens/{id}/guide: to look, and to ask together; a
yes or a no is the citizen's own.
"""

from collections.abc import Callable

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.i18n import N_, Text
from guides.errors import GuidesError
from guides.for_citizens import service
from guides.for_citizens.forms import read_goodbye
from guides.lifecycle import EndReason, State
from guides.presenters import choices, teller
from guides.requests import service as requests_service
from guides.requests.weekly_times import say_times
from people.access.model import Purpose, Role
from people.directory import service as directory_service
from people.web.app_state import AppRequest
from people.web.context import Visit, reading, writing
from people.web.responses import NavigationLink, go, language, posted, show
from people.web.rules import only

# To the citizen an end is a choice between these; another guide has a button of its own.
END_CHOICES: dict[EndReason, str] = {
    EndReason.GOAL_REACHED: N_("I can do it on my own now"),
    EndReason.TIME: N_("The time is over"),
    EndReason.OTHER: N_("Something else"),
}
WAY = (
    N_("You ask for a guide"),
    N_("We find a guide who would like to meet you"),
    N_("You meet, and the coordinator is there"),
    N_("You both say yes or no"),
    N_("You have a guide"),
)
# Where on the way each state is, from 1.
PLACE_ON_WAY: dict[State, int] = {
    State.OFFERED: 2,
    State.GUIDE_WILLING: 2,
    State.MEETING: 3,
    State.DECIDING: 4,
    State.GUIDE_CONFIRMED: 4,
    State.CITIZEN_CONFIRMED: 4,
    State.RUNNING: 5,
}


@get("/guide", opt=only(Role.CITIZEN), sync_to_thread=True)
def show_my_guide(request: AppRequest) -> Response[str]:
    """What happens now."""
    return _mine(request)


@get("/citizens/{citizen_id:str}/guide", opt=only(Role.SUPPORT_WORKER), sync_to_thread=True)
def show_citizens_guide(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """What happens now for a citizen whom I support."""
    with reading(request) as visit:
        mine = service.my_guide(visit, citizen_id, Purpose.SUPPORT)
        requests_service.my_request(visit, citizen_id, Purpose.SUPPORT)
        name = directory_service.citizen(visit, citizen_id, Purpose.SUPPORT).given_name
    return _page(request, mine, f"/citizens/{citizen_id}/guide", citizen_name=name)


@post("/guide/{pairing_id:str}/accept", opt=only(Role.CITIZEN), sync_to_thread=True, status_code=303)
def accept_guide(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """Yes to meeting the guide."""
    return _act(request, "guide_accepted", lambda visit: service.accept(visit, pairing_id))


@post("/guide/{pairing_id:str}/confirm", opt=only(Role.CITIZEN), sync_to_thread=True, status_code=303)
def confirm_guide(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """Yes after the match meeting."""
    return _act(request, "guide_confirmed", lambda visit: service.confirm(visit, pairing_id))


@get("/guide/{pairing_id:str}/no", opt=only(Role.CITIZEN), sync_to_thread=True)
def show_no_to_guide(request: AppRequest, pairing_id: FromPath[str]) -> Response[str]:
    """What a no means, before it is said; also for another guide than the one I have."""
    return _check(request, pairing_id, "guides/citizen/no.html")


@post("/guide/{pairing_id:str}/new", opt=only(Role.CITIZEN), sync_to_thread=True, status_code=303)
def ask_for_new_guide(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """No to this guide, without a reason; the place in the queue is kept."""
    never_again = posted(request).text("never_again") == "yes"
    return _act(
        request,
        "new_guide_asked",
        lambda visit: service.new_guide(visit, pairing_id, never_again=never_again),
    )


@get("/guide/{pairing_id:str}/end", opt=only(Role.CITIZEN), sync_to_thread=True)
def show_end_of_guide(request: AppRequest, pairing_id: FromPath[str]) -> Response[str]:
    """The form for a goodbye."""
    return _check(request, pairing_id, "guides/citizen/end.html")


@post("/guide/{pairing_id:str}/end", opt=only(Role.CITIZEN), sync_to_thread=True, status_code=303)
def end_guide(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """Say goodbye, with a reason or without."""
    reason = read_goodbye(posted(request), END_CHOICES)
    return _act(request, "guide_ended", lambda visit: service.end(visit, pairing_id, reason))


@get("/guide/withdraw", opt=only(Role.CITIZEN), sync_to_thread=True)
def show_withdrawal(request: AppRequest) -> Response[str]:
    """What it means to take the wish back."""
    with reading(request) as visit:
        mine = service.my_guide(visit, visit.person_id)
    return show(request, "guides/citizen/withdraw.html", mine=mine)


@post("/guide/withdraw", opt=only(Role.CITIZEN), sync_to_thread=True, status_code=303)
def withdraw_wish(request: AppRequest) -> Response[str] | Response[None]:
    """Take the wish back."""

    def act(visit: Visit) -> None:
        kept = requests_service.my_request(visit, visit.person_id)
        if kept is not None:
            requests_service.withdraw_request(visit, kept.request.id)

    return _act(request, "wish_withdrawn", act)


def _act(request: AppRequest, notice: str, act: Callable[[Visit], None]) -> Response[str] | Response[None]:
    """Do it, or show what is true now, when somebody else was faster."""
    try:
        with writing(request) as visit:
            act(visit)
    except GuidesError as problem:
        return _mine(request, problem.text)
    return go("/guide", request, notice=notice)


def _mine(request: AppRequest, problem: Text | None = None) -> Response[str]:
    with reading(request) as visit:
        mine = service.my_guide(visit, visit.person_id)
        requests_service.my_request(visit, visit.person_id)
    return _page(request, mine, "/guide", problem=problem)


def _page(
    request: AppRequest,
    mine: service.MyGuide,
    address: str,
    *,
    citizen_name: str = "",
    problem: Text | None = None,
) -> Response[str]:
    wishes = mine.request.request if mine.request is not None else None
    return show(
        request,
        "guides/citizen/guide.html",
        status=200 if problem is None else 409,
        problem=problem,
        mine=mine,
        wishes=wishes,
        citizen_name=citizen_name,
        address=address,
        way=WAY,
        place=PLACE_ON_WAY.get(mine.state, 0) if mine.state is not None else 0,
        reasons=tuple(map(teller(request), mine.reasons)),
        times=say_times(wishes.times, language(request)) if wishes is not None else (),
    )


def _check(request: AppRequest, pairing_id: str, template: str) -> Response[str]:
    with reading(request) as visit:
        mine = service.my_guide(visit, visit.person_id)
    if mine.pairing_id != pairing_id:
        return _page(request, mine, "/guide", problem=Text(N_("This is how it is now.")))
    return show(
        request,
        template,
        mine=mine,
        reasons=choices(request, END_CHOICES),
    )


ROUTES = (
    show_my_guide,
    show_citizens_guide,
    accept_guide,
    confirm_guide,
    show_no_to_guide,
    ask_for_new_guide,
    show_end_of_guide,
    end_guide,
    show_withdrawal,
    withdraw_wish,
)

NOTICES = {
    "guide_accepted": Text(N_("You said yes. You hear from us about the meeting.")),
    "guide_confirmed": Text(N_("You said yes to your guide.")),
    "new_guide_asked": Text(N_("We look for another guide. You keep your place in the queue.")),
    "guide_ended": Text(N_("You have said goodbye to your guide.")),
    "wish_withdrawn": Text(N_("You no longer wait for a guide.")),
}

NAVIGATION = (NavigationLink("/guide", N_("My guide"), frozenset({Role.CITIZEN})),)
