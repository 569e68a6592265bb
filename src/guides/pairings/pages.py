"""Offers and pairings as the coordinator sees them: where each stands, what has happened, what can be done now."""

from collections.abc import Callable

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from foundation.clock import local, local_date
from foundation.forms import FieldFault, FormFaults
from foundation.i18n import N_, Text
from guides.errors import GuidesError, IllegalMove
from guides.labels import CONTACT_KINDS, END_REASONS, MOVES, TO_COORDINATOR
from guides.lifecycle import BEFORE_RUNNING, FINAL, Move, Party, State, is_overdue, moves
from guides.pairings import service, transitions
from guides.pairings.forms import read_answer, read_end, read_meeting
from guides.pool import exclusions
from guides.presenters import choices, teller_of_many
from people.access.model import Role
from people.web.app_state import AppRequest
from people.web.context import Visit, reading, writing
from people.web.links import address
from people.web.responses import NavigationLink, go, posted, show
from people.web.rules import only

LISTS: dict[str, tuple[State, ...]] = {"open": BEFORE_RUNNING, "running": (State.RUNNING,), "over": FINAL}
LIST_NAMES = {
    "open": N_("On their way: offers and match meetings"),
    "running": N_("Running"),
    "over": N_("Over"),
}


@get("/pairings", opt=only(Role.COORDINATOR), sync_to_thread=True)
def show_pairings(
    request: AppRequest, status: FromQuery[str] = "open", page: FromQuery[int] = 1
) -> Response[str]:
    """Offers and pairings, those that stand longest first."""
    chosen = status if status in LISTS else "open"
    page = max(1, page)
    with reading(request) as visit:
        found, count, people = service.find(visit, LISTS[chosen], page)
    return show(
        request,
        "guides/coordinator/pairings.html",
        pairings=found,
        count=count,
        people=people,
        page=page,
        page_length=service.PAGE_LENGTH,
        state=chosen,
        more=address("/pairings", status=chosen),
        list_choices=choices(request, LIST_NAMES),
        list_name=LIST_NAMES[chosen],
        state_names=TO_COORDINATOR,
    )


@get("/pairings/{pairing_id:str}", opt=only(Role.COORDINATOR), sync_to_thread=True)
def show_pairing(request: AppRequest, pairing_id: FromPath[str]) -> Response[str]:
    """One offer or pairing with everything that has happened."""
    return _one(request, pairing_id)


