"""The bar charts of a run's report and advice. No I/O."""

from collections.abc import Callable, Iterable

from foundation.html.bar_charts import Bar, BarChart, bar_length_percent, largest_known
from foundation.i18n import N_, LazyText
from guides.matching import Advice, Reason, Report
from guides.matching.explain.report import Grouping, Spread

FormatReason = Callable[[Reason], str]


def spread_charts(ours: Spread, first_come: Spread) -> tuple[BarChart, ...]:
    """The proposal compared with first come, best free guide."""
    points_max = max(ours.mean, first_come.mean)
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
                    LazyText(N_("This proposal: %(count)s"), {"count": points}),
                    bar_length_percent(points, points_max),
                ),
                Bar(
                    LazyText(N_("First come: %(count)s"), {"count": first_come_points}),
                    bar_length_percent(first_come_points, points_max),
                    striped=True,
                ),
            ),
        )
        for label, points, first_come_points in rows
    )


def grouping_charts(grouping: Grouping, format_reason: FormatReason) -> tuple[BarChart, ...]:
    """Mean points (filled) and mean days of waiting (striped) per group; a hidden number has no bar."""
    points_max = largest_known(group.points for group in grouping.groups)
    days_max = largest_known(group.days for group in grouping.groups)
    charts = []
    for group in grouping.groups:
        bars = []
        if group.points is not None:
            label = LazyText(N_("%(count)s points"), {"count": group.points})
            bars.append(Bar(label, bar_length_percent(group.points, points_max)))
        if group.days is not None:
            label = LazyText(N_("%(count)s days waited"), {"count": group.days})
            bars.append(Bar(label, bar_length_percent(group.days, days_max), striped=True))
        if bars:
            charts.append(BarChart(format_reason(group.label), tuple(bars)))
    return tuple(charts)


def load_charts(report: Report) -> tuple[BarChart, ...]:
    """The number of guides by how many citizens each would have."""
    guides_max = largest_known(report.load.values())
    return tuple(
        BarChart(
            LazyText(N_("With %(citizens)s citizens"), {"citizens": citizens}),
            (
                Bar(
                    LazyText(N_("%(count)s guides"), {"count": guides}),
                    bar_length_percent(guides, guides_max),
                ),
            ),
        )
        for citizens, guides in sorted(report.load.items())
    )


def advice_charts(advice: Iterable[Advice], area_names: dict[str, str]) -> tuple[BarChart, ...]:
    """The citizens who would get a guide if one guide (filled) or enough (striped) were recruited."""
    advice = tuple(advice)
    citizens_max = largest_known(entry.citizens_of_many for entry in advice)
    return tuple(
        BarChart(
            ", ".join(
                word
                for word in (area_names.get(entry.area, entry.area), entry.language, entry.gender)
                if word
            ),
            (
                Bar(
                    LazyText(N_("One guide: %(count)s"), {"count": entry.citizens}),
                    bar_length_percent(entry.citizens, citizens_max),
                ),
                Bar(
                    LazyText(N_("Enough guides: %(count)s"), {"count": entry.citizens_of_many}),
                    bar_length_percent(entry.citizens_of_many, citizens_max),
                    striped=True,
                ),
            ),
        )
        for entry in advice
    )
