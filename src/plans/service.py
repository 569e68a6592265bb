"""Use cases of goals. `goal_titles` is this package's interface for `budgets`, which allocates money to
goals.
"""

import msgspec

from people.access.model import DataKind, Purpose
from people.audit.model import changed_fields
from people.web.context import RequestContext, record_change
from plans import store
from plans.errors import EditConflict, GoalNotFound, TooManyGoals
from plans.model import GOALS_MAX, Goal


def goals(context: RequestContext, citizen_id: str, purpose: Purpose) -> tuple[Goal, ...]:
    """Returns a citizen's goals, oldest first. Raises NotFound, NotAllowed."""
    context.authorize_read(citizen_id, DataKind.GOALS, purpose)
    return store.goals(context.db, citizen_id)


def goal_titles(context: RequestContext, citizen_id: str) -> dict[str, str]:
    """Returns the titles of a citizen's goals by id. Authorises nothing.

    The caller has authorised a read of the citizen's money, which includes what it is for: the titles, but
    nothing else of the goals.
    """
    return store.titles(context.db, citizen_id)


def goal(context: RequestContext, citizen_id: str, goal_id: str, purpose: Purpose) -> Goal:
    """Returns one goal of a citizen. Raises GoalNotFound, NotFound, NotAllowed."""
    context.authorize_read(citizen_id, DataKind.GOALS, purpose)
    stored = store.goal(context.db, goal_id)
    # One answer for both: a caller must not learn that another citizen's goal exists.
    if stored is None or stored.citizen_id != citizen_id:
        raise GoalNotFound
    return stored


def add_goal(context: RequestContext, new: Goal) -> None:
    """Adds a goal; changes nothing when its id exists (a double click).

    Raises TooManyGoals, NotFound, NotAllowed.
    """
    context.authorize_change(new.citizen_id, DataKind.GOALS)
    if store.goal(context.db, new.id) is not None:
        return
    if store.count(context.db, new.citizen_id) >= GOALS_MAX:
        raise TooManyGoals
    store.add(context.db, [new])
    # The log is append-only and can't be erased, so it never holds the citizen's words (ADR 0011).
    record_change(context, "plans:goal:add", new.id, {"theme": new.theme})


def change_goal(context: RequestContext, changed: Goal) -> None:
    """Saves a changed goal; `changed.version` is the version that the page showed.

    Raises GoalNotFound, EditConflict, NotFound, NotAllowed.
    """
    context.authorize_change(changed.citizen_id, DataKind.GOALS)
    stored = store.goal(context.db, changed.id)
    # Only the goal's own citizen was authorised above, so another citizen's goal counts as absent.
    if stored is None or stored.citizen_id != changed.citizen_id:
        raise GoalNotFound
    new = msgspec.structs.replace(changed, version=changed.version + 1)
    if not store.change(context.db, new):
        raise EditConflict
    # No titles or words: texts in an append-only log could never be erased (ADR 0011).
    details = {
        "state": [stored.state, changed.state],
        "theme": [stored.theme, changed.theme],
        "changed": changed_fields(stored, changed),
    }
    record_change(context, "plans:goal:change", changed.id, details)
