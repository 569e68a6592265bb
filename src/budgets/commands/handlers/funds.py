"""Carrying out what is ordered of funds and grants: money in, granted, shared out; books closed. Pure but for new ids."""

import msgspec

from budgets.commands.context import Desk
from budgets.commands.messages import AddFund, Allocate, ClosePeriod, Endow, MakeGrant, Move
from budgets.commands.working_set import Shut
from budgets.errors import FundNameTaken, NotYet, PeriodShut
from budgets.ledger.double_entry import FUND_KINDS, Account, AccountKind, Leg, MovementKind, transfer
from budgets.model import Grant
from budgets.records import limits
from foundation.crypto.hash_chain import EMPTY
from foundation.ids import new_id


def add_fund(desk: Desk, command: AddFund) -> str:
    """Set up a fund and put money into it; gives its id. Raises FundNameTaken."""
    desk.check_officer()
    if command.fund.name.lower() in desk.books.fund_names:
        raise FundNameTaken
    new = msgspec.structs.replace(command.fund, id=new_id())
    desk.books.funds[new.id] = new
    desk.books.fund_names[new.name.lower()] = new.id
    desk.books.heads[new.id] = EMPTY
    for kind in FUND_KINDS:
        desk.books.put_account(Account(new_id(), kind, new.id))
    desk.post(MovementKind.ENDOW, new.id, _into(desk, new.id, command.amount_ore))
    desk.record("budgets:fund:add", new.id, amount_ore=command.amount_ore)
    return new.id


def endow(desk: Desk, command: Endow) -> str:
    """Put more money into a fund; gives the movement's id."""
    desk.check_officer()
    fund = desk.fund(command.fund_id)
    movement_id = desk.post(
        MovementKind.ENDOW, fund.id, _into(desk, fund.id, command.amount_ore), why=command.why
    )
    desk.record("budgets:fund:endow", fund.id, amount_ore=command.amount_ore)
    return movement_id


def _into(desk: Desk, fund_id: str, amount_ore: int) -> tuple[Leg, Leg]:
    source, free = (desk.account_of_fund(fund_id, kind) for kind in (AccountKind.SOURCE, AccountKind.FUND))
    return transfer(source.id, free.id, amount_ore)


def close_period(desk: Desk, command: ClosePeriod) -> str:
    """Close a fund's books up to and with a day that is over; gives the fund's id. Raises PeriodShut, NotYet."""
    desk.check_officer()
    fund = desk.fund(command.fund_id)
    shut = desk.books.shut.get(fund.id)
    if shut is not None and command.through <= shut.through:
        raise PeriodShut(shut.through)
    if command.through >= desk.moment.today:
        raise NotYet(limits.day_after(command.through))
    desk.books.shut[fund.id] = Shut(fund.id, command.through, desk.actor_id)
    desk.books.shut_now.append(desk.books.shut[fund.id])
    desk.record(
        "budgets:fund:close_period",
        fund.id,
        through=[None if shut is None else shut.through, command.through],
    )
    return fund.id


def make_grant(desk: Desk, command: MakeGrant) -> str:
    """Grant money to a citizen; gives the grant's id. Raises OverLimit, OutsidePeriod, Overdrawn (the fund is empty)."""
    desk.check_officer(command.citizen_id)
    fund = desk.fund(command.fund_id)
    limits.check_grant(fund, command.amount_ore, command.starts_on, command.ends_on)
    grant = Grant(id=new_id(), **msgspec.structs.asdict(command))
    desk.books.grants[grant.id] = grant
    unallocated = desk.open_account(AccountKind.UNALLOCATED, grant)
    free = desk.account_of_fund(fund.id, AccountKind.FUND)
    legs = transfer(free.id, unallocated.id, grant.amount_ore)
    desk.post(MovementKind.GRANT, fund.id, legs, grant_id=grant.id)
    desk.record("budgets:grant:make", grant.id, amount_ore=grant.amount_ore, fund=fund.id)
    return grant.id


def allocate(desk: Desk, command: Allocate) -> str:
    """Give money that has no goal yet to a goal; gives the movement's id. Raises NoSuchRecord, Overdrawn, GrantClosed."""
    grant = desk.grant(command.grant_id)
    desk.check_officer(grant.citizen_id)
    envelope = desk.envelope(grant, command.goal_id, opening=True)
    legs = transfer(desk.unallocated(grant).id, envelope.id, command.amount_ore)
    desk.record("budgets:grant:allocate", grant.id, amount_ore=command.amount_ore)
    return desk.post(MovementKind.ALLOCATE, grant.fund_id, legs, grant_id=grant.id)


def move(desk: Desk, command: Move) -> str:
    """Move money from a goal to another, or to none yet; gives the movement's id. Raises as `allocate`."""
    grant = desk.grant(command.grant_id)
    desk.check_officer(grant.citizen_id)
    start = desk.envelope(grant, command.from_goal_id)
    end = (
        desk.unallocated(grant)
        if command.to_goal_id is None
        else desk.envelope(grant, command.to_goal_id, opening=True)
    )
    desk.record("budgets:grant:move", grant.id, amount_ore=command.amount_ore)
    legs = transfer(start.id, end.id, command.amount_ore)
    return desk.post(MovementKind.MOVE, grant.fund_id, legs, grant_id=grant.id, why=command.why)
