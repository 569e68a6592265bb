"""Builds the app from every feature's routes, and the state that they share."""

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
from people.access_history import letter_service
from people.audit.writer import AccessLogWriter
from people.web.app_state import AppState
from people.web.responses import SiteContext
from people.web.rules import RoutePolicy, public
from plans import pages as plans_pages

PERIODIC_TASKS_INTERVAL_SECONDS = 3_600  # deadlines that pass without a request
ERASURE_INTERVAL_SECONDS = 86_400  # only where LIVSMESTER_ERASE is `daily`
WORKER_THREADS = 40  # requests handled at once; the database's connection pool is a little larger

FEATURES = (
    home_pages,
    my_data_pages,
    guides_routes,
    budgets_routes,
    plans_pages,
    people_routes,
    access_check_pages,
    retention_pages,
    erasure_pages,
    openapi_pages,
)


class UnguardedRoute(Exception):
    """A route has no access policy, so the app does not start."""


def build_app(
    settings: Settings,
    engine: Engine,
    *,
    demo: bool = False,
    clock: Callable[[], datetime] = system_clock,
    keys: Keys | None = None,
) -> ASGIApp:
    """The app with its middleware. Without `keys` it generates keys that are lost when it stops. Raises UnguardedRoute."""
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
    """The app without middleware, so that its routes can be inspected. Raises UnguardedRoute."""
    assets = collect(resource_dir("static"))
    app = build_routes(assets, demo=demo)
    app.state = build_state(settings, engine, assets, demo=demo, clock=clock, keys=keys)
    return app


def build_routes(assets: Assets, *, demo: bool = False) -> Litestar:
    """An app with every route but no state: set `app.state` from `build_state` before use. Raises UnguardedRoute."""
    static = create_static_files_router(
        path=f"/static/{assets.version}",
        directories=[assets.directory],
        opt=public(),
        cache_control=None,
        name="static",
    )
    feature_routes = chain.from_iterable(feature.ROUTES for feature in _features(demo))
    # One router for all pages: Litestar wraps handlers of the same path twice when they are registered one by one,
    # and the second wrapping returns a coroutine instead of a response.
    app = Litestar(
        route_handlers=[Router("/", route_handlers=[*feature_routes, *API_ROUTES]), static],
        before_request=csrf_guard,
        exception_handlers=EXCEPTION_HANDLERS,
        lifespan=[_lifespan],
        request_max_body_size=BODY_BYTES_MAX,
        # The document of the API has a route of its own, for administrators only.
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
    """What handlers find in `app.state`: app state, site context, settings and the command queue."""
    features = _features(demo)
    site_context = SiteContext(
        environments=make_environments(resource_dir("templates"), assets),
        navigation=tuple(chain.from_iterable(feature.NAVIGATION for feature in features)),
        flash_messages={name: text for feature in features for name, text in feature.FLASH_MESSAGES.items()},
        municipality=settings.municipality,
        demo=demo,
        public_url=settings.public_url,
        staff_names=settings.staff_names,
        unusual_reads_threshold=settings.many_reads,
    )
    state = AppState(
        engine=engine,
        access_log=AccessLogWriter(engine),
        background_worker=BackgroundWorker(),
        clock=clock,
        # With this prefix browsers refuse a cookie that another host of the domain set, or that lacks Secure.
        session_cookie_name="__Host-livsmester" if settings.secure else "livsmester",
        keys=keys or new_keys(),
        sign_in_rules=settings.sign_in,
    )
    return State(
        {
            "app_state": state,
            "site_context": site_context,
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
    """Deny by default. Raises UnguardedRoute for a route without an access policy, or an API route without a scope."""
    for handler in route_handlers(routes):
        if not isinstance(handler.opt.get("access"), RoutePolicy):
            raise UnguardedRoute(
                f"{handler} has no access policy: give it opt=require_role(…), require_sign_in() or public()"
            )

        if ("api" in handler.opt) != any(is_api_path(path) for path in handler.paths):
            raise UnguardedRoute(f"{handler}: routes under /api/, and only those, need opt=require_scope(…)")


def is_api_path(path: str) -> bool:
    """Whether a path belongs to the API. The OpenAPI document does not: administrators read it in the browser."""
    return path.startswith(API_PREFIX) and path != OPENAPI_PATH


def route_handlers(routes: Sequence[object]) -> tuple[HTTPRouteHandler, ...]:
    """Every handler of the app, each once, without those that the framework adds for OPTIONS."""
    registered = chain.from_iterable(getattr(route, "route_handlers", ()) for route in routes)
    handlers = (handler for handler in registered if isinstance(handler, HTTPRouteHandler))
    return tuple(dict.fromkeys(handler for handler in handlers if handler.http_methods != {"OPTIONS"}))


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
    state: AppState = app.state.app_state
    settings: Settings = app.state.settings
    threads = ThreadPoolExecutor(WORKER_THREADS, thread_name_prefix="page")
    asyncio.get_running_loop().set_default_executor(threads)
    # Reports and advice are computed in the background; what a stopped server left is computed now.
    resume_interrupted_runs(state)
    tasks = [PeriodicTask("due", lambda: _run_periodic_tasks(state), PERIODIC_TASKS_INTERVAL_SECONDS)]
    if settings.erase_daily:
        tasks.append(
            PeriodicTask("erasing", lambda: _erase_overdue(state, settings), ERASURE_INTERVAL_SECONDS)
        )
    yield
    for task in tasks:
        task.close()
    # In this order: pages in progress still need the queue and the access log, and all need the database.
    threads.shutdown()
    app.state.command_queue.close()
    state.background_worker.close()
    state.access_log.close()
    state.engine.dispose()
