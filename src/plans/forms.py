"""Posted goals → goals, or all that is wrong with them."""

from datetime import datetime

from foundation.forms import FormData, FormReader
from foundation.i18n import N_
from foundation.ids import ID_LENGTH, new_id
from plans.model import DESCRIPTION_LENGTH_MAX, THEME_NAMES, TITLE_LENGTH_MAX, Goal, GoalState, Theme


def parse_new_goal(form: FormData, citizen_id: str, now: datetime) -> Goal:
    """A new goal; the form's key is its id, so that a double press adds one. Raises ValidationErrors."""
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
    """A goal as it was changed, with the version that the page showed. Raises ValidationErrors."""
    reader = FormReader(form)
    title, words, theme = _parse_fields(reader)
    state = reader.choice("state", {one.value: one for one in GoalState}, required=N_("Choose how it goes."))
    version = reader.number(
        "version", minimum=1, maximum=1_000_000, required=N_("The page is too old. Open it again.")
    )
    reader.raise_if_invalid()
    return Goal(goal_id, citizen_id, title, words, theme, state, now, version)


def _parse_fields(reader: FormReader) -> tuple[str, str, Theme]:
    title = reader.text("title", required=N_("Write what you want."), length_max=TITLE_LENGTH_MAX)
    words = reader.text("words", length_max=DESCRIPTION_LENGTH_MAX)
    theme = reader.choice(
        "theme", {one.value: one for one in THEME_NAMES}, required=N_("Choose what your goal is about.")
    )
    return " ".join(title.split()), words, theme
