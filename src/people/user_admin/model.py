"""A user, as administrators see them."""

from datetime import datetime

import msgspec

from people.access.model import RoleAssignment
from people.directory.model import Person


class User(msgspec.Struct, frozen=True):
    """A person's roles and account; nothing that is stored about a citizen."""

    person: Person
    roles: tuple[RoleAssignment, ...]
    sign_in_name: str | None
    disabled_at: datetime | None
    second_factor_since: datetime | None = None
