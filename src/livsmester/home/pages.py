"""The start page, the statements that the law requires, security.txt and the health check."""

from datetime import date, timedelta

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy import text

from budgets.money import ending_notices
from budgets.requests import service as requests_service
from foundation.db import actor as db_actor
from foundation.db import transactions
from foundation.i18n import N_, LazyText
from guides.for_citizens import service as for_citizens_service
from livsmester.erasure.service import plan_erasure
from livsmester.settings import Settings
from people.access.model import Role
from people.directory import service as directory_service
from people.directory import shared_viewing
from people.emergency_access import service as emergency_access_service
from people.errors import NotFound
from people.retention import hold_service
from people.web.app_state import AppRequest, app_state
from people.web.context import RequestContext, read_context, write_context
from people.web.responses import NavigationLink, language, redirect, render
from people.web.rules import public, require_role

SECURITY_TXT = "/.well-known/security.txt"
SECURITY_TXT_VALIDITY = timedelta(days=180)  # RFC 9116, 2.5.5: less than a year ahead


STATEMENT_DATE = date(2026, 11, 22)  # change it with the text of the accessibility statement

START_PAGE_OF_ROLE = (
    (Role.COORDINATOR, "/board"),
    (Role.BUDGET_OFFICER, "/requests"),
    (Role.ADMINISTRATOR, "/administration"),
    (Role.SUPPORT_WORKER, "/my-citizens"),
    (Role.GUIDE, "/offers"),
    (Role.LEADER, "/figures"),
)


@get("/", opt=public(), sync_to_thread=True)
def show_home(request: AppRequest) -> Response[str] | Response[None]:
    """A welcome page for anonymous users, the citizen's home page, a redirect to the start page of other roles."""
    with read_context(request) as context:
        actor = context.actor
        if actor.has_role(Role.CITIZEN):
            return _citizen_home(request, context)
    if actor.person_id is None:
        return render(request, "livsmester/home/welcome.html")
    for role, path in START_PAGE_OF_ROLE:
        if actor.has_role(role):
            return redirect(path)
    return render(request, "livsmester/home/home.html")


def _citizen_home(request: AppRequest, context: RequestContext) -> Response[str]:
    """The citizen's home page. It shows what is new, because the app sends no messages."""
    return render(
        request,
        "livsmester/home/home.html",
        emergency_notices=emergency_access_service.unacknowledged(context),
        ending_notices=ending_notices.ending_notices_for(context, language(request)),
        decided_requests=requests_service.recently_decided(context),
        guide=for_citizens_service.my_guide(context, context.person_id),
    )


@get("/administration", opt=require_role(Role.ADMINISTRATOR), sync_to_thread=True)
def show_administration(request: AppRequest) -> Response[str]:
    """The administrator's tasks, with counts of what is due for erasure and of active holds."""
    settings: Settings = request.app.state.settings
    with read_context(request) as context:
        holds = len(hold_service.active_holds(context))
        with db_actor.bypass_row_security(context.db):
            due = plan_erasure(context.db, settings.retention, context.now).count
    return render(
        request, "livsmester/administration/index.html", due=due, holds=holds, daily=settings.erase_daily
    )


@get("/my-citizens", opt=require_role(Role.SUPPORT_WORKER), sync_to_thread=True)
def show_my_citizens(request: AppRequest) -> Response[str]:
    """The support worker's citizens, with links to the pages that they may view together."""
    with read_context(request) as context:
        citizens = directory_service.my_citizens(context)
        together = shared_viewing.current(context)
    return render(request, "livsmester/home/my_citizens.html", citizens=citizens, together=together)


@post("/my-citizens/{citizen_id:str}/together", opt=require_role(Role.SUPPORT_WORKER), sync_to_thread=True)
def start_shared_viewing(request: AppRequest, citizen_id: FromPath[str]) -> Response[None]:
    """Start shared viewing: the support worker and the citizen look at the screen together."""
    with write_context(request) as context:
        shared_viewing.start(context, citizen_id)
    return redirect("/my-citizens", request, flash="together")


@post("/my-citizens/{citizen_id:str}/apart", opt=require_role(Role.SUPPORT_WORKER), sync_to_thread=True)
def end_shared_viewing(request: AppRequest, citizen_id: FromPath[str]) -> Response[None]:
    """End shared viewing."""
    with write_context(request) as context:
        shared_viewing.end(context, citizen_id)
    return redirect("/my-citizens", request, flash="apart")


@get("/was", opt=public(), sync_to_thread=True)
def show_accessibility_statement(request: AppRequest) -> Response[str]:
    """The accessibility statement, at the path that the official template names."""
    with read_context(request):
        return render(request, "livsmester/home/accessibility.html", date=STATEMENT_DATE)


@get("/privacy", opt=public(), sync_to_thread=True)
def show_privacy(request: AppRequest) -> Response[str]:
    """The privacy statement, with the municipality's retention periods."""
    with read_context(request):
        settings: Settings = request.app.state.settings
        return render(request, "livsmester/home/privacy.html", retention=settings.retention)


@get("/health", opt=public(), sync_to_thread=True, media_type="text/plain")
def show_health(request: AppRequest) -> str:
    """`ok` when the database responds."""
    with transactions.read_transaction(app_state(request).engine) as db:
        db.execute(text("SELECT 1"))
    return "ok"


@get(SECURITY_TXT, opt=public(), sync_to_thread=False)
def show_security_txt(request: AppRequest) -> Response[str]:
    """The security contact (RFC 9116). Raises NotFound where none is configured."""
    settings: Settings = request.app.state.settings
    if not settings.security_contact:
        raise NotFound
    expires = settings.security_expires or (app_state(request).clock() + SECURITY_TXT_VALIDITY).date()
    lines = [
        f"Contact: {settings.security_contact}",
        f"Expires: {expires}T00:00:00Z",
        "Preferred-Languages: da, en",
    ]
    if settings.public_url:
        lines.append(f"Canonical: {settings.public_url}{SECURITY_TXT}")
    return Response("\n".join(lines) + "\n", media_type="text/plain")


ROUTES = (
    show_home,
    show_administration,
    show_my_citizens,
    start_shared_viewing,
    end_shared_viewing,
    show_accessibility_statement,
    show_privacy,
    show_health,
    show_security_txt,
)

FLASH_MESSAGES = {
    "together": LazyText(N_("The citizen's log now says that you look together.")),
    "apart": LazyText(N_("You no longer look together.")),
}

NAVIGATION = (NavigationLink("/my-citizens", N_("My citizens"), frozenset({Role.SUPPORT_WORKER})),)
