"""The errors of `budgets`. `livsmester.http.error_handlers` maps them to status codes.

BudgetsError
├── MovementRefused           the ledger rejects the movement; nothing was written
│   ├── Overdrawn             a balance would become negative
│   ├── Unbalanced            the legs don't sum to zero
│   ├── WrongAccounts         that kind of movement isn't allowed between these accounts
│   ├── IdempotencyKeyReused  the key was used for another command
│   └── AlreadyReversed       the movement was reversed before, or is a reversal itself
├── NoSuchRecord              no such fund, grant, request, movement or receipt, or none visible to the actor
├── OverLimit                 more than the fund's maximum for a grant, `limit_ore`
├── OutsidePeriod             the day isn't within the period, `starts_on` to `ends_on`
├── PeriodClosed              the fund's books are closed through `through`
├── FundNameTaken             another fund has that name
├── InvalidRequestState       the request isn't in a state that allows the command
├── ReasonsNeeded             a refusal lacks its reasons or its rule
├── SecondOfficerNeeded       this officer has approved already; a second one must decide
├── GrantClosed               the grant is closed; no money moves in it any more
├── NotYet                    the command is allowed from `on`
├── NoticeNeeded              money can't be taken back without a notice
├── NextGrantNeeded           unspent money is carried over, and no later grant was named
├── AlreadyImported           this file of the finance system was confirmed before
├── ReconciliationChanged     the pairs are no longer those of the preview
├── AlreadyPaired             the line or the purchase is in another pair
├── InconsistentFields        fields contradict each other; `fields` says which
└── InvalidReceipt            the file isn't an image or a PDF, or is too large
"""

from datetime import date

from foundation.i18n import LazyText


class BudgetsError(Exception):
    """The base of this package's errors."""


class MovementRefused(BudgetsError):
    """The ledger rejects the movement; nothing was written."""


class Overdrawn(MovementRefused):
    """A balance would become negative: the account holds `balance_ore`, and `amount_ore` should leave it."""

    def __init__(self, account_id: str, balance_ore: int, amount_ore: int) -> None:
        super().__init__(f"{account_id} holds {balance_ore} øre, {amount_ore} øre were asked of it")
        self.account_id = account_id
        self.balance_ore = balance_ore
        self.amount_ore = amount_ore


class Unbalanced(MovementRefused):
    """The legs of a movement don't sum to zero, there are fewer than two, or an amount is out of range."""


class WrongAccounts(MovementRefused):
    """That kind of movement isn't allowed between these accounts."""


class IdempotencyKeyReused(MovementRefused):
    """The idempotency key was used for another command."""


class AlreadyReversed(MovementRefused):
    """The movement was reversed before, or is a reversal itself."""


# One error for absent and invisible, so that a response never reveals that a record exists.
class NoSuchRecord(BudgetsError):
    """No such fund, grant, request, movement or receipt, or none visible to the actor."""


class OverLimit(BudgetsError):
    """More than the fund's maximum for a grant, `limit_ore`."""

    def __init__(self, limit_ore: int) -> None:
        super().__init__(f"{limit_ore} øre at the most")
        self.limit_ore = limit_ore


class OutsidePeriod(BudgetsError):
    """The day isn't within the period of the grant or fund, first and last day included."""

    def __init__(self, starts_on: date, ends_on: date) -> None:
        super().__init__(f"{starts_on} to {ends_on}")
        self.starts_on = starts_on
        self.ends_on = ends_on


class PeriodClosed(BudgetsError):
    """The fund's books are closed through that day; no movement can take effect on it or before."""

    def __init__(self, through: date) -> None:
        super().__init__(f"closed through {through}")
        self.through = through


class FundNameTaken(BudgetsError):
    """Another fund has that name."""


class InvalidRequestState(BudgetsError):
    """The request isn't in a state that allows the command, as when it was decided already."""


class ReasonsNeeded(BudgetsError):
    """A refusal lacks its reasons or its rule."""


class SecondOfficerNeeded(BudgetsError):
    """The amount needs the approval of two budget officers, and this one has approved already."""


class GrantClosed(BudgetsError):
    """The grant is closed: no money moves in it any more."""


class NotYet(BudgetsError):
    """The command is not allowed before the day `on`."""

    def __init__(self, on: date) -> None:
        super().__init__(f"not before {on}")
        self.on = on


class NoticeNeeded(BudgetsError):
    """Money can't be taken back before the end of a grant without a notice of the day and the reason."""


class NextGrantNeeded(BudgetsError):
    """Unspent money is carried over, and the command names no later grant to take it."""


class InconsistentFields(BudgetsError):
    """Valid fields contradict each other; `fields` says which and why, never their values."""

    def __init__(self, fields: str) -> None:
        super().__init__(fields)
        self.fields = fields


class InvalidReceipt(BudgetsError):
    """The file isn't an image or a PDF, or is too large; `text` says what to do."""

    def __init__(self, text: LazyText) -> None:
        super().__init__(text.message)
        self.text = text


class AlreadyImported(BudgetsError):
    """This file of the finance system was confirmed before, as `reconciliation_id`."""

    def __init__(self, reconciliation_id: str) -> None:
        super().__init__(reconciliation_id)
        self.reconciliation_id = reconciliation_id


class ReconciliationChanged(BudgetsError):
    """The pairs are no longer those of the preview."""


class AlreadyPaired(BudgetsError):
    """The line or the purchase is in another pair."""
