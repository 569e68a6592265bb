"""The policy of a run: what weighs how much, who comes first, and which promises the result must keep."""

import msgspec

from guides.matching.scoring.points import POINTS

VERSION = 1


def default_weights() -> dict[str, int]:
    """The weight of every point where a policy says nothing."""
    return {point.name: point.weight for point in POINTS}


def default_enough() -> dict[str, int]:
    """The amount that gives all of a point, where a policy says nothing; points whose amount the request sets are left out."""
    return {point.name: point.enough for point in POINTS if point.enough is not None}


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """How a municipality wants its people paired.

    Requests stand in tiers: the urgent ones if `urgent_first`, then those who waited at least `tier_days[0]` days, then
    `tier_days[1]`, and so on, then the rest. As many of the first tier as possible are matched, then as many of the
    next; then the sum of points counts, to which every day of waiting adds `points_per_day`, for at most
    `days_counted_max` days.
    """

    version: int = VERSION
    name: str = "standard"
    weights: dict[str, int] = msgspec.field(default_factory=default_weights)  # 0 to 1000
    enough: dict[str, int] = msgspec.field(default_factory=default_enough)  # 1 to a week's minutes
    urgent_first: bool = True
    tier_days: tuple[int, ...] = (180, 90)  # falling
    points_per_day: int = 1  # 0 to 100
    days_counted_max: int = 365
    nobody_worse: bool = False
    every_guide_one: bool = False
    equal_spread: bool = False

    @property
    def tier_count(self) -> int:
        """How many tiers there are."""
        return int(self.urgent_first) + len(self.tier_days) + 1

    def tier(self, urgent: bool, days: int) -> int:
        """The tier of a request, 0 first, that has waited so many days."""
        if urgent and self.urgent_first:
            return 0
        passed = sum(days < limit for limit in self.tier_days)
        return int(self.urgent_first) + passed

    def waiting_points(self, days: int) -> int:
        """What the days of waiting add to the worth of matching a request."""
        return self.points_per_day * min(max(days, 0), self.days_counted_max)
