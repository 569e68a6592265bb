"""The front page, the statements that the law asks for, and a sign of life for whoever watches the server."""

from datetime import date, timedelta

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import text

from budgets.money import ending_notices
from budgets.requests import service as requests_service
from foundation.db import actor as db_actor
from foundation.db import transactions
from foundation.i18n import N_, Text
from guides.for_citizens import service as for_citizens_service
from livsmester.erasure.service import plan
from livsmester.settings import Settings
from people.access.model import Role
from people.directory import service as directory_service
from people.directory import shared_viewing
from people.emergency_access import service as emergency_access_service
from people.errors import NotFound
from people.retention import hold_service
from people.web.app_state import AppRequest, house
from people.web.context import Visit, reading, writing
from people.web.responses import NavigationLink, go, language, show
from people.web.rules import everyone, only

SECURITY_TXT = "/.well-known/security.txt"
HOLDS = timedelta(days=180)  # RFC 9116, 2.5.5: less than a year ahead


STATEMENT_DATE = date(2026, 11, 22)  # moves with the words of the statement

START_PAGES = (
    (Role.COORDINATOR, "/board"),
    (Role.BUDGET_OFFICER, "/requests"),
    (Role.ADMINISTRATOR, "/administration"),
    (Role.SUPPORT_WORKER, "/my-citizens"),
    (Role.GUIDE, "/offers"),
    (Role.LEADER, "/figures"),
)


@get("/", opt=everyone(), sync_to_thread=True)
def show_front(request: AppRequest) -> Response[str] | Response[None]:
    """What this is, for a stranger; the citizen's four doors; for everyone else the page where their work begins."""
    with reading(request) as visit:
        actor = visit.actor
        if actor.has(Role.CITIZEN):
            return _home(request, visit)
    if actor.person_id is None:
        return show(request, "livsmester/welcome.html")
    for role, address in START_PAGES:
        if actor.has(role):
            return go(address)
    return show(request, "livsmester/home.html")


def _home(request: AppRequest, visit: Visit) -> Response[str]:
    """The citizen's four doors, and above them what they would not find by themselves: nothing is sent to them."""
    return show(
        request,
        "livsmester/home.html",
        untold=emergency_access_service.untold(visit),
        told=ending_notices.told_to(visit, language(request)),
        answered=requests_service.newly_answered(visit),
        mine=for_citizens_service.my_guide(visit, visit.person_id),
    )


@get("/administration", opt=only(Role.ADMINISTRATOR), sync_to_thread=True)
def show_administration(request: AppRequest) -> Response[str]:
    """What waits for an administrator, as numbers, and the doors to their work."""
    settings: Settings = request.app.state.settings
    with reading(request) as visit:
        holds = len(hold_service.lasting(visit))
        with db_actor.as_system(visit.db):
            due = plan(visit.db, settings.retention, visit.now).count
    return show(request, "livsmester/administration.html", due=due, holds=holds, daily=settings.erase_daily)


@get("/my-citizens", opt=only(Role.SUPPORT_WORKER), sync_to_thread=True)
def show_my_citizens(request: AppRequest) -> Response[str]:
    """The citizens whom a support worker helps, with the ways to what they may see together."""
    with reading(request) as visit:
        citizens = directory_service.my_citizens(visit)
        together = shared_viewing.sitting_with(visit)
    return show(request, "livsmester/my_citizens.html", citizens=citizens, together=together)


@post("/my-citizens/{citizen_id:str}/together", opt=only(Role.SUPPORT_WORKER), sync_to_thread=True)
def sit_down(request: AppRequest, citizen_id: FromPath[str]) -> Response[None]:
    """We look at the screen together from now on."""
    with writing(request) as visit:
        shared_viewing.sit_down(visit, citizen_id)
    return go("/my-citizens", request, notice="together")


@post("/my-citizens/{citizen_id:str}/apart", opt=only(Role.SUPPORT_WORKER), sync_to_thread=True)
def stand_up(request: AppRequest, citizen_id: FromPath[str]) -> Response[None]:
    """We are done looking together."""
    with writing(request) as visit:
        shared_viewing.stand_up(visit, citizen_id)
    return go("/my-citizens", request, notice="apart")


@get("/was", opt=everyone(), sync_to_thread=True)
def show_accessibility_statement(request: AppRequest) -> Response[str]:
    """The accessibility statement, under the short address that the law's template names."""
    with reading(request):
        return show(request, "livsmester/accessibility.html", date=STATEMENT_DATE)


@get("/privacy", opt=everyone(), sync_to_thread=True)
def show_privacy(request: AppRequest) -> Response[str]:
    """What is held about whom, and why."""
    with reading(request):
        settings: Settings = request.app.state.settings
        return show(request, "livsmester/privacy.html", retention=settings.retention)


@get("/health", opt=everyone(), sync_to_thread=True, media_type="text/plain")
def show_health(request: AppRequest) -> str:
    """`ok` when the database answers."""
    with transactions.reading(house(request).engine) as db:
        db.execute(text("SELECT 1"))
    return "ok"


@get(SECURITY_TXT, opt=everyone(), sync_to_thread=False)
def show_security_txt(request: AppRequest) -> Response[str]:
    """Whom to write to, and until when that is known to be right; nothing where the municipality has named nobody."""
    settings: Settings = request.app.state.settings
    if not settings.security_contact:
        raise NotFound
    expires = settings.security_expires or (house(request).clock() + HOLDS).date()
    lines = [
        f"Contact: {settings.security_contact}",
        f"Expires: {expires}T00:00:00Z",
        "Preferred-Languages: da, en",
    ]
    if settings.public_url:
        lines.append(f"Canonical: {settings.public_url}{SECURITY_TXT}")
    return Response("\n".join(lines) + "\n", media_type="text/plain")


ROUTES = (
    show_front,
    show_administration,
    show_my_citizens,
    sit_down,
    stand_up,
    show_accessibility_statement,
    show_privacy,
    show_health,
    show_security_txt,
)

NOTICES = {
    "together": Text(N_("The citizen's log now says that you look together.")),
    "apart": Text(N_("You no longer look together.")),
}

NAVIGATION = (NavigationLink("/my-citizens", N_("My citizens"), frozenset({Role.SUPPORT_WORKER})),)
