"""What a citizen posts about their guide."""

from collections.abc import Iterable

from foundation.forms import FormData
from guides.lifecycle import EndReason


def parse_end_reason(form: FormData, reasons: Iterable[EndReason]) -> EndReason:
    """Why a citizen stops, or `OTHER`: a citizen need not say why."""
    return {one.value: one for one in reasons}.get(form.text("reason"), EndReason.OTHER)
