"""Reading a statement: who may, whose it is, and the grant's movements up to today."""

import msgspec

from budgets.errors import NoSuchRecord
from budgets.money import service as money_service
from budgets.records import movements
from budgets.statements.model import Statement, statement
from people.access.model import Purpose
from people.directory import service as directory_service
from people.directory.model import Person
from people.web.context import Visit


class OpenStatement(msgspec.Struct, frozen=True):
    """A statement with whose it is and what the goals are called, by id."""

    statement: Statement
    citizen: Person
    titles: dict[str, str]


def of_citizen(visit: Visit, citizen_id: str, purpose: Purpose, grant_id: str = "") -> OpenStatement:
    """Today's statement of the budget that the citizen means, or of that grant. Raises NoSuchRecord."""
    opened = money_service.open_budget(visit, citizen_id, purpose, grant_id, newest=0)
    if opened is None:
        raise NoSuchRecord
    grant = opened.budget.grant
    made = statement(grant, opened.budget.fund, movements.on_grant(visit.db, grant.id), opened.today)
    return OpenStatement(made, directory_service.citizen(visit, citizen_id, purpose), opened.titles)


def of_grant(visit: Visit, grant_id: str) -> OpenStatement:
    """The same for the budget officer. Raises NoSuchRecord."""
    citizen = money_service.citizen_of_grant(visit, grant_id)
    return of_citizen(visit, citizen.id, Purpose.BUDGET, grant_id)
