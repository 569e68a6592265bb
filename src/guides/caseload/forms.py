"""What a coordinator posts → values, or all that is wrong with it."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from foundation.forms import FormReader, Posted
from foundation.i18n import N_
from foundation.ids import ID_LENGTH, new_id
from foundation.spreadsheets.cells import clean
from foundation.spreadsheets.errors import CellFault
from guides.matching.model import MINUTES_PER_DAY, Request
from guides.spreadsheets.columns import read_words
from guides.spreadsheets.weekly_times import read_times
from people.directory.model import Person

OWN_WORDS_LENGTH_MAX = 4_000
NAME_LENGTH_MAX = 100


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
