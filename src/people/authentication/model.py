"""A session as it is stored."""

from datetime import datetime

import msgspec


class SessionRow(msgspec.Struct, frozen=True):
    """A sign-in as its owner sees it in the list of places where they are signed in."""

    id: str  # hash of the token
    created_at: datetime
    seen_at: datetime
    device: str
    method: str  # how they came in, see sign_in_rules.Way
