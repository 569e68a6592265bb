"""Who has looked: the citizen's list on screen and on paper, and the leader's list of what is unusual."""

from litestar import Response, get
from litestar.params import FromQuery

from foundation.clock import local_date
from foundation.i18n import N_, Text
from foundation.pdf import Document, paper
from people.access.model import Purpose, Role
from people.access_history import letter_service, service
from people.access_history.letters import month_in_words
from people.access_history.presenter import looks_in_words, seen_paper
from people.directory import service as directory_service
from people.web.app_state import AppRequest
from people.web.context import reading
from people.web.responses import NavigationLink, frame, language, show
from people.web.rules import only

ON_PAPER_MAX = 500  # lines; the page on screen has them all
OWN = "yes"  # in the address: also what the citizen looked at


@get("/who-has-seen", opt=only(Role.CITIZEN), sync_to_thread=True)
def show_who_has_seen(
    request: AppRequest, page: FromQuery[int] = 1, own: FromQuery[str] = ""
) -> Response[str]:
    """Who else has looked at the citizen's data: when, who, what, why. On wish also what they looked at themselves."""
    page = max(1, page)
    names = frame(request).staff_names
    with reading(request) as visit:
        found = service.who_has_seen(visit, visit.person_id, page, staff_names=names, own=own == OWN)
        looks = looks_in_words(found.seen, visit.person_id, language(request))
        wants_letter, letters = letter_service.is_wanted(visit), letter_service.my_letters(visit)
    return show(
        request,
        "people/who_has_seen.html",
        looks=looks,
        count=found.count,
        restores=found.restores,
        page=page,
        page_length=directory_service.PAGE_LENGTH,
        own=own == OWN,
        wants_letter=wants_letter,
        letters=[(f"{one.month:%Y-%m}", month_in_words(one.month, language(request))) for one in letters],
    )


@get("/who-has-seen/print", opt=only(Role.CITIZEN), sync_to_thread=True)
def print_who_has_seen(request: AppRequest, own: FromQuery[str] = "") -> Response[str]:
    """The same on paper, without a way on to the next page: the newest lines."""
    return show(request, "print/document.html", paper=_document(request, own))


@get("/who-has-seen.pdf", opt=only(Role.CITIZEN), sync_to_thread=True)
def save_who_has_seen(request: AppRequest, own: FromQuery[str] = "") -> Response[bytes]:
    """The same as PDF."""
    made = _document(request, own)
    return Response(
        paper("document", made, language(request)),
        media_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="hvem-har-set-{made.written_on:%Y-%m-%d}.pdf"'
        },
    )


def _document(request: AppRequest, own: str) -> Document:
    place = frame(request)
    with reading(request) as visit:
        citizen = directory_service.citizen(visit, visit.person_id, Purpose.OWN)
        looks = service.who_has_seen(
            visit, visit.person_id, 1, ON_PAPER_MAX, staff_names=place.staff_names, own=own == OWN
        )
    return seen_paper(
        looks,
        citizen,
        visit.actor.helper,
        place.municipality,
        local_date(visit.now),
        language(request),
    )


@get("/unusual-reads", opt=only(Role.LEADER), sync_to_thread=True)
def show_unusual_reads(request: AppRequest) -> Response[str]:
    """What staff have read that a leader should ask about: who and how much, never of whom."""
    many = frame(request).many_reads
    with reading(request) as visit:
        found = service.unusual_reads(visit, many)
    return show(request, "people/unusual_reads.html", found=found, many=many, days=service.LOOKED_BACK.days)


ROUTES = (show_who_has_seen, print_who_has_seen, save_who_has_seen, show_unusual_reads)

NOTICES: dict[str, Text] = {}

NAVIGATION = (
    NavigationLink("/who-has-seen", N_("Who has looked"), frozenset({Role.CITIZEN})),
    NavigationLink("/unusual-reads", N_("Unusual reads"), frozenset({Role.LEADER})),
)
