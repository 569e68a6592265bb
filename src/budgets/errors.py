"""What can go wrong around money. Status codes are given once, in `livsmester.http.error_handlers`.

BudgetsError
├── MovementRefused         the rules of the ledger say no; nothing was written
│   ├── Overdrawn           an account that must not go below zero would
│   ├── Unbalanced          what goes out is not what comes in
│   ├── WrongAccounts       that kind of movement does not go between such accounts
│   ├── IdempotencyKeyReused       the same key came with other content
│   └── AlreadyReversed     the movement was reversed before, or is a reversal itself
├── NoSuchRecord            no such fund, grant, request, movement or receipt, or none that this person may know of
├── OverLimit               above what the fund gives one citizen; `limit_ore` says how much that is
├── OutsidePeriod           the day is not within the period of the grant
├── PeriodClosed              the books are closed up to and with `through`
├── FundNameTaken           another fund has that name
├── InvalidRequestState          the request was decided, bought or given up already
├── ReasonsNeeded           a no says why, and by which rule
├── SecondOfficerNeeded     the amount needs two budget officers, and this one has said yes already
├── GrantClosed             the grant was closed; nothing moves in it any more
├── NotYet                  the day for it has not come; `on` says when
├── NoticeNeeded            money is not taken back without a notice that names the reason and the day
├── NextGrantNeeded         what is left goes on to the next period, and the citizen has no such grant
├── AlreadyImported         a file of the finance system with that content was kept already
├── ReconciliationChanged   the pairs are not those that were looked at
├── AlreadyPaired               the line or the purchase is in another pair
├── InconsistentFields          fields that are right each by itself do not go together; `fields` says which
└── InvalidReceipt          the file is not a picture or a PDF, or is too large
"""

from datetime import date

from foundation.i18n import LazyText


class BudgetsError(Exception):
    """The root of this package's errors."""


class MovementRefused(BudgetsError):
    """The rules of the ledger say no; nothing was written."""


class Overdrawn(MovementRefused):
    """An account that must not go below zero would: it holds `balance_ore`, and `amount_ore` was asked of it."""

    def __init__(self, account_id: str, balance_ore: int, amount_ore: int) -> None:
        super().__init__(f"{account_id} holds {balance_ore} øre, {amount_ore} øre were asked of it")
        self.account_id = account_id
        self.balance_ore = balance_ore
        self.amount_ore = amount_ore


class Unbalanced(MovementRefused):
    """What goes out is not what comes in, or a movement moves nothing."""


class WrongAccounts(MovementRefused):
    """That kind of movement does not go between such accounts."""


class IdempotencyKeyReused(MovementRefused):
    """The same key came before with other content."""


class AlreadyReversed(MovementRefused):
    """The movement was reversed before, or is a reversal itself."""


class NoSuchRecord(BudgetsError):
    """No such fund, grant, request, movement or receipt, or none that this person may know of."""


class OverLimit(BudgetsError):
    """Above what the fund gives one citizen: `limit_ore` at the most."""

    def __init__(self, limit_ore: int) -> None:
        super().__init__(f"{limit_ore} øre at the most")
        self.limit_ore = limit_ore


class OutsidePeriod(BudgetsError):
    """The day is not within the period of the grant, both ends counted."""

    def __init__(self, starts_on: date, ends_on: date) -> None:
        super().__init__(f"{starts_on} to {ends_on}")
        self.starts_on = starts_on
        self.ends_on = ends_on


class PeriodClosed(BudgetsError):
    """The fund's books are closed up to and with that day; nothing takes effect in them any more."""

    def __init__(self, through: date) -> None:
        super().__init__(f"closed through {through}")
        self.through = through


class FundNameTaken(BudgetsError):
    """Another fund has that name."""


class InvalidRequestState(BudgetsError):
    """The request was decided, bought or given up already."""


class ReasonsNeeded(BudgetsError):
    """A no says why, and by which rule."""


class SecondOfficerNeeded(BudgetsError):
    """The amount needs the yes of two budget officers, and this one has given theirs already."""


class GrantClosed(BudgetsError):
    """The grant was closed: nothing moves in it any more."""


class NotYet(BudgetsError):
    """The day for it has not come: `on` is the first one."""

    def __init__(self, on: date) -> None:
        super().__init__(f"not before {on}")
        self.on = on


class NoticeNeeded(BudgetsError):
    """Money is not taken back without a notice in advance that names the reason and the day."""


class NextGrantNeeded(BudgetsError):
    """What is left goes on to the next period, but the citizen has no later grant in which it could stand."""


class InconsistentFields(BudgetsError):
    """Fields that are right each by itself do not go together; `fields` says which and why, never what stood in them."""

    def __init__(self, fields: str) -> None:
        super().__init__(fields)
        self.fields = fields


class InvalidReceipt(BudgetsError):
    """The file is not a picture or a PDF, or is too large; `text` says what to do."""

    def __init__(self, text: LazyText) -> None:
        super().__init__(text.message)
        self.text = text


class AlreadyImported(BudgetsError):
    """A file of the finance system with that content was kept already, as `reconciliation_id`."""

    def __init__(self, reconciliation_id: str) -> None:
        super().__init__(reconciliation_id)
        self.reconciliation_id = reconciliation_id


class ReconciliationChanged(BudgetsError):
    """The pairs are not those that were looked at."""


class AlreadyPaired(BudgetsError):
    """The line or the purchase is in another pair."""
