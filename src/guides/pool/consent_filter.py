"""The one filter between what a citizen has told and what the matching and guides get of it. Pure."""

from collections.abc import Iterable
from datetime import date

import msgspec

from guides.matching import Pair
from guides.matching.model import Request
from guides.matching.reasons import Reason
from people.consent.model import Info

# Which fields of a request are which kind of information. What the help is, and for how long one waits, is the asking itself.
FIELDS: dict[Info, tuple[str, ...]] = {
    Info.EXPERIENCES: ("experiences",),
    Info.INTERESTS: ("interests", "dislikes", "gives"),
    Info.LANGUAGES: ("languages",),
    Info.GENDER_WISH: ("wanted_gender",),
    Info.TIMES: ("times",),
    Info.AREA: ("area", "travel_minutes_max"),
}
# Which reasons of the matching tell of which kind of information.
REASONS: dict[str, Info] = {
    "experiences": Info.EXPERIENCES,
    "interests": Info.INTERESTS,
    "dislikes": Info.INTERESTS,
    "reciprocity": Info.INTERESTS,
    "language": Info.LANGUAGES,
    "time": Info.TIMES,
    "travel": Info.AREA,
}
_NOTHING = Request(id="", given_name="", area="", languages=(), waiting_since=date.min)


def consented(request: Request, allowed: frozenset[Info]) -> Request:
    """The request with nothing in it that the citizen has not said yes to: as if it had never been told."""
    hidden = [name for info, names in FIELDS.items() if info not in allowed for name in names]
    if not hidden:
        return request
    return msgspec.structs.replace(request, **{name: getattr(_NOTHING, name) for name in hidden})


def consented_reasons(reasons: Iterable[Reason], allowed: frozenset[Info]) -> tuple[Reason, ...]:
    """The reasons that tell nothing that the citizen has not said yes to."""
    return tuple(one for one in reasons if one.rule not in REASONS or REASONS[one.rule] in allowed)


def consented_pair(pair: Pair, allowed: frozenset[Info]) -> Pair:
    """A proposed pair that was found before the citizen took something back: its reasons tell no more of that."""
    return msgspec.structs.replace(
        pair,
        reasons_citizen=consented_reasons(pair.reasons_citizen, allowed),
        reasons_guide=consented_reasons(pair.reasons_guide, allowed),
        unmet=consented_reasons(pair.unmet, allowed),
    )
