"""The pool of a matching run, read in a constant number of statements."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, or_, select

from foundation.db.actor import bypass_row_security
from guides import tables as t
from guides.access import AccessFilter
from guides.lifecycle import EndReason, State
from guides.matching.model import Guide, Pool, Request
from guides.pool import store as pool_store
from guides.pool.consent_filter import redact_request
from guides.runs.model import Override
from people.consent import store as consent_store
from people.consent.model import Use
from people.directory import areas
from people.directory.erased import not_erased


def read_pool(
    db: Connection,
    today: date,
    *,
    overrides: Sequence[Override] = (),
    access_filter: AccessFilter = lambda _citizen_id, _area: True,
) -> tuple[Pool, tuple[str, ...]]:
    """All guides, all waiting requests, and the ids of the citizens whose requests were read.

    A request holds only what the citizen has consented to use for matching. A pair that was declined, or that ended
    because one of the two asked for somebody else, is forbidden unless a coordinator pins it. A pin on a request
    that has found a guide meanwhile is left out.
    """
    requests = _waiting_requests(db, today, access_filter)
    pins = {
        (override.request_id, override.guide_id)
        for override in overrides
        if override.kind == "pin" and override.request_id in requests
    }
    forbidden = {
        (override.request_id, override.guide_id) for override in overrides if override.kind == "forbid"
    }
    forbidden |= {pair for pair in _declined_pairs(db) if pair[0] in requests}
    pool = Pool(
        guides=_guides(db),
        requests=tuple(request for request, _ in requests.values()),
        areas=areas.areas(db),
        travel_times=areas.travel_times(db),
        pinned=tuple(sorted(pins)),
        forbidden=tuple(sorted(forbidden - pins)),
        today=today,
    )
    return pool, tuple(citizen_id for _, citizen_id in requests.values())


def read_pairs(
    db: Connection, today: date, pairs: Sequence[tuple[str, str]], *, access_filter: AccessFilter
) -> tuple[Pool, dict[str, str]]:
    """A pool of the requests and guides of these pairs (request id, guide id), without pinned or forbidden pairs.

    Also returns the citizen's id by request id. People who are not in the whole pool are not in this one.
    """
    requests = _waiting_requests(db, today, access_filter, [request_id for request_id, _ in pairs])
    pool = Pool(
        guides=_guides(db, [guide_id for _, guide_id in pairs]),
        requests=tuple(request for request, _ in requests.values()),
        areas=areas.areas(db),
        travel_times=areas.travel_times(db),
        today=today,
    )
    return pool, {request_id: citizen_id for request_id, (_, citizen_id) in requests.items()}


def _waiting_requests(
    db: Connection, today: date, access_filter: AccessFilter, request_ids: Sequence[str] | None = None
) -> dict[str, tuple[Request, str]]:
    """The waiting requests, all or some, with the citizen's id, by request id."""
    query = pool_store.SELECT_REQUESTS.where(t.request.c.status == "open", ~pool_store.has_open_pairing)
    if request_ids is not None:
        query = query.where(t.request.c.id.in_(request_ids))
    rows = [row for row in db.execute(query) if access_filter(row.citizen_id, row.area_id)]
    citizen_ids = [row.citizen_id for row in rows]
    excluded = pool_store.exclusions(db, None if request_ids is None else citizen_ids)
    consented = consent_store.allowed_kinds_by_citizen(db, citizen_ids, Use.MATCHING, today)
    return {
        row.id: (
            redact_request(
                pool_store.request_value(row, excluded.get(row.citizen_id, ())), consented[row.citizen_id]
            ),
            row.citizen_id,
        )
        for row in rows
    }


def _guides(db: Connection, guide_ids: Sequence[str] | None = None) -> tuple[Guide, ...]:
    query = pool_store.SELECT_GUIDES.where(not_erased())
    if guide_ids is not None:
        query = query.where(t.guide.c.person_id.in_(guide_ids))
    # A guide's pairings are counted over citizens of all areas, also those whom the actor may not read.
    with bypass_row_security(db):
        return tuple(pool_store.guide_value(row) for row in db.execute(query))


def _declined_pairs(db: Connection) -> set[tuple[str, str]]:
    """Pairs (request id, guide id) that one of the two declined or asked to replace."""
    rows = db.execute(
        select(t.pairing.c.request_id, t.pairing.c.guide_id).where(
            or_(
                t.pairing.c.state == State.DECLINED,
                t.pairing.c.end_reason == EndReason.NO_FAULT_REMATCH,
            )
        )
    )
    return {(request_id, guide_id) for request_id, guide_id in rows}
