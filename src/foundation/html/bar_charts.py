"""What a picture of bars shows: groups of labelled bars, told apart by their pattern and by the words above each.

Pure values; `templates/components/bars.html` draws them, so that they can be read without colour, on paper and aloud.
"""

from collections.abc import Iterable

import msgspec

from foundation.i18n import LazyText


class Bar(msgspec.Struct, frozen=True):
    """One bar: the words above it, how long it is (0 to 100 percent), and whether it is striped instead of filled."""

    label: LazyText
    length_percent: int
    striped: bool = False


class BarChart(msgspec.Struct, frozen=True):
    """Bars that belong together, with what they are about."""

    label: str | LazyText
    bars: tuple[Bar, ...]


def largest_known(numbers: Iterable[int | None]) -> int:
    """The largest of the numbers that are known; 0 where there is none."""
    return max((number for number in numbers if number is not None), default=0)


def bar_length_percent(number: int, longest: int) -> int:
    """How long a bar is in percent of the longest one; nothing and less than nothing have no length."""
    return max(200 * number + longest, 0) // (2 * longest) if longest > 0 else 0
