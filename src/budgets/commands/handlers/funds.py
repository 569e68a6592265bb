"""Handlers for funds and grants: funding, granting, allocating to goals, closing the books.

No I/O but new ids.
"""

import msgspec

from budgets.commands.context import CommandContext
from budgets.commands.messages import (
    AddFund,
    AddFunding,
    AllocateToGoal,
    ClosePeriod,
    MakeGrant,
    ReallocateToGoal,
)
from budgets.commands.working_set import ClosedPeriod
from budgets.errors import FundNameTaken, NotYet, PeriodClosed
from budgets.ledger.double_entry import FUND_ACCOUNT_KINDS, Account, AccountKind, Leg, MovementKind, transfer
from budgets.model import Grant
from budgets.records import limits
from foundation.crypto.hash_chain import EMPTY_HEAD
from foundation.ids import new_id


def add_fund(context: CommandContext, command: AddFund) -> str:
    """Set up a fund with its first money; returns its id. Raises FundNameTaken."""
    context.require_officer()
    # A new fund has no lock yet: in a race between processes the unique name in the database decides.
    if command.fund.name.lower() in context.working_set.fund_ids_by_name:
        raise FundNameTaken
    fund = msgspec.structs.replace(command.fund, id=new_id())
    context.working_set.funds[fund.id] = fund
    context.working_set.fund_ids_by_name[fund.name.lower()] = fund.id
    context.working_set.chain_heads[fund.id] = EMPTY_HEAD
    for kind in FUND_ACCOUNT_KINDS:
        context.working_set.add_account(Account(new_id(), kind, fund.id))
    context.post(MovementKind.ENDOW, fund.id, _funding_legs(context, fund.id, command.amount_ore))
    context.record_change("budgets:fund:add", fund.id, amount_ore=command.amount_ore)
    return fund.id


def add_funding(context: CommandContext, command: AddFunding) -> str:
    """Put more money into a fund; returns the movement's id. Raises NoSuchRecord, PeriodClosed."""
    context.require_officer()
    fund = context.fund(command.fund_id)
    movement_id = context.post(
        MovementKind.ENDOW, fund.id, _funding_legs(context, fund.id, command.amount_ore), why=command.why
    )
    context.record_change("budgets:fund:endow", fund.id, amount_ore=command.amount_ore)
    return movement_id


def _funding_legs(context: CommandContext, fund_id: str, amount_ore: int) -> tuple[Leg, Leg]:
    source, free = (context.fund_account(fund_id, kind) for kind in (AccountKind.SOURCE, AccountKind.FUND))
    return transfer(source.id, free.id, amount_ore)


def close_period(context: CommandContext, command: ClosePeriod) -> str:
    """Close a fund's books through a day that is over; returns the fund's id.

    Raises NoSuchRecord, PeriodClosed for a day that is closed already, NotYet for today or later.
    """
    context.require_officer()
    fund = context.fund(command.fund_id)
    previous = context.working_set.closed_periods.get(fund.id)
    if previous is not None and command.through <= previous.through:
        raise PeriodClosed(previous.through)
    if command.through >= context.time.today:
        raise NotYet(limits.day_after(command.through))
    context.working_set.closed_periods[fund.id] = ClosedPeriod(fund.id, command.through, context.actor_id)
    context.working_set.new_closed_periods.append(context.working_set.closed_periods[fund.id])
    context.record_change(
        "budgets:fund:close_period",
        fund.id,
        through=[None if previous is None else previous.through, command.through],
    )
    return fund.id


def make_grant(context: CommandContext, command: MakeGrant) -> str:
    """Grant money to a citizen; returns the grant's id.

    Raises NoSuchRecord, OverLimit, OutsidePeriod, PeriodClosed, and Overdrawn when the fund has too little
    left.
    """
    context.require_officer(command.citizen_id)
    fund = context.fund(command.fund_id)
    limits.require_within_fund(fund, command.amount_ore, command.starts_on, command.ends_on)
    grant = Grant(id=new_id(), **msgspec.structs.asdict(command))
    context.working_set.grants[grant.id] = grant
    unallocated = context.open_account(AccountKind.UNALLOCATED, grant)
    free = context.fund_account(fund.id, AccountKind.FUND)
    legs = transfer(free.id, unallocated.id, grant.amount_ore)
    context.post(MovementKind.GRANT, fund.id, legs, grant_id=grant.id)
    context.record_change("budgets:grant:make", grant.id, amount_ore=grant.amount_ore, fund=fund.id)
    return grant.id


def allocate_to_goal(context: CommandContext, command: AllocateToGoal) -> str:
    """Allocate money that has no goal yet to a goal; returns the movement's id.

    Raises NoSuchRecord, Overdrawn, GrantClosed, PeriodClosed.
    """
    grant = context.grant(command.grant_id)
    context.require_officer(grant.citizen_id)
    envelope = context.envelope(grant, command.goal_id, open_if_missing=True)
    legs = transfer(context.unallocated(grant).id, envelope.id, command.amount_ore)
    context.record_change("budgets:grant:allocate", grant.id, amount_ore=command.amount_ore)
    return context.post(MovementKind.ALLOCATE, grant.fund_id, legs, grant_id=grant.id)


def reallocate_to_goal(context: CommandContext, command: ReallocateToGoal) -> str:
    """Move money from one goal to another, or back to none; returns the movement's id.

    Raises as `allocate_to_goal`.
    """
    grant = context.grant(command.grant_id)
    context.require_officer(grant.citizen_id)
    start = context.envelope(grant, command.from_goal_id)
    end = (
        context.unallocated(grant)
        if command.to_goal_id is None
        else context.envelope(grant, command.to_goal_id, open_if_missing=True)
    )
    context.record_change("budgets:grant:move", grant.id, amount_ore=command.amount_ore)
    legs = transfer(start.id, end.id, command.amount_ore)
    return context.post(MovementKind.MOVE, grant.fund_id, legs, grant_id=grant.id, why=command.why)
