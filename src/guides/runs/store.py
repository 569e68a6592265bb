"""Queries on runs of the matching, their results and the coordinators' rulings."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, insert, select, update

from guides import tables as t
from guides.lifecycle import RUN_STEPS, RunStatus
from guides.matching.proposal import Proposal, Totals
from guides.matching.reasons import Reason
from guides.runs.model import Insight, Ruling, Run

_COLUMNS = [column for column in t.run.c if column.name not in {"result", "insight"}]
_totals = msgspec.json.Decoder(Totals)
_proposal = msgspec.json.Decoder(Proposal)
_insight = msgspec.json.Decoder(Insight)
_reason = msgspec.json.Decoder(Reason)


def _run(row: Row[Any]) -> Run:
    values = {name: getattr(row, name) for name in Run.__struct_fields__}
    values["status"] = RunStatus(row.status)
    values["totals"] = _totals.decode(row.totals) if row.totals else None
    values["fault"] = _reason.decode(row.fault) if row.fault else None
    return Run(**values)


def add(db: Connection, run: Run, rulings: Iterable[Ruling]) -> None:
    """Store a new run with its rulings."""
    db.execute(insert(t.run).values(msgspec.structs.asdict(run)))
    for ruling in rulings:
        put_ruling(db, run.id, ruling)


def run(db: Connection, run_id: str, *, lock: bool = False) -> Run | None:
    """One run; `lock` keeps others from changing it until the transaction ends."""
    chosen = select(*_COLUMNS).where(t.run.c.id == run_id)
    row = db.execute(chosen.with_for_update() if lock else chosen).one_or_none()
    return None if row is None else _run(row)


def newest(db: Connection, limit: int = 25, offset: int = 0) -> tuple[Run, ...]:
    """The newest runs, newest first."""
    chosen = select(*_COLUMNS).order_by(t.run.c.made_at.desc(), t.run.c.id.desc())
    return tuple(_run(row) for row in db.execute(chosen.limit(limit).offset(offset)))


def proposal(db: Connection, run_id: str) -> Proposal | None:
    """What a run found; None while there is nothing."""
    text = db.execute(select(t.run.c.result).where(t.run.c.id == run_id)).scalar_one_or_none()
    return None if text is None else _decode(text)


@lru_cache(maxsize=4)
def _decode(text: str) -> Proposal:
    """The stored result as a value; kept, because every page of a proposal asks for it and it never changes."""
    return _proposal.decode(text)


def set_status(db: Connection, run_id: str, status: RunStatus, **values: object) -> bool:
    """Bring a run into a status that may follow its own; False, and nothing changed, when it may not."""
    before = [one for one, following in RUN_STEPS.items() if status in following]
    changed = db.execute(
        update(t.run).where(t.run.c.id == run_id, t.run.c.status.in_(before)).values(status=status, **values)
    )
    return changed.rowcount == 1


def set_progress(db: Connection, run_id: str, step: str, progress: int) -> bool:
    """How far a run is, in percent; False when it is no longer running."""
    changed = db.execute(
        update(t.run)
        .where(t.run.c.id == run_id, t.run.c.status == RunStatus.RUNNING)
        .values(step=step, progress=progress)
    )
    return changed.rowcount == 1


def finish(db: Connection, run_id: str, found: Proposal, at: datetime) -> bool:
    """Store what a run found; False when it is no longer running."""
    return set_status(
        db,
        run_id,
        RunStatus.DRAFT,
        progress=100,
        finished_at=at,
        totals=msgspec.json.encode(found.totals).decode(),
        result=msgspec.json.encode(found).decode(),
    )


def put_insight(db: Connection, run_id: str, insight: Insight) -> None:
    """Store what is known beside the pairs of a run."""
    text = msgspec.json.encode(insight).decode()
    db.execute(update(t.run).where(t.run.c.id == run_id).values(insight=text))


def insight(db: Connection, run_id: str) -> Insight | None:
    """What is known beside the pairs of a run; None while there is nothing."""
    text = db.execute(select(t.run.c.insight).where(t.run.c.id == run_id)).scalar_one_or_none()
    return None if text is None else _insight.decode(text)


def fail(db: Connection, run_id: str, fault: Reason, at: datetime) -> bool:
    """Store why a run could not be done; False when it is no longer under way."""
    return set_status(db, run_id, RunStatus.FAILED, finished_at=at, fault=msgspec.json.encode(fault).decode())


def under_way(db: Connection) -> tuple[str, ...]:
    """Ids of the runs that are queued or running."""
    return tuple(
        db.execute(
            select(t.run.c.id).where(t.run.c.status.in_((RunStatus.QUEUED, RunStatus.RUNNING)))
        ).scalars()
    )


def without_insight(db: Connection) -> tuple[str, ...]:
    """Ids of the drafts whose report and advice were never stored."""
    chosen = select(t.run.c.id).where(t.run.c.status == RunStatus.DRAFT, t.run.c.insight.is_(None))
    return tuple(db.execute(chosen.order_by(t.run.c.id)).scalars())


def rulings(db: Connection, run_id: str) -> tuple[Ruling, ...]:
    """What a coordinator has decided for a run."""
    rows: Sequence[Row[Any]] = db.execute(
        select(t.ruling)
        .where(t.ruling.c.run_id == run_id)
        .order_by(t.ruling.c.request_id, t.ruling.c.guide_id)
    ).all()
    return tuple(Ruling(row.request_id, row.guide_id, row.kind) for row in rows)


def put_ruling(db: Connection, run_id: str, ruling: Ruling) -> None:
    """Store a ruling, in place of one on the same pair and, for a pin, of the request's other pin."""
    remove_ruling(db, run_id, ruling.request_id, ruling.guide_id)
    if ruling.kind == "pin":
        db.execute(
            delete(t.ruling).where(
                t.ruling.c.run_id == run_id,
                t.ruling.c.request_id == ruling.request_id,
                t.ruling.c.kind == "pin",
            )
        )
    db.execute(
        insert(t.ruling).values(
            run_id=run_id, request_id=ruling.request_id, guide_id=ruling.guide_id, kind=ruling.kind
        )
    )


def remove_ruling(db: Connection, run_id: str, request_id: str, guide_id: str) -> None:
    """Take a ruling back."""
    db.execute(
        delete(t.ruling).where(
            t.ruling.c.run_id == run_id,
            t.ruling.c.request_id == request_id,
            t.ruling.c.guide_id == guide_id,
        )
    )
