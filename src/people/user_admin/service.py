"""Users, for the administrator."""

from people.access.model import Role
from people.directory import store
from people.errors import NotFound
from people.user_admin import store as user_admin_store
from people.user_admin.model import User
from people.web.context import RequestContext


def user(context: RequestContext, person_id: str) -> User:
    """A person who has a role other than citizen. Raises NotFound for all others."""
    person = store.person(context.db, person_id)
    roles = store.roles(context.db, person_id)
    # A citizen looks like an id that was never used, because administrators don't see citizens.
    if person is None or all(assignment.role is Role.CITIZEN for assignment in roles):
        raise NotFound
    return user_admin_store.user(context.db, person, roles)
