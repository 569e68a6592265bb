"""Redaction of everything that a citizen has not consented to use, for the matching and for guides. No I/O."""

from collections.abc import Iterable
from datetime import date

import msgspec

from guides.matching import Pair
from guides.matching.model import Request
from guides.matching.reasons import Reason
from people.consent.model import InfoKind

# The fields of a request by kind of information. Kind of help and waiting time need no consent: they are the request.
FIELDS_BY_INFO: dict[InfoKind, tuple[str, ...]] = {
    InfoKind.EXPERIENCES: ("experiences",),
    InfoKind.INTERESTS: ("interests", "dislikes", "gives"),
    InfoKind.LANGUAGES: ("languages",),
    InfoKind.GENDER_WISH: ("wanted_gender",),
    InfoKind.TIMES: ("times",),
    InfoKind.AREA: ("area", "travel_minutes_max"),
}
# The kind of information that a reason of the matching reveals, by rule.
INFO_BY_RULE: dict[str, InfoKind] = {
    "experiences": InfoKind.EXPERIENCES,
    "interests": InfoKind.INTERESTS,
    "dislikes": InfoKind.INTERESTS,
    "reciprocity": InfoKind.INTERESTS,
    "language": InfoKind.LANGUAGES,
    "time": InfoKind.TIMES,
    "travel": InfoKind.AREA,
}
# Information without consent counts as never given, so a hidden field gets the value of an empty wish.
_EMPTY_REQUEST = Request(id="", given_name="", area="", languages=(), waiting_since=date.min)


def redact_request(request: Request, allowed: frozenset[InfoKind]) -> Request:
    """The request without the information that the citizen has not consented to use."""
    hidden = [name for info, names in FIELDS_BY_INFO.items() if info not in allowed for name in names]
    if not hidden:
        return request
    return msgspec.structs.replace(request, **{name: getattr(_EMPTY_REQUEST, name) for name in hidden})


def redact_reasons(reasons: Iterable[Reason], allowed: frozenset[InfoKind]) -> tuple[Reason, ...]:
    """The reasons that reveal only information that the citizen has consented to use."""
    return tuple(
        reason
        for reason in reasons
        if reason.rule not in INFO_BY_RULE or INFO_BY_RULE[reason.rule] in allowed
    )


def redact_pair(pair: Pair, allowed: frozenset[InfoKind]) -> Pair:
    """The pair with redacted reasons: consent may have been withdrawn since the pair was found."""
    return msgspec.structs.replace(
        pair,
        reasons_citizen=redact_reasons(pair.reasons_citizen, allowed),
        reasons_guide=redact_reasons(pair.reasons_guide, allowed),
        unmet=redact_reasons(pair.unmet, allowed),
    )
