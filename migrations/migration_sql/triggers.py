"""Triggers that enforce rules which the app's code could forget. Their SQL differs between the two databases.

Used by migrations only. Every trigger raises an error that names the rule.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from alembic.operations import Operations

# A connection caches the plan that it made when a table was small; these settings make one that suits large tables.
PLAN_SETTINGS = "SET enable_seqscan TO off SET enable_hashjoin TO off SET enable_mergejoin TO off"


class Rule(NamedTuple):
    """What a table refuses: `when` is a condition on OLD and NEW in SQL that both databases accept."""

    name: str  # of the trigger, on SQLite
    when: str
    message: str  # an English sentence without quotes


def create_guard(
    op: Operations, table: str, event: str, *, name: str, when: str, message: str, lock: str = ""
) -> None:
    """Make the database refuse an event on a table.

    `event` is INSERT, UPDATE, DELETE or `UPDATE OF column`; `when` a condition on OLD and NEW in SQL that
    both databases accept (it may contain subqueries); `message` an English sentence without quotes. `lock` is
    `table WHERE …`: rows that the condition depends on and that concurrent transactions must not change
    (SQLite has one writer anyway).
    """
    dialect = op.get_bind().dialect.name
    if dialect == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW WHEN {when} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    take_turn = f"PERFORM 1 FROM {lock} FOR UPDATE; " if lock else ""
    complain = f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';"
    # A condition on the row alone is evaluated before the function is called, which costs next to nothing.
    asks = lock or "SELECT" in when
    result = "OLD" if event == "DELETE" else "NEW"
    body = f"{take_turn}IF {when} THEN {complain} END IF; RETURN {result};" if asks else complain
    condition = "" if asks else f"WHEN ({when}) "
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {PLAN_SETTINGS} AS $$ BEGIN {body} END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {condition}EXECUTE FUNCTION {name}()"
    )


def create_statement_guard(op: Operations, table: str, event: str, rules: Sequence[Rule]) -> None:
    """Make the database refuse inserted or updated rows, checked once per statement on PostgreSQL.

    `event` is INSERT or UPDATE, a rule's condition is on NEW. PostgreSQL checks after the rows are stored,
    SQLite before each one, so the condition must not be one that a row meets by being stored.
    """
    if op.get_bind().dialect.name == "sqlite":
        for rule in rules:
            create_guard(op, table, event, name=rule.name, when=rule.when, message=rule.message)
        return
    # One function for all rules, because its call costs more than a condition. Each rule has its own query: for
    # conditions joined by OR PostgreSQL plans one that reads whole tables.
    name = f"{table}_{event.lower()}"
    judged = ((re.sub(r"\bNEW\.", "arrived.", rule.when), rule.message) for rule in rules)
    complaints = " ".join(
        f"WHEN EXISTS (SELECT 1 FROM arrived WHERE {when}) THEN '{message}'"  # noqa: S608 - of constants
        for when, message in judged
    )
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {PLAN_SETTINGS} AS $$ DECLARE complaint text; BEGIN "
        f"complaint := CASE {complaints} END; IF complaint IS NOT NULL THEN "
        "RAISE EXCEPTION '%', complaint USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING NEW TABLE AS arrived "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )


def drop_statement_guard(op: Operations, table: str, event: str, rules: Sequence[Rule]) -> None:
    """Undo `create_statement_guard`."""
    names = [rule.name for rule in rules]
    for name in names if op.get_bind().dialect.name == "sqlite" else [f"{table}_{event.lower()}"]:
        drop_guard(op, table, name=name)


def forbid_insert_or_replace(op: Operations, table: str, *, name: str, when: str, message: str) -> None:
    """Refuse INSERT OR REPLACE on SQLite, which deletes the existing row of a unique key.

    PostgreSQL has no such statement; its unique keys suffice.
    """
    if op.get_bind().dialect.name == "sqlite":
        create_guard(op, table, "INSERT", name=name, when=when, message=message)


def drop_guard(op: Operations, table: str, *, name: str) -> None:
    """Undo `create_guard`."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {name}")
        return
    op.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
    op.execute(f"DROP FUNCTION IF EXISTS {name}()")


def append_only(op: Operations, table: str) -> None:
    """Refuse updates and deletes on the table."""
    for event in ("UPDATE", "DELETE"):
        create_guard(
            op,
            table,
            event,
            name=f"{table}_no_{event.lower()}",
            when="1 = 1",
            message=f"rows of {table} are never changed or deleted",
        )


def drop_append_only(op: Operations, table: str) -> None:
    """Undo `append_only`."""
    for event in ("update", "delete"):
        drop_guard(op, table, name=f"{table}_no_{event}")


def create_hash_chain(op: Operations, table: str, heads: str) -> None:
    """Refuse rows that don't continue the chain: numbered from 1 without a gap, each with the hash of the one
    before.

    `heads` is a table of `log`, `sequence` and `hash` with a row whose `log` is the name of the table; it is
    updated with the rows that are added. PostgreSQL checks all rows of a statement at once.
    """
    its_own = f"{heads} WHERE log = '{table}'"
    message = f"a row of {table} does not follow the one before it"
    if op.get_bind().dialect.name == "sqlite":
        create_guard(
            op,
            table,
            "INSERT",
            name=f"{table}_follows",
            when=f"NOT EXISTS (SELECT 1 FROM {its_own} AND sequence = NEW.sequence - 1 AND hash = NEW.previous)",  # noqa: S608
            message=message,
        )
        op.execute(
            f"CREATE TRIGGER {table}_moves_on AFTER INSERT ON {table} FOR EACH ROW BEGIN "  # noqa: S608 - of constants
            f"UPDATE {heads} SET sequence = NEW.sequence, hash = NEW.hash WHERE log = '{table}'; END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {table}_follows() RETURNS trigger LANGUAGE plpgsql AS $$ "  # noqa: S608 - of constants
        f"DECLARE head {heads}; arrival record; BEGIN SELECT * INTO head FROM {its_own} FOR UPDATE; "
        "FOR arrival IN SELECT sequence, previous, hash FROM arrived ORDER BY sequence LOOP "
        "IF arrival.sequence <> head.sequence + 1 OR arrival.previous <> head.hash THEN "
        f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "head.sequence := arrival.sequence; head.hash := arrival.hash; END LOOP; "
        f"UPDATE {heads} SET sequence = head.sequence, hash = head.hash WHERE log = '{table}'; RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_follows AFTER INSERT ON {table} REFERENCING NEW TABLE AS arrived "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_follows()"
    )


def drop_hash_chain(op: Operations, table: str) -> None:
    """Undo `create_hash_chain`."""
    for what in ("follows", "moves_on"):
        drop_guard(op, table, name=f"{table}_{what}")
