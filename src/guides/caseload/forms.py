"""What a coordinator posts → values, or all that is wrong with it."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any

from foundation.clock import COPENHAGEN
from foundation.forms import FieldFault, FormReader, Posted
from foundation.i18n import N_, Text
from foundation.ids import ID_LENGTH, new_id
from foundation.spreadsheets.cells import clean
from foundation.spreadsheets.errors import CellFault
from guides.lifecycle import EndReason
from guides.matching.model import MINUTES_PER_DAY, Request
from guides.matching.reasons import PolicyFault
from guides.spreadsheets.columns import read_words
from guides.spreadsheets.weekly_times import read_times
from people.directory.model import Person

ANSWER_LENGTH_MAX = 1_000
PLACE_LENGTH_MAX = 200
OWN_WORDS_LENGTH_MAX = 4_000
NAME_LENGTH_MAX = 100
POLICY_LENGTH_MAX = 20_000
SEED_MAX = 999_999_999  # so that a drawn one can be typed again

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:. ]?([0-5][0-9])?")


def read_answer(posted: Posted) -> str:
    """The answer to a guide's question. Raises FormFaults."""
    reader = FormReader(posted)
    answer = reader.text("answer", required=N_("Write your answer."), longest=ANSWER_LENGTH_MAX)
    reader.finish()
    return answer


def read_meeting(posted: Posted) -> tuple[datetime, str]:
    """When and where a match meeting is held. Raises FormFaults."""
    reader = FormReader(posted)
    day = reader.day("day", required=N_("Choose the day of the meeting."))
    clock = reader.checked("time", _clock, required=N_("Write when the meeting begins, for example 14.30."))
    place = reader.text("place", required=N_("Write where the meeting is."), longest=PLACE_LENGTH_MAX)
    reader.finish()
    return datetime.combine(day or date.min, clock or time(), COPENHAGEN), place


def _clock(typed: str) -> time:
    match = _CLOCK.fullmatch(typed.removeprefix("kl.").strip())
    if match is None:
        raise ValueError(N_("Write the time as hours and minutes, for example 14.30."))
    return time(int(match[1]), int(match[2] or 0))


def read_end(posted: Posted) -> EndReason:
    """Why a pairing ends. Raises FormFaults."""
    reader = FormReader(posted)
    reason = reader.choice(
        "reason", {one.value: one for one in EndReason}, required=N_("Choose why it ends.")
    )
    reader.finish()
    return reason


def read_papers(posted: Posted) -> tuple[date | None, date | None]:
    """The last day of training and of record check, None for one that is not there. Raises FormFaults."""
    reader = FormReader(posted)
    trained, checked = reader.day("trained_until"), reader.day("checked_until")
    reader.finish()
    return trained, checked


def read_new_citizen(posted: Posted, areas: Sequence[str]) -> Person:
    """A citizen who is new; the form's key is their id. `areas` are those to choose between. Raises FormFaults."""
    reader = FormReader(posted)
    given_name = reader.text(
        "given_name", required=N_("Write the citizen's given name."), longest=NAME_LENGTH_MAX
    )
    surname = reader.text("surname", longest=NAME_LENGTH_MAX)
    phone, email = reader.text("phone", longest=40), reader.text("email", longest=254)
    # Where the municipality keeps no areas there is none to choose.
    area = (
        reader.choice("area", {one: one for one in areas}, required=N_("Choose the area.")) if areas else None
    )
    reader.finish()
    key = posted.text("key")
    id = key if len(key) == ID_LENGTH and key.isalnum() else new_id()
    return Person(id, given_name, surname, area=area, phone=phone, email=email)


def read_wishes(posted: Posted) -> tuple[Request, str]:
    """What a citizen wishes for and says in their own words; the request's id, name and place are not the form's.

    Raises FormFaults.
    """
    reader = FormReader(posted)
    travel = None
    if posted.text("travel_minutes_max"):
        travel = reader.number("travel_minutes_max", least=0, most=MINUTES_PER_DAY, required="")
    wishes = Request(
        id="",
        given_name="",
        area="",
        waiting_since=date.min,
        languages=_cell(reader, "languages", read_words) or ("dansk",),
        gender=reader.text("gender", longest=NAME_LENGTH_MAX),
        wants_help_with=_cell(reader, "wants_help_with", read_words),
        experiences=_cell(reader, "experiences", read_words),
        interests=_cell(reader, "interests", read_words),
        dislikes=_cell(reader, "dislikes", read_words),
        gives=_cell(reader, "gives", read_words),
        times=_cell(reader, "times", read_times),
        travel_minutes_max=travel,
        wanted_gender=reader.text("wanted_gender", longest=NAME_LENGTH_MAX),
    )
    own_words = reader.text("own_words", longest=OWN_WORDS_LENGTH_MAX)
    reader.finish()
    return wishes, own_words


def _cell(reader: FormReader, field: str, read: Callable[[str], tuple[Any, ...]]) -> tuple[Any, ...]:
    """What a field says in the way of the municipality's sheets: several things separated by a comma or |."""
    typed = clean(reader.posted.text(field))
    if not typed:
        return ()
    try:
        return read(typed)
    except CellFault as fault:
        reader.fault(field, fault.message, **fault.values)
        return ()


def read_run(posted: Posted) -> tuple[str, int | None]:
    """The policy's text and the seed of a run, None for a new one. Raises FormFaults."""
    reader = FormReader(posted)
    policy = reader.text("policy", longest=POLICY_LENGTH_MAX)
    seed = None
    if posted.text("seed"):
        seed = reader.number("seed", least=0, most=SEED_MAX, required="")
    reader.finish()
    return policy, seed


def policy_faults(fault: PolicyFault) -> tuple[FieldFault, ...]:
    """What is wrong in a policy's text, as a fault of its field."""
    values = {key: value for key, value in fault.reason.values.items() if not isinstance(value, tuple)}
    return (FieldFault("policy", Text(fault.reason.message, values)),)
