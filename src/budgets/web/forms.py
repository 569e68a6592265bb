"""What the forms of every topic share: the idempotency key, periods, refusals as field errors."""

from datetime import date

from budgets.errors import InvalidReceipt, OutsidePeriod, Overdrawn, OverLimit, PeriodClosed
from foundation.forms import FieldError, FormData, FormReader, ValidationErrors
from foundation.i18n import N_, LazyText
from foundation.ids import new_id
from foundation.money import format_ore

KEY_LENGTH_MAX = 80


def idempotency_key(posted: FormData) -> str:
    """The idempotency key in the form; a form without one (made by hand) gets a new key."""
    return posted.text("key")[:KEY_LENGTH_MAX] or new_id()


def parse_period(reader: FormReader) -> tuple[date, date]:
    """The first and the last day of a period. Adds errors to the reader; the days are then meaningless."""
    starts_on = reader.local_date("starts_on", required=N_("Write the first day."))
    ends_on = reader.local_date("ends_on", required=N_("Write the last day."))
    if starts_on and ends_on and ends_on < starts_on:
        reader.add_error("ends_on", N_("The last day can't be before the first."))
    return starts_on or date.min, ends_on or date.min


Refusal = ValidationErrors | Overdrawn | OverLimit | OutsidePeriod | PeriodClosed | InvalidReceipt


def field_errors(error: Refusal, language: str, day_field: str = "starts_on") -> tuple[FieldError, ...]:
    """Why a form or its command was refused, at the field where the user can correct it."""
    if isinstance(error, ValidationErrors):
        return error.errors
    if isinstance(error, InvalidReceipt):
        return (FieldError("receipt", error.text),)
    if isinstance(error, OutsidePeriod):
        values: dict[str, str | int] = {
            "first": f"{error.starts_on:%d-%m-%Y}",
            "last": f"{error.ends_on:%d-%m-%Y}",
        }
        return (FieldError(day_field, LazyText(N_("Choose a day from %(first)s to %(last)s."), values)),)
    if isinstance(error, PeriodClosed):
        closed: dict[str, str | int] = {"day": f"{error.through:%d-%m-%Y}"}
        return (
            FieldError(
                day_field, LazyText(N_("The books are closed until %(day)s. Choose a later day."), closed)
            ),
        )
    if isinstance(error, OverLimit):
        text = LazyText(N_("Write at most %(limit)s"), {"limit": format_ore(error.limit_ore, language)})
    else:
        left_ore = max(error.balance_ore, 0)
        text = LazyText(N_("There is only %(left)s there."), {"left": format_ore(left_ore, language)})
    return (FieldError("amount", text),)
