"""Queries on users."""

from sqlalchemy import Connection, select

from people.access.model import RoleAssignment
from people.directory.model import Person
from people.tables import sign_in as sign_in_tables
from people.user_admin.model import User


def user(db: Connection, person: Person, roles: tuple[RoleAssignment, ...]) -> User:
    """A person with their account."""
    row = db.execute(
        select(
            sign_in_tables.account.c.sign_in_name,
            sign_in_tables.account.c.disabled_at,
            sign_in_tables.second_factor.c.confirmed_at,
        )
        .outerjoin(
            sign_in_tables.second_factor,
            sign_in_tables.second_factor.c.person_id == sign_in_tables.account.c.person_id,
        )
        .where(sign_in_tables.account.c.person_id == person.id)
    ).one_or_none()
    if row is None:
        return User(person, roles, None, None)
    return User(person, roles, row.sign_in_name, row.disabled_at, row.confirmed_at)
