"""What the pictures of a run show: groups of labelled bars, told apart by their pattern and by the words above each.

Pure values; `templates/guides/coordinator/bars.html` draws them.
"""

from collections.abc import Callable, Iterable

import msgspec

from foundation.language import N_, Text
from guides.matching import Advice, Reason, Report
from guides.matching.report import Grouping, Spread

Tell = Callable[[Reason], str]


class Bar(msgspec.Struct, frozen=True):
    """One bar: the words above it, how long it is (0 to 100 percent), and whether it is striped instead of filled."""

    words: Text
    length: int
    striped: bool = False


class Bars(msgspec.Struct, frozen=True):
    """Bars that belong together, with what they are about."""

    label: str | Text
    bars: tuple[Bar, ...]


def of_spreads(ours: Spread, first_come: Spread) -> tuple[Bars, ...]:
    """The proposal against first come, best free guide."""
    longest = max(ours.mean, first_come.mean)
    rows = (
        (Text(N_("Points on average")), ours.mean, first_come.mean),
        (Text(N_("Points that one pair in twenty is below")), ours.low, first_come.low),
        (Text(N_("Lowest points")), ours.lowest, first_come.lowest),
    )
    return tuple(
        Bars(
            label,
            (
                Bar(Text(N_("This proposal: %(count)s"), {"count": here}), _length(here, longest)),
                Bar(
                    Text(N_("First come: %(count)s"), {"count": there}), _length(there, longest), striped=True
                ),
            ),
        )
        for label, here, there in rows
    )


def of_grouping(grouping: Grouping, tell: Tell) -> tuple[Bars, ...]:
    """Mean points (filled) and mean days of waiting (striped) of each group; what is hidden has no bar."""
    points_max = _largest(group.points for group in grouping.groups)
    days_max = _largest(group.days for group in grouping.groups)
    shown = []
    for group in grouping.groups:
        bars = []
        if group.points is not None:
            words = Text(N_("%(count)s points"), {"count": group.points})
            bars.append(Bar(words, _length(group.points, points_max)))
        if group.days is not None:
            words = Text(N_("%(count)s days waited"), {"count": group.days})
            bars.append(Bar(words, _length(group.days, days_max), striped=True))
        if bars:
            shown.append(Bars(tell(group.label), tuple(bars)))
    return tuple(shown)


def of_load(report: Report) -> tuple[Bars, ...]:
    """How many guides would have how many citizens."""
    most = _largest(report.load.values())
    return tuple(
        Bars(
            Text(N_("With %(citizens)s citizens"), {"citizens": citizens}),
            (Bar(Text(N_("%(count)s guides"), {"count": guides}), _length(guides, most)),),
        )
        for citizens, guides in sorted(report.load.items())
    )


def of_advice(advice: Iterable[Advice], area_names: dict[str, str]) -> tuple[Bars, ...]:
    """How many citizens one more guide (filled), or enough of them (striped), would give a guide."""
    advice = tuple(advice)
    most = _largest(one.citizens_of_many for one in advice)
    return tuple(
        Bars(
            ", ".join(
                word for word in (area_names.get(one.area, one.area), one.language, one.gender) if word
            ),
            (
                Bar(Text(N_("One guide: %(count)s"), {"count": one.citizens}), _length(one.citizens, most)),
                Bar(
                    Text(N_("Enough guides: %(count)s"), {"count": one.citizens_of_many}),
                    _length(one.citizens_of_many, most),
                    striped=True,
                ),
            ),
        )
        for one in advice
    )


def _largest(numbers: Iterable[int | None]) -> int:
    return max((number for number in numbers if number is not None), default=0)


def _length(number: int, longest: int) -> int:
    return round(100 * number / longest) if longest > 0 else 0
