"""Queries on offers, pairings, their events and the guides' contact log."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from guides import tables as t
from guides.labels import ContactKind
from guides.lifecycle import OPEN, EndReason, State, Transition
from guides.pairings.model import Contact, Pairing, PairingEvent
from guides.pool.store import in_chunks
from people.tables.directory import person

SELECT_PAIRINGS = select(t.pairing, t.request.c.citizen_id).join(
    t.request, t.request.c.id == t.pairing.c.request_id
)
_SELECT_PAIRING = SELECT_PAIRINGS.where(t.pairing.c.id == bindparam("pairing"))
_SELECT_OF_GUIDE = SELECT_PAIRINGS.where(t.pairing.c.guide_id == bindparam("guide")).order_by(
    t.pairing.c.offered_at.desc()
)
_SELECT_OF_CITIZEN = SELECT_PAIRINGS.where(t.request.c.citizen_id == bindparam("citizen")).order_by(
    t.pairing.c.offered_at.desc()
)


def pairing_value(row: Row[Any]) -> Pairing:
    """Decodes a row of `SELECT_PAIRINGS`."""
    values = {name: getattr(row, name) for name in Pairing.__struct_fields__}
    values["state"] = State(row.state)
    values["end_reason"] = EndReason(row.end_reason) if row.end_reason else None
    return Pairing(**values)


def pairing(db: Connection, pairing_id: str) -> Pairing | None:
    """Returns one offer or pairing, or None when there is none with that id."""
    row = db.execute(_SELECT_PAIRING, {"pairing": pairing_id}).one_or_none()
    return None if row is None else pairing_value(row)


def lock(db: Connection, pairing_id: str) -> Pairing | None:
    """Locks a pairing and its request until the transaction ends; returns the pairing as it is stored now.

    The request is locked first: every transaction that locks both does so in this order, which prevents
    deadlocks.
    """
    request_id = db.execute(
        select(t.pairing.c.request_id).where(t.pairing.c.id == pairing_id)
    ).scalar_one_or_none()
    if request_id is None:
        return None
    db.execute(select(t.request.c.id).where(t.request.c.id == request_id).with_for_update())
    row = db.execute(_SELECT_PAIRING.with_for_update(of=t.pairing), {"pairing": pairing_id}).one()
    return pairing_value(row)


def of_guide(db: Connection, guide_id: str) -> tuple[Pairing, ...]:
    """Returns a guide's offers and pairings, newest first."""
    return tuple(pairing_value(row) for row in db.execute(_SELECT_OF_GUIDE, {"guide": guide_id}))


def of_citizen(db: Connection, citizen_id: str) -> tuple[Pairing, ...]:
    """Returns a citizen's offers and pairings, newest first."""
    return tuple(pairing_value(row) for row in db.execute(_SELECT_OF_CITIZEN, {"citizen": citizen_id}))


def open_of_request(db: Connection, request_id: str) -> Pairing | None:
    """Returns the open pairing of a request, of which there is at most one."""
    row = db.execute(
        SELECT_PAIRINGS.where(t.pairing.c.request_id == request_id, t.pairing.c.state.in_(OPEN))
    ).one_or_none()
    return None if row is None else pairing_value(row)


def find(
    db: Connection, states: Sequence[State], area: str | None = None, *, limit: int, offset: int
) -> tuple[tuple[Pairing, ...], int]:
    """Returns one page of the pairings in these states, longest in their state first, and the count of all.

    `area` limits them to citizens of one area.
    """
    query = SELECT_PAIRINGS.where(t.pairing.c.state.in_(states))
    if area is not None:
        query = query.join(person, person.c.id == t.request.c.citizen_id).where(person.c.area_id == area)
    count = db.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    page = query.order_by(t.pairing.c.moved_at, t.pairing.c.id).limit(limit).offset(offset)
    return tuple(pairing_value(row) for row in db.execute(page)), count


