"""What can be done with goals. `goal_titles` is this package's door for `budgets`, whose envelopes belong to goals."""

import msgspec

from people.access.model import DataKind, Purpose
from people.audit.model import names_changed
from people.web.context import Visit, record
from plans import store
from plans.errors import GoalChanged, NoSuchGoal, TooManyGoals
from plans.model import GOALS_MAX, Goal


def goals(visit: Visit, citizen_id: str, purpose: Purpose) -> tuple[Goal, ...]:
    """A citizen's goals, oldest first."""
    visit.look(citizen_id, DataKind.GOALS, purpose)
    return store.goals(visit.db, citizen_id)


def goal_titles(visit: Visit, citizen_id: str) -> dict[str, str]:
    """The titles of a citizen's goals by id, for whoever may see the money that goes to them.

    The right to the money, which the caller has asked for, is the right to what it is for; nothing else of the goal.
    """
    return store.titles(visit.db, citizen_id)


def goal(visit: Visit, citizen_id: str, goal_id: str, purpose: Purpose) -> Goal:
    """One goal of a citizen. Raises NoSuchGoal."""
    visit.look(citizen_id, DataKind.GOALS, purpose)
    found = store.goal(visit.db, goal_id)
    if found is None or found.citizen_id != citizen_id:
        raise NoSuchGoal
    return found


def add_goal(visit: Visit, new: Goal) -> None:
    """Add a goal; the same id a second time (a double click) changes nothing. Raises TooManyGoals."""
    visit.touch(new.citizen_id, DataKind.GOALS)
    if store.goal(visit.db, new.id) is not None:
        return
    if store.count(visit.db, new.citizen_id) >= GOALS_MAX:
        raise TooManyGoals
    store.add(visit.db, [new])
    record(visit, "plans:goal:add", new.id, {"theme": new.theme})


def change_goal(visit: Visit, changed: Goal) -> None:
    """Save a goal as it was changed; `changed.version` is the version that the page showed.

    Raises NoSuchGoal, GoalChanged.
    """
    visit.touch(changed.citizen_id, DataKind.GOALS)
    found = store.goal(visit.db, changed.id)
    if found is None or found.citizen_id != changed.citizen_id:
        raise NoSuchGoal
    new = msgspec.structs.replace(changed, version=changed.version + 1)
    if not store.change(visit.db, new):
        raise GoalChanged
    facts = {"state": [found.state, changed.state], "theme": [found.theme, changed.theme]}
    record(visit, "plans:goal:change", changed.id, facts | {"changed": names_changed(found, changed)})