@post("/pairings/{pairing_id:str}/answer", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def answer_guide(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """Answer the guide's question."""

    def act(visit: Visit) -> None:
        service.answer(visit, pairing_id, read_answer(posted(request)))

    return _act(request, pairing_id, Move.COORDINATOR_ANSWERS, "guide_answered", act)


@post("/pairings/{pairing_id:str}/extend", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def extend_offer(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """Give the guide as long again."""
    return _act(
        request,
        pairing_id,
        Move.COORDINATOR_EXTENDS,
        "offer_extended",
        lambda visit: service.extend(visit, pairing_id),
    )


@post("/pairings/{pairing_id:str}/lapse", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def close_offer(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """Close an offer that nobody answered."""
    return _act(
        request,
        pairing_id,
        Move.DEADLINE_PASSES,
        "offer_closed",
        lambda visit: service.lapse(visit, pairing_id),
    )


@post("/pairings/{pairing_id:str}/withdraw", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def withdraw_offer(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """Take an offer back before it runs."""
    return _act(
        request,
        pairing_id,
        Move.COORDINATOR_WITHDRAWS,
        "offer_withdrawn",
        lambda visit: service.withdraw(visit, pairing_id),
    )


@post("/pairings/{pairing_id:str}/meeting", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def plan_meeting(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """Set when and where the two meet."""

    def act(visit: Visit) -> None:
        at, place = read_meeting(posted(request))
        service.plan_meeting(visit, pairing_id, at, place)

    return _act(request, pairing_id, Move.MEETING_PLANNED, "meeting_planned", act)


@post(
    "/pairings/{pairing_id:str}/meeting-held",
    opt=only(Role.COORDINATOR),
    sync_to_thread=True,
    status_code=303,
)
def hold_meeting(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """Note that the match meeting was held."""
    return _act(
        request,
        pairing_id,
        Move.MEETING_HELD,
        "meeting_held",
        lambda visit: service.meeting_held(visit, pairing_id),
    )


@post("/pairings/{pairing_id:str}/check-in", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def check_in(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """Note that the coordinator has talked with both."""
    return _act(
        request,
        pairing_id,
        Move.CHECKED_IN,
        "checked_in",
        lambda visit: service.check_in(visit, pairing_id),
    )


@post("/pairings/{pairing_id:str}/end", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=303)
def end_pairing(request: AppRequest, pairing_id: FromPath[str]) -> Response[str] | Response[None]:
    """End a pairing that runs."""

    def act(visit: Visit) -> None:
        service.end(visit, pairing_id, read_end(posted(request)))

    return _act(request, pairing_id, Move.END, "pairing_ended", act)


@post(
    "/pairings/{pairing_id:str}/never-again", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=303
)
def rule_out(request: AppRequest, pairing_id: FromPath[str]) -> Response[None]:
    """Never these two again, in any matching to come; nobody else learns of it."""
    with writing(request) as visit:
        pairing = transitions.find(visit, pairing_id, Party.COORDINATOR)
        exclusions.rule_out(visit, pairing.citizen_id, pairing.guide_id)
    return go(f"/pairings/{pairing_id}", request, notice="ruled_out")


def _act(
    request: AppRequest, pairing_id: str, move: Move, notice: str, act: Callable[[Visit], None]
) -> Response[str] | Response[None]:
    """Do it, or show the pairing as it is now with what is wrong."""
    try:
        with writing(request) as visit:
            if not _done_already(visit, pairing_id, move, posted(request).text("seen")):
                act(visit)
    except FormFaults as problem:
        return _one(request, pairing_id, status=422, faults=problem.faults, move=move)
    except GuidesError as problem:
        return _one(request, pairing_id, status=409, problem=problem.text)
    return go(f"/pairings/{pairing_id}", request, notice=notice)


def _done_already(visit: Visit, pairing_id: str, move: Move, seen: str) -> bool:
    """Whether this very press has been carried out: `seen` is how many moves there were when the page was shown.

    A move that leads on is refused a second time by the table; one that stays in its state (a new deadline, a
    check-in) would else be made twice. Raises IllegalMove when somebody else has moved meanwhile.
    """
    found = transitions.find(visit, pairing_id, Party.COORDINATOR)
    events = service.history(visit, pairing_id).events
    if not seen.isdecimal() or seen == str(len(events)):
        return False
    last = events[-1] if events else None
    if last is not None and last.move is move and last.made_by == visit.person_id:
        return True
    if move in moves(found.state, Party.COORDINATOR):
        raise IllegalMove(found.state, move, Party.COORDINATOR)
    return False


def _one(
    request: AppRequest,
    pairing_id: str,
    *,
    status: int = 200,
    faults: tuple[FieldFault, ...] = (),
    problem: Text | None = None,
    move: Move | None = None,
) -> Response[str]:
    with reading(request) as visit:
        history = service.history(visit, pairing_id)
        ruled_out = exclusions.ruled_out(visit, history.pairing.citizen_id)
    pairing = history.pairing
    today = local_date(visit.now)
    overdue = is_overdue(pairing.state, pairing.answer_by, today)
    return show(
        request,
        "guides/coordinator/pairing.html",
        status=status,
        faults=faults,
        typed=posted(request) if move is not None else None,
        problem=problem,
        pairing=pairing,
        history=history,
        citizen=history.people[pairing.citizen_id],
        guide=history.people[pairing.guide_id],
        moves=[
            one
            for one in moves(pairing.state, Party.COORDINATOR)
            if one is not Move.DEADLINE_PASSES or overdue
        ],
        overdue=overdue,
        ruled_out=pairing.guide_id in ruled_out,
        meeting_at=local(pairing.meeting_at) if pairing.meeting_at else None,
        tell_all=teller_of_many(request),
        state_names=TO_COORDINATOR,
        move_names=MOVES,
        kind_names=CONTACT_KINDS,
        end_names=END_REASONS,
        end_choices=choices(request, END_REASONS),
    )


ROUTES = (
    show_pairings,
    show_pairing,
    answer_guide,
    extend_offer,
    close_offer,
    withdraw_offer,
    plan_meeting,
    hold_meeting,
    check_in,
    end_pairing,
    rule_out,
)

NOTICES = {
    "guide_answered": Text(N_("Your answer is with the guide, who has 7 more days.")),
    "offer_extended": Text(N_("The guide has 7 more days to answer.")),
    "offer_closed": Text(N_("The offer is closed. The citizen waits on, with the same place in the queue.")),
    "offer_withdrawn": Text(N_("It is withdrawn. The citizen waits on, with the same place in the queue.")),
    "meeting_planned": Text(N_("The match meeting is noted. Both can see when and where.")),
    "meeting_held": Text(N_("Noted. Now each of them says yes or no, apart.")),
    "checked_in": Text(N_("Noted that you have talked with both.")),
    "pairing_ended": Text(N_("The pairing has ended.")),
    "ruled_out": Text(N_("These two are not suggested for each other again.")),
}

NAVIGATION: tuple[NavigationLink, ...] = (
    NavigationLink("/pairings", N_("Pairings"), frozenset({Role.COORDINATOR})),
)
