"""Documents the API: an OpenAPI document for tools, a page for people who write API clients."""

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

# Clients generate classes from the names of schemas, so a struct that is renamed keeps the name it was published under.
PUBLISHED_NAMES = {
    "ClosingCause": "Cause",
    "ClosingStep": "Step",
    "CreatedResponse": "Made",
    "EntryRecord": "EventEntry",
    "GoalBalance": "GoalMoney",
    "GoalTotals": "GoalSums",
    "GrantBalance": "GrantMoney",
    "GrantSummary": "GrantLine",
    "MovementPage": "Links",
    "MovementRecord": "Event",
    "NewClosedPeriod": "Period",
    "NewClosing": "Ending",
    "NewFunding": "Endowment",
    "NewLearning": "Lesson",
    "NewPurchase": "Purchase",
    "NewRefund": "MoneyBack",
    "NewReversal": "Reasons",
    "NewSpendingRequest": "Wish",
    "PendingRequestPage": "Inbox",
    "Reallocation": "Moved",
    "RequestDecision": "Answer",
    "RequestResponse": "Story",
    "RequestSummary": "RequestLine",
    "RoleAssignment": "RoleHeld",
    "StatementLine": "Line",
    "StatementResponse": "StatementValues",
    "UnspentPolicy": "Unspent",
}

OPENAPI_PATH = "/api/openapi.json"


@get(OPENAPI_PATH, opt=require_role(Role.ADMINISTRATOR), sync_to_thread=True)
def show_openapi_document(request: AppRequest) -> Response[bytes]:
    """The OpenAPI document."""
    with read_context(request):
        return Response(openapi_document(), media_type="application/json")


@get("/api", opt=require_role(Role.ADMINISTRATOR), sync_to_thread=True)
def show_api(request: AppRequest) -> Response[str]:
    """The API as a page to read."""
    with read_context(request):
        return render(
            request,
            "livsmester/http/api.html",
            operations=tuple(_operations(msgspec.json.decode(openapi_document()))),
            problem_types=tuple(PROBLEM_TYPES.values()),
        )


class Operation(msgspec.Struct, frozen=True):
    """One operation as the page shows it."""

    method: str
    path: str
    summary: str
    scope: str


def _operations(schema: dict[str, Any]) -> Iterable[Operation]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield Operation(method.upper(), path, operation.get("description", ""), operation["x-scope"])


@cache
def openapi_document() -> bytes:
    """The OpenAPI 3.1 document of every API route, as JSON."""
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
    # The framework leaves out that unknown fields are rejected, and the limits of nullable fields.
    bodies = [hints["data"] for handler in API_ROUTES if "data" in (hints := get_type_hints(handler.fn))]
    _, components = msgspec.json.schema_components(
        [Problem, *bodies], ref_template="#/components/schemas/{name}"
    )
    schema["components"].setdefault("schemas", {}).update(components)
    content = {PROBLEM_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for handler in API_ROUTES:
        for path in handler.paths:
            for method in handler.http_methods & {"GET", "POST", "PUT", "PATCH", "DELETE"}:
                operation = schema["paths"][path.replace(":str}", "}").replace(":int}", "}")][method.lower()]
                operation["x-scope"] = str(handler.opt["api"].scope_for(method))
                operation["responses"] |= {
                    status: {"description": description, "content": content}
                    for status, description in PROBLEM_DESCRIPTIONS.items()
                }
    return msgspec.json.encode(_with_published_names(schema))


def _with_published_names(value: Any) -> Any:
    """The document, or a part of it, with every schema under its published name."""
    if isinstance(value, list):
        return [_with_published_names(part) for part in value]
    if not isinstance(value, dict):
        return value
    renamed = {PUBLISHED_NAMES.get(key, key): _with_published_names(part) for key, part in value.items()}
    for key, target in renamed.items():
        prefix, _, name = target.rpartition("/") if key == "$ref" else ("", "", target)
        if key in {"$ref", "title"} and isinstance(name, str) and name in PUBLISHED_NAMES:
            renamed[key] = f"{prefix}/{PUBLISHED_NAMES[name]}" if prefix else PUBLISHED_NAMES[name]
    return renamed


ROUTES = (show_openapi_document, show_api)

FLASH_MESSAGES: dict[str, LazyText] = {}

NAVIGATION: tuple[NavigationLink, ...] = ()
