"""The roles that an administrator gives by hand, each for one area or for the whole municipality."""

from collections.abc import Mapping

from people.access.model import Role, RoleAssignment
from people.authentication import sessions
from people.directory import external_identities
from people.directory import store as directory_store
from people.directory.model import Person
from people.errors import LastRole, OwnAdministratorRole
from people.user_admin.model import User
from people.user_admin.service import user
from people.web.context import RequestContext, record_change

# Guides need training and a criminal-record check, citizens come with a request: both have their own processes.
MANUAL_ROLES = tuple(role for role in Role if role not in {Role.CITIZEN, Role.GUIDE})


def directory_roles(context: RequestContext, person_id: str) -> frozenset[Role]:
    """The roles that a directory gives: only it removes them; their area is set here."""
    return external_identities.roles_from_directories(context.db, person_id)


def change_roles(context: RequestContext, person_id: str, wanted: Mapping[Role, RoleAssignment]) -> User:
    """Set exactly those roles of the ones that are given by hand; all others stay. Returns the changed user.

    Any change ends the user's sessions. Raises NotFound for somebody who is no user, LastRole, and
    OwnAdministratorRole.
    """
    current = user(context, person_id)
    before = {assignment.role: assignment for assignment in current.roles}
    kept = {role: assignment for role, assignment in before.items() if role not in MANUAL_ROLES}
    for role in directory_roles(context, person_id):
        kept[role] = wanted.get(role, before[role])
    after = kept | {role: assignment for role, assignment in wanted.items() if role in MANUAL_ROLES}
    # Without another role they would be no user any more, and this page couldn't give one back.
    if not after.keys() - {Role.CITIZEN}:
        raise LastRole
    if person_id == context.person_id and Role.ADMINISTRATOR not in after:
        raise OwnAdministratorRole
    for role in sorted(before.keys() | after.keys()):
        _change_role(context, current.person, before.get(role), after.get(role))
    if before != after:
        sessions.end_sessions(context.db, person_id)
    return user(context, person_id)


def _change_role(
    context: RequestContext, person: Person, before: RoleAssignment | None, after: RoleAssignment | None
) -> None:
    if before == after:
        return
    if after is None and before is not None:
        directory_store.remove_role(context.db, person.id, before.role)
        record_change(
            context, "people:role:end", person.id, {"role": [before.role, None], "area": before.area}
        )
    elif before is None and after is not None:
        directory_store.add_roles(
            context.db, [person], after.role, context.now, context.person_id, after.area
        )
        record_change(
            context, "people:role:begin", person.id, {"role": [None, after.role], "area": after.area}
        )
    elif before is not None and after is not None:
        directory_store.set_role_area(context.db, person.id, after.role, after.area)
        details: dict[str, object] = {"role": after.role, "area": [before.area, after.area]}
        record_change(context, "people:role:set_area", person.id, details)
