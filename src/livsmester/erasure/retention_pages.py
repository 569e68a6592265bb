"""What an administrator sees of keeping and erasing: what is due, the times, the holds, and the register of processing."""

from litestar import Response, get

from foundation.clock import local_date
from foundation.db.actor import as_system
from foundation.i18n import N_, Text
from foundation.pdf import Document
from livsmester.erasure import requests
from livsmester.erasure.service import plan
from livsmester.processing_register.document import document
from livsmester.processing_register.model import processing
from livsmester.settings import Settings
from people.access.model import Role
from people.retention import hold_service
from people.retention.model import Matter
from people.web.app_state import AppRequest
from people.web.context import reading
from people.web.responses import NavigationLink, frame, language, show
from people.web.rules import only

_ADMINISTRATOR = only(Role.ADMINISTRATOR)


@get("/retention", opt=_ADMINISTRATOR, sync_to_thread=True)
def show_retention(request: AppRequest) -> Response[str]:
    """How much is due, never about whom; for how long what is kept; and who is held back."""
    settings: Settings = request.app.state.settings
    with reading(request) as visit:
        holds = hold_service.lasting(visit)
        answers = requests.answers(visit)
        with as_system(visit.db):
            found = plan(visit.db, settings.retention, visit.now)
    kinds = [one.matter for one in found.due.matters]
    return show(
        request,
        "livsmester/retention.html",
        counts=(
            (N_("Wishes for a guide, with their pairings"), kinds.count(Matter.WISH)),
            (N_("Grants: words and receipts"), kinds.count(Matter.GRANT)),
            (N_("People"), len(found.due.people)),
            (N_("Runs of the matching"), found.swept.runs),
            (N_("Sign-ins, invitations and keys that ran out"), found.swept.sign_ins),
            (N_("Texts from the finance system"), found.swept.finance_lines),
        ),
        is_empty=found.is_empty,
        held=len(found.due.held),
        holds=holds,
        answers=answers,
        retention=settings.retention,
        daily=settings.erase_daily,
    )


@get("/register", opt=_ADMINISTRATOR, sync_to_thread=True)
def show_register(request: AppRequest) -> Response[str]:
    """The register of processing, to read."""
    return show(request, "livsmester/register.html", paper=_register(request))


@get("/register/print", opt=_ADMINISTRATOR, sync_to_thread=True)
def print_register(request: AppRequest) -> Response[str]:
    """The same to print."""
    return show(request, "print/document.html", paper=_register(request))


def _register(request: AppRequest) -> Document:
    settings: Settings = request.app.state.settings
    spoken = language(request)
    with reading(request) as visit:
        today = local_date(visit.now)
    return document(processing(settings.retention, spoken), frame(request).municipality, today, spoken)


ROUTES = (show_retention, show_register, print_register)

NOTICES: dict[str, Text] = {}

NAVIGATION = (NavigationLink("/retention", N_("Keeping and erasing"), frozenset({Role.ADMINISTRATOR})),)
