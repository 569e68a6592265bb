"""Queries on runs of the matching, their results and the coordinators' rulings."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, insert, select, update

from guides import tables as t
from guides.lifecycle import RUN_TRANSITIONS, RunStatus
from guides.matching.proposal import Proposal, Totals
from guides.matching.reasons import Reason
from guides.runs.model import Override, Run, RunReport

_COLUMNS = [column for column in t.run.c if column.name not in {"result", "insight"}]
_totals_decoder = msgspec.json.Decoder(Totals)
_proposal_decoder = msgspec.json.Decoder(Proposal)
_run_report_decoder = msgspec.json.Decoder(RunReport)
_reason_decoder = msgspec.json.Decoder(Reason)


def _run(row: Row[Any]) -> Run:
    values = {name: getattr(row, name) for name in Run.__struct_fields__}
    values["status"] = RunStatus(row.status)
    values["totals"] = _totals_decoder.decode(row.totals) if row.totals else None
    values["fault"] = _reason_decoder.decode(row.fault) if row.fault else None
    return Run(**values)


def add(db: Connection, run: Run, initial_overrides: Iterable[Override]) -> None:
    """Store a new run with its rulings."""
    db.execute(insert(t.run).values(msgspec.structs.asdict(run)))
    for ruling in initial_overrides:
        save_override(db, run.id, ruling)


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
    return None if text is None else _decode_proposal(text)


@lru_cache(maxsize=4)
def _decode_proposal(text: str) -> Proposal:
    """The stored result as a value; kept, because every page of a proposal asks for it and it never changes."""
    return _proposal_decoder.decode(text)


def set_status(db: Connection, run_id: str, status: RunStatus, **values: object) -> bool:
    """Bring a run into a status that may follow its own; False, and nothing changed, when it may not."""
    before = [one for one, following in RUN_TRANSITIONS.items() if status in following]
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


def finish(db: Connection, run_id: str, proposal: Proposal, at: datetime) -> bool:
    """Store what a run found; False when it is no longer running."""
    return set_status(
        db,
        run_id,
        RunStatus.DRAFT,
        progress=100,
        finished_at=at,
        totals=msgspec.json.encode(proposal.totals).decode(),
        result=msgspec.json.encode(proposal).decode(),
    )


def save_run_report(db: Connection, run_id: str, report: RunReport) -> None:
    """Store what is known beside the pairs of a run."""
    text = msgspec.json.encode(report).decode()
    db.execute(update(t.run).where(t.run.c.id == run_id).values(insight=text))


def run_report(db: Connection, run_id: str) -> RunReport | None:
    """What is known beside the pairs of a run; None while there is nothing."""
    text = db.execute(select(t.run.c.insight).where(t.run.c.id == run_id)).scalar_one_or_none()
    return None if text is None else _run_report_decoder.decode(text)


def fail(db: Connection, run_id: str, reason: Reason, at: datetime) -> bool:
    """Store why a run could not be done; False when it is no longer under way."""
    return set_status(
        db, run_id, RunStatus.FAILED, finished_at=at, fault=msgspec.json.encode(reason).decode()
    )


def active_run_ids(db: Connection) -> tuple[str, ...]:
    """Ids of the runs that are queued or running."""
    return tuple(
        db.execute(
            select(t.run.c.id).where(t.run.c.status.in_((RunStatus.QUEUED, RunStatus.RUNNING)))
        ).scalars()
    )


def drafts_without_report(db: Connection) -> tuple[str, ...]:
    """Ids of the drafts whose report and advice were never stored."""
    chosen = select(t.run.c.id).where(t.run.c.status == RunStatus.DRAFT, t.run.c.insight.is_(None))
    return tuple(db.execute(chosen.order_by(t.run.c.id)).scalars())


def overrides(db: Connection, run_id: str) -> tuple[Override, ...]:
    """What a coordinator has decided for a run."""
    rows: Sequence[Row[Any]] = db.execute(
        select(t.ruling)
        .where(t.ruling.c.run_id == run_id)
        .order_by(t.ruling.c.request_id, t.ruling.c.guide_id)
    ).all()
    return tuple(Override(row.request_id, row.guide_id, row.kind) for row in rows)


def save_override(db: Connection, run_id: str, override: Override) -> None:
    """Store a ruling, in place of one on the same pair and, for a pin, of the request's other pin."""
    delete_override(db, run_id, override.request_id, override.guide_id)
    if override.kind == "pin":
        db.execute(
            delete(t.ruling).where(
                t.ruling.c.run_id == run_id,
                t.ruling.c.request_id == override.request_id,
                t.ruling.c.kind == "pin",
            )
        )
    db.execute(
        insert(t.ruling).values(
            run_id=run_id, request_id=override.request_id, guide_id=override.guide_id, kind=override.kind
        )
    )


def delete_override(db: Connection, run_id: str, request_id: str, guide_id: str) -> None:
    """Take a ruling back."""
    db.execute(
        delete(t.ruling).where(
            t.ruling.c.run_id == run_id,
            t.ruling.c.request_id == request_id,
            t.ruling.c.guide_id == guide_id,
        )
    )
