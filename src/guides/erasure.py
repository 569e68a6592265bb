"""Erasure of personal data in this package: requests with their pairings, guide profiles, matching runs."""

from collections.abc import Collection, Iterator
from datetime import datetime
from itertools import chain

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, select, update

from foundation.clock import local_date
from foundation.db.types import any_of
from guides import tables as t
from guides.lifecycle import OPEN
from people.retention.model import EndedRecord, RecordKind
from people.tables.sign_in import account

_BLANK_TAGS = dict.fromkeys(("languages", "experiences", "interests", "dislikes", "times"), ())
_BLANK_REQUEST = _BLANK_TAGS | {
    "wants_help_with": (),
    "gives": (),
    "gender": "",
    "wanted_gender": "",
    "own_words": "",
    "travel_minutes_max": None,
}
_BLANK_GUIDE = _BLANK_TAGS | {
    "helps_with": (),
    "wants": (),
    "gender": "",
    "capacity": 0,
    "travel_minutes_max": None,
    "trained_until": None,
    "trained_noted_at": None,
    "checked_until": None,
    "checked_noted_at": None,
    "paused_until": None,
}
_BLANK_PAIRING = {
    "to_citizen": (),
    "to_guide": (),
    "question": "",
    "answer": "",
    "meeting_at": None,
    "meeting_place": "",
}


def ended_records(db: Connection) -> Iterator[EndedRecord]:
    """Each request with the guides who got an offer, and the guides without an account with their last valid day."""
    pairings_by_request: dict[str, list[tuple[str, datetime | None]]] = {}
    for pairing in db.execute(_SELECT_PAIRINGS):
        ended_at = None if pairing.state in OPEN else pairing.moved_at
        pairings_by_request.setdefault(pairing.request_id, []).append((pairing.guide_id, ended_at))
    for request in db.execute(select(t.request.c.id, t.request.c.citizen_id, t.request.c.closed_at)):
        pairings = pairings_by_request.get(request.id, [])
        ends = [request.closed_at, *(end for _, end in pairings)]
        days = [local_date(end) for end in ends if end is not None]
        last = max(days) if len(days) == len(ends) else None
        guide_ids = tuple(sorted({guide_id for guide_id, _ in pairings}))
        yield EndedRecord(RecordKind.WISH, request.id, request.citizen_id, last, guide_ids)
        for guide_id, end in pairings:
            yield EndedRecord(
                RecordKind.PROFILE, request.id, guide_id, None if end is None else local_date(end)
            )
    for guide in db.execute(_SELECT_GUIDES_WITHOUT_ACCOUNT):
        if guide.trained_until is not None and guide.checked_until is not None:
            last = max(guide.trained_until, guide.checked_until)
            yield EndedRecord(RecordKind.PROFILE, guide.person_id, guide.person_id, last)


_SELECT_PAIRINGS = select(
    t.pairing.c.request_id, t.pairing.c.guide_id, t.pairing.c.state, t.pairing.c.moved_at
)
_SELECT_GUIDES_WITHOUT_ACCOUNT = select(
    t.guide.c.person_id, t.guide.c.trained_until, t.guide.c.checked_until
).where(~select(account.c.person_id).where(account.c.person_id == t.guide.c.person_id).exists())


def erase_requests(db: Connection, request_ids: Collection[str]) -> None:
    """Blank the personal content of requests and their pairings; dates, states and minutes stay for statistics."""
    parameters = {"ids": request_ids}
    pairings = select(t.pairing.c.id).where(any_of(t.pairing.c.request_id, "ids"))
    db.execute(delete(t.contact).where(t.contact.c.pairing_id.in_(pairings), t.contact.c.draft), parameters)
    db.execute(
        update(t.pairing).where(any_of(t.pairing.c.request_id, "ids")).values(_BLANK_PAIRING), parameters
    )
    db.execute(update(t.request).where(any_of(t.request.c.id, "ids")).values(_BLANK_REQUEST), parameters)


