"""Errors as programs read them: `application/problem+json` (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from litestar import Response
from litestar.types import Scope

from foundation.language import Text

API = "/api/"
MEDIA_TYPE = "application/problem+json"


class Problem(msgspec.Struct, frozen=True):
    """What went wrong. `errors` name the fields of a body or of the address that can't be taken, never what stood in them."""

    type: str  # "about:blank": the status says it all
    title: str
    status: int
    detail: str
    errors: tuple[str, ...] = ()


def is_api(scope: Scope) -> bool:
    """Whether a program asks, and not a browser."""
    return scope["path"].startswith(API)


def answer(
    status: int, said: Text, errors: tuple[str, ...] = (), headers: Mapping[str, str] | None = None
) -> Response[bytes]:
    """The problem as an answer, in English."""
    problem = Problem("about:blank", HTTPStatus(status).phrase, status, said.render("en"), errors)
    return Response(
        msgspec.json.encode(problem), media_type=MEDIA_TYPE, status_code=status, headers=dict(headers or {})
    )
