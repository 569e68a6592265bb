"""Queries on runs of the matching, their results and the coordinators' overrides."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, delete, insert, select, update

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
    """Store a new run with its first overrides."""
    db.execute(insert(t.run).values(msgspec.structs.asdict(run)))
    for override in initial_overrides:
        save_override(db, run.id, override)


def run(db: Connection, run_id: str, *, lock: bool = False) -> Run | None:
    """One run without its result; `lock` keeps others from changing it until the transaction ends."""
    query = select(*_COLUMNS).where(t.run.c.id == run_id)
    row = db.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _run(row)


def run_with_proposal(
    db: Connection, run_id: str, *, lock: bool = False
) -> tuple[Run, Proposal | None] | None:
    """`run` together with its result, None while it has none, in one statement."""
    query: Select[Any] = select(*_COLUMNS, t.run.c.result).where(t.run.c.id == run_id)
    row = db.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else (_run(row), _decode_proposal(row.result))


def run_with_report(db: Connection, run_id: str) -> tuple[Run, RunReport | None] | None:
    """`run` together with its report and advice, None until they are stored, in one statement."""
    query: Select[Any] = select(*_COLUMNS, t.run.c.insight).where(t.run.c.id == run_id)
    row = db.execute(query).one_or_none()
    if row is None:
        return None
    return _run(row), None if row.insight is None else _run_report_decoder.decode(row.insight)


def newest(db: Connection, limit: int = 25, offset: int = 0) -> tuple[Run, ...]:
    """The newest runs, newest first."""
    query = select(*_COLUMNS).order_by(t.run.c.made_at.desc(), t.run.c.id.desc())
    return tuple(_run(row) for row in db.execute(query.limit(limit).offset(offset)))


def proposal(db: Connection, run_id: str) -> Proposal | None:
    """The result of a run; None while it has none."""
    return _decode_proposal(
        db.execute(select(t.run.c.result).where(t.run.c.id == run_id)).scalar_one_or_none()
    )


def _decode_proposal(text: str | None) -> Proposal | None:
    return None if text is None else _proposal_decoder.decode(text)


def set_status(db: Connection, run_id: str, status: RunStatus, **values: object) -> bool:
    """Change a run's status and `values`; returns False, with nothing changed, if RUN_TRANSITIONS forbids it."""
    allowed_from = [origin for origin, targets in RUN_TRANSITIONS.items() if status in targets]
    changed = db.execute(
        update(t.run)
        .where(t.run.c.id == run_id, t.run.c.status.in_(allowed_from))
        .values(status=status, **values)
    )
    return changed.rowcount == 1


def set_progress(db: Connection, run_id: str, step: str, progress: int) -> bool:
    """Store the current step and the progress in percent; returns False when the run is no longer running."""
    changed = db.execute(
        update(t.run)
        .where(t.run.c.id == run_id, t.run.c.status == RunStatus.RUNNING)
        .values(step=step, progress=progress)
    )
    return changed.rowcount == 1


def finish(db: Connection, run_id: str, proposal: Proposal, at: datetime) -> bool:
    """Store the result of a run, which becomes a draft; returns False when it is no longer running."""
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
    """Store the report and the advice of a run."""
    text = msgspec.json.encode(report).decode()
    db.execute(update(t.run).where(t.run.c.id == run_id).values(insight=text))


def fail(db: Connection, run_id: str, reason: Reason, at: datetime) -> bool:
    """Store why a run failed; returns False when it is no longer queued or running."""
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
    query = select(t.run.c.id).where(t.run.c.status == RunStatus.DRAFT, t.run.c.insight.is_(None))
    return tuple(db.execute(query.order_by(t.run.c.id)).scalars())


def overrides(db: Connection, run_id: str) -> tuple[Override, ...]:
    """The overrides that coordinators set on a run, by request id and guide id."""
    rows: Sequence[Row[Any]] = db.execute(
        select(t.ruling)
        .where(t.ruling.c.run_id == run_id)
        .order_by(t.ruling.c.request_id, t.ruling.c.guide_id)
    ).all()
    return tuple(Override(row.request_id, row.guide_id, row.kind) for row in rows)


def save_override(db: Connection, run_id: str, override: Override) -> None:
    """Store an override; it replaces the one on the same pair and, if it is a pin, the request's other pin."""
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
    """Delete the override on a pair, if there is one."""
    db.execute(
        delete(t.ruling).where(
            t.ruling.c.run_id == run_id,
            t.ruling.c.request_id == request_id,
            t.ruling.c.guide_id == guide_id,
        )
    )
