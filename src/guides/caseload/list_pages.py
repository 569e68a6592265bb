"""Citizens and guides as the coordinator finds them: lists that can be searched, sorted and taken along as a sheet."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from litestar import Response, get
from litestar.params import FromQuery

from foundation.clock import local_date
from foundation.i18n import N_, Text, translations
from guides.caseload import service
from guides.caseload.export import write_citizens, write_guide_list
from guides.caseload.model import CITIZEN_SORTS, CITIZEN_STATES, GUIDE_SORTS, GUIDE_STATES, Find
from guides.presenters import choices
from people.access.model import Role
from people.directory.model import Area
from people.web.app_state import AppRequest
from people.web.context import Visit, reading
from people.web.links import address, sort_links
from people.web.responses import NavigationLink, language, show
from people.web.rules import only

CSV = "text/csv"


class Register(NamedTuple):
    """One list of people: where it stands, by what it is sorted and filtered, and who reads it."""

    path: str
    template: str
    sheet: str
    sorts: tuple[str, ...]
    states: Mapping[Any, str]
    read_page: Callable[[Visit, Find, int], tuple[Sequence[Any], int]]
    read_areas: Callable[[Visit], Sequence[Area]]


CITIZENS = Register(
    "/citizens", "guides/coordinator/citizens.html", "borgere.csv", CITIZEN_SORTS, CITIZEN_STATES,
    service.citizens, service.areas,
)  # fmt: skip
GUIDES = Register(
    "/guides", "guides/coordinator/guides.html", "guider.csv", GUIDE_SORTS, GUIDE_STATES,
    service.guides, service.all_areas,
)  # fmt: skip


@get("/citizens", opt=only(Role.COORDINATOR), sync_to_thread=True)
def show_citizens(
    request: AppRequest,
    text: FromQuery[str] = "",
    area: FromQuery[str] = "",
    status: FromQuery[str] = "",
    sort: FromQuery[str] = "",
    page: FromQuery[int] = 1,
) -> Response[str]:
    """Citizens who have asked for a guide, those whose turn it is first."""
    return _show(request, CITIZENS, _find(CITIZENS, text, area, status, sort), max(1, page))


@get("/citizens.csv", opt=only(Role.COORDINATOR), sync_to_thread=True)
def fetch_citizens(
    request: AppRequest,
    text: FromQuery[str] = "",
    area: FromQuery[str] = "",
    status: FromQuery[str] = "",
    sort: FromQuery[str] = "",
) -> Response[bytes]:
    """The same citizens as a sheet that the import reads, with name, state and guide beside the wishes."""
    with reading(request) as visit:
        found = service.all_citizens(visit, _find(CITIZENS, text, area, status, sort))
        excluded = (id for _, kept in found for id in kept.request.excluded_guides)
        ids = service.file_ids(visit, [*(line.citizen_id for line, _ in found), *excluded])
    return _sheet(CITIZENS, write_citizens(found, ids, translations(language(request)).gettext))


@get("/guides", opt=only(Role.COORDINATOR), sync_to_thread=True)
def show_guides(
    request: AppRequest,
    text: FromQuery[str] = "",
    area: FromQuery[str] = "",
    status: FromQuery[str] = "",
    sort: FromQuery[str] = "",
    page: FromQuery[int] = 1,
) -> Response[str]:
    """Guides with what each can do today."""
    return _show(request, GUIDES, _find(GUIDES, text, area, status, sort), max(1, page))


@get("/guides.csv", opt=only(Role.COORDINATOR), sync_to_thread=True)
def fetch_guides(
    request: AppRequest,
    text: FromQuery[str] = "",
    area: FromQuery[str] = "",
    status: FromQuery[str] = "",
    sort: FromQuery[str] = "",
) -> Response[bytes]:
    """The same guides as a sheet that the import reads."""
    with reading(request) as visit:
        found = service.all_guides(visit, _find(GUIDES, text, area, status, sort))
        ids = service.file_ids(visit, [line.guide_id for line, _ in found])
    return _sheet(GUIDES, write_guide_list(found, ids, translations(language(request)).gettext))


def _find(register: Register, text: str, area: str, status: str, sort: str) -> Find:
    """What the address asks for; a state or an order that doesn't exist is none."""
    return Find(
        text,
        area,
        status if status in register.states else "",
        sort if sort.removeprefix("-") in register.sorts else "",
    )


def _show(request: AppRequest, register: Register, find: Find, page: int) -> Response[str]:
    with reading(request) as visit:
        lines, count = register.read_page(visit, find, page)
        areas = register.read_areas(visit)
        today = local_date(visit.now)
    query = {"text": find.text, "area": find.area, "status": find.state}
    return show(
        request,
        register.template,
        lines=lines,
        count=count,
        page=page,
        page_length=service.PAGE_LENGTH,
        find=find,
        today=today,
        sorts=sort_links(register.path, register.sorts, find.sort, **query),
        more=address(register.path, **query, sort=find.sort),
        sheet=address(f"{register.path}.csv", **query, sort=find.sort),
        area_choices=tuple((one.id, one.name) for one in areas),
        state_choices=choices(request, register.states),
        state_names=register.states,
    )


def _sheet(register: Register, content: bytes) -> Response[bytes]:
    disposition = f'attachment; filename="{register.sheet}"'
    return Response(content, media_type=CSV, headers={"Content-Disposition": disposition})


ROUTES = (show_citizens, fetch_citizens, show_guides, fetch_guides)

NOTICES: dict[str, Text] = {}

NAVIGATION = (
    NavigationLink("/citizens", N_("Citizens"), frozenset({Role.COORDINATOR})),
    NavigationLink("/guides", N_("Peer guides"), frozenset({Role.COORDINATOR})),
)
