"""An entry of the access log, as the citizen reads it."""

from datetime import datetime

import msgspec

from people.access.model import DataKind, Purpose


class AccessEntryView(msgspec.Struct, frozen=True):
    """An entry of the access log, as the citizen reads it."""

    at: datetime
    actor_id: str
    actor_name: str  # as far as the citizen may know it; "" for a guide with an offer
    actor_role: str
    actor_unit: str  # the name of the area that the role is limited to, or ""
    kinds: tuple[DataKind, ...]
    purposes: tuple[Purpose, ...]
