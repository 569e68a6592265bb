"""The programming interface described: an OpenAPI document for programs, a page for the people who write them."""

from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from typing import Any, get_type_hints

import msgspec
from litestar import Litestar, Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme

from budgets import routes as budgets_routes
from foundation.i18n import LazyText
from livsmester.http.problem_json import PROBLEM_MEDIA_TYPE, Problem
from livsmester.http.problem_types import PROBLEM_TYPES
from people.access.model import Role
from people.api_tokens import api as api_tokens_api
from people.web.app_state import AppRequest
from people.web.context import read_context
from people.web.responses import NavigationLink, render
from people.web.rules import require_role

API_ROUTES: tuple[HTTPRouteHandler, ...] = (*api_tokens_api.ROUTES, *budgets_routes.API_ROUTES)
PROBLEM_DESCRIPTIONS = {
    "400": "The body or the address can't be read.",
    "401": "No token, or one that no longer holds.",
    "403": "The token or the person's role does not allow it.",
    "404": "No such record, or none that the person may know of.",
    "409": "A rule of money says no, or the state has moved on; `type` says which.",
    "422": "The key came before with another request, or fields do not go together.",
    "503": "The database can't be written to right now; try again.",
}


OPENAPI_PATH = "/api/openapi.json"


@get(OPENAPI_PATH, opt=require_role(Role.ADMINISTRATOR), sync_to_thread=True)
def show_openapi_document(request: AppRequest) -> Response[bytes]:
    """The OpenAPI document."""
    with read_context(request):
        return Response(openapi_document(), media_type="application/json")


@get("/api", opt=require_role(Role.ADMINISTRATOR), sync_to_thread=True)
def show_api(request: AppRequest) -> Response[str]:
    """The same as a page to read."""
    with read_context(request):
        return render(
            request,
            "livsmester/http/api.html",
            operations=tuple(_operations(msgspec.json.decode(openapi_document()))),
            kinds=tuple(PROBLEM_TYPES.values()),
        )


class Operation(msgspec.Struct, frozen=True):
    """One route as the page shows it."""

    method: str
    path: str
    summary: str
    scope: str


def _operations(schema: dict[str, Any]) -> Iterable[Operation]:
    for path, methods in schema["paths"].items():
        for method, one in methods.items():
            yield Operation(method.upper(), path, one.get("description", ""), one["x-scope"])


@cache
def openapi_document() -> bytes:
    """The OpenAPI 3.1 document of every route that programs use, as JSON."""
    config = OpenAPIConfig(
        title="Livsmester",
        version=version("livsmester"),
        description="A program acts as the person who made its token, within the token's scopes.",
        security=[{"token": []}],
        components=Components(
            security_schemes={
                "token": SecurityScheme(type="http", scheme="bearer", description="A key from /tokens")
            }
        ),
        use_handler_docstrings=True,
    )
    schema = Litestar(API_ROUTES, openapi_config=config).openapi_schema.to_schema()
    # The framework leaves out what a body refuses: unknown fields, and the limits of what may be null.
    taken = [hints["data"] for handler in API_ROUTES if "data" in (hints := get_type_hints(handler.fn))]
    described = msgspec.json.schema_components([Problem, *taken], ref_template="#/components/schemas/{name}")
    schema["components"].setdefault("schemas", {}).update(described[1])
    content = {PROBLEM_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for handler in API_ROUTES:
        for path in handler.paths:
            for method in handler.http_methods & {"GET", "POST", "PUT", "PATCH", "DELETE"}:
                operation = schema["paths"][path.replace(":str}", "}").replace(":int}", "}")][method.lower()]
                operation["x-scope"] = str(handler.opt["api"].scope_for(method))
                operation["responses"] |= {
                    status: {"description": said, "content": content}
                    for status, said in PROBLEM_DESCRIPTIONS.items()
                }
    return msgspec.json.encode(schema)


ROUTES = (show_openapi_document, show_api)

FLASH_MESSAGES: dict[str, LazyText] = {}

NAVIGATION: tuple[NavigationLink, ...] = ()
