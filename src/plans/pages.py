"""The citizen's goals in the browser: mine, and those of a citizen whom I support."""

from litestar import Response, get, post
from litestar.params import FromPath

from foundation.forms import ValidationErrors
from foundation.i18n import N_, LazyText, translations
from foundation.ids import new_id
from people.access.model import Purpose, Role
from people.directory import service as directory_service
from people.web.app_state import AppRequest
from people.web.context import RequestContext, read_context, write_context
from people.web.responses import NavigationLink, form_data, language, redirect, render
from people.web.rules import require_role
from plans import service
from plans.errors import EditConflict
from plans.forms import parse_changed_goal, parse_new_goal
from plans.model import STATE_NAMES, THEME_NAMES, Goal, GoalState, Theme

# A citizen's own goals lie at /goals, those of a supported citizen at /citizens/{id}/goals.


@get("/goals", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_goals(request: AppRequest) -> Response[str]:
    """My goals."""
    with read_context(request) as context:
        goals = service.goals(context, context.person_id, Purpose.OWN)
    return _goals_page(request, goals, "/goals")


@get("/citizens/{citizen_id:str}/goals", opt=require_role(Role.SUPPORT_WORKER), sync_to_thread=True)
def show_citizens_goals(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """The goals of a citizen whom I support."""
    with read_context(request) as context:
        goals = service.goals(context, citizen_id, Purpose.SUPPORT)
        name = directory_service.citizen(context, citizen_id, Purpose.SUPPORT).given_name
    return _goals_page(request, goals, f"/citizens/{citizen_id}/goals", name)


@get("/goals/new", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_new_goal(request: AppRequest) -> Response[str]:
    """The form for a new goal of mine."""
    with read_context(request):
        pass
    return _new_goal_page(request, "/goals")


@post("/goals", opt=require_role(Role.CITIZEN), sync_to_thread=True, status_code=303)
def add_goal(request: AppRequest) -> Response[str] | Response[None]:
    """Save a new goal of mine."""
    with write_context(request) as context:
        return _add(request, context, context.person_id, "/goals")


@get("/citizens/{citizen_id:str}/goals/new", opt=require_role(Role.SUPPORT_WORKER), sync_to_thread=True)
def show_citizens_new_goal(request: AppRequest, citizen_id: FromPath[str]) -> Response[str]:
    """The form for a new goal, filled in together with a citizen whom I support."""
    with read_context(request) as context:
        service.goals(context, citizen_id, Purpose.SUPPORT)
    return _new_goal_page(request, f"/citizens/{citizen_id}/goals")


@post(
    "/citizens/{citizen_id:str}/goals",
    opt=require_role(Role.SUPPORT_WORKER),
    sync_to_thread=True,
    status_code=303,
)
def add_citizens_goal(request: AppRequest, citizen_id: FromPath[str]) -> Response[str] | Response[None]:
    """Save a new goal of a citizen whom I support."""
    with write_context(request) as context:
        return _add(request, context, citizen_id, f"/citizens/{citizen_id}/goals")


@get("/goals/{goal_id:str}", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_goal(request: AppRequest, goal_id: FromPath[str]) -> Response[str]:
    """One goal of mine, to read and to change."""
    with read_context(request) as context:
        goal = service.goal(context, context.person_id, goal_id, Purpose.OWN)
    return _goal_page(request, goal, "/goals")


@post("/goals/{goal_id:str}", opt=require_role(Role.CITIZEN), sync_to_thread=True, status_code=303)
def change_goal(request: AppRequest, goal_id: FromPath[str]) -> Response[str] | Response[None]:
    """Save what I changed."""
    with write_context(request) as context:
        return _change(request, context, context.person_id, goal_id, "/goals")


@get(
    "/citizens/{citizen_id:str}/goals/{goal_id:str}",
    opt=require_role(Role.SUPPORT_WORKER),
    sync_to_thread=True,
)
def show_citizens_goal(
    request: AppRequest, citizen_id: FromPath[str], goal_id: FromPath[str]
) -> Response[str]:
    """One goal of a citizen whom I support."""
    with read_context(request) as context:
        goal = service.goal(context, citizen_id, goal_id, Purpose.SUPPORT)
    return _goal_page(request, goal, f"/citizens/{citizen_id}/goals")


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
    with write_context(request) as context:
        return _change(request, context, citizen_id, goal_id, f"/citizens/{citizen_id}/goals")


def _goals_page(request: AppRequest, goals: tuple[Goal, ...], address: str, name: str = "") -> Response[str]:
    return render(
        request,
        "plans/goals.html",
        goals=goals,
        address=address,
        name=name,
        theme_names=THEME_NAMES,
        state_names=STATE_NAMES,
    )


def _new_goal_page(request: AppRequest, address: str) -> Response[str]:
    return render(
        request, "plans/new_goal.html", address=address, key=new_id(), themes=_choices(request, THEME_NAMES)
    )


def _add(
    request: AppRequest, context: RequestContext, citizen_id: str, address: str
) -> Response[str] | Response[None]:
    form = form_data(request)
    try:
        service.add_goal(context, parse_new_goal(form, citizen_id, context.now))
    except ValidationErrors as problem:
        return render(
            request,
            "plans/new_goal.html",
            status=422,
            errors=problem.errors,
            posted=form,
            address=address,
            key=form.text("key"),
            themes=_choices(request, THEME_NAMES),
        )
    return redirect(address, request, flash="goal_saved")


def _goal_page(request: AppRequest, goal: Goal, address: str) -> Response[str]:
    return render(
        request,
        "plans/goal.html",
        goal=goal,
        stored=None,
        address=address,
        themes=_choices(request, THEME_NAMES),
        states=_choices(request, STATE_NAMES),
    )


def _change(
    request: AppRequest, context: RequestContext, citizen_id: str, goal_id: str, address: str
) -> Response[str] | Response[None]:
    form = form_data(request)
    purpose = Purpose.OWN if citizen_id == context.person_id else Purpose.SUPPORT
    stored = service.goal(context, citizen_id, goal_id, purpose)
    try:
        service.change_goal(context, parse_changed_goal(form, citizen_id, goal_id, context.now))
    except ValidationErrors as problem:
        return render(
            request,
            "plans/goal.html",
            status=422,
            errors=problem.errors,
            posted=form,
            goal=stored,
            stored=None,
            address=address,
            themes=_choices(request, THEME_NAMES),
            states=_choices(request, STATE_NAMES),
        )
    except EditConflict:
        return render(
            request,
            "plans/goal.html",
            status=409,
            posted=form,
            goal=stored,
            stored=stored,
            address=address,
            themes=_choices(request, THEME_NAMES),
            states=_choices(request, STATE_NAMES),
        )
    return redirect(address, request, flash="goal_saved")


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
