"""Queries on consents: rows are added and read, never changed."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, insert, select

from people.consent.model import Consent, ConsentMethod, InfoKind, Use, allowed_kinds
from people.tables import rights as rights_tables

CHUNK = 500  # ids in one statement


def add(db: Connection, consents: Iterable[Consent]) -> None:
    """Append answers, in their order."""
    rows = [msgspec.structs.asdict(one) | {"infos": ",".join(sorted(one.infos))} for one in consents]
    if rows:
        db.execute(insert(rights_tables.consent), rows)


def of_citizen(db: Connection, citizen_id: str) -> tuple[Consent, ...]:
    """Everything that a citizen has answered, oldest first."""
    return of_citizens(db, [citizen_id]).get(citizen_id, ())


def of_citizens(db: Connection, citizen_ids: Sequence[str]) -> dict[str, tuple[Consent, ...]]:
    """The same of several citizens, by citizen; those who have answered nothing are left out."""
    found: dict[str, list[Consent]] = {}
    chosen = select(rights_tables.consent).order_by(rights_tables.consent.c.sequence)
    for start in range(0, len(citizen_ids), CHUNK):
        some = rights_tables.consent.c.citizen_id.in_(citizen_ids[start : start + CHUNK])
        for row in db.execute(chosen.where(some)):
            found.setdefault(row.citizen_id, []).append(_from_row(row))
    return {citizen_id: tuple(consents) for citizen_id, consents in found.items()}


def allowed_kinds_by_citizen(
    db: Connection, citizen_ids: Sequence[str], use: Use, today: date
) -> dict[str, frozenset[InfoKind]]:
    """What each of these citizens lets be put to that use on that day, by citizen; nothing where nothing was said."""
    said = of_citizens(db, citizen_ids)
    return {one: allowed_kinds(said.get(one, ()), use, today) for one in citizen_ids}


def _from_row(row: Row[Any]) -> Consent:
    return Consent(
        row.citizen_id,
        frozenset(map(InfoKind, row.infos.split(","))),
        Use(row.use),
        row.agreed,
        row.starts_on,
        row.ends_on,
        ConsentMethod(row.given),
        row.recorded_by,
        row.at,
    )
