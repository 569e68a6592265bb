"""Citizens and guides as the coordinator finds them: lists that can be searched, sorted and taken along as a sheet."""

from litestar import Response, get
from litestar.params import FromQuery

from foundation.clock import local_date
from foundation.language import N_, Text, translations
from guides import service_register
from guides.register import CITIZEN_SORTS, CITIZEN_STATES, GUIDE_SORTS, GUIDE_STATES, Find
from guides.register_files import write_citizens, write_guide_list
from guides.saying import address, choices, sort_links
from people.model import Role
from people.screens import NavigationLink, language, show
from people.visits import AppRequest, only, reading

CSV = "text/csv; charset=utf-8"


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
    page = max(1, page)
    find = Find(text, area, status if status in set(CITIZEN_STATES) else "", _sort(sort, CITIZEN_SORTS))
    with reading(request) as visit:
        lines, count = service_register.citizens(visit, find, page)
        areas = service_register.areas(visit)
        today = local_date(visit.now)
    query = {"text": find.text, "area": find.area, "status": find.state}
    return show(
        request,
        "guides/coordinator/citizens.html",
        lines=lines,
        count=count,
        page=page,
        page_length=service_register.PAGE_LENGTH,
        find=find,
        today=today,
        sorts=sort_links("/citizens", CITIZEN_SORTS, find.sort, **query),
        more=address("/citizens", **query, sort=find.sort),
        sheet=address("/citizens.csv", **query, sort=find.sort),
        area_choices=tuple((one.id, one.name) for one in areas),
        state_choices=choices(request, CITIZEN_STATES),
        state_names=CITIZEN_STATES,
    )


@get("/citizens.csv", opt=only(Role.COORDINATOR), sync_to_thread=True)
def fetch_citizens(
    request: AppRequest,
    text: FromQuery[str] = "",
    area: FromQuery[str] = "",
    status: FromQuery[str] = "",
    sort: FromQuery[str] = "",
) -> Response[bytes]:
    """The same citizens as a sheet that the import reads, with name, state and guide beside the wishes."""
    find = Find(text, area, status if status in set(CITIZEN_STATES) else "", _sort(sort, CITIZEN_SORTS))
    with reading(request) as visit:
        found = service_register.all_citizens(visit, find)
        excluded = (id for _, kept in found for id in kept.request.excluded_guides)
        ids = service_register.file_ids(visit, [*(line.citizen_id for line, _ in found), *excluded])
    return _sheet(write_citizens(found, ids, translations(language(request)).gettext), "borgere.csv")


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
    page = max(1, page)
    find = Find(text, area, status if status in set(GUIDE_STATES) else "", _sort(sort, GUIDE_SORTS))
    with reading(request) as visit:
        lines, count = service_register.guides(visit, find, page)
        areas = service_register.all_areas(visit)
        today = local_date(visit.now)
    query = {"text": find.text, "area": find.area, "status": find.state}
    return show(
        request,
        "guides/coordinator/guides.html",
        lines=lines,
        count=count,
        page=page,
        page_length=service_register.PAGE_LENGTH,
        find=find,
        today=today,
        sorts=sort_links("/guides", GUIDE_SORTS, find.sort, **query),
        more=address("/guides", **query, sort=find.sort),
        sheet=address("/guides.csv", **query, sort=find.sort),
        area_choices=tuple((one.id, one.name) for one in areas),
        state_choices=choices(request, GUIDE_STATES),
        state_names=GUIDE_STATES,
    )


@get("/guides.csv", opt=only(Role.COORDINATOR), sync_to_thread=True)
def fetch_guides(
    request: AppRequest,
    text: FromQuery[str] = "",
    area: FromQuery[str] = "",
    status: FromQuery[str] = "",
    sort: FromQuery[str] = "",
) -> Response[bytes]:
    """The same guides as a sheet that the import reads."""
    find = Find(text, area, status if status in set(GUIDE_STATES) else "", _sort(sort, GUIDE_SORTS))
    with reading(request) as visit:
        found = service_register.all_guides(visit, find)
        ids = service_register.file_ids(visit, [line.guide_id for line, _ in found])
    return _sheet(write_guide_list(found, ids, translations(language(request)).gettext), "guider.csv")


def _sort(sort: str, sorts: tuple[str, ...]) -> str:
    return sort if sort.removeprefix("-") in sorts else ""


def _sheet(content: bytes, name: str) -> Response[bytes]:
    return Response(
        content, media_type=CSV, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


ROUTES = (show_citizens, fetch_citizens, show_guides, fetch_guides)

NOTICES: dict[str, Text] = {}

NAVIGATION = (
    NavigationLink("/citizens", N_("Citizens"), frozenset({Role.COORDINATOR})),
    NavigationLink("/guides", N_("Peer guides"), frozenset({Role.COORDINATOR})),
)
