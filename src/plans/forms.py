"""Posted goals → goals, or all that is wrong with them."""

from datetime import datetime

from foundation.forms import FormReader, Posted
from foundation.i18n import N_
from foundation.ids import ID_LENGTH, new_id
from plans.model import THEME_NAMES, TITLE_LENGTH_MAX, WORDS_LENGTH_MAX, Goal, GoalState, Theme


def read_new_goal(posted: Posted, citizen_id: str, now: datetime) -> Goal:
    """A new goal; the form's key is its id, so that a double press adds one. Raises FormFaults."""
    reader = FormReader(posted)
    title, words, theme = _read(reader)
    reader.finish()
    key = posted.text("key")
    return Goal(
        id=key if len(key) == ID_LENGTH and key.isalnum() else new_id(),
        citizen_id=citizen_id,
        title=title,
        words=words,
        theme=theme,
        state=GoalState.ACTIVE,
        created_at=now,
    )


def read_changed_goal(posted: Posted, citizen_id: str, goal_id: str, now: datetime) -> Goal:
    """A goal as it was changed, with the version that the page showed. Raises FormFaults."""
    reader = FormReader(posted)
    title, words, theme = _read(reader)
    state = reader.choice("state", {one.value: one for one in GoalState}, required=N_("Choose how it goes."))
    version = reader.number(
        "version", least=1, most=1_000_000, required=N_("The page is too old. Open it again.")
    )
    reader.finish()
    return Goal(goal_id, citizen_id, title, words, theme, state, now, version)


def _read(reader: FormReader) -> tuple[str, str, Theme]:
    title = reader.text("title", required=N_("Write what you want."), longest=TITLE_LENGTH_MAX)
    words = reader.text("words", longest=WORDS_LENGTH_MAX)
    theme = reader.choice(
        "theme", {one.value: one for one in THEME_NAMES}, required=N_("Choose what your goal is about.")
    )
    return " ".join(title.split()), words, theme
