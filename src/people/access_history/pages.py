"""Who has looked: the citizen's list on screen and on paper, and the leader's list of what is unusual."""

from litestar import Response, get
from litestar.params import FromQuery

from foundation.clock import local_date
from foundation.i18n import N_, LazyText
from foundation.pdf import Document, render_pdf
from people.access.model import Purpose, Role
from people.access_history import letter_service, service
from people.access_history.letters import format_month
from people.access_history.presenter import history_document, summarize
from people.directory import service as directory_service
from people.web.app_state import AppRequest
from people.web.context import read_context
from people.web.responses import NavigationLink, language, render, site_context
from people.web.rules import require_role

PRINTED_ENTRIES_MAX = 500  # lines; the page on screen has them all
INCLUDE_OWN = "yes"  # in the address: also what the citizen looked at


@get("/who-has-seen", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_access_history(
    request: AppRequest, page: FromQuery[int] = 1, own: FromQuery[str] = ""
) -> Response[str]:
    """Who else has looked at the citizen's data: when, who, what, why. On wish also what they looked at themselves."""
    page = max(1, page)
    names = site_context(request).staff_names
    with read_context(request) as context:
        found = service.access_history(
            context, context.person_id, page, staff_names=names, include_own=own == INCLUDE_OWN
        )
        looks = summarize(found.entries, context.person_id, language(request))
        wants_letter, letters = letter_service.is_subscribed(context), letter_service.my_letters(context)
    return render(
        request,
        "people/access_history/history.html",
        looks=looks,
        count=found.count,
        restores=found.restores,
        page=page,
        page_length=directory_service.PAGE_LENGTH,
        own=own == INCLUDE_OWN,
        wants_letter=wants_letter,
        letters=[(f"{one.month:%Y-%m}", format_month(one.month, language(request))) for one in letters],
    )


@get("/who-has-seen/print", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def print_access_history(request: AppRequest, own: FromQuery[str] = "") -> Response[str]:
    """The same on paper, without a way on to the next page: the newest lines."""
    return render(request, "print/document.html", paper=_history_document(request, own))


@get("/who-has-seen.pdf", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def download_access_history(request: AppRequest, own: FromQuery[str] = "") -> Response[bytes]:
    """The same as PDF."""
    made = _history_document(request, own)
    return Response(
        render_pdf("document", made, language(request)),
        media_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="hvem-har-set-{made.written_on:%Y-%m-%d}.pdf"'
        },
    )


def _history_document(request: AppRequest, include_own: str) -> Document:
    place = site_context(request)
    with read_context(request) as context:
        citizen = directory_service.citizen(context, context.person_id, Purpose.OWN)
        looks = service.access_history(
            context,
            context.person_id,
            1,
            PRINTED_ENTRIES_MAX,
            staff_names=place.staff_names,
            include_own=include_own == INCLUDE_OWN,
        )
    return history_document(
        looks,
        citizen,
        context.actor.helper,
        place.municipality,
        local_date(context.now),
        language(request),
    )


@get("/unusual-reads", opt=require_role(Role.LEADER), sync_to_thread=True)
def show_unusual_reads(request: AppRequest) -> Response[str]:
    """What staff have read that a leader should ask about: who and how much, never of whom."""
    many = site_context(request).unusual_reads_threshold
    with read_context(request) as context:
        found = service.unusual_reads(context, many)
    return render(
        request,
        "people/access_history/unusual_reads.html",
        found=found,
        many=many,
        days=service.UNUSUAL_READS_PERIOD.days,
    )


ROUTES = (show_access_history, print_access_history, download_access_history, show_unusual_reads)

FLASH_MESSAGES: dict[str, LazyText] = {}

NAVIGATION = (
    NavigationLink("/who-has-seen", N_("Who has looked"), frozenset({Role.CITIZEN})),
    NavigationLink("/unusual-reads", N_("Unusual reads"), frozenset({Role.LEADER})),
)
