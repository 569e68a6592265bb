"""Posted forms → commands on the ledger, or all that is wrong with them."""

from datetime import date

from budgets.errors import OutsidePeriod, Overdrawn, OverLimit, PeriodShut, UnknownReceipt
from foundation.forms import FieldFault, FormFaults, FormReader, Posted
from foundation.i18n import N_, Text
from foundation.ids import new_id
from foundation.money import format_ore

KEY_LENGTH_MAX = 80


def key_of(posted: Posted) -> str:
    """The name that the form gave its command; a form without one (it was made by hand) gets a new name."""
    return posted.text("key")[:KEY_LENGTH_MAX] or new_id()


def _period(reader: FormReader) -> tuple[date, date]:
    starts_on = reader.day("starts_on", required=N_("Write the first day."))
    ends_on = reader.day("ends_on", required=N_("Write the last day."))
    if starts_on and ends_on and ends_on < starts_on:
        reader.fault("ends_on", N_("The last day can't be before the first."))
    return starts_on or date.min, ends_on or date.min


Refusal = FormFaults | Overdrawn | OverLimit | OutsidePeriod | PeriodShut | UnknownReceipt


def faults_of(problem: Refusal, language: str, day_field: str = "starts_on") -> tuple[FieldFault, ...]:
    """What was refused, at the field where it can be put right: by the form itself or later by the rules of money."""
    if isinstance(problem, FormFaults):
        return problem.faults
    if isinstance(problem, UnknownReceipt):
        return (FieldFault("receipt", problem.text),)
    if isinstance(problem, OutsidePeriod):
        values: dict[str, str | int] = {
            "first": f"{problem.starts_on:%d-%m-%Y}",
            "last": f"{problem.ends_on:%d-%m-%Y}",
        }
        return (FieldFault(day_field, Text(N_("Choose a day from %(first)s to %(last)s."), values)),)
    if isinstance(problem, PeriodShut):
        shut: dict[str, str | int] = {"day": f"{problem.through:%d-%m-%Y}"}
        return (
            FieldFault(day_field, Text(N_("The books are closed until %(day)s. Choose a later day."), shut)),
        )
    if isinstance(problem, OverLimit):
        text = Text(N_("Write at most %(limit)s"), {"limit": format_ore(problem.limit_ore, language)})
    else:
        left_ore = max(problem.balance_ore, 0)
        text = Text(N_("There is only %(left)s there."), {"left": format_ore(left_ore, language)})
    return (FieldFault("amount", text),)
