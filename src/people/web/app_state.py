"""What a request finds in the app: engine, log writer, clock, worker, keys."""

from typing import Any

import msgspec
from litestar import Request
from litestar.datastructures import State
from sqlalchemy import Engine

from foundation.clock import Clock
from foundation.crypto.encryption import Keys
from foundation.jobs import BackgroundWorker
from people.audit.writer import AccessLogWriter
from people.authentication.rules import SignInRules

AppRequest = Request[Any, Any, State]


class AppState(msgspec.Struct, frozen=True):
    """What a visit finds in the app: the database, the writer of the access log, the clock, the worker, the keys."""

    engine: Engine
    access_log: AccessLogWriter
    background_worker: BackgroundWorker
    clock: Clock
    session_cookie_name: str  # the name of the session's cookie
    keys: Keys
    sign_in_rules: SignInRules


def app_state(request: AppRequest) -> AppState:
    """What the app gave every visit to stand on."""
    found: AppState = request.app.state.app_state
    return found
