"""What the pictures of a run show, as groups of labelled bars. Pure values."""

from collections.abc import Callable, Iterable

from foundation.html.bar_charts import Bar, Bars, bar_length, largest
from foundation.i18n import N_, Text
from guides.matching import Advice, Reason, Report
from guides.matching.explain.report import Grouping, Spread

Tell = Callable[[Reason], str]


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
                Bar(Text(N_("This proposal: %(count)s"), {"count": here}), bar_length(here, longest)),
                Bar(
                    Text(N_("First come: %(count)s"), {"count": there}),
                    bar_length(there, longest),
                    striped=True,
                ),
            ),
        )
        for label, here, there in rows
    )


def of_grouping(grouping: Grouping, tell: Tell) -> tuple[Bars, ...]:
    """Mean points (filled) and mean days of waiting (striped) of each group; what is hidden has no bar."""
    points_max = largest(group.points for group in grouping.groups)
    days_max = largest(group.days for group in grouping.groups)
    shown = []
    for group in grouping.groups:
        bars = []
        if group.points is not None:
            words = Text(N_("%(count)s points"), {"count": group.points})
            bars.append(Bar(words, bar_length(group.points, points_max)))
        if group.days is not None:
            words = Text(N_("%(count)s days waited"), {"count": group.days})
            bars.append(Bar(words, bar_length(group.days, days_max), striped=True))
        if bars:
            shown.append(Bars(tell(group.label), tuple(bars)))
    return tuple(shown)


def of_load(report: Report) -> tuple[Bars, ...]:
    """How many guides would have how many citizens."""
    most = largest(report.load.values())
    return tuple(
        Bars(
            Text(N_("With %(citizens)s citizens"), {"citizens": citizens}),
            (Bar(Text(N_("%(count)s guides"), {"count": guides}), bar_length(guides, most)),),
        )
        for citizens, guides in sorted(report.load.items())
    )


def of_advice(advice: Iterable[Advice], area_names: dict[str, str]) -> tuple[Bars, ...]:
    """How many citizens one more guide (filled), or enough of them (striped), would give a guide."""
    advice = tuple(advice)
    most = largest(one.citizens_of_many for one in advice)
    return tuple(
        Bars(
            ", ".join(
                word for word in (area_names.get(one.area, one.area), one.language, one.gender) if word
            ),
            (
                Bar(
                    Text(N_("One guide: %(count)s"), {"count": one.citizens}), bar_length(one.citizens, most)
                ),
                Bar(
                    Text(N_("Enough guides: %(count)s"), {"count": one.citizens_of_many}),
                    bar_length(one.citizens_of_many, most),
                    striped=True,
                ),
            ),
        )
        for one in advice
    )
