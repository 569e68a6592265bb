"""Reading a statement: who may, whose it is, and the grant's movements up to today."""

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
    """A statement with whose it is and what the goals are called, by id."""

    statement: Statement
    citizen: Person
    goal_titles: dict[str, str]


def of_citizen(
    context: RequestContext, citizen_id: str, purpose: Purpose, grant_id: str = ""
) -> CitizenStatement:
    """Today's statement of the budget that the citizen means, or of that grant. Raises NoSuchRecord."""
    opened = money_service.budget_overview(context, citizen_id, purpose, grant_id, movement_limit=0)
    if opened is None:
        raise NoSuchRecord
    grant = opened.budget.grant
    made = build_statement(
        grant, opened.budget.fund, movements.all_of_grant(context.db, grant.id), opened.today
    )
    return CitizenStatement(made, directory_service.citizen(context, citizen_id, purpose), opened.goal_titles)


def of_grant(context: RequestContext, grant_id: str) -> CitizenStatement:
    """The same for the budget officer. Raises NoSuchRecord."""
    citizen = money_service.citizen_of_grant(context, grant_id)
    return of_citizen(context, citizen.id, Purpose.BUDGET, grant_id)
