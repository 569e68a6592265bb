"""Queries on consents. Rows are never changed."""

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
    rows = [
        msgspec.structs.asdict(consent) | {"infos": ",".join(sorted(consent.infos))} for consent in consents
    ]
    if rows:
        db.execute(insert(rights_tables.consent), rows)


def of_citizen(db: Connection, citizen_id: str) -> tuple[Consent, ...]:
    """Everything that a citizen has answered, oldest first."""
    return of_citizens(db, [citizen_id]).get(citizen_id, ())


def of_citizens(db: Connection, citizen_ids: Sequence[str]) -> dict[str, tuple[Consent, ...]]:
    """Everything that these citizens have answered, oldest first, by citizen; without those who have answered
    nothing.
    """
    consents_by_citizen: dict[str, list[Consent]] = {}
    # Not by time: answers that are stored together have the same time, and the latest one counts.
    query = select(rights_tables.consent).order_by(rights_tables.consent.c.sequence)
    for start in range(0, len(citizen_ids), CHUNK):
        in_chunk = rights_tables.consent.c.citizen_id.in_(citizen_ids[start : start + CHUNK])
        for row in db.execute(query.where(in_chunk)):
            consents_by_citizen.setdefault(row.citizen_id, []).append(_from_row(row))
    return {citizen_id: tuple(consents) for citizen_id, consents in consents_by_citizen.items()}


def allowed_kinds_by_citizen(
    db: Connection, citizen_ids: Sequence[str], use: Use, today: date
) -> dict[str, frozenset[InfoKind]]:
    """What each of these citizens consents to for that use on that day, by citizen; nothing without an
    answer.
    """
    consents = of_citizens(db, citizen_ids)
    return {citizen_id: allowed_kinds(consents.get(citizen_id, ()), use, today) for citizen_id in citizen_ids}


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
