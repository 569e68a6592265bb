"""What the app provides to every request."""

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
    """What the app provides to every request: database, access-log writer, clock, background worker, keys,
    sign-in rules.
    """

    engine: Engine
    access_log: AccessLogWriter
    background_worker: BackgroundWorker
    clock: Clock
    session_cookie_name: str
    keys: Keys
    sign_in_rules: SignInRules


def app_state(request: AppRequest) -> AppState:
    """The state of the app that serves this request."""
    state: AppState = request.app.state.app_state
    return state
