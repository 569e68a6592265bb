"""Queries on decisions about requests for erasure."""

from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from foundation.db.bulk import insert_if_absent
from people.erasure.model import DataCategory, ErasureDecision
from people.tables import rights as rights_tables


def add(db: Connection, decision: ErasureDecision) -> bool:
    """Store a decision; False when one with that id is stored already."""
    codes = {"gone": ",".join(decision.gone), "kept": ",".join(decision.kept)}
    return insert_if_absent(db, rights_tables.answer, [msgspec.structs.asdict(decision) | codes]) > 0


def find_decision(db: Connection, decision_id: str) -> ErasureDecision | None:
    """The decision with that id."""
    row = db.execute(
        select(rights_tables.answer).where(rights_tables.answer.c.id == decision_id)
    ).one_or_none()
    return None if row is None else _from_row(row)


def newest(db: Connection, limit: int) -> tuple[ErasureDecision, ...]:
    """The newest decisions, newest first."""
    query = select(rights_tables.answer).order_by(rights_tables.answer.c.at.desc(), rights_tables.answer.c.id)
    return tuple(_from_row(row) for row in db.execute(query.limit(limit)))


def _from_row(row: Row[Any]) -> ErasureDecision:
    return ErasureDecision(
        row.id,
        row.person_id,
        row.at,
        row.answered_by,
        _categories(row.gone),
        _categories(row.kept),
        row.money_until,
        row.why,
    )


def _categories(codes: str) -> tuple[DataCategory, ...]:
    return tuple(DataCategory(code) for code in codes.split(",") if code)
