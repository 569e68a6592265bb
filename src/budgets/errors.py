"""What can go wrong around money. Status codes are given once, in `livsmester.faults`.

BudgetsError
├── MovementRefused         the rules of the ledger say no; nothing was written
│   ├── Overdrawn           an account that must not go below zero would
│   ├── Unbalanced          what goes out is not what comes in
│   ├── WrongAccounts       that kind of movement does not go between such accounts
│   ├── KeyUsedBefore       the same key came with other content
│   └── AlreadyReversed     the movement was reversed before, or is a reversal itself
├── NoSuchRecord            no such fund, grant, request, movement or receipt, or none that this person may know of
├── OverLimit               above what the citizen decides alone; `limit_ore` says how much that is
├── OutsidePeriod           the day is not within the period of the grant
├── FundNameTaken           another fund has that name
├── RequestSettled          the request was bought or given up already
└── UnknownReceipt          the file is not a picture or a PDF, or is too large
"""

from datetime import date

from foundation.language import Text


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


class KeyUsedBefore(MovementRefused):
    """The same key came before with other content."""


class AlreadyReversed(MovementRefused):
    """The movement was reversed before, or is a reversal itself."""


class NoSuchRecord(BudgetsError):
    """No such fund, grant, request, movement or receipt, or none that this person may know of."""


class OverLimit(BudgetsError):
    """Above what the citizen decides alone: `limit_ore` in this purchase, or what is left of it this month."""

    def __init__(self, limit_ore: int) -> None:
        super().__init__(f"{limit_ore} øre at the most")
        self.limit_ore = limit_ore


class OutsidePeriod(BudgetsError):
    """The day is not within the period of the grant, both ends counted."""

    def __init__(self, starts_on: date, ends_on: date) -> None:
        super().__init__(f"{starts_on} to {ends_on}")
        self.starts_on = starts_on
        self.ends_on = ends_on


class FundNameTaken(BudgetsError):
    """Another fund has that name."""


class RequestSettled(BudgetsError):
    """The request was bought or given up already."""


class UnknownReceipt(BudgetsError):
    """The file is not a picture or a PDF, or is too large; `text` says what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.message)
        self.text = text
