"""What a guide or a citizen posts → values, or all that is wrong with it."""

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from foundation.forms import FieldFault, FormFaults, FormReader, Posted
from foundation.i18n import N_, Text
from foundation.spreadsheets.errors import CellFault
from guides.labels import ContactKind
from guides.lifecycle import EndReason
from guides.matching.model import DEFAULT_LANGUAGE, Request
from guides.requests.weekly_times import parts_of, slots_of
from guides.spreadsheets.columns import read_words

QUESTION_LENGTH_MAX = 1_000
OWN_WORDS_LENGTH_MAX = 4_000
CAPACITY_MAX = 20
CONTACT_MINUTES_MAX = 12 * 60
PAUSE_LENGTH_MAX = timedelta(days=366)

# The steps of asking for a guide, each with its fields.
ASK_STEPS: dict[str, tuple[str, ...]] = {
    "help": ("help", "other_help", "own_words"),
    "you": ("interests", "dislikes", "gives"),
    "practical": ("times", "languages", "gender"),
}
NOTHING_SAID = Request(id="", given_name="", area="", waiting_since=date.min)
WORD_FIELDS = ("other_help", "interests", "dislikes", "gives", "languages")


def read_question(posted: Posted) -> str:
    """A guide's question to the coordinator. Raises FormFaults."""
    reader = FormReader(posted)
    question = reader.text(
        "question", required=N_("Write what you want to know."), longest=QUESTION_LENGTH_MAX
    )
    reader.finish()
    return question


class ContactForm(msgspec.Struct, frozen=True):
    """A contact as it was posted; a draft may lack anything."""

    met_on: date | None
    minutes: int | None
    kind: ContactKind | None
    all_well: bool | None
    draft: bool


_KINDS = {kind.value: kind for kind in ContactKind}
_YES_NO = {"yes": True, "no": False}


def read_contact(posted: Posted, today: date) -> ContactForm:
    """A contact, complete unless it is saved as a draft. Raises FormFaults."""
    reader = FormReader(posted)
    draft = posted.text("save") == "draft"

    def given(field: str) -> bool:
        return not draft or bool(posted.text(field))

    met_on = reader.day("met_on", required="" if draft else N_("Choose the day."))
    if met_on is not None and met_on > today:
        reader.fault("met_on", N_("The day has not come yet. Choose today or a day before."))
    minutes = (
        reader.number(
            "minutes", least=1, most=CONTACT_MINUTES_MAX, required=N_("Write how many minutes it took.")
        )
        if given("minutes")
        else None
    )
    kind = (
        reader.choice("kind", _KINDS, required=N_("Choose how you were in touch.")) if given("kind") else None
    )
    well = reader.choice("all_well", _YES_NO, required=N_("Choose yes or no.")) if given("all_well") else None
    reader.finish()
    return ContactForm(met_on, minutes, kind, well, draft)


def read_capacity(posted: Posted) -> int:
    """How many pairings at a time a guide wants. Raises FormFaults."""
    reader = FormReader(posted)
    capacity = reader.number(
        "capacity", least=0, most=CAPACITY_MAX, required=N_("Write a number. 0 means none.")
    )
    reader.finish()
    return capacity


def read_pause(posted: Posted, today: date) -> date:
    """The last day of a guide's break. Raises FormFaults."""
    reader = FormReader(posted)
    until = reader.day("until", required=N_("Choose the last day of your break."))
    if until is not None and until < today:
        reader.fault("until", N_("That day is over. Choose today or a later day."))
    if until is not None and until > today + PAUSE_LENGTH_MAX:
        reader.fault("until", N_("Choose a day within a year. You can make the break longer later."))
    reader.finish()
    return until or today


def read_goodbye(posted: Posted, reasons: Iterable[EndReason]) -> EndReason:
    """Why a citizen stops, or `OTHER`: a citizen need not say why."""
    return {one.value: one for one in reasons}.get(posted.text("reason"), EndReason.OTHER)


def read_end(posted: Posted, reasons: Iterable[EndReason]) -> EndReason:
    """Why a guide ends a pairing. Raises FormFaults."""
    reader = FormReader(posted)
    reason = reader.choice("reason", {one.value: one for one in reasons}, required=N_("Choose why you stop."))
    reader.finish()
    return reason


def read_wishes(
    posted: Posted,
    help_words: Iterable[str],
    genders: Iterable[str],
    steps: Iterable[str],
    before: Request = NOTHING_SAID,
) -> tuple[Request, str]:
    """A citizen's wishes and own words; asks no more than the given steps need. Raises FormFaults.

    What the form has no field for stays as it was `before`; so do finer times when no other part of the week is ticked.
    """
    reader = FormReader(posted)
    steps = tuple(steps)
    known = tuple(help_words)
    faults: list[FieldFault] = []
    words = {field: _words(posted, field, faults) for field in WORD_FIELDS}
    help_wanted = (*(word for word in posted.texts("help") if word in known), *words["other_help"])
    own_words = reader.text("own_words", longest=OWN_WORDS_LENGTH_MAX)
    if "help" in steps and not help_wanted and not own_words:
        reader.fault("help", N_("Choose what you want help with, or write it below."))
    gender = posted.text("gender")
    try:
        reader.finish()
    except FormFaults as problem:
        faults.extend(problem.faults)
    faults = [fault for fault in faults if any(fault.field in ASK_STEPS[step] for step in steps)]
    if faults:
        raise FormFaults(faults)
    parts = posted.texts("times")
    wishes = msgspec.structs.replace(
        before,
        languages=words["languages"] or (DEFAULT_LANGUAGE,),
        wants_help_with=tuple(dict.fromkeys(help_wanted)),
        interests=words["interests"],
        dislikes=words["dislikes"],
        gives=words["gives"],
        times=before.times if parts == parts_of(before.times) else slots_of(parts),
        wanted_gender=gender if gender in tuple(genders) else "",
    )
    return wishes, own_words


def _words(posted: Posted, field: str, faults: list[FieldFault]) -> tuple[str, ...]:
    """The words of a field, a comma or a line between them."""
    try:
        return read_words(",".join(posted.text(field).splitlines()))
    except CellFault as problem:
        faults.append(FieldFault(field, Text(problem.message, problem.values)))
        return ()


def write_wishes(request: Request, own_words: str, help_words: Iterable[str]) -> Posted:
    """The form as it would have been filled in for those wishes."""
    known = tuple(help_words)
    fields = {
        "help": tuple(word for word in request.wants_help_with if word in known),
        "other_help": (", ".join(word for word in request.wants_help_with if word not in known),),
        "own_words": (own_words,),
        "interests": (", ".join(request.interests),),
        "dislikes": (", ".join(request.dislikes),),
        "gives": (", ".join(request.gives),),
        "times": parts_of(request.times),
        "languages": (", ".join(request.languages),),
        "gender": (request.wanted_gender,),
    }
    return Posted(fields)