def add_offers(db: Connection, offers: Iterable[Pairing]) -> None:
    """Stores new offers.

    A database trigger refuses an offer without room, without an open request or beside another open pairing.
    """
    rows = []
    for offer in offers:
        row = msgspec.structs.asdict(offer)
        del row["citizen_id"]
        rows.append(row)
    if rows:
        db.execute(insert(t.pairing), rows)


def save_transition(
    db: Connection,
    current: Pairing,
    transition: Transition,
    to_state: State,
    at: datetime,
    by: str | None,
    **values: object,
) -> bool:
    """Stores a transition and its event. Returns False and stores nothing when the pairing has left
    `current.state`.
    """
    if to_state is not current.state:
        values["moved_at"] = at
    result = db.execute(
        update(t.pairing)
        .where(t.pairing.c.id == current.id, t.pairing.c.state == current.state)
        .values(state=to_state, **values)
    )
    if result.rowcount != 1:
        return False
    db.execute(
        insert(t.event).values(
            pairing_id=current.id, before=current.state, move=transition, after=to_state, at=at, made_by=by
        )
    )
    return True


def events(db: Connection, pairing_id: str) -> tuple[PairingEvent, ...]:
    """Returns the recorded transitions of a pairing, oldest first."""
    rows = db.execute(select(t.event).where(t.event.c.pairing_id == pairing_id).order_by(t.event.c.sequence))
    return tuple(
        PairingEvent(
            row.pairing_id, State(row.before), Transition(row.move), State(row.after), row.at, row.made_by
        )
        for row in rows
    )


def _contact(row: Row[Any]) -> Contact:
    return Contact(
        row.id,
        row.pairing_id,
        row.met_on,
        row.minutes,
        None if row.kind is None else ContactKind(row.kind),
        row.all_well,
        row.draft,
        row.made_at,
    )


def contacts(db: Connection, pairing_id: str, limit: int = 50) -> tuple[Contact, ...]:
    """Returns the contacts of a pairing without the draft, newest first, `limit` at most."""
    rows = db.execute(
        select(t.contact)
        .where(t.contact.c.pairing_id == pairing_id, t.contact.c.draft.is_(False))
        .order_by(t.contact.c.met_on.desc(), t.contact.c.id.desc())
        .limit(limit)
    )
    return tuple(_contact(row) for row in rows)


def contact_draft(db: Connection, pairing_id: str) -> Contact | None:
    """Returns the draft of a contact, of which a pairing has at most one."""
    row = db.execute(
        select(t.contact).where(t.contact.c.pairing_id == pairing_id, t.contact.c.draft.is_(True))
    ).one_or_none()
    return None if row is None else _contact(row)


def save_contact(db: Connection, contact: Contact, form_key: str, by: str) -> bool:
    """Stores a contact in place of the draft. Returns False when the same form has stored it already."""
    already_sent = select(t.contact.c.id).where(
        t.contact.c.pairing_id == contact.pairing_id,
        t.contact.c.form_key == form_key,
        t.contact.c.draft.is_(False),
    )
    if db.execute(already_sent).one_or_none() is not None:
        return False
    db.execute(
        delete(t.contact).where(t.contact.c.pairing_id == contact.pairing_id, t.contact.c.draft.is_(True))
    )
    row = msgspec.structs.asdict(contact) | {"form_key": form_key, "made_by": by}
    db.execute(insert(t.contact).values(row))
    return True


def last_contacts(db: Connection, pairing_ids: Sequence[str]) -> dict[str, date]:
    """Returns the day of the last contact by pairing id, of those of the pairings that had one."""
    query = (
        select(t.contact.c.pairing_id, func.max(t.contact.c.met_on).label("day"))
        .where(t.contact.c.draft.is_(False))
        .group_by(t.contact.c.pairing_id)
    )
    rows = in_chunks(db, query, t.contact.c.pairing_id, pairing_ids)
    return {row.pairing_id: row.day for row in rows}
