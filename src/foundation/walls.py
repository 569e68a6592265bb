"""The second wall, on PostgreSQL alone: row-level security. SQLite knows no such thing and has the first wall only.

Used by migrations and by `livsmester migrate --app-role`. Each transaction says who acts (`database.act_as`); a table
behind the wall shows and takes only rows of citizens to whom that person has a tie. A transaction that doesn't say sees
nothing. The owner of the tables stands before the wall too; only a role that bypasses it doesn't.
"""

from collections.abc import Sequence

import msgspec
from alembic.operations import Operations
from sqlalchemy import Connection, text


class Wall(msgspec.Struct, frozen=True):
    """Who sees the rows of a table: the citizen in `citizen` always, and others by roles, relations and emergencies."""

    table: str
    citizen: str  # the column
    area_roles: tuple[str, ...]  # of the citizen's area, or of all
    relations: tuple[str, ...]
    emergency: tuple[str, ...]  # the kinds of data that open it in an emergency
    unless: str = ""  # rows that everybody sees, as a condition


class NoSuchRole(Exception):
    """The database has no role of that name, or it can't stand before the wall; the message says what to do."""


_ACTOR = "current_setting('livsmester.actor', true)"
_NOW = "current_setting('livsmester.now', true)"

# Where a tie is looked for the system acts, so that it may read what stands behind the wall itself. A tie that ends in a
# transaction still holds in it: what ends a pairing also closes the wish. PL/pgSQL keeps its plans; SQL functions don't.
_SEES_ALL = """
CREATE FUNCTION livsmester_sees_all(actor text, roles text[]) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF actor = 'system' THEN RETURN true; END IF;
  IF coalesce(actor, '') = '' OR cardinality(roles) = 0 THEN RETURN false; END IF;
  RETURN EXISTS (
    SELECT 1 FROM people_role h WHERE h.person_id = actor AND h.role = ANY (roles) AND h.area_id IS NULL);
END
$$
"""
_HAS_TIE = """
CREATE FUNCTION livsmester_has_tie(
  citizen text, actor text, moment text, roles text[], relations text[], opened text[]) RETURNS boolean
LANGUAGE plpgsql STABLE SET livsmester.actor TO 'system' AS $$
BEGIN
  IF coalesce(actor, '') = '' OR coalesce(moment, '') = '' THEN RETURN false; END IF;
  RETURN EXISTS (
      SELECT 1 FROM people_relation r
      WHERE r.holder_id = actor AND r.citizen_id = citizen AND r.kind = ANY (relations)
        AND r.starts_at <= moment::timestamptz AND (r.ends_at IS NULL OR r.ends_at >= moment::timestamptz))
    OR EXISTS (
      SELECT 1 FROM people_role h JOIN people_person p ON p.id = citizen
      WHERE h.person_id = actor AND h.role = ANY (roles) AND (h.area_id IS NULL OR h.area_id = p.area_id))
    OR EXISTS (
      SELECT 1 FROM people_emergency e
      WHERE e.holder_id = actor AND e.citizen_id = citizen AND string_to_array(e.kinds, ',') && opened
        AND e.opened_at <= moment::timestamptz AND e.ends_at >= moment::timestamptz);
END
$$
"""


def lay_foundation(op: Operations) -> None:
    """Make the functions that walls rest on. Does nothing on SQLite."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_SEES_ALL)
        op.execute(_HAS_TIE)


def clear_foundation(op: Operations) -> None:
    """The way down from `lay_foundation`."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION livsmester_has_tie(text, text, text, text[], text[], text[])")
        op.execute("DROP FUNCTION livsmester_sees_all(text, text[])")


def put_up(op: Operations, wall: Wall) -> None:
    """Put a wall before a table. Does nothing on SQLite."""
    if op.get_bind().dialect.name != "postgresql":
        return
    roles, relations = _array(wall.area_roles), _array(wall.relations)
    seen = (
        f"{wall.table}.{wall.citizen} = {_ACTOR} OR (SELECT livsmester_sees_all({_ACTOR}, {roles}))"
        f"{f' OR {wall.unless}' if wall.unless else ''}"
        f" OR livsmester_has_tie({wall.table}.{wall.citizen}, {_ACTOR}, {_NOW}, {roles}, {relations}, "
        f"{_array(wall.emergency)})"
    )
    op.execute(f"ALTER TABLE {wall.table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {wall.table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY {wall.table}_wall ON {wall.table} USING ({seen})")


def take_down(op: Operations, wall: Wall) -> None:
    """The way down from `put_up`."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(f"DROP POLICY {wall.table}_wall ON {wall.table}")
    op.execute(f"ALTER TABLE {wall.table} NO FORCE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {wall.table} DISABLE ROW LEVEL SECURITY")


def _array(words: Sequence[str]) -> str:
    return f"ARRAY[{', '.join(repr(word) for word in words)}]::text[]"


def grant_to(db: Connection, role: str) -> None:
    """Let a role work on the data, from before the wall: nothing of the tables' shape is its own. Raises NoSuchRole."""
    if db.dialect.name != "postgresql":
        raise NoSuchRole("SQLite has no roles. Leave out --app-role.")
    found = db.execute(
        text("SELECT rolsuper OR rolbypassrls AS bypasses FROM pg_roles WHERE rolname = :role"),
        {"role": role},
    ).one_or_none()
    if found is None:
        raise NoSuchRole(f"The database has no role '{role}'. Make it first: CREATE ROLE {role} LOGIN.")
    if found.bypasses:
        raise NoSuchRole(
            f"The role '{role}' passes row-level security by. Take that from it: "
            f"ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS."
        )
    quoted = db.dialect.identifier_preparer.quote(role)
    for command in (
        "GRANT USAGE ON SCHEMA public TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
        "REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role}",
    ):
        db.execute(text(command.format(role=quoted)))
