"""Parsing of the form with which a citizen asks for a guide."""

from collections.abc import Iterable
from datetime import date

import msgspec

from foundation.forms import FieldError, FormData, FormReader, ValidationErrors
from foundation.i18n import N_, LazyText
from foundation.spreadsheets.errors import CellError
from guides.matching.model import DEFAULT_LANGUAGE, Request
from guides.requests.weekly_times import parts_to_slots, slots_to_parts
from guides.spreadsheets.columns import read_words

OWN_WORDS_LENGTH_MAX = 4_000

# The steps of asking for a guide, each with its fields.
ASK_STEPS: dict[str, tuple[str, ...]] = {
    "help": ("help", "other_help", "own_words"),
    "you": ("interests", "dislikes", "gives"),
    "practical": ("times", "languages", "gender"),
}
UNSPECIFIED = Request(id="", given_name="", area="", waiting_since=date.min)
WORD_FIELDS = ("other_help", "interests", "dislikes", "gives", "languages")


def parse_request(
    form: FormData,
    help_words: Iterable[str],
    genders: Iterable[str],
    steps: Iterable[str],
    before: Request = UNSPECIFIED,
) -> tuple[Request, str]:
    """Returns a citizen's wishes and own words.

    What the form has no field for stays as in `before`; so do finer times as long as the ticked parts of the
    week are unchanged. Raises ValidationErrors for errors in the fields of `steps` only.
    """
    reader = FormReader(form)
    checked_fields = {field for step in steps for field in ASK_STEPS[step]}
    known_help = tuple(help_words)
    errors: list[FieldError] = []
    words = {field: _parse_words(form, field, errors) for field in WORD_FIELDS}
    help_wanted = (*(word for word in form.texts("help") if word in known_help), *words["other_help"])
    own_words = reader.text("own_words", length_max=OWN_WORDS_LENGTH_MAX)
    if "help" in checked_fields and not help_wanted and not own_words:
        reader.add_error("help", N_("Choose what you want help with, or write it below."))
    gender = form.text("gender")
    try:
        reader.raise_if_invalid()
    except ValidationErrors as problem:
        errors.extend(problem.errors)
    errors = [error for error in errors if error.field in checked_fields]
    if errors:
        raise ValidationErrors(errors)
    parts = form.texts("times")
    wishes = msgspec.structs.replace(
        before,
        languages=words["languages"] or (DEFAULT_LANGUAGE,),
        wants_help_with=tuple(dict.fromkeys(help_wanted)),
        interests=words["interests"],
        dislikes=words["dislikes"],
        gives=words["gives"],
        times=before.times if parts == slots_to_parts(before.times) else parts_to_slots(parts),
        wanted_gender=gender if gender in tuple(genders) else "",
    )
    return wishes, own_words


def _parse_words(form: FormData, field: str, errors: list[FieldError]) -> tuple[str, ...]:
    """Returns the words of a field, which are separated by commas or line breaks."""
    try:
        return read_words(",".join(form.text(field).splitlines()))
    except CellError as problem:
        errors.append(FieldError(field, LazyText(problem.message, problem.values)))
        return ()


def request_form(request: Request, own_words: str, help_words: Iterable[str]) -> FormData:
    """Returns the form as it is filled in for these wishes: the inverse of `parse_request`."""
    known_help = tuple(help_words)
    fields = {
        "help": tuple(word for word in request.wants_help_with if word in known_help),
        "other_help": (", ".join(word for word in request.wants_help_with if word not in known_help),),
        "own_words": (own_words,),
        "interests": (", ".join(request.interests),),
        "dislikes": (", ".join(request.dislikes),),
        "gives": (", ".join(request.gives),),
        "times": slots_to_parts(request.times),
        "languages": (", ".join(request.languages),),
        "gender": (request.wanted_gender,),
    }
    return FormData(fields)
