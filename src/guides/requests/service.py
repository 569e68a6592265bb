"""A citizen's wish for a guide.

my_request(visit, citizen_id) -> KeptRequest | None      the open request
request_guide(visit, citizen_id, request, own_words)     ask; by the citizen or the citizen's support worker
change_request(visit, request_id, request, own_words)
withdraw_request(visit, request_id)                      closes what is open for it, too
words(visit) -> Words                                    what guides help with, and other words to choose from
rule_out(visit, citizen_id, guide_id) / allow_again      never these two again
"""

import msgspec

from foundation.clock import local_date
from foundation.ids import new_id
from guides.errors import AlreadyAsked, RequestClosed
from guides.lifecycle import Move, Party
from guides.matching.model import Request
from guides.pairings import store as pairings_store
from guides.pairings.transitions import make_move
from guides.pool import lists
from guides.pool import store as pool_store
from guides.pool.model import KeptRequest, RequestStatus
from people.access.model import DataKind, Purpose
from people.audit.model import names_changed
from people.consent.service import note_asking
from people.errors import NotFound
from people.web.context import Visit, record

HELP_WORDS_MAX = 12


class Words(msgspec.Struct, frozen=True):
    """The municipality's own words that a form offers, the most used first."""

    help: tuple[str, ...]
    genders: tuple[str, ...]


def words(visit: Visit) -> Words:
    """What the guides help with, and which genders are known among them."""
    return Words(*lists.words_of_guides(visit.db, most=HELP_WORDS_MAX))


def my_request(visit: Visit, citizen_id: str, purpose: Purpose = Purpose.OWN) -> KeptRequest | None:
    """The citizen's open request. Raises NotFound, NotAllowed."""
    visit.look(citizen_id, DataKind.WISHES, purpose)
    return pool_store.open_request(visit.db, citizen_id)


def request_guide(visit: Visit, citizen_id: str, wishes: Request, own_words: str = "") -> str:
    """Put the citizen in the queue from today; gives the request's id. Raises AlreadyAsked, NotFound, NotAllowed.

    `wishes.id`, `given_name`, `area` and `waiting_since` are not taken from the caller.
    """
    visit.touch(citizen_id, DataKind.WISHES)
    pool_store.lock_citizen(visit.db, citizen_id)
    if pool_store.open_request(visit.db, citizen_id) is not None:
        raise AlreadyAsked
    request = msgspec.structs.replace(
        wishes, id=new_id(), waiting_since=local_date(visit.now), excluded_guides=()
    )
    kept = KeptRequest(citizen_id, request, RequestStatus.OPEN, own_words, visit.person_id)
    pool_store.add_requests(visit.db, [kept], visit.now)
    note_asking(visit, [citizen_id])
    record(visit, "guides:request:make", request.id)
    return request.id


def change_request(visit: Visit, request_id: str, wishes: Request, own_words: str) -> None:
    """Put other wishes in place of an open request's; its place in the queue stays. Raises RequestClosed."""
    kept = _open(visit, request_id)
    request = msgspec.structs.replace(
        wishes, id=request_id, waiting_since=kept.request.waiting_since, urgent=kept.request.urgent
    )
    pool_store.change_requests(
        visit.db, [msgspec.structs.replace(kept, request=request, own_words=own_words)]
    )
    facts = names_changed(kept.request, request) + ["own_words"] * (kept.own_words != own_words)
    record(visit, "guides:request:change", request_id, {"changed": facts})


def set_urgent(visit: Visit, request_id: str, urgent: bool) -> None:
    """Say whether a request is urgent; the coordinator's word. Raises RequestClosed."""
    kept = _open(visit, request_id)
    request = msgspec.structs.replace(kept.request, urgent=urgent)
    pool_store.change_requests(visit.db, [msgspec.structs.replace(kept, request=request)])
    record(visit, "guides:request:set_urgent", request_id, {"urgent": [kept.request.urgent, urgent]})


def withdraw_request(visit: Visit, request_id: str) -> None:
    """Take the citizen out of the queue; an offer or meeting that is open for it is closed with it.

    Raises RequestClosed, and IllegalMove for a pairing that runs: that one is ended, not withdrawn.
    """
    pool_store.lock_requests(visit.db, [request_id])
    kept = _open(visit, request_id)
    pairing = pairings_store.open_of_request(visit.db, request_id)
    if pairing is not None:
        own = kept.citizen_id == visit.person_id
        party, move = (
            (Party.CITIZEN, Move.CITIZEN_DECLINES) if own else (Party.COORDINATOR, Move.COORDINATOR_WITHDRAWS)
        )
        make_move(visit, pairing.id, move, party)
    pool_store.close_request(visit.db, request_id, RequestStatus.WITHDRAWN, visit.now)
    record(visit, "guides:request:withdraw", request_id, {"status": [kept.status, RequestStatus.WITHDRAWN]})


def _open(visit: Visit, request_id: str) -> KeptRequest:
    kept = pool_store.request(visit.db, request_id)
    if kept is None:
        raise NotFound
    visit.touch(kept.citizen_id, DataKind.WISHES)
    if kept.status is not RequestStatus.OPEN:
        raise RequestClosed
    return kept
