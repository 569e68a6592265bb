"""Spending requests as they are read: a row in a list, and one with its decisions. No I/O."""

from datetime import date

import msgspec

from budgets.model import Fund, RequestDecision, SpendingRequest


class RequestSummary(msgspec.Struct, frozen=True):
    """A pending request in a list: whose, for how much, and how many officers have approved it."""

    id: str
    grant_id: str
    citizen_id: str
    citizen_name: str
    fund_name: str
    what: str
    amount_ore: int
    answer_by: date
    yes_count: int


class RequestDetail(msgspec.Struct, frozen=True):
    """A request with its decisions and the fund that pays."""

    request: SpendingRequest
    fund: Fund
    answers: tuple[RequestDecision, ...]  # oldest first
    receipt_count: int
    closed: bool  # whether its grant is closed

    @property
    def refusal(self) -> RequestDecision | None:
        """The decision that refused the request, with its reasons."""
        return next((answer for answer in self.answers if not answer.yes), None)
