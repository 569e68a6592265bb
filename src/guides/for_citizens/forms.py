"""What a citizen posts about their guide."""

from collections.abc import Iterable

from foundation.forms import Posted
from guides.lifecycle import EndReason


def read_goodbye(posted: Posted, reasons: Iterable[EndReason]) -> EndReason:
    """Why a citizen stops, or `OTHER`: a citizen need not say why."""
    return {one.value: one for one in reasons}.get(posted.text("reason"), EndReason.OTHER)
