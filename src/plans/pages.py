"""The pages of goals: the citizen's own, and the same for a support worker together with the citizen."""

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.forms import FieldError, FormData, ValidationErrors
from foundation.i18n import N_, LazyText, translations
from foundation.ids import new_id
from people.access.model import DataKind, Purpose, Role
from people.directory import service as directory_service
from people.web.app_state import AppRequest, app_state
from people.web.context import read_context, request_actor, write_context
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role
from plans import service
from plans.errors import EditConflict
from plans.forms import parse_changed_goal, parse_new_goal
from plans.model import STATE_NAMES, THEME_NAMES, GoalState, Theme

# A citizen's own goals are under /goals, those of a supported citizen under /citizens/{id}/goals. One
# function serves both pages; its `citizen_id` is None for the citizen who is signed in.


@get("/goals", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_goals(request: AppRequest) -> Response[str]:
    """My goals."""
    return _goals_page(request, None)


@get("/citizens/{citizen_id:str}/goals", opt=require_role(Role.SUPPORT_WORKER), sync_to_thread=True)
def show_citizens_goals(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """The goals of a citizen whom I support."""
    return _goals_page(request, citizen_id)


@get("/goals/new", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_new_goal(request: AppRequest) -> Response[str]:
    """The form for a new goal of mine."""
    return _new_goal_page(request, None, new_id())


@post("/goals", opt=require_role(Role.CITIZEN), sync_to_thread=True, status_code=303)
def add_goal(request: AppRequest) -> Response[str] | Response[None]:
    """Save a new goal of mine."""
    return _add(request, None)


@get("/citizens/{citizen_id:str}/goals/new", opt=require_role(Role.SUPPORT_WORKER), sync_to_thread=True)
def show_citizens_new_goal(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """The form for a new goal, filled in together with a citizen whom I support."""
    return _new_goal_page(request, citizen_id, new_id())


@post(
    "/citizens/{citizen_id:str}/goals",
    opt=require_role(Role.SUPPORT_WORKER),
    sync_to_thread=True,
    status_code=303,
)
def add_citizens_goal(request: AppRequest, citizen_id: FromPath[str]) -> Response[str] | Response[None]:
    """Save a new goal of a citizen whom I support."""
    return _add(request, citizen_id)


@get("/goals/{goal_id:str}", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_goal(request: AppRequest, goal_id: FromPath[str]) -> Response[str]:
    """One goal of mine, to read and to change."""
    return _goal_page(request, None, goal_id)


@post("/goals/{goal_id:str}", opt=require_role(Role.CITIZEN), sync_to_thread=True, status_code=303)
def change_goal(request: AppRequest, goal_id: FromPath[str]) -> Response[str] | Response[None]:
    """Save what I changed."""
    return _change(request, None, goal_id)


@get(
    "/citizens/{citizen_id:str}/goals/{goal_id:str}",
    opt=require_role(Role.SUPPORT_WORKER),
    sync_to_thread=True,
)
def show_citizens_goal(
    request: AppRequest, citizen_id: FromPath[str], goal_id: FromPath[str]
) -> Response[str]:
    """One goal of a citizen whom I support."""
    return _goal_page(request, citizen_id, goal_id)


@post(
    "/citizens/{citizen_id:str}/goals/{goal_id:str}",
    opt=require_role(Role.SUPPORT_WORKER),
    sync_to_thread=True,
    status_code=303,
)
def change_citizens_goal(
    request: AppRequest, citizen_id: FromPath[str], goal_id: FromPath[str]
) -> Response[str] | Response[None]:
    """Save what was changed together with the citizen."""
    return _change(request, citizen_id, goal_id)


def _goals_page(request: AppRequest, citizen_id: str | None) -> Response[str]:
    name = ""
    with read_context(request) as context:
        goals = service.goals(context, citizen_id or context.person_id, _purpose(citizen_id))
        if citizen_id is not None:
            name = directory_service.citizen(context, citizen_id, Purpose.SUPPORT).given_name
    return render(
        request,
        "plans/goals.html",
        goals=goals,
        address=_base_path(citizen_id),
        name=name,
        theme_names=THEME_NAMES,
        state_names=STATE_NAMES,
    )


def _new_goal_page(
    request: AppRequest, citizen_id: str | None, key: str, errors: tuple[FieldError, ...] = ()
) -> Response[str]:
    with read_context(request) as context:
        if citizen_id is not None:
            context.authorize_read(citizen_id, DataKind.GOALS, Purpose.SUPPORT)
    return render(
        request,
        "plans/new_goal.html",
        status=422 if errors else 200,
        errors=errors,
        posted=form_data(request) if errors else None,
        address=_base_path(citizen_id),
        key=key,
        themes=_choices(request, THEME_NAMES),
    )


def _add(request: AppRequest, citizen_id: str | None) -> Response[str] | Response[None]:
    form = form_data(request)
    try:
        goal = parse_new_goal(form, _citizen_id(request, citizen_id), app_state(request).clock())
    except ValidationErrors as problem:
        return _new_goal_page(request, citizen_id, form.text("key"), problem.errors)
    with write_context(request) as context:
        service.add_goal(context, goal)
    return redirect(_base_path(citizen_id), request, flash="goal_saved")


def _goal_page(
    request: AppRequest,
    citizen_id: str | None,
    goal_id: str,
    *,
    status: int = 200,
    errors: tuple[FieldError, ...] = (),
    posted: FormData | None = None,
) -> Response[str]:
    with read_context(request) as context:
        goal = service.goal(context, citizen_id or context.person_id, goal_id, _purpose(citizen_id))
    return render(
        request,
        "plans/goal.html",
        status=status,
        errors=errors,
        posted=posted,
        goal=goal,
        stored=goal if status == 409 else None,
        address=_base_path(citizen_id),
        themes=_choices(request, THEME_NAMES),
        states=_choices(request, STATE_NAMES),
    )


def _change(request: AppRequest, citizen_id: str | None, goal_id: str) -> Response[str] | Response[None]:
    form = form_data(request)
    try:
        goal = parse_changed_goal(form, _citizen_id(request, citizen_id), goal_id, app_state(request).clock())
        with write_context(request) as context:
            service.change_goal(context, goal)
    except ValidationErrors as problem:
        return _goal_page(request, citizen_id, goal_id, status=422, errors=problem.errors, posted=form)
    except EditConflict:
        return _goal_page(request, citizen_id, goal_id, status=409, posted=form)
    return redirect(_base_path(citizen_id), request, flash="goal_saved")


def _citizen_id(request: AppRequest, supported_citizen_id: str | None) -> str:
    return supported_citizen_id or request_actor(request).person_id or ""


def _purpose(supported_citizen_id: str | None) -> Purpose:
    return Purpose.OWN if supported_citizen_id is None else Purpose.SUPPORT


def _base_path(supported_citizen_id: str | None) -> str:
    return "/goals" if supported_citizen_id is None else f"/citizens/{supported_citizen_id}/goals"


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

FLASH_MESSAGES = {"goal_saved": LazyText(N_("Your goal is saved."))}

NAVIGATION = (NavigationLink("/goals", N_("My goals"), frozenset({Role.CITIZEN})),)
