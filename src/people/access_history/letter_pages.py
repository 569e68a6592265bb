"""The monthly letter of who has looked: the citizen's switch and papers, the coordinator's list to print and post."""

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery

from foundation.i18n import N_, Text
from foundation.pdf import paper
from people.access.model import Purpose, Role
from people.access_history import letter_service
from people.access_history.letter_service import OpenLetter
from people.access_history.letters import month_after, month_in_words, read_month
from people.access_history.presenter import letter_paper
from people.web.app_state import AppRequest
from people.web.context import reading, writing
from people.web.responses import NavigationLink, frame, go, language, posted, show
from people.web.rules import only


@post("/who-has-seen/letter", opt=only(Role.CITIZEN), sync_to_thread=True, status_code=303)
def want_letter(request: AppRequest) -> Response[None]:
    """Begin the monthly letter, or stop it."""
    wanted = posted(request).text("wanted") == "yes"
    with writing(request) as visit:
        letter_service.want(visit, wanted=wanted)
    return go("/who-has-seen", request, notice="letter_begun" if wanted else "letter_stopped")


@get("/who-has-seen/letter.pdf", opt=only(Role.CITIZEN), sync_to_thread=True)
def save_own_letter(request: AppRequest, month: FromQuery[str] = "") -> Response[bytes]:
    """One of the citizen's own letters."""
    with reading(request) as visit:
        opened = letter_service.open_letter(
            visit,
            visit.person_id,
            read_month(month),
            Purpose.OWN,
            staff_names=frame(request).staff_names,
        )
    return _pdf(request, opened, language(request))


@get("/letters", opt=only(Role.COORDINATOR), sync_to_thread=True)
def show_letters(request: AppRequest) -> Response[str]:
    """The letters to print and post."""
    with reading(request) as visit:
        found = letter_service.to_post(visit)
    letters = [(one, month_in_words(one.month, language(request))) for one in found]
    return show(request, "people/letters.html", letters=letters)


@get("/citizens/{citizen_id:str}/seen-letter.pdf", opt=only(Role.COORDINATOR), sync_to_thread=True)
def save_letter(
    request: AppRequest, citizen_id: FromPath[str], month: FromQuery[str] = ""
) -> Response[bytes]:
    """A letter to print, in the citizen's language."""
    with reading(request) as visit:
        opened = letter_service.open_letter(
            visit, citizen_id, read_month(month), Purpose.LETTER, staff_names=frame(request).staff_names
        )
    return _pdf(request, opened, opened.citizen.language)


@post(
    "/citizens/{citizen_id:str}/seen-letter", opt=only(Role.COORDINATOR), sync_to_thread=True, status_code=303
)
def note_posted(request: AppRequest, citizen_id: FromPath[str]) -> Response[None]:
    """The letter is in the post."""
    with writing(request) as visit:
        letter_service.note_posted(visit, citizen_id, read_month(posted(request).text("month")))
    return go("/letters", request, notice="letter_posted")


def _pdf(request: AppRequest, opened: OpenLetter, spoken: str) -> Response[bytes]:
    made = letter_paper(
        opened.looks,
        opened.citizen,
        opened.helper,
        month_in_words(opened.month, spoken),
        frame(request).municipality,
        month_after(opened.month),
        spoken,
    )
    name = f'attachment; filename="hvem-har-set-{opened.month:%Y-%m}.pdf"'
    return Response(
        paper("document", made, spoken),
        media_type="application/pdf",
        headers={"Content-Disposition": name},
    )


ROUTES = (want_letter, save_own_letter, show_letters, save_letter, note_posted)

NOTICES = {
    "letter_begun": Text(N_("You get the letter each month from now on.")),
    "letter_stopped": Text(N_("You get no more letters.")),
    "letter_posted": Text(N_("The letter is noted as posted.")),
}

NAVIGATION = (NavigationLink("/letters", N_("Letters"), frozenset({Role.COORDINATOR})),)
