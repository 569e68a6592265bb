"""Goals: what a citizen wants, in the citizen's own words, with or without a formal plan."""

from datetime import datetime
from enum import StrEnum

import msgspec

from foundation.i18n import N_

TITLE_LENGTH_MAX = 120
DESCRIPTION_LENGTH_MAX = 2_000
GOALS_MAX = 30


class Theme(StrEnum):
    """Themes of activity and participation in Fælles Faglige Begreber, the terms of Danish social work."""

    RELATIONS = "relations"
    COMMUNITY = "community"
    COMMUNICATION = "communication"
    MOBILITY = "mobility"
    SELF_CARE = "self_care"
    PRACTICAL = "practical"


THEME_NAMES = {
    Theme.RELATIONS: N_("People around me"),
    Theme.COMMUNITY: N_("Taking part"),
    Theme.COMMUNICATION: N_("Talking and writing"),
    Theme.MOBILITY: N_("Getting around"),
    Theme.SELF_CARE: N_("Looking after myself"),
    Theme.PRACTICAL: N_("Everyday things"),
}


class GoalState(StrEnum):
    """How far a goal is. A goal that was put away can become active again."""

    ACTIVE = "active"
    REACHED = "reached"
    PUT_AWAY = "put_away"


STATE_NAMES = {
    GoalState.ACTIVE: N_("I work on this"),
    GoalState.REACHED: N_("I have got there"),
    GoalState.PUT_AWAY: N_("Put away for now"),
}


class Goal(msgspec.Struct, frozen=True):
    """One goal. `title` and `words` are the citizen's own words; the software never rewrites them."""

    id: str
    citizen_id: str
    title: str  # short enough for a line: "Lær at svømme"
    words: str  # why it matters to the citizen; may be empty
    theme: Theme
    state: GoalState
    created_at: datetime
    version: int = 1
