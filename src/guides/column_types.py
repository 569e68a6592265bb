"""Column types for tuples of tags, weekly times and reasons, stored as JSON text in both databases."""

from typing import Any

import msgspec
from sqlalchemy import Dialect, Text, TypeDecorator

from guides.matching.model import Slot
from guides.matching.reasons import Reason

_strings_decoder = msgspec.json.Decoder(tuple[str, ...])
_slots_decoder = msgspec.json.Decoder(tuple[Slot, ...])
_reasons_decoder = msgspec.json.Decoder(tuple[Reason, ...])


class _JsonTuple(TypeDecorator[tuple[Any, ...]]):
    """A tuple of values as JSON text."""

    impl = Text
    cache_ok = True
    decoder: msgspec.json.Decoder[Any]

    def process_bind_param(self, value: tuple[Any, ...] | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the type's own signature
        """Encodes to JSON text."""
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Any, ...] | None:  # noqa: ARG002
        """Decodes from JSON text."""
        if value is None:
            return None
        values: tuple[Any, ...] = self.decoder.decode(value)
        return values


class StringTuple(_JsonTuple):
    """Tags, as spelled by the municipality."""

    cache_ok = True
    decoder = _strings_decoder


class SlotTuple(_JsonTuple):
    """Weekly times."""

    cache_ok = True
    decoder = _slots_decoder


class ReasonTuple(_JsonTuple):
    """Reasons of the matching."""

    cache_ok = True
    decoder = _reasons_decoder
