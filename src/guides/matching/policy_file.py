"""Read and write a policy as TOML with a comment for every key, for people to edit.

Every key is optional and has a default. An unknown key is an error, because a misspelt key would otherwise be
ignored silently.
"""

import json
import tomllib
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from foundation.i18n import N_
from guides.matching.reasons import PolicyError, Reason
from guides.matching.scoring.points import ENOUGH_MAX, POINTS
from guides.matching.scoring.policy import VERSION, Policy, default_enough, default_weights

WEIGHT_MAX = 1000
DAYS_MAX = 3650
TIERS_MAX = 8
POINTS_PER_DAY_MAX = 100

COMMENTS: dict[str, str] = {
    "version": N_("The form of this file."),
    "name": N_("What you call this policy. It is kept with every run."),
    "weights": N_("How much each wish weighs against the others, 0 to 1000. 0 leaves it out."),
    "enough": N_("The amount that gives all points of a wish."),
    "urgent_first": N_("Match as many urgent requests as possible before all others."),
    "tier_days": N_("Then as many as possible of those who waited at least so many days, the longest first."),
    "points_per_day": N_("What a day of waiting counts beside the points of a pair, which are 0 to 10000."),
    "days_counted_max": N_("Days beyond this count no more."),
    "nobody_worse": N_("Lift the lowest pair as far as it can be lifted, before the sum of points."),
    "every_guide_one": N_("Give as many guides as possible at least one citizen."),
    "equal_spread": N_("Spread the citizens evenly over the guides."),
}
PRIORITY_KEYS = ("urgent_first", "tier_days", "points_per_day", "days_counted_max")
OPTION_FIELDS = {  # key in the file -> field of Policy
    "nobody_worse": "maximize_minimum",
    "every_guide_one": "one_per_guide",
    "equal_spread": "balance_load",
}
SECTIONS = ("weights", "enough", "priority", "options")


def write_policy(policy: Policy, gettext: Callable[[str], str] = str) -> str:
    """The policy as TOML text with comments in the language of `gettext`, for `read_policy`."""

    def commented(key: str, value: Any) -> list[str]:
        return [f"# {gettext(COMMENTS[key])}", f"{key} = {_toml_value(value)}"]

    lines = [*commented("version", policy.version), *commented("name", policy.name)]
    lines += ["", f"# {gettext(COMMENTS['weights'])}", "[weights]"]
    lines += [
        f"{point.name} = {policy.weights.get(point.name, 0)}  # {gettext(point.title)}" for point in POINTS
    ]
    lines += ["", f"# {gettext(COMMENTS['enough'])}", "[enough]"]
    countable = [point for point in POINTS if point.enough is not None]
    lines += [
        f"{point.name} = {policy.enough.get(point.name, point.enough)}  # {gettext(point.unit)}"
        for point in countable
    ]
    priority = {key: key for key in PRIORITY_KEYS}
    for section, fields in (("priority", priority), ("options", OPTION_FIELDS)):
        lines += ["", f"[{section}]"]
        for key, name in fields.items():
            lines += commented(key, getattr(policy, name))
    return "\n".join(lines) + "\n"


def _toml_value(value: Any) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value)  # numbers, true and false, lists: the same as in TOML


def read_policy(text: str) -> Policy:
    """The policy in the TOML text.

    Raises PolicyError for text that is not TOML, unknown keys and invalid values.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = N_("The policy is not TOML: %(fault)s. Look at the line that is named.")
        raise PolicyError("", Reason("policy", message, {"fault": str(error)})) from error
    _reject_unknown(document, ("version", "name", *SECTIONS), "")
    for section in SECTIONS:
        if not isinstance(document.get(section, {}), dict):
            message = N_("%(key)s must be a section. Write [%(key)s] on a line of its own.")
            raise PolicyError(section, Reason("policy", message, {"key": section}))
    _integer(document, "version", VERSION, "", VERSION, VERSION)
    priority, options = document.get("priority", {}), document.get("options", {})
    _reject_unknown(priority, PRIORITY_KEYS, "priority.")
    _reject_unknown(options, tuple(OPTION_FIELDS), "options.")
    return Policy(
        name=_policy_name(document),
        weights=_integers(document, "weights", default_weights(), 0, WEIGHT_MAX),
        enough=_integers(document, "enough", default_enough(), 1, ENOUGH_MAX),
        urgent_first=_boolean(priority, "urgent_first", "priority.", True),
        tier_days=_tier_days(priority),
        points_per_day=_integer(priority, "points_per_day", 1, "priority.", 0, POINTS_PER_DAY_MAX),
        days_counted_max=_integer(priority, "days_counted_max", 365, "priority.", 0, DAYS_MAX),
        **{name: _boolean(options, key, "options.", False) for key, name in OPTION_FIELDS.items()},
    )


def _reject_unknown(section: dict[str, Any], known: tuple[str, ...], prefix: str) -> None:
    for key in section:
        if key not in known:
            message = N_("%(key)s is not known here. Choose from: %(known)s.")
            raise PolicyError(
                prefix + key, Reason("policy", message, {"key": prefix + key, "known": ", ".join(known)})
            )


def _integer(section: dict[str, Any], key: str, default: int, prefix: str, low: int, high: int) -> int:
    value = section.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        message = N_("%(key)s is %(value)s. Write a whole number from %(low)s to %(high)s.")
        reason = Reason(
            "policy", message, {"key": prefix + key, "value": str(value), "low": low, "high": high}
        )
        raise PolicyError(prefix + key, reason)
    return value


def _integers(
    document: dict[str, Any], section: str, defaults: dict[str, int], low: int, high: int
) -> dict[str, int]:
    values = document.get(section, {})
    _reject_unknown(values, tuple(defaults), f"{section}.")
    return {
        key: _integer(values, key, default, f"{section}.", low, high) for key, default in defaults.items()
    }


def _boolean(section: dict[str, Any], key: str, prefix: str, default: bool) -> bool:
    value = section.get(key, default)
    if not isinstance(value, bool):
        message = N_("%(key)s is %(value)s. Write true or false.")
        raise PolicyError(prefix + key, Reason("policy", message, {"key": prefix + key, "value": str(value)}))
    return value


def _policy_name(document: dict[str, Any]) -> str:
    name = document.get("name", Policy().name)
    if not isinstance(name, str) or not name.strip() or len(name) > 100:
        message = N_("name must be a text of 1 to 100 letters.")
        raise PolicyError("name", Reason("policy", message))
    return name


def _tier_days(priority: dict[str, Any]) -> tuple[int, ...]:
    days = priority.get("tier_days", list(Policy().tier_days))
    valid = (
        isinstance(days, list)
        and len(days) <= TIERS_MAX
        and all(isinstance(d, int) and not isinstance(d, bool) and 1 <= d <= DAYS_MAX for d in days)
        and all(earlier > later for earlier, later in pairwise(days))
    )
    if not valid:
        message = N_("%(key)s must be at most 8 falling numbers of days, for example [180, 90].")
        raise PolicyError("priority.tier_days", Reason("policy", message, {"key": "priority.tier_days"}))
    return tuple(days)
