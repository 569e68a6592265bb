"""What an administrator gives and takes by hand: roles, each for citizens of one area or of the whole municipality."""

from collections.abc import Mapping

from people.access.model import Role, RoleHeld
from people.authentication import sessions
from people.directory import external_identities
from people.directory import store as directory_store
from people.errors import LastRole, OwnAdministratorRole
from people.user_admin.model import User
from people.user_admin.service import user
from people.web.context import Visit, record

# A guide comes with training and a record check, a citizen with a wish: both have their own ways in and out.
BY_HAND = tuple(role for role in Role if role not in {Role.CITIZEN, Role.GUIDE})


def given_by_directory(visit: Visit, person_id: str) -> frozenset[Role]:
    """The roles that a directory gives: it alone takes them, an area is set here."""
    return external_identities.all_roles_given(visit.db, person_id)


def change_roles(visit: Visit, person_id: str, wanted: Mapping[Role, RoleHeld]) -> User:
    """Let a user hold exactly those roles of the ones that are given by hand; every other role stays.

    Where anything changes the user signs in anew, everywhere. Gives the user as they are now. Raises NotFound for
    somebody who is no user, LastRole, and OwnAdministratorRole for who would shut themselves out.
    """
    before = {held.role: held for held in user(visit, person_id).roles}
    kept = {role: held for role, held in before.items() if role not in BY_HAND}
    for role in given_by_directory(visit, person_id):
        kept[role] = wanted.get(role, before[role])
    after = kept | {role: held for role, held in wanted.items() if role in BY_HAND}
    if not after.keys() - {Role.CITIZEN}:
        raise LastRole
    if person_id == visit.person_id and Role.ADMINISTRATOR not in after:
        raise OwnAdministratorRole
    for role in sorted(before.keys() | after.keys()):
        _change(visit, person_id, before.get(role), after.get(role))
    if before != after:
        sessions.end_sessions(visit.db, person_id)
    return user(visit, person_id)


def _change(visit: Visit, person_id: str, before: RoleHeld | None, after: RoleHeld | None) -> None:
    if before == after:
        return
    if after is None and before is not None:
        directory_store.remove_role(visit.db, person_id, before.role)
        record(visit, "people:role:end", person_id, {"role": [before.role, None], "area": before.area})
    elif before is None and after is not None:
        person = user(visit, person_id).person
        directory_store.add_roles(visit.db, [person], after.role, visit.now, visit.person_id, after.area)
        record(visit, "people:role:begin", person_id, {"role": [None, after.role], "area": after.area})
    elif before is not None and after is not None:
        directory_store.set_role_area(visit.db, person_id, after.role, after.area)
        facts: dict[str, object] = {"role": after.role, "area": [before.area, after.area]}
        record(visit, "people:role:set_area", person_id, facts)
