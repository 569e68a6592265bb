"""Chain the lines of the access log and the log of changes; one access line per person and request, with the unit.

What is logged already keeps its lines, in order, and is chained as it stands.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from migration_sql.hash_chain import GENESIS, UtcDateTime, append, canonical
from migration_sql.triggers import append_only, create_hash_chain, drop_append_only, drop_hash_chain

revision = "0008"
down_revision = "0007"

LOGS = ("people_access", "people_change")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make both logs anew with their old lines."""
    op.create_table(
        "people_log_head",
        sa.Column("log", sa.String(length=40), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("log", name=op.f("pk_people_log_head")),
    )
    heads = sa.table("people_log_head", sa.column("log"), sa.column("sequence"), sa.column("hash"))
    op.bulk_insert(heads, [{"log": log, "sequence": 0, "hash": GENESIS} for log in LOGS])
    access, change = _taken("people_access"), _taken("people_change")
    _create_access(
        sa.Column("actor_unit", sa.String(length=40), nullable=True),
        sa.Column("kinds", sa.String(length=200), nullable=False),
        sa.Column("purposes", sa.String(length=200), nullable=False),
        *_chain_columns(),
        autoincrement=False,
    )
    _create_change(*_chain_columns(), autoincrement=False)
    for log in LOGS:
        create_hash_chain(op, log, "people_log_head")
        append_only(op, log)
    _add("people_access", [_without(row, kinds=row["kind"], purposes=row["purpose"]) for row in access])
    _add("people_change", [_without(row) for row in change])


def downgrade() -> None:
    """Make both logs anew without their chains; a line that names several kinds becomes several lines."""
    for log in LOGS:
        drop_hash_chain(op, log)
    access, change = _taken("people_access"), _taken("people_change")
    op.drop_table("people_log_head")
    _create_access(
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
    )
    _create_change()
    for log in LOGS:
        append_only(op, log)
    single = [
        _without(row, kind=kind, purpose=row["purposes"].split(",")[0])
        for row in access
        for kind in row["kinds"].split(",")
    ]
    for name, rows in (("people_access", single), ("people_change", [_without(row) for row in change])):
        numbered = [{"sequence": number} | row for number, row in enumerate(rows, start=1)]
        if numbered:
            op.bulk_insert(_table(name, numbered[0]), numbered)


def _taken(name: str) -> Sequence[Mapping[str, Any]]:
    """All lines of a log in order; the log itself is dropped."""
    bind = op.get_bind()
    columns = [one["name"] for one in sa.inspect(bind).get_columns(name)]
    table = _table(name, columns)
    rows = bind.execute(sa.select(table).order_by(table.c.sequence)).mappings().all()
    drop_append_only(op, name)
    op.drop_table(name)
    return rows


def _table(name: str, columns: Sequence[str] | Mapping[str, Any]) -> sa.TableClause:
    return sa.table(name, *(sa.column(column, UtcDateTime if column == "at" else None) for column in columns))


def _without(row: Mapping[str, Any], **more: object) -> dict[str, Any]:
    gone = {"sequence", "kind", "purpose", "kinds", "purposes", "actor_unit", "previous", "hash"}
    return {name: value for name, value in row.items() if name not in gone} | more


def _add(name: str, rows: Sequence[dict[str, Any]]) -> None:
    said = [canonical([part for pair in row.items() if pair[1] is not None for part in pair]) for row in rows]
    lines = [
        row | {"sequence": line.sequence, "previous": line.previous, "hash": line.hash}
        for row, line in zip(rows, append(said), strict=True)
    ]
    if lines:
        op.bulk_insert(_table(name, lines[0]), lines)


def _chain_columns() -> tuple[sa.Column[str], sa.Column[str]]:
    return (
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
    )


def _create_access(*more: sa.Column[Any], autoincrement: bool | str = "auto") -> None:
    op.create_table(
        "people_access",
        sa.Column("sequence", NUMBER, nullable=False, autoincrement=autoincrement),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=20), nullable=False),
        sa.Column("actor_role", sa.String(length=20), nullable=False),
        sa.Column("citizen_id", sa.String(length=20), nullable=False),
        *more,
        sa.ForeignKeyConstraint(["actor_id"], ["people_person.id"], name=op.f("fk_people_access_actor_id")),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["people_person.id"], name=op.f("fk_people_access_citizen_id")
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_people_access")),
    )
    op.create_index("ix_people_access_citizen_id_sequence", "people_access", ["citizen_id", "sequence"])


def _create_change(*more: sa.Column[Any], autoincrement: bool | str = "auto") -> None:
    op.create_table(
        "people_change",
        sa.Column("sequence", NUMBER, nullable=False, autoincrement=autoincrement),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=20), nullable=True),
        sa.Column("tag", sa.String(length=80), nullable=False),
        sa.Column("subject_id", sa.String(length=40), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        *more,
        sa.ForeignKeyConstraint(["actor_id"], ["people_person.id"], name=op.f("fk_people_change_actor_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_people_change")),
    )
    op.create_index("ix_people_change_subject_id", "people_change", ["subject_id"])
