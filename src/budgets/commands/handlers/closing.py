"""Carrying out the end of a grant: said in advance, and closed for good. Pure but for new ids.

When a grant is closed its requests end, what is left goes where the fund's rule says, what was spent leaves for
`paid_out`, and all its accounts are empty. The database takes the closing only then.
"""

from budgets.commands.context import CommandContext
from budgets.commands.handlers.requests import end_request
from budgets.commands.messages import CloseGrant, GiveNotice
from budgets.errors import NextGrantNeeded, NoSuchRecord, NoticeNeeded, NotYet
from budgets.ledger.double_entry import Account, AccountKind, Direction, Leg, MovementKind
from budgets.model import (
    OPEN_STATES,
    Closing,
    ClosingCause,
    Grant,
    Notice,
    RequestState,
    SpendingRequest,
    UnspentPolicy,
)
from budgets.records import limits
from foundation.ids import new_id

AccountAmounts = tuple[tuple[Account, int], ...]  # accounts with how much of each, in øre

REMAINDER = (AccountKind.UNALLOCATED, AccountKind.ENVELOPE)


def give_notice(context: CommandContext, command: GiveNotice) -> str:
    """Say to a citizen on which day what is left is taken back, and why; gives the notice's id.

    Raises NotYet for a day that is sooner than the fund allows, NoSuchRecord, GrantClosed.
    """
    grant = context.grant(command.grant_id)
    context.require_officer(grant.citizen_id)
    first_day = limits.first_day_after_notice(context.fund(grant.fund_id), context.time.today)
    if command.takes_effect_on < first_day:
        raise NotYet(first_day)
    notice = Notice(
        new_id(), grant.id, command.takes_effect_on, command.why, context.time.now, context.actor_id or ""
    )
    context.working_set.notices[grant.id] = notice
    context.working_set.new_notices.append(notice)
    context.record_change("budgets:grant:give_notice", grant.id, on=command.takes_effect_on.isoformat())
    return notice.id


def close_grant(context: CommandContext, command: CloseGrant) -> str:
    """Close a grant; gives its id.

    Raises NotYet before its last day is over or before the day of the notice, NoticeNeeded when money would be taken back
    without one, NextGrantNeeded, NoSuchRecord, GrantClosed.
    """
    grant = context.grant(command.grant_id)
    context.require_officer(grant.citizen_id)
    _require_due(context, grant, command.cause)
    for request in _open_requests(context, grant):
        end_request(context, grant, request, RequestState.EXPIRED)
    _empty_accounts(context, grant, command)
    spent = _full_balances(context.accounts_with_balance(grant, AccountKind.SPENT))
    paid_out = context.fund_account(grant.fund_id, AccountKind.PAID_OUT)
    _transfer_out(context, grant, MovementKind.CLOSE, spent, paid_out)
    context.working_set.closings[grant.id] = Closing(
        grant.id, context.time.today, command.cause, command.why, context.time.now, context.actor_id
    )
    context.record_change("budgets:grant:close", grant.id, cause=command.cause)
    return grant.id


def _require_due(context: CommandContext, grant: Grant, cause: ClosingCause) -> None:
    today = context.time.today
    if cause is ClosingCause.DIED or today > grant.ends_on:
        return
    if cause is ClosingCause.ENDED:
        raise NotYet(limits.day_after(grant.ends_on))
    notice = context.working_set.notices.get(grant.id)
    if notice is None:
        raise NoticeNeeded
    if today < notice.takes_effect_on:
        raise NotYet(notice.takes_effect_on)


def _open_requests(context: CommandContext, grant: Grant) -> list[SpendingRequest]:
    found = (one for one in context.working_set.requests.values() if one.grant_id == grant.id)
    return sorted((one for one in found if one.state in OPEN_STATES), key=lambda one: one.id)


def _empty_accounts(context: CommandContext, grant: Grant, command: CloseGrant) -> None:
    """Let what is left go: on to the next grant as far as the fund's rule says, back to the municipality, or away."""
    fund = context.fund(grant.fund_id)
    left = context.accounts_with_balance(grant, *REMAINDER)
    carries = fund.unspent is UnspentPolicy.CARRIED_OVER and command.cause is ClosingCause.ENDED
    if carries and left:
        following = _next_grant(context, grant, command.next_grant_id)
        total_ore = sum(one.balance_ore for one in left)
        rest_ore = total_ore - limits.carried_over_ore(fund, total_ore)
        back, on = _split(left, rest_ore)
        _transfer_out(context, grant, MovementKind.CARRY_OVER, on, context.unallocated(following))
        rest = back
    else:
        rest = _full_balances(left)
    kind, end = (
        (MovementKind.EXPIRE, AccountKind.EXPIRED)
        if fund.unspent is UnspentPolicy.EXPIRED
        else (MovementKind.RETURN, AccountKind.RETURNED)
    )
    _transfer_out(context, grant, kind, rest, context.fund_account(fund.id, end))


def _next_grant(context: CommandContext, grant: Grant, next_grant_id: str | None) -> Grant:
    if next_grant_id is None:
        raise NextGrantNeeded
    following = context.grant(next_grant_id)
    if following.citizen_id != grant.citizen_id or following.ends_on <= grant.ends_on:
        raise NoSuchRecord
    return following


def _full_balances(accounts: tuple[Account, ...]) -> AccountAmounts:
    return tuple((one, one.balance_ore) for one in accounts)


def _split(accounts: tuple[Account, ...], returned_ore: int) -> tuple[AccountAmounts, AccountAmounts]:
    """What goes back, from the first accounts on, and what goes on."""
    back, on = [], []
    for account in accounts:
        part_ore = min(account.balance_ore, returned_ore)
        returned_ore -= part_ore
        if part_ore:
            back.append((account, part_ore))
        if part_ore < account.balance_ore:
            on.append((account, account.balance_ore - part_ore))
    return tuple(back), tuple(on)


def _transfer_out(
    context: CommandContext, grant: Grant, kind: MovementKind, amounts: AccountAmounts, destination: Account
) -> None:
    if amounts:
        context.post(kind, grant.fund_id, _merge_legs(amounts, destination), grant_id=grant.id)


def _merge_legs(amounts: AccountAmounts, destination: Account) -> tuple[Leg, ...]:
    out = tuple(Leg(one.id, Direction.OUT, part_ore) for one, part_ore in amounts)
    return (*out, Leg(destination.id, Direction.IN, sum(part_ore for _, part_ore in amounts)))
