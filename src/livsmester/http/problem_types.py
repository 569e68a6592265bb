"""The problem types that API clients can tell apart: the `type` and English detail of each error."""

import re
from datetime import date

import msgspec

from budgets import errors as budgets_errors
from foundation.i18n import N_, LazyText

TYPE_URI_PREFIX = "/api#"  # that page lists the types


class ProblemType(msgspec.Struct, frozen=True):
    """A problem type: its name in the `type` URI, and its detail with placeholders for the error's attributes."""

    name: str
    detail: str

    @property
    def generic_detail(self) -> LazyText:
        """The detail for documentation: an ellipsis for each value."""
        return LazyText(self.detail, dict.fromkeys(re.findall(r"%\((\w+)\)s", self.detail), "…"))


PROBLEM_TYPES: dict[type[Exception], ProblemType] = {
    budgets_errors.Overdrawn: ProblemType(
        "overdrawn", N_("There are %(balance_ore)s øre there, and %(amount_ore)s were asked for.")
    ),
    budgets_errors.Unbalanced: ProblemType("unbalanced", N_("What goes out must be what comes in.")),
    budgets_errors.WrongAccounts: ProblemType(
        "wrong-accounts", N_("That can't be done with this kind of movement.")
    ),
    budgets_errors.IdempotencyKeyReused: ProblemType(
        "key-used-before",
        N_("This key came before with another request. Look at what that one did, then choose a new key."),
    ),
    budgets_errors.AlreadyReversed: ProblemType(
        "already-reversed", N_("This movement was undone before, or undoes another itself.")
    ),
    budgets_errors.OverLimit: ProblemType(
        "over-limit", N_("The fund gives one citizen %(limit_ore)s øre at the most.")
    ),
    budgets_errors.OutsidePeriod: ProblemType(
        "outside-period", N_("The period is from %(starts_on)s to %(ends_on)s.")
    ),
    budgets_errors.PeriodClosed: ProblemType(
        "period-shut", N_("The books are closed until and with %(through)s.")
    ),
    budgets_errors.FundNameTaken: ProblemType(
        "fund-name-taken", N_("Another fund has that name. Choose another one.")
    ),
    budgets_errors.InvalidRequestState: ProblemType(
        "request-settled", N_("This was settled already. Nothing has changed.")
    ),
    budgets_errors.ReasonsNeeded: ProblemType("reasons-needed", N_("A no says why, and by which rule.")),
    budgets_errors.SecondOfficerNeeded: ProblemType(
        "second-officer-needed",
        N_("You have said yes already. Another budget officer must say yes too."),
    ),
    budgets_errors.GrantClosed: ProblemType(
        "grant-closed", N_("The grant is closed. Nothing moves in it any more.")
    ),
    budgets_errors.NotYet: ProblemType("not-yet", N_("That can be done from %(on)s.")),
    budgets_errors.NoticeNeeded: ProblemType(
        "notice-needed", N_("The citizen must be told in advance. Give notice first.")
    ),
    budgets_errors.NextGrantNeeded: ProblemType(
        "next-grant-needed",
        N_(
            "What is left goes on by the fund's rule. Choose the grant that it goes on to, or make one first."
        ),
    ),
    budgets_errors.InvalidReceipt: ProblemType(
        "unknown-receipt",
        N_("The file can't be kept as a receipt. Send a JPEG, PNG, WebP, HEIC or PDF file in base 64."),
    ),
    budgets_errors.InconsistentFields: ProblemType(
        "fields-disagree", N_("These fields do not go together: %(fields)s")
    ),
}


def problem_type_of(error: Exception) -> tuple[str, LazyText] | None:
    """The `type` URI and detail of an error; None for one that its status code describes fully."""
    problem_type = PROBLEM_TYPES.get(type(error))
    if problem_type is None:
        return None
    values: dict[str, str | int] = {
        name: str(value) if isinstance(value, date) else value
        for name, value in vars(error).items()
        if isinstance(value, str | int | date)
    }
    return TYPE_URI_PREFIX + problem_type.name, LazyText(problem_type.detail, values)
