"""Posted forms: from the bytes of a request to plain text, and from text to a command or *all* field errors at once.

Parsed here and not by the framework, whose parsers turn the word `true` into a boolean and stop at the first fault.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import TypeVar
from urllib.parse import parse_qsl

import msgspec
from multipart import MultipartError, MultipartParser, parse_options_header

from foundation.i18n import N_, LazyText
from foundation.money import AMOUNT_ORE_MAX, AmountError, parse_ore

BODY_BYTES_MAX = 12 * 1024 * 1024
FIELD_COUNT_MAX = 2_000
TEXT_LENGTH_MAX = 5_000
YEAR_MIN = 1900  # before that it is a slip of the finger, and the first days of the calendar have no UTC

Value = TypeVar("Value")


class Upload(msgspec.Struct, frozen=True):
    """A file that was chosen in a form. The name is the sender's word; nothing trusts it."""

    name: str
    content: bytes


class FormData(msgspec.Struct, frozen=True):
    """What a form sent: every field as a list of texts, every chosen file."""

    fields: dict[str, tuple[str, ...]] = {}
    files: dict[str, Upload] = {}

    def text(self, name: str) -> str:
        """The first text of a field without spaces at its ends, or ""."""
        return self.fields.get(name, ("",))[0].strip()

    def texts(self, name: str) -> tuple[str, ...]:
        """All texts of a field: ticked boxes, repeated fields."""
        return self.fields.get(name, ())


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field and what to do about it."""

    field: str
    text: LazyText


class ValidationErrors(Exception):
    """The form can't be taken as it is. Holds every fault, so that the page can show them all beside what was typed."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__(", ".join(f"{fault.field}: {fault.text.message}" for fault in errors))
        self.errors = tuple(errors)


class MalformedForm(Exception):
    """The body of the request isn't a form that a browser sends."""


def parse_body(content_type: str, body: bytes) -> FormData:
    """The fields and files of a posted form, in UTF-8 as pages in UTF-8 send it. Raises MalformedForm.

    What a request calls its own charset is not asked: Python knows some that are no text, or take very long.
    """
    fields: dict[str, tuple[str, ...]] = {}
    files: dict[str, Upload] = {}
    kind, options = parse_options_header(content_type or _URLENCODED)
    try:
        if kind == _URLENCODED:
            for name, text in parse_qsl(
                body.decode(), keep_blank_values=True, errors="replace", max_num_fields=FIELD_COUNT_MAX
            ):
                _add(fields, name, text)
        elif kind == "multipart/form-data" and options.get("boundary"):
            for part in MultipartParser(
                BytesIO(body),
                options["boundary"],
                len(body),
                strict=True,
                part_limit=FIELD_COUNT_MAX,
                mem_limit=BODY_BYTES_MAX,
                memfile_limit=BODY_BYTES_MAX,
            ):
                if part.filename:
                    files[part.name] = Upload(_without_nul(part.filename), part.raw)
                else:
                    _add(fields, part.name, part.raw.decode())
        else:
            raise MalformedForm(f"not a form: {kind!r}")
    except (MultipartError, ValueError) as problem:  # Python's faults of encoding are ValueErrors
        raise MalformedForm(str(problem)) from problem
    return FormData(fields, files)


_URLENCODED = "application/x-www-form-urlencoded"


def _add(fields: dict[str, tuple[str, ...]], name: str, text: str) -> None:
    fields[name] = (*fields.get(name, ()), _without_nul(text))


def _without_nul(text: str) -> str:
    """No person types NUL, and PostgreSQL cannot hold it."""
    return text.replace("\x00", "")


class FormReader:
    """Reads one posted form field by field, collecting faults; `finish` raises them all.

    Each method gives the value, or a harmless stand-in where the field is faulty (never used, since `finish` raises).
    """

    def __init__(self, form: FormData) -> None:
        self.form = form
        self._errors: list[FieldError] = []

    def add_error(self, field: str, message: str, **values: str | int) -> None:
        """Note that a field is wrong. `message` is English and marked for translation where it is written."""
        self._errors.append(FieldError(field, LazyText(message, values)))

    def text(
        self,
        field: str,
        *,
        required: str = "",
        length_max: int = TEXT_LENGTH_MAX,
    ) -> str:
        """A text without spaces at its ends. `required` is the message for an empty field; "" lets it be empty."""
        typed = self.form.text(field)
        if not typed and required:
            self.add_error(field, required)
        if len(typed) > length_max:
            self.add_error(
                field,
                N_("Write at most %(longest)s characters. There are %(count)s now."),
                longest=length_max,
                count=len(typed),
            )
        return typed

    def choice(self, field: str, choices: Mapping[str, Value], *, required: str) -> Value:
        """The value behind the chosen name; anything that was not offered counts as no choice.

        Raises ValidationErrors at once where there is nothing to choose between.
        """
        chosen = self.form.text(field)
        if chosen in choices:
            return choices[chosen]
        self.add_error(field, required)
        if not choices:
            self.raise_if_invalid()  # nothing can stand in; and a StopIteration out of a worker thread is never answered
        return next(iter(choices.values()))

    def number(self, field: str, *, minimum: int, maximum: int, required: str) -> int:
        """A whole number from `least` to `most`; spaces are ignored."""
        typed = self.form.text(field).replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
        if not typed:
            self.add_error(field, required)
            return minimum
        if not (typed.isascii() and typed.isdigit() and len(typed) <= 9 and minimum <= int(typed) <= maximum):
            self.add_error(
                field, N_("Write a whole number from %(least)s to %(most)s."), least=minimum, most=maximum
            )
            return minimum
        return int(typed)

    def amount_ore(self, field: str, *, required: str, limit_ore: int = AMOUNT_ORE_MAX) -> int:
        """An amount of money in øre, at least 1."""
        typed = self.form.text(field)
        if not typed:
            self.add_error(field, required)
            return 1
        try:
            return parse_ore(typed, limit_ore=limit_ore)
        except AmountError as problem:
            self._errors.append(FieldError(field, problem.text))
            return 1

    def local_date(self, field: str, *, required: str = "") -> date | None:
        """A local date, as the browser's date field sends it (`2026-12-31`) or as a person types it (`31-12-2026`)."""
        typed = self.form.text(field)
        if not typed:
            if required:
                self.add_error(field, required)
            return None
        for shape in ("%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y"):
            try:
                found = datetime.strptime(typed, shape).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
            if found.year >= YEAR_MIN:
                return found
        self.add_error(
            field, N_("“%(typed)s” is not a date. Write for example 31-12-2026."), typed=typed[:40]
        )
        return None

    def custom(self, field: str, parse: Callable[[str], Value], *, required: str) -> Value | None:
        """What `check` makes of the text; a ValueError from it becomes the field's fault (its first argument the text)."""
        typed = self.form.text(field)
        if not typed:
            self.add_error(field, required)
            return None
        try:
            return parse(typed)
        except ValueError as problem:
            self.add_error(field, str(problem))
            return None

    def raise_if_invalid(self) -> None:
        """Raise ValidationErrors when anything was wrong."""
        if self._errors:
            raise ValidationErrors(self._errors)
