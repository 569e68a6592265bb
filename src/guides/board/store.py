"""Queries for the board: open pairings with their last contact and check-in, guides with new capacity."""

from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from foundation.clock import local_date
from foundation.db.actor import bypass_row_security
from guides import tables as t
from guides.board.model import PairingActivity, TodoItem
from guides.lifecycle import FINAL, OPEN, Transition
from guides.pairings.store import pairing_value
from guides.pool import store as pool_store
from people.tables.directory import person

_guide_person = person.alias("guide_person")
_last_contact = (
    select(t.contact.c.pairing_id, func.max(t.contact.c.met_on).label("met_on"))
    .where(t.contact.c.draft.is_(False))
    .group_by(t.contact.c.pairing_id)
    .subquery("last")
)
_not_well = (
    select(t.contact.c.id)
    .where(
        t.contact.c.pairing_id == t.pairing.c.id,
        t.contact.c.met_on == _last_contact.c.met_on,
        t.contact.c.draft.is_(False),
        t.contact.c.all_well.is_(False),
    )
    .correlate(t.pairing, _last_contact)
    .exists()
)
_last_check_in = (
    select(t.event.c.pairing_id, func.max(t.event.c.at).label("at"))
    .where(t.event.c.move == Transition.CHECKED_IN)
    .group_by(t.event.c.pairing_id)
    .subquery("checked")
)
_SELECT_ACTIVITY = (
    select(
        t.pairing,
        t.request.c.citizen_id,
        person.c.given_name.label("citizen_name"),
        _guide_person.c.given_name.label("guide_name"),
        _last_contact.c.met_on,
        _not_well.label("not_well"),
        _last_check_in.c.at.label("checked_in_at"),
    )
    .join(t.request, t.request.c.id == t.pairing.c.request_id)
    .join(person, person.c.id == t.request.c.citizen_id)
    .join(_guide_person, _guide_person.c.id == t.pairing.c.guide_id)
    .outerjoin(_last_contact, _last_contact.c.pairing_id == t.pairing.c.id)
    .outerjoin(_last_check_in, _last_check_in.c.pairing_id == t.pairing.c.id)
    .where(t.pairing.c.state.in_(OPEN))
)


def pairing_activity(db: Connection, area: str | None) -> tuple[PairingActivity, ...]:
    """The open pairings of citizens in an area (None: all areas), with their last contact and check-in."""
    query = _SELECT_ACTIVITY if area is None else _SELECT_ACTIVITY.where(person.c.area_id == area)
    return tuple(
        PairingActivity(
            pairing_value(row),
            row.citizen_name,
            row.guide_name,
            row.met_on,
            bool(row.not_well),
            row.checked_in_at,
        )
        for row in db.execute(query)
    )


def guides_with_new_capacity(db: Connection, since: datetime) -> tuple[TodoItem, ...]:
    """Guides with free capacity of whom a pairing or offer has ended since then."""
    latest = (
        select(t.pairing.c.guide_id, func.max(t.pairing.c.moved_at).label("at"))
        .where(t.pairing.c.state.in_(FINAL), t.pairing.c.moved_at >= since)
        .group_by(t.pairing.c.guide_id)
        .subquery()
    )
    query = (
        select(t.guide.c.person_id, person.c.given_name, latest.c.at)
        .join(person, person.c.id == t.guide.c.person_id)
        .join(latest, and_(latest.c.guide_id == t.guide.c.person_id))
        .where(t.guide.c.capacity > t.guide.c.elsewhere + pool_store.active_count)
    )
    with bypass_row_security(db):  # capacity is used by citizens of all areas
        rows = db.execute(query).all()
    return tuple(
        TodoItem(local_date(row.at), guide_id=row.person_id, guide_name=row.given_name) for row in rows
    )
