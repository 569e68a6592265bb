"""The citizen's goals in the browser: mine, and those of a citizen whom I support."""

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.forms import FormFaults
from foundation.i18n import N_, Text, translations
from foundation.ids import new_id
from people.access.model import Purpose, Role
from people.directory import service as directory_service
from people.web.app_state import AppRequest
from people.web.context import Visit, reading, writing
from people.web.responses import NavigationLink, go, language, posted, show
from people.web.rules import only
from plans import service
from plans.errors import GoalChanged
from plans.forms import read_changed_goal, read_new_goal
from plans.model import STATE_NAMES, THEME_NAMES, Goal, GoalState, Theme

# A citizen's own goals lie at /goals, those of a supported citizen at /citizens/{id}/goals.


@get("/goals", opt=only(Role.CITIZEN), sync_to_thread=True)
def show_goals(request: AppRequest) -> Response[str]:
    """My goals."""
    with reading(request) as visit:
        goals = service.goals(visit, visit.person_id, Purpose.OWN)
    return _list(request, goals, "/goals")


@get("/citizens/{citizen_id:str}/goals", opt=only(Role.SUPPORT_WORKER), sync_to_thread=True)
def show_citizens_goals(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """The goals of a citizen whom I support."""
    with reading(request) as visit:
        goals = service.goals(visit, citizen_id, Purpose.SUPPORT)
        name = directory_service.citizen(visit, citizen_id, Purpose.SUPPORT).given_name
    return _list(request, goals, f"/citizens/{citizen_id}/goals", name)


@get("/goals/new", opt=only(Role.CITIZEN), sync_to_thread=True)
def show_new_goal(request: AppRequest) -> Response[str]:
    """The form for a new goal of mine."""
    with reading(request):
        pass
    return _new(request, "/goals")


@post("/goals", opt=only(Role.CITIZEN), sync_to_thread=True, status_code=303)
def add_goal(request: AppRequest) -> Response[str] | Response[None]:
    """Save a new goal of mine."""
    with writing(request) as visit:
        return _add(request, visit, visit.person_id, "/goals")


@get("/citizens/{citizen_id:str}/goals/new", opt=only(Role.SUPPORT_WORKER), sync_to_thread=True)
def show_citizens_new_goal(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """The form for a new goal, filled in together with a citizen whom I support."""
    with reading(request) as visit:
        service.goals(visit, citizen_id, Purpose.SUPPORT)
    return _new(request, f"/citizens/{citizen_id}/goals")


@post("/citizens/{citizen_id:str}/goals", opt=only(Role.SUPPORT_WORKER), sync_to_thread=True, status_code=303)
def add_citizens_goal(request: AppRequest, citizen_id: FromPath[str]) -> Response[str] | Response[None]:
    """Save a new goal of a citizen whom I support."""
    with writing(request) as visit:
        return _add(request, visit, citizen_id, f"/citizens/{citizen_id}/goals")


@get("/goals/{goal_id:str}", opt=only(Role.CITIZEN), sync_to_thread=True)
def show_goal(request: AppRequest, goal_id: FromPath[str]) -> Response[str]:
    """One goal of mine, to read and to change."""
    with reading(request) as visit:
        goal = service.goal(visit, visit.person_id, goal_id, Purpose.OWN)
    return _one(request, goal, "/goals")


@post("/goals/{goal_id:str}", opt=only(Role.CITIZEN), sync_to_thread=True, status_code=303)
def change_goal(request: AppRequest, goal_id: FromPath[str]) -> Response[str] | Response[None]:
    """Save what I changed."""
    with writing(request) as visit:
        return _change(request, visit, visit.person_id, goal_id, "/goals")


@get("/citizens/{citizen_id:str}/goals/{goal_id:str}", opt=only(Role.SUPPORT_WORKER), sync_to_thread=True)
def show_citizens_goal(
    request: AppRequest, citizen_id: FromPath[str], goal_id: FromPath[str]
) -> Response[str]:
    """One goal of a citizen whom I support."""
    with reading(request) as visit:
        goal = service.goal(visit, citizen_id, goal_id, Purpose.SUPPORT)
    return _one(request, goal, f"/citizens/{citizen_id}/goals")


@post(
    "/citizens/{citizen_id:str}/goals/{goal_id:str}",
    opt=only(Role.SUPPORT_WORKER),
    sync_to_thread=True,
    status_code=303,
)
def change_citizens_goal(
    request: AppRequest, citizen_id: FromPath[str], goal_id: FromPath[str]
) -> Response[str] | Response[None]:
    """Save what was changed together with the citizen."""
    with writing(request) as visit:
        return _change(request, visit, citizen_id, goal_id, f"/citizens/{citizen_id}/goals")


def _list(request: AppRequest, goals: tuple[Goal, ...], address: str, name: str = "") -> Response[str]:
    return show(
        request,
        "plans/goals.html",
        goals=goals,
        address=address,
        name=name,
        theme_names=THEME_NAMES,
        state_names=STATE_NAMES,
    )


def _new(request: AppRequest, address: str) -> Response[str]:
    return show(
        request, "plans/new_goal.html", address=address, key=new_id(), themes=_choices(request, THEME_NAMES)
    )


def _add(request: AppRequest, visit: Visit, citizen_id: str, address: str) -> Response[str] | Response[None]:
    form = posted(request)
    try:
        service.add_goal(visit, read_new_goal(form, citizen_id, visit.now))
    except FormFaults as problem:
        return show(
            request,
            "plans/new_goal.html",
            status=422,
            faults=problem.faults,
            typed=form,
            address=address,
            key=form.text("key"),
            themes=_choices(request, THEME_NAMES),
        )
    return go(address, request, notice="goal_saved")


def _one(request: AppRequest, goal: Goal, address: str) -> Response[str]:
    return show(
        request,
        "plans/goal.html",
        goal=goal,
        stored=None,
        address=address,
        themes=_choices(request, THEME_NAMES),
        states=_choices(request, STATE_NAMES),
    )


def _change(
    request: AppRequest, visit: Visit, citizen_id: str, goal_id: str, address: str
) -> Response[str] | Response[None]:
    form = posted(request)
    purpose = Purpose.OWN if citizen_id == visit.person_id else Purpose.SUPPORT
    stored = service.goal(visit, citizen_id, goal_id, purpose)
    try:
        service.change_goal(visit, read_changed_goal(form, citizen_id, goal_id, visit.now))
    except FormFaults as problem:
        return show(
            request,
            "plans/goal.html",
            status=422,
            faults=problem.faults,
            typed=form,
            goal=stored,
            stored=None,
            address=address,
            themes=_choices(request, THEME_NAMES),
            states=_choices(request, STATE_NAMES),
        )
    except GoalChanged:
        return show(
            request,
            "plans/goal.html",
            status=409,
            typed=form,
            goal=stored,
            stored=stored,
            address=address,
            themes=_choices(request, THEME_NAMES),
            states=_choices(request, STATE_NAMES),
        )
    return go(address, request, notice="goal_saved")


def _choices(
    request: AppRequest, names: dict[Theme, str] | dict[GoalState, str]
) -> tuple[tuple[str, str], ...]:
    gettext = translations(language(request)).gettext
    return tuple((key.value, gettext(name)) for key, name in names.items())


ROUTES = (
    show_goals,
    show_new_goal,
    add_goal,
    show_goal,
    change_goal,
    show_citizens_goals,
    show_citizens_new_goal,
    add_citizens_goal,
    show_citizens_goal,
    change_citizens_goal,
)

NOTICES = {"goal_saved": Text(N_("Your goal is saved."))}

NAVIGATION = (NavigationLink("/goals", N_("My goals"), frozenset({Role.CITIZEN})),)
