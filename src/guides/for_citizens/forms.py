"""Parsing of the forms that a citizen posts about their guide."""

from collections.abc import Iterable

from foundation.forms import FormData
from guides.lifecycle import EndReason


def parse_end_reason(form: FormData, reasons: Iterable[EndReason]) -> EndReason:
    """Returns why a citizen ends a pairing; `OTHER` when no reason was chosen, because none is required."""
    return {reason.value: reason for reason in reasons}.get(form.text("reason"), EndReason.OTHER)
