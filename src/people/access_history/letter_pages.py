"""The monthly letter about who has read: the citizen's subscription and letters, the coordinator's list to
print and post.
"""

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from foundation.i18n import N_, LazyText
from foundation.pdf import render_pdf
from people.access.model import Purpose, Role
from people.access_history import letter_service
from people.access_history.letter_service import LetterContent
from people.access_history.letters import format_month, month_after, parse_month
from people.access_history.presenter import letter_document
from people.web.app_state import AppRequest
from people.web.context import read_context, write_context
from people.web.responses import NavigationLink, form_data, language, redirect, render, site_context
from people.web.rules import require_role


@post("/who-has-seen/letter", opt=require_role(Role.CITIZEN), sync_to_thread=True, status_code=303)
def set_subscription(request: AppRequest) -> Response[None]:
    """Start or stop the monthly letter."""
    wanted = form_data(request).text("wanted") == "yes"
    with write_context(request) as context:
        letter_service.set_subscription(context, wanted=wanted)
    return redirect("/who-has-seen", request, flash="letter_begun" if wanted else "letter_stopped")


@get("/who-has-seen/letter.pdf", opt=require_role(Role.CITIZEN), sync_to_thread=True)
def download_own_letter(request: AppRequest, month: FromQuery[str] = "") -> Response[bytes]:
    """One of the citizen's own letters as PDF."""
    with read_context(request) as context:
        letter = letter_service.read_letter(
            context,
            context.person_id,
            parse_month(month),
            Purpose.OWN,
            staff_names=site_context(request).staff_names,
        )
    return _pdf_response(request, letter, language(request))


@get("/letters", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def show_letters(request: AppRequest) -> Response[str]:
    """The letters to print and post."""
    with read_context(request) as context:
        to_post = letter_service.to_post(context)
    letters = [(letter, format_month(letter.month, language(request))) for letter in to_post]
    return render(request, "people/access_history/letters.html", letters=letters)


@get("/citizens/{citizen_id:str}/seen-letter.pdf", opt=require_role(Role.COORDINATOR), sync_to_thread=True)
def download_letter(
    request: AppRequest, citizen_id: FromPath[str], month: FromQuery[str] = ""
) -> Response[bytes]:
    """A letter to print as PDF, in the citizen's language."""
    with read_context(request) as context:
        letter = letter_service.read_letter(
            context,
            citizen_id,
            parse_month(month),
            Purpose.LETTER,
            staff_names=site_context(request).staff_names,
        )
    return _pdf_response(request, letter, letter.citizen.language)


@post(
    "/citizens/{citizen_id:str}/seen-letter",
    opt=require_role(Role.COORDINATOR),
    sync_to_thread=True,
    status_code=303,
)
def record_posted(request: AppRequest, citizen_id: FromPath[str]) -> Response[None]:
    """Record that the letter was posted."""
    month = parse_month(form_data(request).text("month"))
    with write_context(request) as context:
        letter_service.record_posted(context, citizen_id, month)
    return redirect("/letters", request, flash="letter_posted")


def _pdf_response(request: AppRequest, letter: LetterContent, language_code: str) -> Response[bytes]:
    document = letter_document(
        letter.history,
        letter.citizen,
        letter.helper,
        format_month(letter.month, language_code),
        site_context(request).municipality,
        month_after(letter.month),
        language_code,
    )
    disposition = f'attachment; filename="hvem-har-set-{letter.month:%Y-%m}.pdf"'
    return Response(
        render_pdf("document", document, language_code),
        media_type="application/pdf",
        headers={"Content-Disposition": disposition},
    )


ROUTES = (set_subscription, download_own_letter, show_letters, download_letter, record_posted)

FLASH_MESSAGES = {
    "letter_begun": LazyText(N_("You get the letter each month from now on.")),
    "letter_stopped": LazyText(N_("You get no more letters.")),
    "letter_posted": LazyText(N_("The letter is noted as posted.")),
}

NAVIGATION = (NavigationLink("/letters", N_("Letters"), frozenset({Role.COORDINATOR})),)
