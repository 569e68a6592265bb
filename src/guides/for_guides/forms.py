"""What a guide posts."""

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from foundation.forms import FormReader, Posted
from foundation.i18n import N_
from guides.labels import ContactKind
from guides.lifecycle import EndReason

QUESTION_LENGTH_MAX = 1_000
CAPACITY_MAX = 20
CONTACT_MINUTES_MAX = 12 * 60
PAUSE_LENGTH_MAX = timedelta(days=366)
_KINDS = {kind.value: kind for kind in ContactKind}
_YES_NO = {"yes": True, "no": False}


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


def read_end(posted: Posted, reasons: Iterable[EndReason]) -> EndReason:
    """Why a guide ends a pairing. Raises FormFaults."""
    reader = FormReader(posted)
    reason = reader.choice("reason", {one.value: one for one in reasons}, required=N_("Choose why you stop."))
    reader.finish()
    return reason
