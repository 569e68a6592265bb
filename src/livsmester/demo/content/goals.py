"""Goals in citizens' own words with the purchases that go with them, out of `demo/texts`, a file for each theme."""

import tomllib
from functools import cache
from importlib.resources import files

import msgspec

from plans.model import Theme


class GoalText(msgspec.Struct, frozen=True):
    """A goal as a citizen puts it, what is bought for it in whole kroner, and what was learnt after."""

    theme: Theme
    title: str
    words: str
    buys: dict[str, int]
    learnt: str


class _ThemeFile(msgspec.Struct):
    goal: list[dict[str, object]]


@cache
def goal_texts() -> tuple[GoalText, ...]:
    """All of them, by theme and then in the file's order."""
    found: list[GoalText] = []
    for theme in Theme:
        text = (files("livsmester") / "demo" / "texts" / f"{theme}.toml").read_text("utf-8")
        entries = msgspec.convert(tomllib.loads(text), _ThemeFile).goal
        found += [msgspec.convert({"theme": theme, **entry}, GoalText) for entry in entries]
    return tuple(found)


@cache
def goal_by_title(title: str) -> GoalText:
    """The goal with that title. Raises StopIteration for one that isn't there."""
    return next(text for text in goal_texts() if text.title == title)
