"""The coordinator's lists of citizens and guides: searched, sorted, filtered, and downloaded as CSV."""

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
    """One list of people: its address, template, sort orders, filters and queries."""

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
    """Citizens who have asked for a guide, in the order of the queue."""
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
    """The same citizens as a CSV file that the import reads, with name, state and guide as extra columns."""
    with read_context(request) as context:
        citizens = service.all_citizens(context, _list_query(CITIZEN_LIST, text, area, status, sort))
        excluded = (id for _, record in citizens for id in record.request.excluded_guides)
        file_ids = service.file_ids(context, [*(row.citizen_id for row, _ in citizens), *excluded])
    gettext = translations(language(request)).gettext
    return _csv_response(CITIZEN_LIST, write_citizens(citizens, file_ids, gettext))


@get("/guides", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_guides(
    request: AppRequest,
    text: FromQuery[str] = "",
    area: FromQuery[str] = "",
    status: FromQuery[str] = "",
    sort: FromQuery[str] = "",
    page: FromQuery[int] = 1,
) -> Response[str]:
    """Guides with their state today."""
    return _render_list(request, GUIDE_LIST, _list_query(GUIDE_LIST, text, area, status, sort), max(1, page))


@get("/guides.csv", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def download_guides(
    request: AppRequest,
    text: FromQuery[str] = "",
    area: FromQuery[str] = "",
    status: FromQuery[str] = "",
    sort: FromQuery[str] = "",
) -> Response[bytes]:
    """The same guides as a CSV file that the import reads."""
    with read_context(request) as context:
        guides = service.all_guides(context, _list_query(GUIDE_LIST, text, area, status, sort))
        file_ids = service.file_ids(context, [row.guide_id for row, _ in guides])
    gettext = translations(language(request)).gettext
    return _csv_response(GUIDE_LIST, write_guide_list(guides, file_ids, gettext))


def _list_query(list_page: ListPage, text: str, area: str, status: str, sort: str) -> ListQuery:
    """Returns the query in the address; ignores an unknown state or sort order."""
    return ListQuery(
        text,
        area,
        status if status in list_page.state_labels else "",
        sort if sort.removeprefix("-") in list_page.sorts else "",
    )


def _render_list(request: AppRequest, list_page: ListPage, list_query: ListQuery, page: int) -> Response[str]:
    with read_context(request) as context:
        rows, count = list_page.read_page(context, list_query, page)
        areas = list_page.read_areas(context)
        today = local_date(context.now)
    parameters = {"text": list_query.text, "area": list_query.area, "status": list_query.state}
    return render(
        request,
        list_page.template,
        rows=rows,
        count=count,
        page=page,
        page_length=service.PAGE_LENGTH,
        query=list_query,
        today=today,
        sorts=sort_links(list_page.path, list_page.sorts, list_query.sort, **parameters),
        more=build_url(list_page.path, **parameters, sort=list_query.sort),
        csv_url=build_url(f"{list_page.path}.csv", **parameters, sort=list_query.sort),
        area_choices=tuple((area.id, area.name) for area in areas),
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