def erase_people(db: Connection, person_ids: Collection[str]) -> None:
    """Blank the guide profiles of these people, and delete their exclusions."""
    parameters = {"ids": person_ids}
    db.execute(delete(t.exclusion).where(any_of(t.exclusion.c.citizen_id, "ids")), parameters)
    db.execute(update(t.guide).where(any_of(t.guide.c.person_id, "ids")).values(_BLANK_GUIDE), parameters)


def erase_guide_data(db: Connection, person_ids: Collection[str]) -> None:
    """Erase early what names these people: guide profiles, ended pairings that they guided, finished runs with them.

    A run is deleted completely, because its result cannot be changed.
    """
    parameters = {"ids": person_ids}
    erase_people(db, person_ids)
    has_ended = t.pairing.c.state.not_in(OPEN)
    db.execute(
        update(t.pairing).where(any_of(t.pairing.c.guide_id, "ids"), has_ended).values(_BLANK_PAIRING),
        parameters,
    )
    _delete_runs(db, t.run.c.id.in_(_runs_naming(db, person_ids)))


def count_guide_data(db: Connection, person_id: str) -> int:
    """How many records `erase_guide_data` would erase of one person."""
    guide = db.execute(select(t.guide).where(t.guide.c.person_id == person_id)).mappings().one_or_none()
    has_profile = guide is not None and any(guide[name] != blank for name, blank in _BLANK_GUIDE.items())
    conditions = (
        (t.exclusion, t.exclusion.c.citizen_id == person_id),
        (t.pairing, (t.pairing.c.guide_id == person_id) & (t.pairing.c.to_citizen != ())),
    )
    counts = (
        db.execute(select(func.count()).select_from(table).where(condition)).scalar_one()
        for table, condition in conditions
    )
    return int(has_profile) + sum(counts) + len(_runs_naming(db, {person_id}))


def is_matching_active(db: Connection) -> bool:
    """Whether a run is queued or running: it may have read about anybody."""
    is_active = t.run.c.status.in_(["queued", "running"])
    return db.execute(select(t.run.c.id).where(is_active).limit(1)).first() is not None


def share_a_run(db: Connection, first_ids: Collection[str], second_ids: Collection[str]) -> bool:
    """Whether a finished run names a person of both groups."""
    return not _runs_naming(db, first_ids).isdisjoint(_runs_naming(db, second_ids))


def _runs_naming(db: Connection, person_ids: Collection[str]) -> frozenset[str]:
    """Ids of the finished runs whose result names one of these people, as a citizen or a guide."""
    request_ids = select(t.request.c.id).where(any_of(t.request.c.citizen_id, "ids"))
    ids = [*person_ids, *db.execute(request_ids, {"ids": person_ids}).scalars()]
    run_ids = (db.execute(_SELECT_RUNS_NAMING, {"quoted_id": f'%"{id}"%'}).scalars() for id in ids)
    return frozenset(chain.from_iterable(run_ids))


_FINISHED = t.run.c.status.in_(["draft", "published", "discarded", "failed"])


_SELECT_RUNS_NAMING = select(t.run.c.id).where(_FINISHED, t.run.c.result.like(bindparam("quoted_id")))


def _finished_before(before: datetime) -> ColumnElement[bool]:
    return (t.run.c.made_at < before) & _FINISHED


def count_old_runs(db: Connection, before: datetime) -> int:
    """How many finished runs were made before then."""
    return db.execute(select(func.count()).select_from(t.run).where(_finished_before(before))).scalar_one()


def delete_old_runs(db: Connection, before: datetime) -> None:
    """Delete the finished runs made before then; the pairings that they led to stay."""
    _delete_runs(db, _finished_before(before))


def _delete_runs(db: Connection, condition: ColumnElement[bool]) -> None:
    runs = select(t.run.c.id).where(condition)
    db.execute(delete(t.ruling).where(t.ruling.c.run_id.in_(runs)))
    db.execute(update(t.pairing).where(t.pairing.c.run_id.in_(runs)).values(run_id=None))
    db.execute(update(t.run).where(t.run.c.follows.in_(runs)).values(follows=None))
    db.execute(delete(t.run).where(condition))
