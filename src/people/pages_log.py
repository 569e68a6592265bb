"""Who has looked: the citizen's list on screen and on paper, and the leader's list of what is unusual."""

from litestar import Response, get
from litestar.params import FromQuery

from foundation.language import N_, Text
from people import service
from people.model import Role
from people.screens import NavigationLink, frame, show
from people.visits import AppRequest, only, reading
from people.words import KIND_NAMES, PURPOSE_NAMES, ROLE_NAMES

PRINTED_MAX = 500  # lines on paper; the page on screen has them all


@get("/who-has-seen", opt=only(Role.CITIZEN), sync_to_thread=True)
def show_who_has_seen(request: AppRequest, page: FromQuery[int] = 1) -> Response[str]:
    """Who has looked at the citizen's own data: when, who, what, why."""
    return _who_has_seen(request, "people/who_has_seen.html", max(1, page), service.PAGE_LENGTH)


@get("/who-has-seen/print", opt=only(Role.CITIZEN), sync_to_thread=True)
def print_who_has_seen(request: AppRequest) -> Response[str]:
    """The same on paper, without a way on to the next page: the newest lines."""
    return _who_has_seen(request, "print/who_has_seen.html", 1, PRINTED_MAX)


def _who_has_seen(request: AppRequest, template: str, page: int, page_length: int) -> Response[str]:
    with reading(request) as visit:
        names = frame(request).staff_names
        seen, count = service.who_has_seen(visit, visit.person_id, page, page_length, staff_names=names)
        restores = service.restores(visit)
    return show(
        request,
        template,
        seen=seen,
        count=count,
        restores=restores,
        page=page,
        page_length=page_length,
        today=visit.now,
        role_names=ROLE_NAMES,
        kind_names=KIND_NAMES,
        purpose_names=PURPOSE_NAMES,
    )


@get("/unusual-reads", opt=only(Role.LEADER), sync_to_thread=True)
def show_unusual_reads(request: AppRequest) -> Response[str]:
    """What staff have read that a leader should ask about: who and how much, never of whom."""
    many = frame(request).many_reads
    with reading(request) as visit:
        found = service.unusual_reads(visit, many)
    return show(request, "people/unusual_reads.html", found=found, many=many, days=service.LOOKED_BACK.days)


ROUTES = (show_who_has_seen, print_who_has_seen, show_unusual_reads)

NOTICES: dict[str, Text] = {}

NAVIGATION = (
    NavigationLink("/who-has-seen", N_("Who has looked"), frozenset({Role.CITIZEN})),
    NavigationLink("/unusual-reads", N_("Unusual reads"), frozenset({Role.LEADER})),
)
