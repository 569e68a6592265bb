"""API routes on funds: balances, a new fund, more money, closed periods, the movements of its hash chain."""

from datetime import date
from typing import Annotated

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from budgets.commands.messages import AddFund, AddFunding, ClosePeriod
from budgets.errors import InconsistentFields
from budgets.model import DAYS_MAX, Fund, FundBalance, UnspentPolicy
from budgets.money import chain_feed
from budgets.money import service as money_service
from budgets.money.chain_feed import MovementPage
from budgets.web.api import (
    OFFICER,
    AfterNumber,
    CreatedResponse,
    IdempotencyKey,
    LegalText,
    LimitOre,
    Name,
    NonEmptyText,
    Ore,
    check_period,
    submit,
)
from people.web.app_state import AppRequest
from people.web.context import read_context

AccountString = Annotated[str, Meta(max_length=80, pattern=r"^[^\x00]*$")]
Days = Annotated[int, Meta(ge=1, le=DAYS_MAX)]


class NewFund(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fund with its rules and the money that is put into it; what the fields mean stands at `Fund`."""

    name: Name
    amount_ore: Ore
    starts_on: date
    ends_on: date
    legal_basis: LegalText
    appeal: LegalText
    account_string: AccountString
    grant_max_ore: Ore
    own_purchase_ore: LimitOre
    own_month_ore: LimitOre
    unspent: UnspentPolicy
    carry_over_max_ore: LimitOre | None = None
    two_officers_ore: LimitOre | None = None
    answer_days: Days = 14
    reserve_days: Days = 60
    notice_days: Days = 30

    def command(self) -> AddFund:
        """The command for these fields. Raises InconsistentFields."""
        check_period(self.starts_on, self.ends_on)
        if self.own_month_ore < self.own_purchase_ore:
            raise InconsistentFields("own_month_ore: not below own_purchase_ore")
        values = msgspec.structs.asdict(self)
        amount_ore = values.pop("amount_ore")
        return AddFund(Fund(id="", **values | {"name": " ".join(self.name.split())}), amount_ore)


class NewFunding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """More money for a fund."""

    amount_ore: Ore
    why: NonEmptyText


class NewClosedPeriod(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last day, counted in, that is closed."""

    through: date


@get("/api/funds", opt=OFFICER, sync_to_thread=True)
def list_funds(request: AppRequest) -> tuple[FundBalance, ...]:
    """All funds with where their money stands, the one that ends last first."""
    with read_context(request) as context:
        return money_service.funds(context)


@get("/api/funds/{fund_id:str}", opt=OFFICER, sync_to_thread=True)
def get_fund(request: AppRequest, fund_id: FromPath[str]) -> FundBalance:
    """One fund with where its money stands."""
    with read_context(request) as context:
        return money_service.fund(context, fund_id)


@post("/api/funds", opt=OFFICER, sync_to_thread=True)
def add_fund(
    request: AppRequest, data: JSONBody[NewFund], idempotency_key: IdempotencyKey
) -> CreatedResponse:
    """Set up a fund."""
    return submit(request, data.command(), idempotency_key)


@post("/api/funds/{fund_id:str}/endowments", opt=OFFICER, sync_to_thread=True)
def endow(
    request: AppRequest, fund_id: FromPath[str], data: JSONBody[NewFunding], idempotency_key: IdempotencyKey
) -> CreatedResponse:
    """Put more money into a fund; gives the movement."""
    return submit(request, AddFunding(fund_id, data.amount_ore, data.why), idempotency_key)


@post("/api/funds/{fund_id:str}/closed-periods", opt=OFFICER, sync_to_thread=True)
def close_period(
    request: AppRequest,
    fund_id: FromPath[str],
    data: JSONBody[NewClosedPeriod],
    idempotency_key: IdempotencyKey,
) -> CreatedResponse:
    """Close a fund's books through a day that is over; gives the fund."""
    return submit(request, ClosePeriod(fund_id, data.through), idempotency_key)


@get("/api/funds/{fund_id:str}/movements", opt=OFFICER, sync_to_thread=True)
def list_movements(request: AppRequest, fund_id: FromPath[str], after: AfterNumber = 0) -> MovementPage:
    """The movements of a fund in the order of its chain, after a number; those of citizens of other areas are left out."""
    with read_context(request) as context:
        return chain_feed.of_fund(context, fund_id, after)


ROUTES = (list_funds, get_fund, add_fund, endow, close_period, list_movements)
