"""Carrying out the end of a grant: said in advance, and closed for good. Pure but for new ids.

When a grant is closed its requests end, what is left goes where the fund's rule says, what was spent leaves for
`paid_out`, and all its accounts are empty. The database takes the closing only then.
"""

from budgets.commands.context import Desk
from budgets.commands.handlers.requests import end_request
from budgets.commands.messages import CloseGrant, GiveNotice
from budgets.errors import NextGrantNeeded, NoSuchRecord, NoticeNeeded, NotYet
from budgets.ledger.double_entry import Account, AccountKind, Direction, Leg, MovementKind
from budgets.model import OPEN_STATES, Cause, Closing, Grant, Notice, RequestState, SpendingRequest, Unspent
from budgets.records import limits
from foundation.ids import new_id

Parts = tuple[tuple[Account, int], ...]  # accounts with how much of each, in øre

LEFT = (AccountKind.UNALLOCATED, AccountKind.ENVELOPE)


def give_notice(desk: Desk, command: GiveNotice) -> str:
    """Say to a citizen on which day what is left is taken back, and why; gives the notice's id.

    Raises NotYet for a day that is sooner than the fund allows, NoSuchRecord, GrantClosed.
    """
    grant = desk.grant(command.grant_id)
    desk.check_officer(grant.citizen_id)
    first_day = limits.first_day_after_notice(desk.fund(grant.fund_id), desk.moment.today)
    if command.takes_effect_on < first_day:
        raise NotYet(first_day)
    notice = Notice(
        new_id(), grant.id, command.takes_effect_on, command.why, desk.moment.now, desk.actor_id or ""
    )
    desk.books.notices[grant.id] = notice
    desk.books.notices_given.append(notice)
    desk.record("budgets:grant:give_notice", grant.id, on=command.takes_effect_on.isoformat())
    return notice.id


def close_grant(desk: Desk, command: CloseGrant) -> str:
    """Close a grant; gives its id.

    Raises NotYet before its last day is over or before the day of the notice, NoticeNeeded when money would be taken back
    without one, NextGrantNeeded, NoSuchRecord, GrantClosed.
    """
    grant = desk.grant(command.grant_id)
    desk.check_officer(grant.citizen_id)
    _check_cause(desk, grant, command.cause)
    for request in _open_requests(desk, grant):
        end_request(desk, grant, request, RequestState.LAPSED)
    _empty(desk, grant, command)
    spent = _whole(desk.accounts_of(grant, AccountKind.SPENT))
    paid_out = desk.account_of_fund(grant.fund_id, AccountKind.PAID_OUT)
    _let_go(desk, grant, MovementKind.CLOSE, spent, paid_out)
    desk.books.closings[grant.id] = Closing(
        grant.id, desk.moment.today, command.cause, command.why, desk.moment.now, desk.actor_id
    )
    desk.record("budgets:grant:close", grant.id, cause=command.cause)
    return grant.id


def _check_cause(desk: Desk, grant: Grant, cause: Cause) -> None:
    today = desk.moment.today
    if cause is Cause.DIED or today > grant.ends_on:
        return
    if cause is Cause.ENDED:
        raise NotYet(limits.day_after(grant.ends_on))
    notice = desk.books.notices.get(grant.id)
    if notice is None:
        raise NoticeNeeded
    if today < notice.takes_effect_on:
        raise NotYet(notice.takes_effect_on)


def _open_requests(desk: Desk, grant: Grant) -> list[SpendingRequest]:
    found = (one for one in desk.books.requests.values() if one.grant_id == grant.id)
    return sorted((one for one in found if one.state in OPEN_STATES), key=lambda one: one.id)


def _empty(desk: Desk, grant: Grant, command: CloseGrant) -> None:
    """Let what is left go: on to the next grant as far as the fund's rule says, back to the municipality, or away."""
    fund = desk.fund(grant.fund_id)
    left = desk.accounts_of(grant, *LEFT)
    carries = fund.unspent is Unspent.CARRIED_OVER and command.cause is Cause.ENDED
    if carries and left:
        following = _next_grant(desk, grant, command.next_grant_id)
        total_ore = sum(one.balance_ore for one in left)
        rest_ore = total_ore - limits.carried_over_ore(fund, total_ore)
        back, on = _split(left, rest_ore)
        _let_go(desk, grant, MovementKind.CARRY_OVER, on, desk.unallocated(following))
        rest = back
    else:
        rest = _whole(left)
    kind, end = (
        (MovementKind.EXPIRE, AccountKind.EXPIRED)
        if fund.unspent is Unspent.EXPIRED
        else (MovementKind.RETURN, AccountKind.RETURNED)
    )
    _let_go(desk, grant, kind, rest, desk.account_of_fund(fund.id, end))


def _next_grant(desk: Desk, grant: Grant, next_grant_id: str | None) -> Grant:
    if next_grant_id is None:
        raise NextGrantNeeded
    following = desk.grant(next_grant_id)
    if following.citizen_id != grant.citizen_id or following.ends_on <= grant.ends_on:
        raise NoSuchRecord
    return following


def _whole(accounts: tuple[Account, ...]) -> Parts:
    return tuple((one, one.balance_ore) for one in accounts)


def _split(left: tuple[Account, ...], back_ore: int) -> tuple[Parts, Parts]:
    """What goes back, from the first accounts on, and what goes on."""
    back, on = [], []
    for account in left:
        part_ore = min(account.balance_ore, back_ore)
        back_ore -= part_ore
        if part_ore:
            back.append((account, part_ore))
        if part_ore < account.balance_ore:
            on.append((account, account.balance_ore - part_ore))
    return tuple(back), tuple(on)


def _let_go(desk: Desk, grant: Grant, kind: MovementKind, parts: Parts, end: Account) -> None:
    if parts:
        desk.post(kind, grant.fund_id, _gathered(parts, end), grant_id=grant.id)


def _gathered(parts: Parts, end: Account) -> tuple[Leg, ...]:
    out = tuple(Leg(one.id, Direction.OUT, part_ore) for one, part_ore in parts)
    return (*out, Leg(end.id, Direction.IN, sum(part_ore for _, part_ore in parts)))
