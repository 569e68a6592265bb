"""Errors for API clients: `application/problem+json` (RFC 9457)."""

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
    """A problem document. `errors` name the invalid fields of the body or URL, never their values."""

    type: str  # "/api#…", listed on that page; "about:blank" when the status says it all
    title: str
    status: int
    detail: str
    errors: tuple[str, ...] = ()


def is_api_request(scope: Scope) -> bool:
    """Whether the request is for the API, not for a page."""
    return scope["path"].startswith(API_PREFIX)


async def validate_json_body(request: AppRequest) -> None:
    """Validate the body strictly against the handler's `data` type.

    The framework alone would coerce the string "1" or `1.0` to a number, but amounts are whole numbers of øre.
    Raises ValidationException, which names the field and never its value.
    """
    data_parameter = request.route_handler.parsed_fn_signature.parameters.get("data")
    if data_parameter is None:
        return
    try:
        msgspec.json.decode(await request.body(), type=data_parameter.raw)
    except msgspec.DecodeError as error:
        message, _, field = str(error).partition(" - at ")
        # The decoder's message ends with the rejected value, which may be personal: it is cut off.
        entry = {"key": field.strip("`").removeprefix("$."), "message": message.partition(" value '")[0]}
        raise ValidationException(extra=[entry]) from error


def problem_response(
    status: int,
    detail: LazyText,
    errors: tuple[str, ...] = (),
    headers: Mapping[str, str] | None = None,
    *,
    problem_type: str = "about:blank",
) -> Response[bytes]:
    """A problem document as a response; `detail` is rendered in English."""
    problem = Problem(problem_type, HTTPStatus(status).phrase, status, detail.render("en"), errors)
    return Response(
        msgspec.json.encode(problem),
        media_type=PROBLEM_MEDIA_TYPE,
        status_code=status,
        headers=dict(headers or {}),
    )
