"""The PostgreSQL role that the server connects as: it reads and writes the data and owns none of the tables."""

from sqlalchemy import Connection, text


class UnusableRole(Exception):
    """The role doesn't exist, or row-level security doesn't apply to it; the message says what to do."""


def grant_app_role(db: Connection, role: str) -> None:
    """Grant a role reading and writing, under row-level security, and nothing else. Raises UnusableRole."""
    if db.dialect.name != "postgresql":
        raise UnusableRole("SQLite has no roles. Leave out --app-role.")
    # PostgreSQL applies no policy to a superuser or to a role with BYPASSRLS, not even a forced one.
    attributes = db.execute(
        text("SELECT rolsuper OR rolbypassrls AS bypasses FROM pg_roles WHERE rolname = :role"),
        {"role": role},
    ).one_or_none()
    if attributes is None:
        raise UnusableRole(f"The database has no role '{role}'. Make it first: CREATE ROLE {role} LOGIN.")
    if attributes.bypasses:
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
