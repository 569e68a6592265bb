"""Citizens and guides as the coordinator finds them: lists that can be searched, sorted and taken along as a sheet."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from litestar import Response, get
from litestar.params import FromQuery

from foundation.clock import local_date
from foundation.i18n import N_, LazyText, translations
from guides.caseload import service
from guides.caseload.export import write_citizens, write_guide_list
from guides.caseload.model import (
    CITIZEN_SORTS,
    CITIZEN_STATE_LABELS,
    GUIDE_SORTS,
    GUIDE_STATE_LABELS,
    ListQuery,
)
from guides.presenters import options
from people.access.model import Role
from people.directory.model import Area
from people.web.app_state import AppRequest
from people.web.context import RequestContext, read_context
from people.web.links import build_url, sort_links
from people.web.responses import NavigationLink, language, render
from people.web.rules import require_role

CSV_MEDIA_TYPE = "text/csv"


class ListPage(NamedTuple):
    """One list of people: where it stands, by what it is sorted and filtered, and who reads it."""

    path: str
    template: str
    csv_file_name: str
    sorts: tuple[str, ...]
    state_labels: Mapping[Any, str]
    read_page: Callable[[RequestContext, ListQuery, int], tuple[Sequence[Any], int]]
    read_areas: Callable[[RequestContext], Sequence[Area]]


CITIZEN_LIST = ListPage(
    "/citizens", "guides/caseload/citizens.html", "borgere.csv", CITIZEN_SORTS, CITIZEN_STATE_LABELS,
    service.citizens, service.areas,
)  # fmt: skip
GUIDE_LIST = ListPage(
    "/guides", "guides/caseload/guides.html", "guider.csv", GUIDE_SORTS, GUIDE_STATE_LABELS,
    service.guides, service.all_areas,
)  # fmt: skip


@get("/citizens", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_citizens(
    request: AppRequest,
    text: FromQuery[str] = "",
    area: FromQuery[str] = "",
    status: FromQuery[str] = "",
    sort: FromQuery[str] = "",
    page: FromQuery[int] = 1,
) -> Response[str]:
    """Citizens who have asked for a guide, those whose turn it is first."""
    return _render_list(
        request, CITIZEN_LIST, _list_query(CITIZEN_LIST, text, area, status, sort), max(1, page)
    )


@get("/citizens.csv", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def download_citizens(
    request: AppRequest,
    text: FromQuery[str] = "",
    area: FromQuery[str] = "",
    status: FromQuery[str] = "",
    sort: FromQuery[str] = "",
) -> Response[bytes]:
    """The same citizens as a sheet that the import reads, with name, state and guide beside the wishes."""
    with read_context(request) as context:
        found = service.all_citizens(context, _list_query(CITIZEN_LIST, text, area, status, sort))
        excluded = (id for _, kept in found for id in kept.request.excluded_guides)
        ids = service.file_ids(context, [*(line.citizen_id for line, _ in found), *excluded])
    return _csv_response(CITIZEN_LIST, write_citizens(found, ids, translations(language(request)).gettext))


@get("/guides", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_guides(
    request: AppRequest,
    text: FromQuery[str] = "",
    area: FromQuery[str] = "",
    status: FromQuery[str] = "",
    sort: FromQuery[str] = "",
    page: FromQuery[int] = 1,
) -> Response[str]:
    """Guides with what each can do today."""
    return _render_list(request, GUIDE_LIST, _list_query(GUIDE_LIST, text, area, status, sort), max(1, page))


@get("/guides.csv", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def download_guides(
    request: AppRequest,
    text: FromQuery[str] = "",
    area: FromQuery[str] = "",
    status: FromQuery[str] = "",
    sort: FromQuery[str] = "",
) -> Response[bytes]:
    """The same guides as a sheet that the import reads."""
    with read_context(request) as context:
        found = service.all_guides(context, _list_query(GUIDE_LIST, text, area, status, sort))
        ids = service.file_ids(context, [line.guide_id for line, _ in found])
    return _csv_response(GUIDE_LIST, write_guide_list(found, ids, translations(language(request)).gettext))


def _list_query(list_page: ListPage, text: str, area: str, status: str, sort: str) -> ListQuery:
    """What the address asks for; a state or an order that doesn't exist is none."""
    return ListQuery(
        text,
        area,
        status if status in list_page.state_labels else "",
        sort if sort.removeprefix("-") in list_page.sorts else "",
    )


def _render_list(request: AppRequest, list_page: ListPage, list_query: ListQuery, page: int) -> Response[str]:
    with read_context(request) as context:
        lines, count = list_page.read_page(context, list_query, page)
        areas = list_page.read_areas(context)
        today = local_date(context.now)
    query = {"text": list_query.text, "area": list_query.area, "status": list_query.state}
    return render(
        request,
        list_page.template,
        lines=lines,
        count=count,
        page=page,
        page_length=service.PAGE_LENGTH,
        find=list_query,
        today=today,
        sorts=sort_links(list_page.path, list_page.sorts, list_query.sort, **query),
        more=build_url(list_page.path, **query, sort=list_query.sort),
        sheet=build_url(f"{list_page.path}.csv", **query, sort=list_query.sort),
        area_choices=tuple((one.id, one.name) for one in areas),
        state_choices=options(request, list_page.state_labels),
        state_names=list_page.state_labels,
    )


def _csv_response(list_page: ListPage, content: bytes) -> Response[bytes]:
    disposition = f'attachment; filename="{list_page.csv_file_name}"'
    return Response(content, media_type=CSV_MEDIA_TYPE, headers={"Content-Disposition": disposition})


ROUTES = (show_citizens, download_citizens, show_guides, download_guides)

FLASH_MESSAGES: dict[str, LazyText] = {}

NAVIGATION = (
    NavigationLink("/citizens", N_("Citizens"), frozenset({Role.COORDINATOR})),
    NavigationLink("/guides", N_("Peer guides"), frozenset({Role.COORDINATOR})),
)
