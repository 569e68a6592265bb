"""Who has read: the citizen's list on screen and in print, and the leader's list of unusual reads."""

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

PRINTED_ENTRIES_MAX = 500  # the page has all of them
INCLUDE_OWN = "yes"  # in the URL: also the citizen's own reads


@get("/who-has-seen", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def show_access_history(
    request: AppRequest, page: FromQuery[int] = 1, own: FromQuery[str] = ""
) -> Response[str]:
    """Who else has read the citizen's data: when, who, what, why. Optionally also the citizen's own reads."""
    page = max(1, page)
    staff_names = site_context(request).staff_names
    with read_context(request) as context:
        history = service.access_history(
            context, context.person_id, page, staff_names=staff_names, include_own=own == INCLUDE_OWN
        )
        summaries = summarize(history.entries, context.person_id, language(request))
        wants_letter, letters = letter_service.is_subscribed(context), letter_service.my_letters(context)
    return render(
        request,
        "people/access_history/history.html",
        looks=summaries,
        count=history.count,
        restores=history.restores,
        page=page,
        page_length=directory_service.PAGE_LENGTH,
        own=own == INCLUDE_OWN,
        wants_letter=wants_letter,
        letters=[
            (f"{letter.month:%Y-%m}", format_month(letter.month, language(request))) for letter in letters
        ],
    )


@get("/who-has-seen/print", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def print_access_history(request: AppRequest, own: FromQuery[str] = "") -> Response[str]:
    """The same for print: the newest entries, without pages."""
    return render(request, "print/document.html", paper=_history_document(request, own))


@get("/who-has-seen.pdf", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def download_access_history(request: AppRequest, own: FromQuery[str] = "") -> Response[bytes]:
    """The same as PDF."""
    document = _history_document(request, own)
    return Response(
        render_pdf("document", document, language(request)),
        media_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="hvem-har-set-{document.written_on:%Y-%m-%d}.pdf"'
        },
    )


def _history_document(request: AppRequest, include_own: str) -> Document:
    site = site_context(request)
    with read_context(request) as context:
        citizen = directory_service.citizen(context, context.person_id, Purpose.OWN)
        history = service.access_history(
            context,
            context.person_id,
            1,
            PRINTED_ENTRIES_MAX,
            staff_names=site.staff_names,
            include_own=include_own == INCLUDE_OWN,
        )
    return history_document(
        history,
        citizen,
        context.actor.helper,
        site.municipality,
        local_date(context.now),
        language(request),
    )


@get("/unusual-reads", opt=require_role(Role.LEADER), sync_to_thread=True)
def show_unusual_reads(request: AppRequest) -> Response[str]:
    """Reads by staff that a leader should ask about: who and how many, never of whom."""
    threshold = site_context(request).unusual_reads_threshold
    with read_context(request) as context:
        findings = service.unusual_reads(context, threshold)
    return render(
        request,
        "people/access_history/unusual_reads.html",
        found=findings,
        many=threshold,
        days=service.UNUSUAL_READS_PERIOD.days,
    )


ROUTES = (show_access_history, print_access_history, download_access_history, show_unusual_reads)

FLASH_MESSAGES: dict[str, LazyText] = {}

NAVIGATION = (
    NavigationLink("/who-has-seen", N_("Who has looked"), frozenset({Role.CITIZEN})),
    NavigationLink("/unusual-reads", N_("Unusual reads"), frozenset({Role.LEADER})),
)
