"""Requests as they are read: a line of the list that waits, and the whole story of one. Pure."""

from datetime import date

import msgspec

from budgets.model import Fund, RequestDecision, SpendingRequest


class RequestSummary(msgspec.Struct, frozen=True):
    """A request that waits for an answer, in a list: whose, for how much, and how many have said yes."""

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
    """A request with what was answered and the fund that it rests on."""

    request: SpendingRequest
    fund: Fund
    answers: tuple[RequestDecision, ...]  # in the order of time
    receipt_count: int
    closed: bool  # its grant is

    @property
    def refusal(self) -> RequestDecision | None:
        """The no, with its reasons."""
        return next((one for one in self.answers if not one.yes), None)
