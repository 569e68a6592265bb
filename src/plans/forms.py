"""Parsing of the forms for a goal."""

from datetime import datetime

from foundation.forms import FormData, FormReader
from foundation.i18n import N_
from foundation.ids import ID_LENGTH, new_id
from plans.model import DESCRIPTION_LENGTH_MAX, THEME_NAMES, TITLE_LENGTH_MAX, Goal, GoalState, Theme


def parse_new_goal(form: FormData, citizen_id: str, now: datetime) -> Goal:
    """Returns a new goal, whose id is the form's key, so that a double click adds one.

    Raises ValidationErrors.
    """
    reader = FormReader(form)
    title, words, theme = _parse_fields(reader)
    reader.raise_if_invalid()
    key = form.text("key")
    return Goal(
        id=key if len(key) == ID_LENGTH and key.isalnum() else new_id(),
        citizen_id=citizen_id,
        title=title,
        words=words,
        theme=theme,
        state=GoalState.ACTIVE,
        created_at=now,
    )


def parse_changed_goal(form: FormData, citizen_id: str, goal_id: str, now: datetime) -> Goal:
    """Returns a goal as it was changed, with the version that the page showed. Raises ValidationErrors.

    `created_at` is `now` and is not to be stored.
    """
    reader = FormReader(form)
    title, words, theme = _parse_fields(reader)
    new_state = reader.choice(
        "state", {state.value: state for state in GoalState}, required=N_("Choose how it goes.")
    )
    version = reader.number(
        "version", minimum=1, maximum=1_000_000, required=N_("The page is too old. Open it again.")
    )
    reader.raise_if_invalid()
    return Goal(goal_id, citizen_id, title, words, theme, new_state, now, version)


def _parse_fields(reader: FormReader) -> tuple[str, str, Theme]:
    title = reader.text("title", required=N_("Write what you want."), length_max=TITLE_LENGTH_MAX)
    words = reader.text("words", length_max=DESCRIPTION_LENGTH_MAX)
    chosen_theme = reader.choice(
        "theme", {theme.value: theme for theme in THEME_NAMES}, required=N_("Choose what your goal is about.")
    )
    return " ".join(title.split()), words, chosen_theme
