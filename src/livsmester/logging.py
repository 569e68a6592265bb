"""The server log: one JSON line per event, without anything that a user typed.

Exception messages are dropped because they may repeat a value; the traceback, the type and the SQLSTATE are kept.
"""

import logging
import sys
import traceback
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict


def safe_traceback(error: BaseException) -> str:
    """The traceback of an exception and its causes, with types but without messages."""
    parts: list[str] = []
    seen: list[BaseException] = []
    current: BaseException | None = error
    # Causes and contexts can form a cycle.
    while current is not None and current not in seen:
        seen.append(current)
        code = getattr(getattr(current, "orig", None), "sqlstate", None)
        kind = f"{type(current).__module__}.{type(current).__qualname__}"
        parts += [*traceback.format_tb(current.__traceback__), f"{kind}{f' [{code}]' if code else ''}\n"]
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "".join(parts)


def drop_exception_message(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replace exception info by its safe traceback: a structlog processor."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["exception"] = safe_traceback(error)
    return event


class RedactingFormatter(logging.Formatter):
    """Drops exception messages from what libraries log through the standard library."""

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """The traceback without the message."""
        return safe_traceback(ei[1]) if ei[1] is not None else ""


def set_up_logging(*, quiet: bool) -> None:
    """Log to standard error; `quiet` leaves out the line per request."""
    handler = logging.StreamHandler(sys.stderr)
    # Libraries log through the standard library, past the structlog processors below.
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
