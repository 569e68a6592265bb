"""Entries of the access log and the change log."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from people.access.model import DataKind, Purpose


class AccessEntry(msgspec.Struct, frozen=True):
    """What one person read about one citizen in one request. Role and unit are those that granted the first
    read.
    """

    at: datetime
    actor_id: str
    actor_role: str
    actor_unit: str | None  # the area that the role is limited to; None: the whole municipality
    citizen_id: str
    kinds: tuple[DataKind, ...]
    purposes: tuple[Purpose, ...]

    def extended(self, kind: DataKind, purpose: Purpose) -> "AccessEntry":
        """The entry with another read. Kinds and purposes are sorted and unique."""
        if kind in self.kinds and purpose in self.purposes:
            return self
        return msgspec.structs.replace(
            self,
            kinds=tuple(sorted({*self.kinds, kind})),
            purposes=tuple(sorted({*self.purposes, purpose})),
        )


class ChangeEntry(msgspec.Struct, frozen=True):
    """A change: `tag` is `source:subject:action`, `details` is JSON without secrets and free text."""

    at: datetime
    actor_id: str | None
    tag: str
    subject_id: str
    details: str


def change_entry(
    at: datetime, actor_id: str | None, tag: str, subject_id: str, details: Mapping[str, object] | None
) -> ChangeEntry:
    """An entry for the change log: `tag` is `source:subject:action`, `details` has no secrets and no free
    text.

    A changed value is a list of two, before and after; of free text only that it changed.
    """
    encoded = msgspec.json.encode(dict(details or {}), order="deterministic").decode()
    return ChangeEntry(at, actor_id, tag, subject_id, encoded)


def changed_fields(before: msgspec.Struct, after: msgspec.Struct) -> list[str]:
    """The names of the fields that differ, in their order: for entries about texts that must not be in the
    log.
    """
    return [name for name in after.__struct_fields__ if getattr(before, name) != getattr(after, name)]
