"""A session, as its owner sees it."""

from datetime import datetime

import msgspec


class SessionRow(msgspec.Struct, frozen=True):
    """A session in the owner's list of sessions."""

    id: str  # hash of the token
    created_at: datetime
    seen_at: datetime
    device: str
    method: str  # a SignInMethod
