"""Errors as programs read them: `application/problem+json` (RFC 9457)."""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from litestar import Response
from litestar.exceptions import ValidationException
from litestar.types import Scope

from foundation.i18n import LazyText
from people.web.app_state import AppRequest

API_PREFIX = "/api/"
PROBLEM_MEDIA_TYPE = "application/problem+json"


class Problem(msgspec.Struct, frozen=True):
    """What went wrong. `errors` name the fields of a body or of the address that can't be taken, never what stood in them."""

    type: str  # "/api#…", listed on that page; "about:blank" when the status says it all
    title: str
    status: int
    detail: str
    errors: tuple[str, ...] = ()


def is_api_request(scope: Scope) -> bool:
    """Whether a program asks, and not a browser."""
    return scope["path"].startswith(API_PREFIX)


async def validate_json_body(request: AppRequest) -> None:
    """Take a body only as it is described. Left alone the framework reads a number out of a text or of `1.0`, and money is
    whole numbers and nothing else. Raises ValidationException, which names the field and never what stood in it.
    """
    described = request.route_handler.parsed_fn_signature.parameters.get("data")
    if described is None:
        return
    try:
        msgspec.json.decode(await request.body(), type=described.raw)
    except msgspec.DecodeError as problem:
        said, _, place = str(problem).partition(" - at ")
        fault = {"key": place.strip("`").removeprefix("$."), "message": said.partition(" value '")[0]}
        raise ValidationException(extra=[fault]) from problem


def problem_response(
    status: int,
    detail: LazyText,
    errors: tuple[str, ...] = (),
    headers: Mapping[str, str] | None = None,
    *,
    problem_type: str = "about:blank",
) -> Response[bytes]:
    """The problem as an answer, in English."""
    problem = Problem(problem_type, HTTPStatus(status).phrase, status, detail.render("en"), errors)
    return Response(
        msgspec.json.encode(problem),
        media_type=PROBLEM_MEDIA_TYPE,
        status_code=status,
        headers=dict(headers or {}),
    )
