"""A user as the administrator sees them."""

from datetime import datetime

import msgspec

from people.access.model import RoleAssignment
from people.directory.model import Person


class User(msgspec.Struct, frozen=True):
    """A person as the administrator sees them: roles and account, nothing of what is held about a citizen."""

    person: Person
    roles: tuple[RoleAssignment, ...]
    sign_in_name: str | None
    disabled_at: datetime | None
    second_factor_since: datetime | None = None
