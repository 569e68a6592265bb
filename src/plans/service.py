"""What can be done with goals. `goal_titles` is this package's door for `budgets`, whose envelopes belong to goals."""

import msgspec

from people.access.model import DataKind, Purpose
from people.audit.model import changed_fields
from people.web.context import RequestContext, record_change
from plans import store
from plans.errors import EditConflict, GoalNotFound, TooManyGoals
from plans.model import GOALS_MAX, Goal


def goals(context: RequestContext, citizen_id: str, purpose: Purpose) -> tuple[Goal, ...]:
    """A citizen's goals, oldest first."""
    context.authorize_read(citizen_id, DataKind.GOALS, purpose)
    return store.goals(context.db, citizen_id)


def goal_titles(context: RequestContext, citizen_id: str) -> dict[str, str]:
    """The titles of a citizen's goals by id, for whoever may see the money that goes to them.

    The right to the money, which the caller has asked for, is the right to what it is for; nothing else of the goal.
    """
    return store.titles(context.db, citizen_id)


def goal(context: RequestContext, citizen_id: str, goal_id: str, purpose: Purpose) -> Goal:
    """One goal of a citizen. Raises GoalNotFound."""
    context.authorize_read(citizen_id, DataKind.GOALS, purpose)
    found = store.goal(context.db, goal_id)
    if found is None or found.citizen_id != citizen_id:
        raise GoalNotFound
    return found


def add_goal(context: RequestContext, new: Goal) -> None:
    """Add a goal; the same id a second time (a double click) changes nothing. Raises TooManyGoals."""
    context.authorize_change(new.citizen_id, DataKind.GOALS)
    if store.goal(context.db, new.id) is not None:
        return
    if store.count(context.db, new.citizen_id) >= GOALS_MAX:
        raise TooManyGoals
    store.add(context.db, [new])
    record_change(context, "plans:goal:add", new.id, {"theme": new.theme})


def change_goal(context: RequestContext, changed: Goal) -> None:
    """Save a goal as it was changed; `changed.version` is the version that the page showed.

    Raises GoalNotFound, EditConflict.
    """
    context.authorize_change(changed.citizen_id, DataKind.GOALS)
    found = store.goal(context.db, changed.id)
    if found is None or found.citizen_id != changed.citizen_id:
        raise GoalNotFound
    new = msgspec.structs.replace(changed, version=changed.version + 1)
    if not store.change(context.db, new):
        raise EditConflict
    facts = {"state": [found.state, changed.state], "theme": [found.theme, changed.theme]}
    record_change(
        context, "plans:goal:change", changed.id, facts | {"changed": changed_fields(found, changed)}
    )
