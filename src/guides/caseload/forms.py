"""Parsing of the forms that a coordinator posts about citizens and guides."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from foundation.forms import FormData, FormReader
from foundation.i18n import N_
from foundation.ids import ID_LENGTH, new_id
from foundation.spreadsheets.cells import clean_cell
from foundation.spreadsheets.errors import CellError
from guides.matching.model import MINUTES_PER_DAY, Request
from guides.spreadsheets.columns import read_words
from guides.spreadsheets.weekly_times import read_times
from people.directory.model import Person

OWN_WORDS_LENGTH_MAX = 4_000
NAME_LENGTH_MAX = 100


def parse_credentials(form: FormData) -> tuple[date | None, date | None]:
    """Returns the last day of training and of record check, None for an empty field.

    Raises ValidationErrors.
    """
    reader = FormReader(form)
    trained_until, checked_until = reader.local_date("trained_until"), reader.local_date("checked_until")
    reader.raise_if_invalid()
    return trained_until, checked_until


def parse_new_citizen(form: FormData, areas: Sequence[str]) -> Person:
    """Returns a new citizen, whose id is the form's key. `areas` are the choices by id.

    Raises ValidationErrors.
    """
    reader = FormReader(form)
    given_name = reader.text(
        "given_name", required=N_("Write the citizen's given name."), length_max=NAME_LENGTH_MAX
    )
    surname = reader.text("surname", length_max=NAME_LENGTH_MAX)
    phone, email = reader.text("phone", length_max=40), reader.text("email", length_max=254)
    # A municipality may have no areas.
    area = (
        reader.choice("area", {area_id: area_id for area_id in areas}, required=N_("Choose the area."))
        if areas
        else None
    )
    reader.raise_if_invalid()
    key = form.text("key")
    id = key if len(key) == ID_LENGTH and key.isalnum() else new_id()
    return Person(id, given_name, surname, area=area, phone=phone, email=email)


def parse_request(form: FormData) -> tuple[Request, str]:
    """Returns a citizen's wishes and own words; id, name, area and waiting time of the request are empty.

    Raises ValidationErrors.
    """
    reader = FormReader(form)
    travel_minutes_max = None
    if form.text("travel_minutes_max"):
        travel_minutes_max = reader.number(
            "travel_minutes_max", minimum=0, maximum=MINUTES_PER_DAY, required=""
        )
    wishes = Request(
        id="",
        given_name="",
        area="",
        waiting_since=date.min,
        languages=_parse_cell(reader, "languages", read_words) or ("dansk",),
        gender=reader.text("gender", length_max=NAME_LENGTH_MAX),
        wants_help_with=_parse_cell(reader, "wants_help_with", read_words),
        experiences=_parse_cell(reader, "experiences", read_words),
        interests=_parse_cell(reader, "interests", read_words),
        dislikes=_parse_cell(reader, "dislikes", read_words),
        gives=_parse_cell(reader, "gives", read_words),
        times=_parse_cell(reader, "times", read_times),
        travel_minutes_max=travel_minutes_max,
        wanted_gender=reader.text("wanted_gender", length_max=NAME_LENGTH_MAX),
    )
    own_words = reader.text("own_words", length_max=OWN_WORDS_LENGTH_MAX)
    reader.raise_if_invalid()
    return wishes, own_words


def _parse_cell(reader: FormReader, field: str, parse: Callable[[str], tuple[Any, ...]]) -> tuple[Any, ...]:
    """Parses a field like a cell of the municipality's spreadsheets: values separated by a comma or |."""
    text = clean_cell(reader.form.text(field))
    if not text:
        return ()
    try:
        return parse(text)
    except CellError as error:
        reader.add_error(field, error.message, **error.values)
        return ()
