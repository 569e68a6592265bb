"""Statements on screen, to print and as PDF: my own, that of a citizen whom I support, that of a grant."""

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from budgets.statements import service
from budgets.statements.presenter import statement_document
from budgets.statements.service import CitizenStatement
from foundation.i18n import LazyText
from foundation.pdf import Document, render_pdf
from people.access.model import Purpose, Role
from people.web.app_state import AppRequest
from people.web.context import read_context
from people.web.responses import NavigationLink, language, render, site_context
from people.web.rules import require_role

_CITIZEN = require_role(Role.CITIZEN)
_SUPPORT = require_role(Role.SUPPORT_WORKER)
_OFFICER = require_role(Role.BUDGET_OFFICER)

# Every page has three routes, because their access rules differ; all share the functions below.


def _citizens_statement(request: AppRequest, grant_id: str, citizen_id: str = "") -> CitizenStatement:
    """The actor's own statement, or (with an id) that of a citizen whom the actor supports."""
    purpose = Purpose.SUPPORT if citizen_id else Purpose.OWN
    with read_context(request) as context:
        return service.of_citizen(context, citizen_id or context.person_id, purpose, grant_id)


def _grants_statement(request: AppRequest, grant_id: str) -> CitizenStatement:
    with read_context(request) as context:
        return service.of_grant(context, grant_id, Purpose.BUDGET)


def _document(request: AppRequest, citizen_statement: CitizenStatement) -> Document:
    return statement_document(
        citizen_statement.statement,
        citizen_statement.goal_titles,
        citizen_statement.citizen.full_name,
        site_context(request).municipality,
        language(request),
    )


def _statement_page(
    request: AppRequest, citizen_statement: CitizenStatement, back: str, query: str = ""
) -> Response[str]:
    return render(
        request,
        "budgets/statements/statement.html",
        paper=_document(request, citizen_statement),
        address=f"{back}/statement",
        back=f"{back}{query}",
        query=query,
    )


def _print_page(request: AppRequest, citizen_statement: CitizenStatement) -> Response[str]:
    return render(request, "print/document.html", paper=_document(request, citizen_statement))


def _pdf_response(request: AppRequest, citizen_statement: CitizenStatement) -> Response[bytes]:
    name = f"regnskab-{citizen_statement.statement.until:%Y-%m-%d}.pdf"
    return Response(
        render_pdf("document", _document(request, citizen_statement), language(request)),
        media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@get("/money/statement", opt=_CITIZEN, sync_to_thread=True)
def show_own_statement(request: AppRequest, budget: FromQuery[str] = "") -> Response[str]:
    """My statement: what was granted, what it is for, every purchase, what is left."""
    return _citizens_page(request, budget)


@get("/money/statement/print", opt=_CITIZEN, sync_to_thread=True)
def print_own_statement(request: AppRequest, budget: FromQuery[str] = "") -> Response[str]:
    """My statement to print."""
    return _print_page(request, _citizens_statement(request, budget))


@get("/money/statement.pdf", opt=_CITIZEN, sync_to_thread=True)
def download_own_statement(request: AppRequest, budget: FromQuery[str] = "") -> Response[bytes]:
    """My statement as PDF."""
    return _pdf_response(request, _citizens_statement(request, budget))


@get("/citizens/{citizen_id:str}/money/statement", opt=_SUPPORT, sync_to_thread=True)
def show_citizens_statement(
    request: AppRequest, citizen_id: FromPath[str], budget: FromQuery[str] = ""
) -> Response[str]:
    """The statement of a citizen whom I support, to read together."""
    return _citizens_page(request, budget, citizen_id)


def _citizens_page(request: AppRequest, grant_id: str, citizen_id: str = "") -> Response[str]:
    citizen_statement = _citizens_statement(request, grant_id, citizen_id)
    back = f"/citizens/{citizen_id}/money" if citizen_id else "/money"
    return _statement_page(
        request, citizen_statement, back, f"?budget={citizen_statement.statement.grant.id}"
    )


@get("/citizens/{citizen_id:str}/money/statement/print", opt=_SUPPORT, sync_to_thread=True)
def print_citizens_statement(
    request: AppRequest, citizen_id: FromPath[str], budget: FromQuery[str] = ""
) -> Response[str]:
    """The statement of a citizen whom I support, to print."""
    return _print_page(request, _citizens_statement(request, budget, citizen_id))


@get("/citizens/{citizen_id:str}/money/statement.pdf", opt=_SUPPORT, sync_to_thread=True)
def download_citizens_statement(
    request: AppRequest, citizen_id: FromPath[str], budget: FromQuery[str] = ""
) -> Response[bytes]:
    """The statement of a citizen whom I support, as PDF."""
    return _pdf_response(request, _citizens_statement(request, budget, citizen_id))


@get("/grants/{grant_id:str}/statement", opt=_OFFICER, sync_to_thread=True)
def show_grants_statement(request: AppRequest, grant_id: FromPath[str]) -> Response[str]:
    """The statement of a grant, as the citizen reads it."""
    return _statement_page(request, _grants_statement(request, grant_id), f"/grants/{grant_id}")


@get("/grants/{grant_id:str}/statement/print", opt=_OFFICER, sync_to_thread=True)
def print_grants_statement(request: AppRequest, grant_id: FromPath[str]) -> Response[str]:
    """The statement of a grant, to print."""
    return _print_page(request, _grants_statement(request, grant_id))


@get("/grants/{grant_id:str}/statement.pdf", opt=_OFFICER, sync_to_thread=True)
def download_grants_statement(request: AppRequest, grant_id: FromPath[str]) -> Response[bytes]:
    """The statement of a grant, as PDF."""
    return _pdf_response(request, _grants_statement(request, grant_id))


ROUTES = (
    show_own_statement,
    print_own_statement,
    download_own_statement,
    show_citizens_statement,
    print_citizens_statement,
    download_citizens_statement,
    show_grants_statement,
    print_grants_statement,
    download_grants_statement,
)

FLASH_MESSAGES: dict[str, LazyText] = {}

NAVIGATION: tuple[NavigationLink, ...] = ()
