"""The pool of a matching run, read in a handful of statements however many people there are."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, or_, select

from foundation.db.actor import bypass_row_security
from guides import tables as t
from guides.access import AccessFilter
from guides.lifecycle import EndReason, State
from guides.matching.model import Pool
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
    """All guides and all requests that wait, and the ids of the citizens whose wishes were read.

    Of the wishes only what the citizens have said may be used for matching.

    Who once declined or asked for another guide is not paired with the same person for the same request again, unless
    a coordinator pins the pair.
    """
    excluded = pool_store.exclusions(db, None)
    waiting = db.execute(
        pool_store.SELECT_REQUESTS.where(t.request.c.status == "open", ~pool_store.has_open_pairing)
    )
    rows = [row for row in waiting if access_filter(row.citizen_id, row.area_id)]
    may_use = consent_store.allowed_kinds_by_citizen(
        db, [row.citizen_id for row in rows], Use.MATCHING, today
    )
    taking_part = {row.id for row in rows}
    pins = {(one.request_id, one.guide_id) for one in overrides if one.kind == "pin"} & _pairs_still_waiting(
        rows, overrides
    )
    forbidden = {(one.request_id, one.guide_id) for one in overrides if one.kind == "forbid"}
    forbidden |= {pair for pair in _declined_pairs(db) if pair[0] in taking_part}
    with bypass_row_security(db):  # room is counted over everybody
        guides = tuple(
            pool_store.guide_value(row) for row in db.execute(pool_store.SELECT_GUIDES.where(not_erased()))
        )
    pool = Pool(
        guides=guides,
        requests=tuple(
            redact_request(
                pool_store.request_value(row, excluded.get(row.citizen_id, ())),
                may_use[row.citizen_id],
            )
            for row in rows
        ),
        areas=areas.areas(db),
        travel_times=areas.travel_times(db),
        pinned=tuple(sorted(pins)),
        forbidden=tuple(sorted(forbidden - pins)),
        today=today,
    )
    return pool, tuple(row.citizen_id for row in rows)


def _pairs_still_waiting(rows: Sequence[Any], overrides: Sequence[Override]) -> set[tuple[str, str]]:
    """Pairs of the rulings whose request still waits: a pin on one that has found a guide meanwhile is moot."""
    waiting = {row.id for row in rows}
    return {(one.request_id, one.guide_id) for one in overrides if one.request_id in waiting}


def _declined_pairs(db: Connection) -> set[tuple[str, str]]:
    """Pairs that one of the two has said no to."""
    rows = db.execute(
        select(t.pairing.c.request_id, t.pairing.c.guide_id).where(
            or_(
                t.pairing.c.state == State.DECLINED,
                t.pairing.c.end_reason == EndReason.NO_FAULT_REMATCH,
            )
        )
    )
    return {(request_id, guide_id) for request_id, guide_id in rows}
