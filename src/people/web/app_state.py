"""What a request finds in the app: engine, log writer, clock, worker, keys."""

from typing import Any

import msgspec
from litestar import Request
from litestar.datastructures import State
from sqlalchemy import Engine

from foundation.clock import Clock
from foundation.crypto.encryption import Keys
from foundation.jobs import Jobs
from people.audit.writer import AccessLog
from people.authentication.rules import SignInRules

AppRequest = Request[Any, Any, State]


class House(msgspec.Struct, frozen=True):
    """What a visit finds in the app: the database, the writer of the access log, the clock, the worker, the keys."""

    engine: Engine
    access_log: AccessLog
    jobs: Jobs
    clock: Clock
    cookie: str  # the name of the session's cookie
    keys: Keys
    sign_in: SignInRules


def house(request: AppRequest) -> House:
    """What the app gave every visit to stand on."""
    found: House = request.app.state.house
    return found
