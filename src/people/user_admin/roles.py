"""What an administrator gives and takes by hand: roles, each for citizens of one area or of the whole municipality."""

from collections.abc import Mapping

from people.access.model import Role, RoleAssignment
from people.authentication import sessions
from people.directory import external_identities
from people.directory import store as directory_store
from people.errors import LastRole, OwnAdministratorRole
from people.user_admin.model import User
from people.user_admin.service import user
from people.web.context import RequestContext, record_change

# A guide comes with training and a record check, a citizen with a wish: both have their own ways in and out.
MANUAL_ROLES = tuple(role for role in Role if role not in {Role.CITIZEN, Role.GUIDE})


def directory_roles(context: RequestContext, person_id: str) -> frozenset[Role]:
    """The roles that a directory gives: it alone takes them, an area is set here."""
    return external_identities.roles_from_directories(context.db, person_id)


def change_roles(context: RequestContext, person_id: str, wanted: Mapping[Role, RoleAssignment]) -> User:
    """Let a user hold exactly those roles of the ones that are given by hand; every other role stays.

    Where anything changes the user signs in anew, everywhere. Gives the user as they are now. Raises NotFound for
    somebody who is no user, LastRole, and OwnAdministratorRole for who would shut themselves out.
    """
    before = {held.role: held for held in user(context, person_id).roles}
    kept = {role: held for role, held in before.items() if role not in MANUAL_ROLES}
    for role in directory_roles(context, person_id):
        kept[role] = wanted.get(role, before[role])
    after = kept | {role: held for role, held in wanted.items() if role in MANUAL_ROLES}
    if not after.keys() - {Role.CITIZEN}:
        raise LastRole
    if person_id == context.person_id and Role.ADMINISTRATOR not in after:
        raise OwnAdministratorRole
    for role in sorted(before.keys() | after.keys()):
        _change_role(context, person_id, before.get(role), after.get(role))
    if before != after:
        sessions.end_sessions(context.db, person_id)
    return user(context, person_id)


def _change_role(
    context: RequestContext, person_id: str, before: RoleAssignment | None, after: RoleAssignment | None
) -> None:
    if before == after:
        return
    if after is None and before is not None:
        directory_store.remove_role(context.db, person_id, before.role)
        record_change(
            context, "people:role:end", person_id, {"role": [before.role, None], "area": before.area}
        )
    elif before is None and after is not None:
        person = user(context, person_id).person
        directory_store.add_roles(
            context.db, [person], after.role, context.now, context.person_id, after.area
        )
        record_change(
            context, "people:role:begin", person_id, {"role": [None, after.role], "area": after.area}
        )
    elif before is not None and after is not None:
        directory_store.set_role_area(context.db, person_id, after.role, after.area)
        facts: dict[str, object] = {"role": after.role, "area": [before.area, after.area]}
        record_change(context, "people:role:set_area", person_id, facts)
