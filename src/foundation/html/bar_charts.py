"""The values of a bar chart: groups of labelled bars.

`templates/components/bars.html` draws them with patterns and a text above each bar, so that they can be read
without colour, in print and by a screen reader.
"""

from collections.abc import Iterable

import msgspec

from foundation.i18n import LazyText


class Bar(msgspec.Struct, frozen=True):
    """One bar: its label, its length (0 to 100 percent), and whether it is striped instead of filled."""

    label: LazyText
    length_percent: int
    striped: bool = False


class BarChart(msgspec.Struct, frozen=True):
    """A group of bars and what they are about."""

    label: str | LazyText
    bars: tuple[Bar, ...]


def largest_known(numbers: Iterable[int | None]) -> int:
    """The largest of the numbers that are known; 0 where there is none."""
    return max((number for number in numbers if number is not None), default=0)


def bar_length_percent(number: int, longest: int) -> int:
    """The length of a bar in percent of the longest one, rounded; 0 for zero and for negative numbers."""
    return max(200 * number + longest, 0) // (2 * longest) if longest > 0 else 0
