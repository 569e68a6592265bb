"""The policy of a run: the weights of the points, the priority of requests, and further objectives."""

import msgspec

from guides.matching.scoring.points import POINTS

VERSION = 1


def default_weights() -> dict[str, int]:
    """The default weight of every point."""
    return {point.name: point.weight for point in POINTS}


def default_enough() -> dict[str, int]:
    """The default amount that earns a point in full.

    Points whose amount depends on the request are left out.
    """
    return {point.name: point.enough for point in POINTS if point.enough is not None}


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """A municipality's settings for the matching.

    Requests are divided into tiers: the urgent ones if `urgent_first`, then those that waited at least
    `tier_days[0]` days, then `tier_days[1]`, and so on, then the rest. As many requests of the first tier as
    possible are matched, then of the next, and so on; then the sum of points is maximized, to which each
    matched request adds `points_per_day` for every day of waiting, up to `days_counted_max` days.
    """

    version: int = VERSION
    name: str = "standard"
    weights: dict[str, int] = msgspec.field(default_factory=default_weights)  # 0 to 1000
    enough: dict[str, int] = msgspec.field(default_factory=default_enough)  # 1 to a week's minutes
    urgent_first: bool = True
    tier_days: tuple[int, ...] = (180, 90)  # descending
    points_per_day: int = 1  # 0 to 100
    days_counted_max: int = 365
    # Policy files and stored runs keep the names that these options had first.
    maximize_minimum: bool = msgspec.field(default=False, name="nobody_worse")
    one_per_guide: bool = msgspec.field(default=False, name="every_guide_one")
    balance_load: bool = msgspec.field(default=False, name="equal_spread")

    @property
    def tier_count(self) -> int:
        """The number of tiers."""
        return int(self.urgent_first) + len(self.tier_days) + 1

    def tier(self, urgent: bool, days: int) -> int:
        """The tier, 0 the first, of a request that has waited `days` days."""
        if urgent and self.urgent_first:
            return 0
        passed = sum(days < limit for limit in self.tier_days)
        return int(self.urgent_first) + passed

    def waiting_points(self, days: int) -> int:
        """The points that the days of waiting add to matching a request."""
        return self.points_per_day * min(max(days, 0), self.days_counted_max)
