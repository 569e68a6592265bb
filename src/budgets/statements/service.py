"""Reads a statement: authorises, and builds it from the grant's movements up to today."""

import msgspec

from budgets.errors import NoSuchRecord
from budgets.money import service as money_service
from budgets.records import movements
from budgets.statements.model import Statement, build_statement
from people.access.model import Purpose
from people.directory import service as directory_service
from people.directory.model import Person
from people.web.context import RequestContext


class CitizenStatement(msgspec.Struct, frozen=True):
    """A statement with its citizen and the titles of the goals, by id."""

    statement: Statement
    citizen: Person
    goal_titles: dict[str, str]


def of_citizen(
    context: RequestContext, citizen_id: str, purpose: Purpose, grant_id: str = ""
) -> CitizenStatement:
    """Today's statement of the citizen's current budget, or of that grant.

    Raises NoSuchRecord, NotFound, NotAllowed.
    """
    overview = money_service.budget_overview(context, citizen_id, purpose, grant_id, movement_limit=0)
    if overview is None:
        raise NoSuchRecord
    grant = overview.budget.grant
    statement = build_statement(
        grant, overview.budget.fund, movements.all_of_grant(context.db, grant.id), overview.today
    )
    citizen = directory_service.citizen(context, citizen_id, purpose)
    return CitizenStatement(statement, citizen, overview.goal_titles)


def of_grant(context: RequestContext, grant_id: str, purpose: Purpose | None = None) -> CitizenStatement:
    """Today's statement of a grant, read for that purpose or (None) for the purpose of the actor's role.

    Raises NoSuchRecord, NotFound, NotAllowed.
    """
    citizen_id = money_service.citizen_id_of_grant(context, grant_id)
    purpose = purpose or money_service.read_purpose(context, citizen_id)
    return of_citizen(context, citizen_id, purpose, grant_id)
