"""The server's own log: one JSON line for each event, and nothing in it that somebody typed.

What an exception says is left out, because it may repeat a value; where it happened, its kind and the database's code are kept.
"""

import logging
import sys
import traceback
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict


def safe_traceback(error: BaseException) -> str:
    """Where an exception and those before it happened, and of which kind each was."""
    parts: list[str] = []
    told: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in told:
        told.append(following)
        code = getattr(getattr(following, "orig", None), "sqlstate", None)
        kind = f"{type(following).__module__}.{type(following).__qualname__}"
        parts += [*traceback.format_tb(following.__traceback__), f"{kind}{f' [{code}]' if code else ''}\n"]
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
    return "".join(parts)


def drop_exception_message(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Put the trace of an exception in its place: a processor of structlog."""
    problem = event.pop("exc_info", None)
    if problem is True:
        problem = sys.exc_info()[1]
    if isinstance(problem, tuple):
        problem = problem[1]
    if isinstance(problem, BaseException):
        event["exception"] = safe_traceback(problem)
    return event


class RedactingFormatter(logging.Formatter):
    """The same for what libraries log."""

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """Where it happened, without what it says."""
        return safe_traceback(ei[1]) if ei[1] is not None else ""


def set_up_logging(*, quiet: bool) -> None:
    """Send log lines to standard error; `quiet` leaves out those of every request."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter("%(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            drop_exception_message,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
