"""Column types for what has many parts: words, weekly times, reasons. Stored as JSON text in both databases."""

from typing import Any

import msgspec
from sqlalchemy import Dialect, Text, TypeDecorator

from guides.matching.model import Slot
from guides.matching.reasons import Reason

_words = msgspec.json.Decoder(tuple[str, ...])
_slots = msgspec.json.Decoder(tuple[Slot, ...])
_reasons = msgspec.json.Decoder(tuple[Reason, ...])


class _Parts(TypeDecorator[tuple[Any, ...]]):
    """A tuple of values as JSON text."""

    impl = Text
    cache_ok = True
    decoder: msgspec.json.Decoder[Any]

    def process_bind_param(self, value: tuple[Any, ...] | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the type's own signature
        """The JSON text."""
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Any, ...] | None:  # noqa: ARG002
        """The values."""
        if value is None:
            return None
        found: tuple[Any, ...] = self.decoder.decode(value)
        return found


class Words(_Parts):
    """The municipality's words, as they were typed."""

    cache_ok = True
    decoder = _words


class Slots(_Parts):
    """Weekly times."""

    cache_ok = True
    decoder = _slots


class Reasons(_Parts):
    """Reasons of the matching."""

    cache_ok = True
    decoder = _reasons
