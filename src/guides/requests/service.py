"""Use cases of a citizen's request for a guide, for the citizen, a support worker or a coordinator."""

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
    """The municipality's own words that a form offers as choices, the most used first."""

    help: tuple[str, ...]
    genders: tuple[str, ...]


def tag_options(context: RequestContext) -> TagOptions:
    """Returns what the guides help with, and the genders that occur among them."""
    return TagOptions(*lists.guide_tags(context.db, help_tags_max=HELP_TAGS_MAX))


def my_request(
    context: RequestContext, citizen_id: str, purpose: Purpose = Purpose.OWN
) -> RequestRecord | None:
    """Returns the citizen's open request, None without one. Raises NotFound, NotAllowed."""
    context.authorize_read(citizen_id, DataKind.WISHES, purpose)
    return pool_store.open_request(context.db, citizen_id)


def request_guide(context: RequestContext, citizen_id: str, preferences: Request, own_words: str = "") -> str:
    """Puts the citizen in the queue from today and returns the request's id.

    `id`, `waiting_since` and `excluded_guides` of `preferences` are not used. Raises OpenRequestExists,
    NotFound, NotAllowed.
    """
    context.authorize_change(citizen_id, DataKind.WISHES)
    pool_store.lock_citizen(context.db, citizen_id)
    if pool_store.open_request(context.db, citizen_id) is not None:
        raise OpenRequestExists
    request = msgspec.structs.replace(
        preferences, id=new_id(), waiting_since=local_date(context.now), excluded_guides=()
    )
    record = RequestRecord(citizen_id, request, RequestStatus.OPEN, own_words, context.person_id)
    pool_store.add_requests(context.db, [record], context.now)
    record_request_consent(context, [citizen_id])
    record_change(context, "guides:request:make", request.id)
    return request.id


def change_request(context: RequestContext, request_id: str, preferences: Request, own_words: str) -> None:
    """Replaces the wishes of an open request, which keeps its place in the queue.

    Raises RequestClosed, NotFound, NotAllowed.
    """
    record = _require_open(context, request_id)
    request = msgspec.structs.replace(
        preferences,
        id=request_id,
        waiting_since=record.request.waiting_since,
        urgent=record.request.urgent,
        excluded_guides=record.request.excluded_guides,  # one may have been added since the form was shown
    )
    pool_store.update_requests(
        context.db, [msgspec.structs.replace(record, request=request, own_words=own_words)]
    )
    changed = changed_fields(record.request, request) + ["own_words"] * (record.own_words != own_words)
    record_change(context, "guides:request:change", request_id, {"changed": changed})


def set_urgent(context: RequestContext, request_id: str, urgent: bool) -> None:
    """Marks an open request as urgent or not. Raises RequestClosed, NotFound, NotAllowed."""
    record = _require_open(context, request_id)
    request = msgspec.structs.replace(record.request, urgent=urgent)
    pool_store.update_requests(context.db, [msgspec.structs.replace(record, request=request)])
    details = {"urgent": [record.request.urgent, urgent]}
    record_change(context, "guides:request:set_urgent", request_id, details)


def withdraw_request(context: RequestContext, request_id: str) -> None:
    """Takes the citizen out of the queue and closes an offer or meeting that is open for the request.

    Raises IllegalTransition when its pairing runs (that one has to be ended instead), RequestClosed,
    NotFound, NotAllowed.
    """
    pool_store.lock_requests(context.db, [request_id])
    record = _require_open(context, request_id)
    pairing = pairings_store.open_of_request(context.db, request_id)
    if pairing is not None:
        if record.citizen_id == context.person_id:
            apply_transition(context, pairing.id, Transition.CITIZEN_DECLINES, ActorRole.CITIZEN)
        else:
            apply_transition(context, pairing.id, Transition.COORDINATOR_WITHDRAWS, ActorRole.COORDINATOR)
    pool_store.close_request(context.db, request_id, RequestStatus.WITHDRAWN, context.now)
    record_change(
        context, "guides:request:withdraw", request_id, {"status": [record.status, RequestStatus.WITHDRAWN]}
    )


def _require_open(context: RequestContext, request_id: str) -> RequestRecord:
    record = pool_store.request(context.db, request_id)
    if record is None:
        raise NotFound
    context.authorize_change(record.citizen_id, DataKind.WISHES)
    if record.status is not RequestStatus.OPEN:
        raise RequestClosed
    return record
