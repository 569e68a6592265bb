"""The app, composed: every room's routes, one database, one frame around every page."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import chain
from types import ModuleType

from litestar import Litestar, Router
from litestar.config.app import AppConfig
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.static_files import create_static_files_router
from litestar.types import ASGIApp
from sqlalchemy import Engine

from budgets import routes as budgets_routes
from budgets.commands.group_commit import CommandQueue
from budgets.commands.service import expire_reservations
from budgets.reconciliation import service as reconciliation_service
from budgets.reconciliation import store as reconciliation_store
from foundation.clock import system_clock
from foundation.crypto.encryption import Keys, new_keys
from foundation.db.transactions import write_transaction
from foundation.forms import BODY_BYTES_MAX
from foundation.html.assets import Assets, collect
from foundation.html.templates import make_environments
from foundation.jobs import BackgroundWorker, PeriodicTask
from foundation.resources import resource_dir
from guides import routes as guides_routes
from guides.imports import service as imports_service
from guides.imports import store as imports_store
from guides.runs.pages import resume_interrupted_runs
from livsmester.administration import access_check_pages
from livsmester.demo import pages as demo_pages
from livsmester.erasure import pages as erasure_pages
from livsmester.erasure import retention_pages
from livsmester.erasure.service import erase_due
from livsmester.home import my_data_pages
from livsmester.home import pages as home_pages
from livsmester.http import openapi_pages
from livsmester.http.csrf import csrf_guard
from livsmester.http.error_handlers import EXCEPTION_HANDLERS
from livsmester.http.middleware import with_security_headers
from livsmester.http.openapi_pages import API_ROUTES, OPENAPI_PATH
from livsmester.http.problem_json import API_PREFIX
from livsmester.settings import Settings
from people import routes as people_routes
from people.access_history import letter_pages, letter_service
from people.access_history import pages as access_history_pages
from people.api_tokens import pages as api_tokens_pages
from people.audit.writer import AccessLogWriter
from people.consent import pages as consent_pages
from people.emergency_access import pages as emergency_access_pages
from people.identity import pages as identity_pages
from people.preferences import pages as preferences_pages
from people.retention import hold_pages
from people.user_admin import pages as user_admin_pages
from people.user_admin import role_pages
from people.web.app_state import AppState
from people.web.responses import SiteContext
from people.web.rules import RoutePolicy, public
from plans import pages as plans_pages

PERIODIC_TASKS_INTERVAL_SECONDS = 3_600  # what falls due by itself is looked for
ERASURE_INTERVAL_SECONDS = 86_400  # what is past its time, where a setting lets the server do it
WORKER_THREADS = 40  # pages at work at once; the database's pool is a little larger

FEATURES = (
    home_pages,
    my_data_pages,
    people_routes,
    preferences_pages,
    guides_routes,
    budgets_routes,
    plans_pages,
    access_history_pages,
    letter_pages,
    user_admin_pages,
    role_pages,
    identity_pages,
    consent_pages,
    emergency_access_pages,
    access_check_pages,
    retention_pages,
    erasure_pages,
    hold_pages,
    api_tokens_pages,
    openapi_pages,
)


class UnguardedRoute(Exception):
    """A route names no access rule, so the app does not start."""


def build_app(
    settings: Settings,
    engine: Engine,
    *,
    demo: bool = False,
    clock: Callable[[], datetime] = system_clock,
    keys: Keys | None = None,
) -> ASGIApp:
    """The whole app as one ASGI callable. Without keys it makes itself some that end with it. Raises UnguardedRoute."""
    app = build_litestar(settings, engine, demo=demo, clock=clock, keys=keys)
    return with_security_headers(app, secure=settings.secure)


def build_litestar(
    settings: Settings,
    engine: Engine,
    *,
    demo: bool = False,
    clock: Callable[[], datetime] = system_clock,
    keys: Keys | None = None,
) -> Litestar:
    """The app without its outer door, for those who ask it about its routes. Raises UnguardedRoute."""
    assets = collect(resource_dir("static"))
    app = build_routes(assets, demo=demo)
    app.state = build_state(settings, engine, assets, demo=demo, clock=clock, keys=keys)
    return app


def build_routes(assets: Assets, *, demo: bool = False) -> Litestar:
    """Every route, on no ground yet: what the pages ask for in `app.state` is to be put there. Raises UnguardedRoute."""
    static = create_static_files_router(
        path=f"/static/{assets.version}",
        directories=[assets.directory],
        opt=public(),
        cache_control=None,
        name="static",
    )
    rooms = chain.from_iterable(room.ROUTES for room in _features(demo))
    # One router for all pages: handlers of one address that are registered one by one are wrapped twice by Litestar,
    # and the second wrapping gives a coroutine for an answer.
    app = Litestar(
        route_handlers=[Router("/", route_handlers=[*rooms, *API_ROUTES]), static],
        before_request=csrf_guard,
        exception_handlers=EXCEPTION_HANDLERS,
        lifespan=[_lifespan],
        request_max_body_size=BODY_BYTES_MAX,
        openapi_config=None,
        on_app_init=[_disable_framework_logging],
    )
    require_route_policies(app.routes)
    return app


def build_state(
    settings: Settings,
    engine: Engine,
    assets: Assets,
    *,
    demo: bool = False,
    clock: Callable[[], datetime] = system_clock,
    keys: Keys | None = None,
) -> State:
    """What the pages of an app find in it: the house, the frame around every page, the settings, the teller."""
    rooms = _features(demo)
    frame = SiteContext(
        environments=make_environments(resource_dir("templates"), assets),
        navigation=tuple(chain.from_iterable(room.NAVIGATION for room in rooms)),
        flash_messages={name: text for room in rooms for name, text in room.FLASH_MESSAGES.items()},
        municipality=settings.municipality,
        demo=demo,
        public_url=settings.public_url,
        staff_names=settings.staff_names,
        unusual_reads_threshold=settings.many_reads,
    )
    house = AppState(
        engine=engine,
        access_log=AccessLogWriter(engine),
        background_worker=BackgroundWorker(),
        clock=clock,
        session_cookie_name="__Host-livsmester" if settings.secure else "livsmester",
        keys=keys or new_keys(),
        sign_in_rules=settings.sign_in,
    )
    return State(
        {
            "app_state": house,
            "site_context": frame,
            "settings": settings,
            "command_queue": CommandQueue(engine, clock),
        }
    )


def _features(demo: bool) -> tuple[ModuleType, ...]:
    return (*FEATURES, demo_pages) if demo else FEATURES


def _disable_framework_logging(config: AppConfig) -> AppConfig:
    config.logging_config = None
    return config


def require_route_policies(routes: Sequence[object]) -> None:
    """Deny by default: raises UnguardedRoute for a route that doesn't say who may come."""
    for handler in route_handlers(routes):
        if not isinstance(handler.opt.get("access"), RoutePolicy):
            raise UnguardedRoute(
                f"{handler} names no access rule: give it opt=only(…), signed_in() or everyone()"
            )

        if ("api" in handler.opt) != any(is_api_path(path) for path in handler.paths):
            raise UnguardedRoute(
                f"{handler}: routes under /api/ are for programs, give them opt=api(…), and no others"
            )


