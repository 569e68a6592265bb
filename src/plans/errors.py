"""What can go wrong around goals.

PlansError
├── GoalNotFound      no goal with that id among this citizen's
├── EditConflict     somebody saved the goal since the page was opened
└── TooManyGoals    the citizen has as many goals as a person can keep in view
"""


class PlansError(Exception):
    """The root of this package's errors."""


class GoalNotFound(PlansError):
    """No goal with that id among this citizen's."""


class EditConflict(PlansError):
    """Somebody saved the goal since the page was opened."""


class TooManyGoals(PlansError):
    """The citizen has as many goals as a person can keep in view."""
