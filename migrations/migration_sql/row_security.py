"""Row-level security, on PostgreSQL only; on SQLite the app's own access policy is the only barrier.

Used by migrations and by `livsmester migrate --app-role`. Each transaction sets its actor
(`foundation.db.actor.set_actor`); a table with a policy shows and accepts only rows of citizens whom that
person is related to. A transaction without an actor sees nothing. The policies apply to the owner of the
tables too; only a role with BYPASSRLS is exempt.
"""

from collections.abc import Sequence

import msgspec
from alembic.operations import Operations


class RowPolicy(msgspec.Struct, frozen=True):
    """Who sees the rows of a table: the citizen in `citizen` always, others by role, relation and emergency
    access.
    """

    table: str
    citizen: str  # the column
    area_roles: tuple[str, ...]  # of the citizen's area, or of all
    relations: tuple[str, ...]
    emergency: tuple[str, ...]  # the kinds of data that open it in an emergency
    unless: str = ""  # a condition for rows that everybody sees
    area: str = ""  # the column with the citizen's area, where the table has one


class ParentRowPolicy(msgspec.Struct, frozen=True):
    """A table whose rows are visible to whoever sees their parent row, which has a policy of its own."""

    table: str
    column: str
    parent: str  # found by its id
    roles: tuple[str, ...]  # whoever holds one for all areas sees every row, without a look-up of the parent
    unless: str = ""
    system_writes: bool = False  # only the system writes, so that the check on a new row is a constant


_ACTOR = "current_setting('livsmester.actor', true)"

# The actor and everybody they are related to: queried once, when the actor is set, and stored as settings of the
# transaction, so that a policy compares and queries nothing. Changes apply from the next transaction on.
_ACT_AS = """
CREATE OR REPLACE FUNCTION livsmester_act_as(actor text, moment timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  everywhere text; areas text; ties text;
BEGIN
  SELECT string_agg(h.role, ',') FILTER (WHERE h.area_id IS NULL), string_agg(h.role || ':' || h.area_id, ',')
    INTO everywhere, areas FROM people_role h WHERE h.person_id = actor;
  SELECT string_agg(found.tie, ',') INTO ties FROM (
      SELECT r.kind || ':' || r.citizen_id AS tie FROM people_relation r
      WHERE r.holder_id = actor AND r.starts_at <= moment AND (r.ends_at IS NULL OR r.ends_at >= moment)
    UNION ALL
      SELECT 'opened ' || kind || ':' || e.citizen_id
      FROM people_emergency e, unnest(string_to_array(e.kinds, ',')) kind
      WHERE e.holder_id = actor AND e.opened_at <= moment AND e.ends_at >= moment) found;
  PERFORM set_config('livsmester.actor', actor, true),
    set_config('livsmester.everywhere', coalesce(everywhere, ''), true),
    set_config('livsmester.areas', coalesce(areas, ''), true),
    set_config('livsmester.ties', coalesce(ties, ''), true);
END
$$
"""


def create_actor_function(op: Operations) -> None:
    """Create the function that sets the actor. Does nothing on SQLite."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_ACT_AS)


def drop_actor_function(op: Operations) -> None:
    """Undo `create_actor_function`."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION livsmester_act_as(text, timestamptz)")


def create_policy(op: Operations, wall: RowPolicy | ParentRowPolicy) -> None:
    """Create a table's policy, in place of an existing one. Does nothing on SQLite."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(f"ALTER TABLE {wall.table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {wall.table} FORCE ROW LEVEL SECURITY")
    op.execute(f"DROP POLICY IF EXISTS {wall.table}_wall ON {wall.table}")
    seen = _seen(wall) if isinstance(wall, RowPolicy) else _seen_behind(wall)
    reads = "FOR SELECT" if isinstance(wall, ParentRowPolicy) and wall.system_writes else ""
    op.execute(f"CREATE POLICY {wall.table}_wall ON {wall.table} {reads} USING ({seen})")
    if reads:
        op.execute(f"CREATE POLICY {wall.table}_system ON {wall.table} USING ({_sees_all(())})")


# PostgreSQL evaluates an uncorrelated `(SELECT …)` once per statement, not once per row.
def _sees_all(roles: Sequence[str]) -> str:
    held = f" OR {_setting('everywhere')} && {_array(roles)}" if roles else ""
    return f"(SELECT {_ACTOR} = 'system'{held})"


def _seen(wall: RowPolicy) -> str:
    citizen = f"{wall.table}.{wall.citizen}"
    ties = [*wall.relations, *(f"opened {kind}" for kind in wall.emergency)]
    seen = [f"{citizen} = {_ACTOR}", _sees_all(wall.area_roles)]
    if ties:
        seen.append(f"{_named(ties, citizen)} && {_setting('ties')}")
    if wall.area_roles and wall.area:
        seen.append(f"{_named(wall.area_roles, wall.area)} && {_setting('areas')}")
    elif wall.area_roles:
        lives = f"home.id = {citizen} AND {_named(wall.area_roles, 'home.area_id')} && {_setting('areas')}"
        seen.append(f"({_setting('areas')} IS NOT NULL AND {_exists('people_person home', lives)})")
    if wall.unless:
        seen.append(wall.unless)
    return " OR ".join(seen)


def _seen_behind(wall: ParentRowPolicy) -> str:
    seen = [_sees_all(wall.roles)]
    if wall.unless:
        seen.append(wall.unless)
    seen.append(_exists(f"{wall.parent} parent", f"parent.id = {wall.table}.{wall.column}"))
    return " OR ".join(seen)


def _exists(table: str, condition: str) -> str:
    """An EXISTS that looks up the row by its key; without OFFSET 0 PostgreSQL may read a whole table for one
    row.
    """
    return f"EXISTS (SELECT 1 FROM {table} WHERE {condition} OFFSET 0)"  # noqa: S608 - of constants


def _setting(name: str) -> str:
    """The list in a setting, NULL when it is empty."""
    return f"(SELECT string_to_array(nullif(current_setting('livsmester.{name}', true), ''), ','))"


def _named(names: Sequence[str], column: str) -> str:
    said = ", ".join(f"'{name}:' || {column}" for name in names)
    return f"ARRAY[{said}]"


def drop_policy(op: Operations, wall: RowPolicy | ParentRowPolicy) -> None:
    """Undo `create_policy`."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(f"DROP POLICY {wall.table}_wall ON {wall.table}")
    if isinstance(wall, ParentRowPolicy) and wall.system_writes:
        op.execute(f"DROP POLICY {wall.table}_system ON {wall.table}")
    op.execute(f"ALTER TABLE {wall.table} NO FORCE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {wall.table} DISABLE ROW LEVEL SECURITY")


def run_as_system(op: Operations, function: str, *, undo: bool = False) -> None:
    """Let a trigger function that has to see all rows act as the system. Does nothing on SQLite."""
    if op.get_bind().dialect.name == "postgresql":
        change = "RESET livsmester.actor" if undo else "SET livsmester.actor TO 'system'"
        op.execute(f"ALTER FUNCTION {function}() {change}")


def _array(words: Sequence[str]) -> str:
    return f"ARRAY[{', '.join(repr(word) for word in words)}]::text[]"
