"""A citizen's wish for a guide.

my_request(visit, citizen_id) -> RequestRecord | None      the open request
request_guide(visit, citizen_id, request, own_words)     ask; by the citizen or the citizen's support worker
change_request(visit, request_id, request, own_words)
withdraw_request(visit, request_id)                      closes what is open for it, too
words(visit) -> Words                                    what guides help with, and other words to choose from
rule_out(visit, citizen_id, guide_id) / allow_again      never these two again
"""

import msgspec

from foundation.clock import local_date
from foundation.ids import new_id
from guides.errors import OpenRequestExists, RequestClosed
from guides.lifecycle import ActorRole, Transition
from guides.matching.model import Request
from guides.pairings import store as pairings_store
from guides.pairings.transitions import apply_transition
from guides.pool import lists
from guides.pool import store as pool_store
from guides.pool.model import RequestRecord, RequestStatus
from people.access.model import DataKind, Purpose
from people.audit.model import changed_fields
from people.consent.service import record_request_consent
from people.errors import NotFound
from people.web.context import RequestContext, record_change

HELP_TAGS_MAX = 12


class TagOptions(msgspec.Struct, frozen=True):
    """The municipality's own words that a form offers, the most used first."""

    help: tuple[str, ...]
    genders: tuple[str, ...]


def tag_options(context: RequestContext) -> TagOptions:
    """What the guides help with, and which genders are known among them."""
    return TagOptions(*lists.guide_tags(context.db, help_tags_max=HELP_TAGS_MAX))


def my_request(
    context: RequestContext, citizen_id: str, purpose: Purpose = Purpose.OWN
) -> RequestRecord | None:
    """The citizen's open request. Raises NotFound, NotAllowed."""
    context.authorize_read(citizen_id, DataKind.WISHES, purpose)
    return pool_store.open_request(context.db, citizen_id)


def request_guide(context: RequestContext, citizen_id: str, preferences: Request, own_words: str = "") -> str:
    """Put the citizen in the queue from today; gives the request's id. Raises OpenRequestExists, NotFound, NotAllowed.

    `wishes.id`, `given_name`, `area` and `waiting_since` are not taken from the caller.
    """
    context.authorize_change(citizen_id, DataKind.WISHES)
    pool_store.lock_citizen(context.db, citizen_id)
    if pool_store.open_request(context.db, citizen_id) is not None:
        raise OpenRequestExists
    request = msgspec.structs.replace(
        preferences, id=new_id(), waiting_since=local_date(context.now), excluded_guides=()
    )
    kept = RequestRecord(citizen_id, request, RequestStatus.OPEN, own_words, context.person_id)
    pool_store.add_requests(context.db, [kept], context.now)
    record_request_consent(context, [citizen_id])
    record_change(context, "guides:request:make", request.id)
    return request.id


def change_request(context: RequestContext, request_id: str, preferences: Request, own_words: str) -> None:
    """Put other wishes in place of an open request's; its place in the queue stays. Raises RequestClosed."""
    kept = _require_open(context, request_id)
    request = msgspec.structs.replace(
        preferences, id=request_id, waiting_since=kept.request.waiting_since, urgent=kept.request.urgent
    )
    pool_store.update_requests(
        context.db, [msgspec.structs.replace(kept, request=request, own_words=own_words)]
    )
    facts = changed_fields(kept.request, request) + ["own_words"] * (kept.own_words != own_words)
    record_change(context, "guides:request:change", request_id, {"changed": facts})


def set_urgent(context: RequestContext, request_id: str, urgent: bool) -> None:
    """Say whether a request is urgent; the coordinator's word. Raises RequestClosed."""
    kept = _require_open(context, request_id)
    request = msgspec.structs.replace(kept.request, urgent=urgent)
    pool_store.update_requests(context.db, [msgspec.structs.replace(kept, request=request)])
    record_change(context, "guides:request:set_urgent", request_id, {"urgent": [kept.request.urgent, urgent]})


def withdraw_request(context: RequestContext, request_id: str) -> None:
    """Take the citizen out of the queue; an offer or meeting that is open for it is closed with it.

    Raises RequestClosed, and IllegalTransition for a pairing that runs: that one is ended, not withdrawn.
    """
    pool_store.lock_requests(context.db, [request_id])
    kept = _require_open(context, request_id)
    pairing = pairings_store.open_of_request(context.db, request_id)
    if pairing is not None:
        own = kept.citizen_id == context.person_id
        party, move = (
            (ActorRole.CITIZEN, Transition.CITIZEN_DECLINES)
            if own
            else (ActorRole.COORDINATOR, Transition.COORDINATOR_WITHDRAWS)
        )
        apply_transition(context, pairing.id, move, party)
    pool_store.close_request(context.db, request_id, RequestStatus.WITHDRAWN, context.now)
    record_change(
        context, "guides:request:withdraw", request_id, {"status": [kept.status, RequestStatus.WITHDRAWN]}
    )


def _require_open(context: RequestContext, request_id: str) -> RequestRecord:
    kept = pool_store.request(context.db, request_id)
    if kept is None:
        raise NotFound
    context.authorize_change(kept.citizen_id, DataKind.WISHES)
    if kept.status is not RequestStatus.OPEN:
        raise RequestClosed
    return kept
