"""Queries for the board: open pairings with their last contact and check-in, guides whose room was freed."""

from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from foundation.clock import local_date
from foundation.db.actor import as_system
from guides import tables as t
from guides.board.model import Followed, Line
from guides.lifecycle import FINAL, OPEN, Move
from guides.pairings.store import pairing_value
from guides.pool import store as pool_store
from people.tables.directory import person

_guide_person = person.alias("guide_person")
_last = (
    select(t.contact.c.pairing_id, func.max(t.contact.c.met_on).label("met_on"))
    .where(t.contact.c.draft.is_(False))
    .group_by(t.contact.c.pairing_id)
    .subquery("last")
)
_not_well = (
    select(t.contact.c.id)
    .where(
        t.contact.c.pairing_id == t.pairing.c.id,
        t.contact.c.met_on == _last.c.met_on,
        t.contact.c.draft.is_(False),
        t.contact.c.all_well.is_(False),
    )
    .correlate(t.pairing, _last)
    .exists()
)
_checked = (
    select(t.event.c.pairing_id, func.max(t.event.c.at).label("at"))
    .where(t.event.c.move == Move.CHECKED_IN)
    .group_by(t.event.c.pairing_id)
    .subquery("checked")
)
_FOLLOWED = (
    select(
        t.pairing,
        t.request.c.citizen_id,
        person.c.given_name.label("citizen_name"),
        _guide_person.c.given_name.label("guide_name"),
        _last.c.met_on,
        _not_well.label("not_well"),
        _checked.c.at.label("checked_in_at"),
    )
    .join(t.request, t.request.c.id == t.pairing.c.request_id)
    .join(person, person.c.id == t.request.c.citizen_id)
    .join(_guide_person, _guide_person.c.id == t.pairing.c.guide_id)
    .outerjoin(_last, _last.c.pairing_id == t.pairing.c.id)
    .outerjoin(_checked, _checked.c.pairing_id == t.pairing.c.id)
    .where(t.pairing.c.state.in_(OPEN))
)


def followed(db: Connection, area: str | None) -> tuple[Followed, ...]:
    """Every open pairing of citizens in an area, or (None) of all, with what following up on it needs."""
    chosen = _FOLLOWED if area is None else _FOLLOWED.where(person.c.area_id == area)
    return tuple(
        Followed(
            pairing_value(row),
            row.citizen_name,
            row.guide_name,
            row.met_on,
            bool(row.not_well),
            row.checked_in_at,
        )
        for row in db.execute(chosen)
    )


def freed(db: Connection, since: datetime) -> tuple[Line, ...]:
    """Guides with room who have had a pairing or offer end since then."""
    latest = (
        select(t.pairing.c.guide_id, func.max(t.pairing.c.moved_at).label("at"))
        .where(t.pairing.c.state.in_(FINAL), t.pairing.c.moved_at >= since)
        .group_by(t.pairing.c.guide_id)
        .subquery()
    )
    chosen = (
        select(t.guide.c.person_id, person.c.given_name, latest.c.at)
        .join(person, person.c.id == t.guide.c.person_id)
        .join(latest, and_(latest.c.guide_id == t.guide.c.person_id))
        .where(t.guide.c.capacity > t.guide.c.elsewhere + pool_store.active_count)
    )
    with as_system(db):  # room is counted over everybody
        rows = db.execute(chosen).all()
    return tuple(Line(local_date(row.at), guide_id=row.person_id, guide_name=row.given_name) for row in rows)