def is_api_path(path: str) -> bool:
    """Whether only programs ask for an address; the description of their addresses is for people."""
    return path.startswith(API_PREFIX) and path != OPENAPI_PATH


def route_handlers(routes: Sequence[object]) -> tuple[HTTPRouteHandler, ...]:
    """Every handler of the app that a room wrote, each once; the framework's own answers to OPTIONS are left out."""
    found = chain.from_iterable(getattr(route, "route_handlers", ()) for route in routes)
    handlers = (handler for handler in found if isinstance(handler, HTTPRouteHandler))
    return tuple(dict.fromkeys(one for one in handlers if one.http_methods != {"OPTIONS"}))


def _run_periodic_tasks(app_state: AppState) -> None:
    now = app_state.clock()
    expire_reservations(app_state.engine, now)
    with write_transaction(app_state.engine) as db:
        imports_store.delete_uploads_before(db, now - imports_service.UPLOAD_LIFETIME)
        reconciliation_store.remove_uploads_before(db, now - reconciliation_service.UPLOAD_LIFETIME)
    letter_service.create_due(app_state.engine, now)


def _erase_overdue(app_state: AppState, settings: Settings) -> None:
    erase_due(app_state.engine, settings.retention, settings.erasure_list, app_state.clock())


@asynccontextmanager
async def _lifespan(app: Litestar) -> AsyncIterator[None]:
    house: AppState = app.state.app_state
    settings: Settings = app.state.settings
    threads = ThreadPoolExecutor(WORKER_THREADS, thread_name_prefix="page")
    asyncio.get_running_loop().set_default_executor(threads)
    resume_interrupted_runs(house)
    work = [PeriodicTask("due", lambda: _run_periodic_tasks(house), PERIODIC_TASKS_INTERVAL_SECONDS)]
    if settings.erase_daily:
        work.append(
            PeriodicTask("erasing", lambda: _erase_overdue(house, settings), ERASURE_INTERVAL_SECONDS)
        )
    yield
    for recurring in work:
        recurring.close()
    threads.shutdown()
    app.state.command_queue.close()
    house.background_worker.close()
    house.access_log.close()
    house.engine.dispose()
