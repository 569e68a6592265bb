"""The errors of goals.

PlansError
├── GoalNotFound    the citizen has no goal with that id
├── EditConflict    somebody else has saved the goal since the page was opened
└── TooManyGoals    the citizen already has `GOALS_MAX` goals
"""


class PlansError(Exception):
    """The root of this package's errors."""


class GoalNotFound(PlansError):
    """The citizen has no goal with that id."""


class EditConflict(PlansError):
    """Somebody else has saved the goal since the page was opened."""


class TooManyGoals(PlansError):
    """The citizen already has `GOALS_MAX` goals."""
