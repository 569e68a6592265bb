"""Explains the access policy's decision for a user and a record, without showing the record."""

from collections.abc import Callable

from litestar import Response, get
from litestar.params import FromPath, FromQuery
from sqlalchemy import Connection

from budgets.records import funds as fund_records
from budgets.records import requests as request_records
from foundation.db.actor import bypass_row_security
from foundation.i18n import N_, LazyText, translations
from guides.pairings import store as pairings_store
from guides.pool import store as pool_store
from people.access.labels import ROLE_NAMES
from people.access.model import Actor, DataKind, Role
from people.access.policy import AccessDecision, AccessOutcome, Action
from people.directory import store as directory_store
from people.emergency_access.pages import STAFF_KIND_NAMES
from people.user_admin import service as user_admin_service
from people.web.app_state import AppRequest
from people.web.context import RequestContext, read_context
from people.web.responses import NavigationLink, language, render
from people.web.rules import require_role
from plans import store as plans_store

ACTION_NAMES = {Action.READ: N_("Read"), Action.CHANGE: N_("Change")}
DATA_KIND_NAMES = {
    DataKind.IDENTITY: N_("Name and phone"),
    **STAFF_KIND_NAMES,
    DataKind.CPR: N_("CPR number"),
    DataKind.CONSENT: N_("Consent"),
    DataKind.ACCESS_LOG: N_("Who has seen"),
    DataKind.LETTER: N_("The monthly letter"),
}
OUTCOME_NAMES = {
    AccessOutcome.GRANTED: N_("Yes"),
    AccessOutcome.DENIED: N_("No"),
    AccessOutcome.NEEDS_BREAK_GLASS: N_("Only in an emergency, with a reason"),
}


@get("/users/{person_id:str}/why", opt=require_role(Role.ADMINISTRATOR), sync_to_thread=True)
def show_access_check(
    request: AppRequest,
    person_id: FromPath[str],
    action: FromQuery[str] = "read",
    kind: FromQuery[str] = "identity",
    record: FromQuery[str] = "",
) -> Response[str]:
    """The access decision for a user, an action, a kind of data and a record, and the rule behind it."""
    checked_action = Action(action) if action in ACTION_NAMES else Action.READ
    data_kind = DataKind(kind) if kind in DATA_KIND_NAMES else DataKind.IDENTITY
    with read_context(request) as context:
        user = user_admin_service.user(context, person_id)
        user_context = RequestContext(context.db, Actor(person_id, roles=user.roles), context.now)
        # An administrator has no relationship to the citizen, so row-level security would hide the record.
        # Only the decision is shown, never the record.
        with bypass_row_security(context.db):
            citizen_id = citizen_of_record(context.db, record.strip()) if record.strip() else None
            decision = user_context.decision(citizen_id, checked_action, data_kind) if citizen_id else None
    gettext = translations(language(request)).gettext
    return render(
        request,
        "livsmester/administration/access_check.html",
        user=user,
        checked_action=checked_action,
        kind=data_kind,
        record=record.strip(),
        known=citizen_id is not None,
        decision=None if user.disabled_at is not None else decision,
        outcome_names=OUTCOME_NAMES,
        seen_as=_expected_response(decision),
        role_names=ROLE_NAMES,
        action_choices=tuple((action.value, gettext(name)) for action, name in ACTION_NAMES.items()),
        kind_choices=tuple((kind.value, gettext(name)) for kind, name in DATA_KIND_NAMES.items()),
    )


def _expected_response(decision: AccessDecision | None) -> str:
    if decision is None or decision.granted:
        return ""
    # Without a relationship a foreign record is answered as an absent one, so nobody learns that it exists.
    return N_("Told that it is not theirs") if decision.related else N_("Told that there is no such page")


def citizen_of_record(db: Connection, record_id: str) -> str | None:
    """The id of the citizen whom a record is about; None for an unknown id.

    `record_id` is that of a citizen, request, pairing, goal, grant or receipt.
    """
    if any(assignment.role is Role.CITIZEN for assignment in directory_store.roles(db, record_id)):
        return record_id
    return next((citizen_id for lookup in _CITIZEN_LOOKUPS if (citizen_id := lookup(db, record_id))), None)


def _citizen_of_request(db: Connection, record_id: str) -> str | None:
    record = pool_store.request(db, record_id)
    return None if record is None else record.citizen_id


def _citizen_of_pairing(db: Connection, record_id: str) -> str | None:
    pairing = pairings_store.pairing(db, record_id)
    return None if pairing is None else pairing.citizen_id


def _citizen_of_goal(db: Connection, record_id: str) -> str | None:
    goal = plans_store.goal(db, record_id)
    return None if goal is None else goal.citizen_id


def _citizen_of_grant(db: Connection, record_id: str) -> str | None:
    grant = fund_records.grant(db, record_id)
    return None if grant is None else grant.citizen_id


def _citizen_of_receipt(db: Connection, record_id: str) -> str | None:
    grant_id = request_records.grant_of_receipt(db, record_id)
    return None if grant_id is None else _citizen_of_grant(db, grant_id)


_CITIZEN_LOOKUPS: tuple[Callable[[Connection, str], str | None], ...] = (
    _citizen_of_request,
    _citizen_of_pairing,
    _citizen_of_goal,
    _citizen_of_grant,
    _citizen_of_receipt,
)

ROUTES = (show_access_check,)
FLASH_MESSAGES: dict[str, LazyText] = {}
NAVIGATION: tuple[NavigationLink, ...] = ()
