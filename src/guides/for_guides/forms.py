"""Parsing of the forms that a guide posts."""

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from foundation.forms import FormData, FormReader
from foundation.i18n import N_
from guides.labels import ContactKind
from guides.lifecycle import EndReason

QUESTION_LENGTH_MAX = 1_000
CAPACITY_MAX = 20
CONTACT_MINUTES_MAX = 12 * 60
PAUSE_DURATION_MAX = timedelta(days=366)
_KINDS = {kind.value: kind for kind in ContactKind}
_YES_NO = {"yes": True, "no": False}


def parse_question(form: FormData) -> str:
    """Returns a guide's question to the coordinator. Raises ValidationErrors."""
    reader = FormReader(form)
    question = reader.text(
        "question", required=N_("Write what you want to know."), length_max=QUESTION_LENGTH_MAX
    )
    reader.raise_if_invalid()
    return question


class ContactForm(msgspec.Struct, frozen=True):
    """A contact as it was posted; in a draft any field may be missing."""

    met_on: date | None
    minutes: int | None
    kind: ContactKind | None
    all_well: bool | None
    draft: bool


def parse_contact(form: FormData, today: date) -> ContactForm:
    """Returns a contact, complete unless it is saved as a draft. Raises ValidationErrors."""
    reader = FormReader(form)
    draft = form.text("save") == "draft"

    def is_read(field: str) -> bool:
        return not draft or bool(form.text(field))

    met_on = reader.local_date("met_on", required="" if draft else N_("Choose the day."))
    if met_on is not None and met_on > today:
        reader.add_error("met_on", N_("The day has not come yet. Choose today or a day before."))
    minutes = (
        reader.number(
            "minutes", minimum=1, maximum=CONTACT_MINUTES_MAX, required=N_("Write how many minutes it took.")
        )
        if is_read("minutes")
        else None
    )
    kind = (
        reader.choice("kind", _KINDS, required=N_("Choose how you were in touch."))
        if is_read("kind")
        else None
    )
    all_well = (
        reader.choice("all_well", _YES_NO, required=N_("Choose yes or no.")) if is_read("all_well") else None
    )
    reader.raise_if_invalid()
    return ContactForm(met_on, minutes, kind, all_well, draft)


def parse_capacity(form: FormData) -> int:
    """Returns how many pairings at a time a guide wants, 0 to `CAPACITY_MAX`. Raises ValidationErrors."""
    reader = FormReader(form)
    capacity = reader.number(
        "capacity", minimum=0, maximum=CAPACITY_MAX, required=N_("Write a number. 0 means none.")
    )
    reader.raise_if_invalid()
    return capacity


def parse_pause(form: FormData, today: date) -> date:
    """Returns the last day of a guide's break, today to a year from now. Raises ValidationErrors."""
    reader = FormReader(form)
    until = reader.local_date("until", required=N_("Choose the last day of your break."))
    if until is not None and until < today:
        reader.add_error("until", N_("That day is over. Choose today or a later day."))
    if until is not None and until > today + PAUSE_DURATION_MAX:
        reader.add_error("until", N_("Choose a day within a year. You can make the break longer later."))
    reader.raise_if_invalid()
    return until or today


def parse_end(form: FormData, reasons: Iterable[EndReason]) -> EndReason:
    """Returns why a guide ends a pairing. Raises ValidationErrors."""
    reader = FormReader(form)
    end_reason = reader.choice(
        "reason", {reason.value: reason for reason in reasons}, required=N_("Choose why you stop.")
    )
    reader.raise_if_invalid()
    return end_reason
