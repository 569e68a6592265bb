"""Queries on what people who asked to be erased were told."""

from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from foundation.db.bulk import insert_missing
from people.erasure.model import Answer, Piece
from people.tables import rights as rights_tables


def add(db: Connection, answer: Answer) -> bool:
    """Store an answer; gives whether it is a new one."""
    codes = {"gone": ",".join(answer.gone), "kept": ",".join(answer.kept)}
    return insert_missing(db, rights_tables.answer, [msgspec.structs.asdict(answer) | codes]) > 0


def answer(db: Connection, answer_id: str) -> Answer | None:
    """One answer."""
    row = db.execute(select(rights_tables.answer).where(rights_tables.answer.c.id == answer_id)).one_or_none()
    return None if row is None else _value(row)


def newest(db: Connection, most: int) -> tuple[Answer, ...]:
    """The newest answers, newest first."""
    chosen = select(rights_tables.answer).order_by(
        rights_tables.answer.c.at.desc(), rights_tables.answer.c.id
    )
    return tuple(_value(row) for row in db.execute(chosen.limit(most)))


def _value(row: Row[Any]) -> Answer:
    return Answer(
        row.id,
        row.person_id,
        row.at,
        row.answered_by,
        _pieces(row.gone),
        _pieces(row.kept),
        row.money_until,
        row.why,
    )


def _pieces(codes: str) -> tuple[Piece, ...]:
    return tuple(Piece(code) for code in codes.split(",") if code)
