"""The administrator's pages about retention: what is due, the periods, the holds, and the register of processing."""

from litestar import Response, get

from foundation.clock import local_date
from foundation.db.actor import bypass_row_security
from foundation.i18n import N_, LazyText
from foundation.pdf import Document
from livsmester.erasure import requests
from livsmester.erasure.service import plan_erasure
from livsmester.processing_register.document import register_document
from livsmester.processing_register.model import translated_activities
from livsmester.settings import Settings
from people.access.model import Role
from people.retention import hold_service
from people.retention.model import RecordKind
from people.web.app_state import AppRequest
from people.web.context import read_context
from people.web.responses import NavigationLink, language, render, site_context
from people.web.rules import require_role

_ADMINISTRATOR = require_role(Role.ADMINISTRATOR)


@get("/retention", opt=_ADMINISTRATOR, sync_to_thread=True)
def show_retention(request: AppRequest) -> Response[str]:
    """Counts of what is due without names, the retention periods, the holds and the newest decisions."""
    settings: Settings = request.app.state.settings
    with read_context(request) as context:
        holds = hold_service.active_holds(context)
        decisions = requests.recent_decisions(context)
        # The plan needs everybody's dates, but administrators see no content: only counts leave this block.
        with bypass_row_security(context.db):
            plan = plan_erasure(context.db, settings.retention, context.now)
    kinds = [record.kind for record in plan.due.records]
    return render(
        request,
        "livsmester/erasure/retention.html",
        counts=(
            (N_("Wishes for a guide, with their pairings"), kinds.count(RecordKind.WISH)),
            (N_("Grants: words and receipts"), kinds.count(RecordKind.GRANT)),
            (N_("People"), len(plan.due.people)),
            (N_("Runs of the matching"), plan.expired.runs),
            (N_("Sign-ins, invitations and keys that ran out"), plan.expired.sign_ins),
            (N_("Texts from the finance system"), plan.expired.finance_lines),
        ),
        is_empty=plan.is_empty,
        held=len(plan.due.held_person_ids),
        holds=holds,
        decisions=decisions,
        retention=settings.retention,
        daily=settings.erase_daily,
    )


@get("/register", opt=_ADMINISTRATOR, sync_to_thread=True)
def show_register(request: AppRequest) -> Response[str]:
    """The register of processing as a page."""
    return render(request, "livsmester/erasure/processing_register.html", paper=_register_document(request))


@get("/register/print", opt=_ADMINISTRATOR, sync_to_thread=True)
def print_register(request: AppRequest) -> Response[str]:
    """The register of processing for printing."""
    return render(request, "print/document.html", paper=_register_document(request))


def _register_document(request: AppRequest) -> Document:
    settings: Settings = request.app.state.settings
    language_code = language(request)
    with read_context(request) as context:
        today = local_date(context.now)
    return register_document(
        translated_activities(settings.retention, language_code),
        site_context(request).municipality,
        today,
        language_code,
    )


ROUTES = (show_retention, show_register, print_register)

FLASH_MESSAGES: dict[str, LazyText] = {}

NAVIGATION = (NavigationLink("/retention", N_("Keeping and erasing"), frozenset({Role.ADMINISTRATOR})),)
