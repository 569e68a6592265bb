"""Queries on pending requests."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from budgets import tables as t
from budgets.model import RequestState
from budgets.records.requests import answers
from budgets.requests.model import RequestSummary
from people.tables.directory import person


def pending(
    db: Connection, areas: Sequence[str] | None, excluded_citizen_id: str, *, limit: int, offset: int
) -> tuple[tuple[RequestSummary, ...], int]:
    """Pending requests, the one that is due first at the top: one page and the count of all.

    `areas` limits them to citizens of these areas; with None there is no limit.
    """
    r = t.request.c
    chosen = (
        select(r.id, r.grant_id, t.grant.c.citizen_id, r.what, r.amount_ore, r.answer_by, r.asked_at)
        .add_columns(person.c.given_name, person.c.surname, t.fund.c.name.label("fund_name"))
        .join(t.grant, t.grant.c.id == r.grant_id)
        .join(t.fund, t.fund.c.id == t.grant.c.fund_id)
        .join(person, person.c.id == t.grant.c.citizen_id)
        # Nobody decides their own request, so an officer isn't offered theirs (the database refuses it too).
        .where(r.state == RequestState.PENDING, t.grant.c.citizen_id != excluded_citizen_id)
    )
    if areas is not None:
        chosen = chosen.where(person.c.area_id.in_(areas))
    count = db.execute(select(func.count()).select_from(chosen.subquery())).scalar_one()
    # The id makes the order total: with equal times a request could appear on two pages or on none.
    rows = db.execute(chosen.order_by(r.answer_by, r.asked_at, r.id).limit(limit).offset(offset)).all()
    yes_counts = Counter(answer.request_id for answer in answers(db, [row.id for row in rows]))
    summaries = tuple(
        RequestSummary(
            row.id,
            row.grant_id,
            row.citizen_id,
            f"{row.given_name} {row.surname}".strip(),
            row.fund_name,
            row.what,
            row.amount_ore,
            row.answer_by,
            yes_counts[row.id],
        )
        for row in rows
    )
    return summaries, count
