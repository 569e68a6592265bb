"""What the pictures of a run show, as groups of labelled bars. Pure values."""

from collections.abc import Callable, Iterable

from foundation.html.bar_charts import Bar, BarChart, bar_length_percent, largest_known
from foundation.i18n import N_, LazyText
from guides.matching import Advice, Reason, Report
from guides.matching.explain.report import Grouping, Spread

FormatReason = Callable[[Reason], str]


def spread_charts(ours: Spread, first_come: Spread) -> tuple[BarChart, ...]:
    """The proposal against first come, best free guide."""
    longest = max(ours.mean, first_come.mean)
    rows = (
        (LazyText(N_("Points on average")), ours.mean, first_come.mean),
        (LazyText(N_("Points that one pair in twenty is below")), ours.low, first_come.low),
        (LazyText(N_("Lowest points")), ours.lowest, first_come.lowest),
    )
    return tuple(
        BarChart(
            label,
            (
                Bar(
                    LazyText(N_("This proposal: %(count)s"), {"count": here}),
                    bar_length_percent(here, longest),
                ),
                Bar(
                    LazyText(N_("First come: %(count)s"), {"count": there}),
                    bar_length_percent(there, longest),
                    striped=True,
                ),
            ),
        )
        for label, here, there in rows
    )


def grouping_charts(grouping: Grouping, format_reason: FormatReason) -> tuple[BarChart, ...]:
    """Mean points (filled) and mean days of waiting (striped) of each group; what is hidden has no bar."""
    points_max = largest_known(group.points for group in grouping.groups)
    days_max = largest_known(group.days for group in grouping.groups)
    shown = []
    for group in grouping.groups:
        bars = []
        if group.points is not None:
            words = LazyText(N_("%(count)s points"), {"count": group.points})
            bars.append(Bar(words, bar_length_percent(group.points, points_max)))
        if group.days is not None:
            words = LazyText(N_("%(count)s days waited"), {"count": group.days})
            bars.append(Bar(words, bar_length_percent(group.days, days_max), striped=True))
        if bars:
            shown.append(BarChart(format_reason(group.label), tuple(bars)))
    return tuple(shown)


def load_charts(report: Report) -> tuple[BarChart, ...]:
    """How many guides would have how many citizens."""
    most = largest_known(report.load.values())
    return tuple(
        BarChart(
            LazyText(N_("With %(citizens)s citizens"), {"citizens": citizens}),
            (Bar(LazyText(N_("%(count)s guides"), {"count": guides}), bar_length_percent(guides, most)),),
        )
        for citizens, guides in sorted(report.load.items())
    )


def advice_charts(advice: Iterable[Advice], area_names: dict[str, str]) -> tuple[BarChart, ...]:
    """How many citizens one more guide (filled), or enough of them (striped), would give a guide."""
    advice = tuple(advice)
    most = largest_known(one.citizens_of_many for one in advice)
    return tuple(
        BarChart(
            ", ".join(
                word for word in (area_names.get(one.area, one.area), one.language, one.gender) if word
            ),
            (
                Bar(
                    LazyText(N_("One guide: %(count)s"), {"count": one.citizens}),
                    bar_length_percent(one.citizens, most),
                ),
                Bar(
                    LazyText(N_("Enough guides: %(count)s"), {"count": one.citizens_of_many}),
                    bar_length_percent(one.citizens_of_many, most),
                    striped=True,
                ),
            ),
        )
        for one in advice
    )
