"""Goal texts and their purchases, read from `demo/texts`, one file per theme."""

import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from plans.model import Theme


class GoalText(msgspec.Struct, frozen=True):
    """A goal in a citizen's words, purchases with prices in whole kroner, and what was learnt from them."""

    theme: Theme
    title: str
    words: str
    buys: dict[str, int]
    learnt: str


class _ThemeFile(msgspec.Struct):
    goal: list[dict[str, object]]


@cache
def goal_texts() -> tuple[GoalText, ...]:
    """All goal texts, ordered by theme, then as in the file."""
    goals: list[GoalText] = []
    for theme in Theme:
        text = (files("livsmester") / "demo" / "texts" / f"{theme}.toml").read_text("utf-8")
        entries = msgspec.convert(tomllib.loads(text), _ThemeFile).goal
        goals += [msgspec.convert({"theme": theme, **entry}, GoalText) for entry in entries]
    return tuple(goals)


@cache
def goal_by_title(title: str) -> GoalText:
    """The goal text with that title. Raises StopIteration for an unknown title."""
    return next(text for text in goal_texts() if text.title == title)
