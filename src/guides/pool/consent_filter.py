"""The one filter between what a citizen has told and what the matching and guides get of it. Pure."""

from collections.abc import Iterable
from datetime import date

import msgspec

from guides.matching import Pair
from guides.matching.model import Request
from guides.matching.reasons import Reason
from people.consent.model import InfoKind

# Which fields of a request are which kind of information. What the help is, and for how long one waits, is the asking itself.
FIELDS_BY_INFO: dict[InfoKind, tuple[str, ...]] = {
    InfoKind.EXPERIENCES: ("experiences",),
    InfoKind.INTERESTS: ("interests", "dislikes", "gives"),
    InfoKind.LANGUAGES: ("languages",),
    InfoKind.GENDER_WISH: ("wanted_gender",),
    InfoKind.TIMES: ("times",),
    InfoKind.AREA: ("area", "travel_minutes_max"),
}
# Which reasons of the matching tell of which kind of information.
INFO_BY_RULE: dict[str, InfoKind] = {
    "experiences": InfoKind.EXPERIENCES,
    "interests": InfoKind.INTERESTS,
    "dislikes": InfoKind.INTERESTS,
    "reciprocity": InfoKind.INTERESTS,
    "language": InfoKind.LANGUAGES,
    "time": InfoKind.TIMES,
    "travel": InfoKind.AREA,
}
_EMPTY_REQUEST = Request(id="", given_name="", area="", languages=(), waiting_since=date.min)


def redact_request(request: Request, allowed: frozenset[InfoKind]) -> Request:
    """The request with nothing in it that the citizen has not said yes to: as if it had never been told."""
    hidden = [name for info, names in FIELDS_BY_INFO.items() if info not in allowed for name in names]
    if not hidden:
        return request
    return msgspec.structs.replace(request, **{name: getattr(_EMPTY_REQUEST, name) for name in hidden})


def redact_reasons(reasons: Iterable[Reason], allowed: frozenset[InfoKind]) -> tuple[Reason, ...]:
    """The reasons that tell nothing that the citizen has not said yes to."""
    return tuple(one for one in reasons if one.rule not in INFO_BY_RULE or INFO_BY_RULE[one.rule] in allowed)


def redact_pair(pair: Pair, allowed: frozenset[InfoKind]) -> Pair:
    """A proposed pair that was found before the citizen took something back: its reasons tell no more of that."""
    return msgspec.structs.replace(
        pair,
        reasons_citizen=redact_reasons(pair.reasons_citizen, allowed),
        reasons_guide=redact_reasons(pair.reasons_guide, allowed),
        unmet=redact_reasons(pair.unmet, allowed),
    )
