"""Handlers for the end of a grant: notice in advance, and closing. No I/O but new ids.

Closing a grant ends its open requests, moves unspent money where the fund's rule says, and moves what was
spent to `paid_out`. All its accounts are then empty, without which the database refuses the closing.
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

AccountAmounts = tuple[tuple[Account, int], ...]  # accounts, each with an amount in øre

REMAINDER = (AccountKind.UNALLOCATED, AccountKind.ENVELOPE)


def give_notice(context: CommandContext, command: GiveNotice) -> str:
    """Record a notice of the day on which unspent money is taken back; returns the notice's id.

    Raises NotYet for a day within the fund's period of notice, NoSuchRecord, GrantClosed.
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
    """Close a grant; returns its id.

    Raises NotYet until its last day is over or the day of the notice has come, NoticeNeeded when it would end
    early without notice, NextGrantNeeded, NoSuchRecord, GrantClosed.
    """
    grant = context.grant(command.grant_id)
    context.require_officer(grant.citizen_id)
    _require_due(context, grant, command.cause)
    # First, since this puts reserved money back into the envelopes, which are emptied next.
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
    requests = (
        request
        for request in context.working_set.requests.values()
        if request.grant_id == grant.id and request.state in OPEN_STATES
    )
    return sorted(requests, key=lambda request: request.id)


def _empty_accounts(context: CommandContext, grant: Grant, command: CloseGrant) -> None:
    """Move unspent money as the fund's rule says: to the next grant, the municipality, or `expired`."""
    fund = context.fund(grant.fund_id)
    unspent = context.accounts_with_balance(grant, *REMAINDER)
    carries_over = fund.unspent is UnspentPolicy.CARRIED_OVER and command.cause is ClosingCause.ENDED
    if carries_over and unspent:
        next_grant = _next_grant(context, grant, command.next_grant_id)
        total_ore = sum(account.balance_ore for account in unspent)
        rest_ore = total_ore - limits.carried_over_ore(fund, total_ore)
        rest, carried_over = _split(unspent, rest_ore)
        _transfer_out(context, grant, MovementKind.CARRY_OVER, carried_over, context.unallocated(next_grant))
    else:
        rest = _full_balances(unspent)
    kind, destination = (
        (MovementKind.EXPIRE, AccountKind.EXPIRED)
        if fund.unspent is UnspentPolicy.EXPIRED
        else (MovementKind.RETURN, AccountKind.RETURNED)
    )
    _transfer_out(context, grant, kind, rest, context.fund_account(fund.id, destination))


def _next_grant(context: CommandContext, grant: Grant, next_grant_id: str | None) -> Grant:
    if next_grant_id is None:
        raise NextGrantNeeded
    next_grant = context.grant(next_grant_id)
    # The same answer for another citizen's grant as for none.
    if next_grant.citizen_id != grant.citizen_id or next_grant.ends_on <= grant.ends_on:
        raise NoSuchRecord
    return next_grant


def _full_balances(accounts: tuple[Account, ...]) -> AccountAmounts:
    return tuple((account, account.balance_ore) for account in accounts)


def _split(accounts: tuple[Account, ...], returned_ore: int) -> tuple[AccountAmounts, AccountAmounts]:
    """Divide the balances into `returned_ore`, from the first accounts on, and the rest to carry over."""
    returned, carried_over = [], []
    for account in accounts:
        part_ore = min(account.balance_ore, returned_ore)
        returned_ore -= part_ore
        if part_ore:
            returned.append((account, part_ore))
        if part_ore < account.balance_ore:
            carried_over.append((account, account.balance_ore - part_ore))
    return tuple(returned), tuple(carried_over)


def _transfer_out(
    context: CommandContext, grant: Grant, kind: MovementKind, amounts: AccountAmounts, destination: Account
) -> None:
    # A movement without entries is refused, and an empty grant has nothing to move.
    if amounts:
        context.post(kind, grant.fund_id, _merge_legs(amounts, destination), grant_id=grant.id)


def _merge_legs(amounts: AccountAmounts, destination: Account) -> tuple[Leg, ...]:
    out = tuple(Leg(account.id, Direction.OUT, part_ore) for account, part_ore in amounts)
    # One sum, since an account has at most one entry in a movement.
    return (*out, Leg(destination.id, Direction.IN, sum(part_ore for _, part_ore in amounts)))
