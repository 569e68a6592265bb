"""Statements in the browser, on paper and as PDF: mine, that of a citizen whom I support, that of a grant."""

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from budgets.statements import service
from budgets.statements.presenter import statement_paper
from budgets.statements.service import OpenStatement
from foundation.i18n import Text
from foundation.pdf import Document, paper
from people.access.model import Purpose, Role
from people.web.app_state import AppRequest
from people.web.context import reading
from people.web.responses import NavigationLink, frame, language, show
from people.web.rules import only

_CITIZEN = only(Role.CITIZEN)
_SUPPORT = only(Role.SUPPORT_WORKER)
_OFFICER = only(Role.BUDGET_OFFICER)


def _own(request: AppRequest, grant_id: str) -> OpenStatement:
    with reading(request) as visit:
        return service.of_citizen(visit, visit.person_id, Purpose.OWN, grant_id)


def _citizens(request: AppRequest, citizen_id: str, grant_id: str) -> OpenStatement:
    with reading(request) as visit:
        return service.of_citizen(visit, citizen_id, Purpose.SUPPORT, grant_id)


def _grants(request: AppRequest, grant_id: str) -> OpenStatement:
    with reading(request) as visit:
        return service.of_grant(visit, grant_id)


def _document(request: AppRequest, opened: OpenStatement) -> Document:
    name, place = opened.citizen.full_name, frame(request).municipality
    return statement_paper(opened.statement, opened.titles, name, place, language(request))


def _screen(request: AppRequest, opened: OpenStatement, back: str, query: str = "") -> Response[str]:
    made = _document(request, opened)
    address = f"{back}/statement"
    return show(
        request, "budgets/statement.html", paper=made, address=address, back=f"{back}{query}", query=query
    )


def _print(request: AppRequest, opened: OpenStatement) -> Response[str]:
    return show(request, "print/document.html", paper=_document(request, opened))


def _pdf(request: AppRequest, opened: OpenStatement) -> Response[bytes]:
    name = f"regnskab-{opened.statement.until:%Y-%m-%d}.pdf"
    return Response(
        paper("document", _document(request, opened), language(request)),
        media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@get("/money/statement", opt=_CITIZEN, sync_to_thread=True)
def show_own(request: AppRequest, budget: FromQuery[str] = "") -> Response[str]:
    """My statement: what came in, what it went to, every purchase, what is left."""
    opened = _own(request, budget)
    return _screen(request, opened, "/money", f"?budget={opened.statement.grant.id}")


@get("/money/statement/print", opt=_CITIZEN, sync_to_thread=True)
def print_own(request: AppRequest, budget: FromQuery[str] = "") -> Response[str]:
    """My statement to print."""
    return _print(request, _own(request, budget))


@get("/money/statement.pdf", opt=_CITIZEN, sync_to_thread=True)
def save_own(request: AppRequest, budget: FromQuery[str] = "") -> Response[bytes]:
    """My statement as PDF."""
    return _pdf(request, _own(request, budget))


@get("/citizens/{citizen_id:str}/money/statement", opt=_SUPPORT, sync_to_thread=True)
def show_citizens(
    request: AppRequest, citizen_id: FromPath[str], budget: FromQuery[str] = ""
) -> Response[str]:
    """The statement of a citizen whom I support, to read together."""
    opened = _citizens(request, citizen_id, budget)
    back = f"/citizens/{citizen_id}/money"
    return _screen(request, opened, back, f"?budget={opened.statement.grant.id}")


@get("/citizens/{citizen_id:str}/money/statement/print", opt=_SUPPORT, sync_to_thread=True)
def print_citizens(
    request: AppRequest, citizen_id: FromPath[str], budget: FromQuery[str] = ""
) -> Response[str]:
    """The same to print."""
    return _print(request, _citizens(request, citizen_id, budget))


@get("/citizens/{citizen_id:str}/money/statement.pdf", opt=_SUPPORT, sync_to_thread=True)
def save_citizens(
    request: AppRequest, citizen_id: FromPath[str], budget: FromQuery[str] = ""
) -> Response[bytes]:
    """The same as PDF."""
    return _pdf(request, _citizens(request, citizen_id, budget))


@get("/grants/{grant_id:str}/statement", opt=_OFFICER, sync_to_thread=True)
def show_grants(request: AppRequest, grant_id: FromPath[str]) -> Response[str]:
    """The statement of a grant, as the citizen reads it."""
    return _screen(request, _grants(request, grant_id), f"/grants/{grant_id}")


@get("/grants/{grant_id:str}/statement/print", opt=_OFFICER, sync_to_thread=True)
def print_grants(request: AppRequest, grant_id: FromPath[str]) -> Response[str]:
    """The same to print."""
    return _print(request, _grants(request, grant_id))


@get("/grants/{grant_id:str}/statement.pdf", opt=_OFFICER, sync_to_thread=True)
def save_grants(request: AppRequest, grant_id: FromPath[str]) -> Response[bytes]:
    """The same as PDF."""
    return _pdf(request, _grants(request, grant_id))


ROUTES = (
    show_own,
    print_own,
    save_own,
    show_citizens,
    print_citizens,
    save_citizens,
    show_grants,
    print_grants,
    save_grants,
)

NOTICES: dict[str, Text] = {}

NAVIGATION: tuple[NavigationLink, ...] = ()
