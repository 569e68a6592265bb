"""The policy of a run: what weighs how much, who comes first, and which promises the result must keep.

Written and read as TOML. Every key may be left out; then the default stands. An unknown key is a fault, because a
misspelt wish would otherwise be silently forgotten.
"""

import tomllib
from itertools import pairwise
from typing import Any

import msgspec

from foundation.language import N_
from guides.matching.points import ENOUGH_MAX, POINTS
from guides.matching.reasons import PolicyFault, Reason

VERSION = 1
WEIGHT_MAX = 1000
DAYS_MAX = 3650
TIERS_MAX = 8
POINTS_PER_DAY_MAX = 100


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


COMMENTS: dict[str, str] = {
    "version": "The form of this file.",
    "name": "What you call this policy. It is kept with every run.",
    "urgent_first": "Match as many urgent requests as possible before all others.",
    "tier_days": "Then as many as possible of those who waited at least so many days, the longest first.",
    "points_per_day": "What a day of waiting counts beside the points of a pair (0 to 10000).",
    "days_counted_max": "Days beyond this count no more.",
    "nobody_worse": "Lift the lowest pair as far as it can be lifted, before the sum of points.",
    "every_guide_one": "Give as many guides as possible at least one citizen.",
    "equal_spread": "Spread the citizens evenly over the guides.",
}
PRIORITY_KEYS = ("urgent_first", "tier_days", "points_per_day", "days_counted_max")
OPTION_KEYS = ("nobody_worse", "every_guide_one", "equal_spread")
SECTIONS = {"weights": None, "enough": None, "priority": PRIORITY_KEYS, "options": OPTION_KEYS}


def write_policy(policy: Policy) -> str:
    """The policy as TOML text with a comment for every key; `read_policy` gives back the same policy."""
    lines = [*_line("version", policy.version), *_line("name", policy.name)]
    lines += ["", "[weights]", "# How much each wish weighs against the others, 0 to 1000. 0 leaves it out."]
    lines += [f"{point.name} = {policy.weights[point.name]}  # {point.title}" for point in POINTS]
    lines += ["", "[enough]", "# The amount that gives all points of a wish."]
    lines += [
        f"{point.name} = {policy.enough[point.name]}  # {point.unit}"
        for point in POINTS
        if point.enough is not None
    ]
    for section, keys in (("priority", PRIORITY_KEYS), ("options", OPTION_KEYS)):
        lines += ["", f"[{section}]"]
        for key in keys:
            lines += _line(key, getattr(policy, key))
    return "\n".join(lines) + "\n"


def read_policy(text: str) -> Policy:
    """The policy that the TOML text tells. Raises PolicyFault for text that is not TOML, unknown keys and bad values."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = N_("The policy is not TOML: %(fault)s. Look at the line that is named.")
        raise PolicyFault("", Reason("policy", message, {"fault": str(error)})) from error
    _refuse_unknown(found, ("version", "name", *SECTIONS), "")
    for section in SECTIONS:
        if not isinstance(found.get(section, {}), dict):
            message = N_("%(key)s must be a section. Write [%(key)s] on a line of its own.")
            raise PolicyFault(section, Reason("policy", message, {"key": section}))
    if _whole(found, "version", VERSION, "", VERSION, VERSION) != VERSION:
        raise AssertionError
    priority, options = found.get("priority", {}), found.get("options", {})
    _refuse_unknown(priority, PRIORITY_KEYS, "priority.")
    _refuse_unknown(options, OPTION_KEYS, "options.")
    return Policy(
        name=_name(found),
        weights=_numbers(found, "weights", default_weights(), 0, WEIGHT_MAX),
        enough=_numbers(found, "enough", default_enough(), 1, ENOUGH_MAX),
        urgent_first=_flag(priority, "urgent_first", "priority.", True),
        tier_days=_tier_days(priority),
        points_per_day=_whole(priority, "points_per_day", 1, "priority.", 0, POINTS_PER_DAY_MAX),
        days_counted_max=_whole(priority, "days_counted_max", 365, "priority.", 0, DAYS_MAX),
        **{key: _flag(options, key, "options.", False) for key in OPTION_KEYS},
    )


def _line(key: str, value: Any) -> list[str]:
    if isinstance(value, tuple):
        value = list(value)
    written = msgspec.toml.encode({key: value}).decode().strip() if isinstance(value, str) else None
    if written is None:
        written = f"{key} = {str(value).lower()}"
    return [f"# {COMMENTS[key]}", written]


def _refuse_unknown(found: dict[str, Any], known: tuple[str, ...], prefix: str) -> None:
    for key in found:
        if key not in known:
            message = N_("%(key)s is not known here. Choose from: %(known)s.")
            raise PolicyFault(
                prefix + key, Reason("policy", message, {"key": prefix + key, "known": ", ".join(known)})
            )


def _whole(found: dict[str, Any], key: str, default: int, prefix: str, low: int, high: int) -> int:
    value = found.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        message = N_("%(key)s is %(value)s. Write a whole number from %(low)s to %(high)s.")
        said = Reason("policy", message, {"key": prefix + key, "value": str(value), "low": low, "high": high})
        raise PolicyFault(prefix + key, said)
    return value


def _numbers(
    found: dict[str, Any], section: str, defaults: dict[str, int], low: int, high: int
) -> dict[str, int]:
    given = found.get(section, {})
    _refuse_unknown(given, tuple(defaults), f"{section}.")
    return {key: _whole(given, key, default, f"{section}.", low, high) for key, default in defaults.items()}


def _flag(found: dict[str, Any], key: str, prefix: str, default: bool) -> bool:
    value = found.get(key, default)
    if not isinstance(value, bool):
        message = N_("%(key)s is %(value)s. Write true or false.")
        raise PolicyFault(prefix + key, Reason("policy", message, {"key": prefix + key, "value": str(value)}))
    return value


def _name(found: dict[str, Any]) -> str:
    name = found.get("name", Policy().name)
    if not isinstance(name, str) or not name.strip() or len(name) > 100:
        message = N_("name must be a text of 1 to 100 letters.")
        raise PolicyFault("name", Reason("policy", message))
    return name


def _tier_days(priority: dict[str, Any]) -> tuple[int, ...]:
    days = priority.get("tier_days", list(Policy().tier_days))
    good = (
        isinstance(days, list)
        and len(days) <= TIERS_MAX
        and all(isinstance(d, int) and not isinstance(d, bool) and 1 <= d <= DAYS_MAX for d in days)
        and all(earlier > later for earlier, later in pairwise(days))
    )
    if not good:
        message = N_("%(key)s must be at most 8 falling numbers of days, for example [180, 90].")
        raise PolicyFault("priority.tier_days", Reason("policy", message, {"key": "priority.tier_days"}))
    return tuple(days)
