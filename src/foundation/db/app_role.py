"""The PostgreSQL role that the server signs in as: it works on the data and owns none of the tables."""

from sqlalchemy import Connection, text


class UnusableRole(Exception):
    """The database has no role of that name, or it can't stand before the wall; the message says what to do."""


def grant_app_role(db: Connection, role: str) -> None:
    """Let a role work on the data, from before the wall: nothing of the tables' shape is its own. Raises UnusableRole."""
    if db.dialect.name != "postgresql":
        raise UnusableRole("SQLite has no roles. Leave out --app-role.")
    found = db.execute(
        text("SELECT rolsuper OR rolbypassrls AS bypasses FROM pg_roles WHERE rolname = :role"),
        {"role": role},
    ).one_or_none()
    if found is None:
        raise UnusableRole(f"The database has no role '{role}'. Make it first: CREATE ROLE {role} LOGIN.")
    if found.bypasses:
        raise UnusableRole(
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
