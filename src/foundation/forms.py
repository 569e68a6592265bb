"""Posted forms: from the bytes of a request to text, and from text to a command or *all* field errors at
once.

Parsed here and not by the framework, whose parsers turn the word `true` into a boolean and stop at the first
error.
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
YEAR_MIN = 1900  # an earlier year is a typing error, and the first days of the calendar have no UTC

Value = TypeVar("Value")


class Upload(msgspec.Struct, frozen=True):
    """An uploaded file. Its name comes from the browser and is not trusted."""

    name: str
    content: bytes


class FormData(msgspec.Struct, frozen=True):
    """A posted form: every field as a tuple of texts, every file by its field name."""

    fields: dict[str, tuple[str, ...]] = {}
    files: dict[str, Upload] = {}

    def text(self, name: str) -> str:
        """The first text of a field without surrounding spaces, or ""."""
        return self.fields.get(name, ("",))[0].strip()

    def texts(self, name: str) -> tuple[str, ...]:
        """All texts of a field: ticked boxes, repeated fields."""
        return self.fields.get(name, ())


class FieldError(msgspec.Struct, frozen=True):
    """What is wrong with one field, and how to correct it."""

    field: str
    text: LazyText


class ValidationErrors(Exception):
    """A form is invalid. Holds every field error, so that the page can show them all beside the entered
    values.
    """

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__(", ".join(f"{error.field}: {error.text.message}" for error in errors))
        self.errors = tuple(errors)


class MalformedForm(Exception):
    """The body of the request is not a form as a browser sends it."""


def parse_body(content_type: str, body: bytes) -> FormData:
    """The fields and files of a posted form, decoded as UTF-8. Raises MalformedForm.

    A charset named in the request is ignored: some of those that Python knows aren't for text, or take very
    long.
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
    except (MultipartError, ValueError) as error:  # UnicodeDecodeError is a ValueError
        raise MalformedForm(str(error)) from error
    return FormData(fields, files)


_URLENCODED = "application/x-www-form-urlencoded"


def _add(fields: dict[str, tuple[str, ...]], name: str, text: str) -> None:
    fields[name] = (*fields.get(name, ()), _without_nul(text))


def _without_nul(text: str) -> str:
    """The text without NUL, which nobody types and PostgreSQL cannot store."""
    return text.replace("\x00", "")


class FormReader:
    """Reads a posted form field by field and collects the errors; `raise_if_invalid` raises them all.

    Each method returns the value, or a harmless placeholder for an invalid field, which is never used because
    `raise_if_invalid` raises.
    """

    def __init__(self, form: FormData) -> None:
        self.form = form
        self._errors: list[FieldError] = []

    def add_error(self, field: str, message: str, **values: str | int) -> None:
        """Record an error of a field. `message` is English and marked for translation where it is written."""
        self._errors.append(FieldError(field, LazyText(message, values)))

    def text(
        self,
        field: str,
        *,
        required: str = "",
        length_max: int = TEXT_LENGTH_MAX,
    ) -> str:
        """A text without surrounding spaces. `required` is the error for an empty field; "" makes it optional."""
        entered = self.form.text(field)
        if not entered and required:
            self.add_error(field, required)
        if len(entered) > length_max:
            self.add_error(
                field,
                N_("Write at most %(longest)s characters. There are %(count)s now."),
                longest=length_max,
                count=len(entered),
            )
        return entered

    def choice(self, field: str, choices: Mapping[str, Value], *, required: str) -> Value:
        """The value of the chosen option; anything that is not an option counts as no choice.

        Raises ValidationErrors at once where there are no options.
        """
        chosen = self.form.text(field)
        if chosen in choices:
            return choices[chosen]
        self.add_error(field, required)
        if not choices:
            # There is no placeholder, and a StopIteration in a worker thread would leave the request unanswered.
            self.raise_if_invalid()
        return next(iter(choices.values()))

    def number(self, field: str, *, minimum: int, maximum: int, required: str) -> int:
        """A whole number from `minimum` to `maximum`; spaces are ignored."""
        entered = self.form.text(field).replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
        if not entered:
            self.add_error(field, required)
            return minimum
        if not (
            entered.isascii()
            and entered.isdigit()
            and len(entered) <= 9
            and minimum <= int(entered) <= maximum
        ):
            self.add_error(
                field, N_("Write a whole number from %(least)s to %(most)s."), least=minimum, most=maximum
            )
            return minimum
        return int(entered)

    def amount_ore(self, field: str, *, required: str, limit_ore: int = AMOUNT_ORE_MAX) -> int:
        """An amount of money in øre, at least 1."""
        entered = self.form.text(field)
        if not entered:
            self.add_error(field, required)
            return 1
        try:
            return parse_ore(entered, limit_ore=limit_ore)
        except AmountError as error:
            self._errors.append(FieldError(field, error.text))
            return 1

    def local_date(self, field: str, *, required: str = "") -> date | None:
        """A local date, as the browser's date field sends it (`2026-12-31`) or as a person types it (`31-12-2026`)."""
        entered = self.form.text(field)
        if not entered:
            if required:
                self.add_error(field, required)
            return None
        for date_format in ("%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y"):
            try:
                day = datetime.strptime(entered, date_format).date()  # noqa: DTZ007 - a date has no zone
            except ValueError:
                continue
            if day.year >= YEAR_MIN:
                return day
        self.add_error(
            field, N_("“%(typed)s” is not a date. Write for example 31-12-2026."), typed=entered[:40]
        )
        return None

    def custom(self, field: str, parse: Callable[[str], Value], *, required: str) -> Value | None:
        """The text as `parse` returns it; the message of a ValueError that it raises is the field's error."""
        entered = self.form.text(field)
        if not entered:
            self.add_error(field, required)
            return None
        try:
            return parse(entered)
        except ValueError as error:
            self.add_error(field, str(error))
            return None

    def raise_if_invalid(self) -> None:
        """Raise ValidationErrors when any field had an error."""
        if self._errors:
            raise ValidationErrors(self._errors)
