"""Parsing of the forms that a coordinator posts about a pairing."""

import re
from datetime import date, datetime, time

from foundation.clock import COPENHAGEN
from foundation.forms import FormData, FormReader
from foundation.i18n import N_
from guides.lifecycle import EndReason

ANSWER_LENGTH_MAX = 1_000
PLACE_LENGTH_MAX = 200
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:. ]?([0-5][0-9])?")


def parse_answer(form: FormData) -> str:
    """Returns the answer to a guide's question. Raises ValidationErrors."""
    reader = FormReader(form)
    answer = reader.text("answer", required=N_("Write your answer."), length_max=ANSWER_LENGTH_MAX)
    reader.raise_if_invalid()
    return answer


def parse_meeting(form: FormData) -> tuple[datetime, str]:
    """Returns when (local time) and where a match meeting is held. Raises ValidationErrors."""
    reader = FormReader(form)
    day = reader.local_date("day", required=N_("Choose the day of the meeting."))
    clock = reader.custom(
        "time", _parse_clock, required=N_("Write when the meeting begins, for example 14.30.")
    )
    place = reader.text("place", required=N_("Write where the meeting is."), length_max=PLACE_LENGTH_MAX)
    reader.raise_if_invalid()
    return datetime.combine(day or date.min, clock or time(), COPENHAGEN), place


def _parse_clock(text: str) -> time:
    match = _CLOCK.fullmatch(text.removeprefix("kl.").strip())
    if match is None:
        raise ValueError(N_("Write the time as hours and minutes, for example 14.30."))
    return time(int(match[1]), int(match[2] or 0))


def parse_end(form: FormData) -> EndReason:
    """Returns why a pairing ends. Raises ValidationErrors."""
    reader = FormReader(form)
    end_reason = reader.choice(
        "reason", {reason.value: reason for reason in EndReason}, required=N_("Choose why it ends.")
    )
    reader.raise_if_invalid()
    return end_reason
