"""What can be done with money: ask the access rule, ask the rules of the ledger, post, write the log of changes.

Every command carries a key. The same command with the same key changes nothing a second time and gives what the first
one gave; another command with that key is refused.
"""

import msgspec

from budgets import deciding, store, store_funds, store_requests
from budgets.commands import (
    AddFund,
    Allocate,
    Endow,
    MakeGrant,
    Move,
    RecordPurchase,
    Reverse,
    command_digest,
)
from budgets.errors import FundNameTaken
from budgets.ledger import (
    FUND_KINDS,
    Account,
    AccountKind,
    Direction,
    Leg,
    MovementKind,
    reversing_legs,
    transfer,
)
from budgets.model import Grant, RequestState
from budgets.posting import GrantAccounts, fund, locked_grant, movement, officer, open_request, post
from budgets.receipts import media_type
from foundation.ids import new_id
from people.model import DataKind
from people.service import record
from people.visits import Visit


def add_fund(visit: Visit, command: AddFund, key: str) -> str:
    """Set up a fund and put money into it; gives its id. Raises FundNameTaken."""
    officer(visit)
    digest = command_digest(command, visit.person_id)
    if (before := store.posted_before(visit.db, key, digest)) is not None:
        return movement(visit, before).fund_id
    if store_funds.fund_named(visit.db, command.fund.name) is not None:
        raise FundNameTaken
    new = msgspec.structs.replace(command.fund, id=new_id())
    store_funds.add_fund(visit.db, new, visit.now, visit.person_id)
    accounts = {kind: Account(new_id(), kind, new.id) for kind in FUND_KINDS}
    store.open_accounts(visit.db, tuple(accounts.values()))
    legs = transfer(accounts[AccountKind.SOURCE].id, accounts[AccountKind.FUND].id, command.amount_ore)
    post(visit, MovementKind.ENDOW, new.id, legs, key, digest)
    record(visit, "budgets:fund:add", new.id, {"amount_ore": command.amount_ore})
    return new.id


def endow(visit: Visit, command: Endow, key: str) -> str:
    """Put more money into a fund; gives the movement's id."""
    officer(visit)
    accounts = store.accounts_of_fund(visit.db, fund(visit, command.fund_id).id)
    legs = transfer(accounts[AccountKind.SOURCE].id, accounts[AccountKind.FUND].id, command.amount_ore)
    digest = command_digest(command, visit.person_id)
    posted = post(visit, MovementKind.ENDOW, command.fund_id, legs, key, digest, why=command.why)
    if posted.fresh:
        record(visit, "budgets:fund:endow", command.fund_id, {"amount_ore": command.amount_ore})
    return posted.movement_id


def make_grant(visit: Visit, command: MakeGrant, key: str) -> str:
    """Grant money to a citizen; gives the grant's id. Raises OverLimit, OutsidePeriod, Overdrawn (the fund is empty)."""
    officer(visit, command.citizen_id)
    visit.touch(command.citizen_id, DataKind.MONEY)
    of_fund = fund(visit, command.fund_id)
    store_funds.lock_fund(visit.db, of_fund.id)
    digest = command_digest(command, visit.person_id)
    if (before := store.posted_before(visit.db, key, digest)) is not None:
        return movement(visit, before).grant_id or ""
    deciding.check_grant(of_fund, command.amount_ore, command.starts_on, command.ends_on)
    grant = Grant(id=new_id(), **msgspec.structs.asdict(command))
    store_funds.add_grants(visit.db, [grant], visit.now, visit.person_id)
    unallocated = Account(new_id(), AccountKind.UNALLOCATED, of_fund.id, grant.id)
    store.open_accounts(visit.db, [unallocated])
    free = store.accounts_of_fund(visit.db, of_fund.id)[AccountKind.FUND]
    legs = transfer(free.id, unallocated.id, grant.amount_ore)
    post(visit, MovementKind.GRANT, of_fund.id, legs, key, digest, grant_id=grant.id)
    record(visit, "budgets:grant:make", grant.id, {"amount_ore": grant.amount_ore, "fund": of_fund.id})
    return grant.id


def allocate(visit: Visit, command: Allocate, key: str) -> str:
    """Give money that has no goal yet to a goal; gives the movement's id. Raises NoSuchRecord, Overdrawn."""
    grant = locked_grant(visit, command.grant_id)
    accounts = GrantAccounts(visit, grant)
    legs = transfer(
        accounts.unallocated().id, accounts.envelope(command.goal_id, opening=True).id, command.amount_ore
    )
    return _change(visit, MovementKind.ALLOCATE, grant, legs, key, command)


def move(visit: Visit, command: Move, key: str) -> str:
    """Move money from a goal to another, or to none yet; gives the movement's id. Raises NoSuchRecord, Overdrawn."""
    grant = locked_grant(visit, command.grant_id)
    accounts = GrantAccounts(visit, grant)
    start = accounts.envelope(command.from_goal_id)
    end = (
        accounts.unallocated()
        if command.to_goal_id is None
        else accounts.envelope(command.to_goal_id, opening=True)
    )
    legs = transfer(start.id, end.id, command.amount_ore)
    return _change(visit, MovementKind.MOVE, grant, legs, key, command, why=command.why)


def record_purchase(visit: Visit, command: RecordPurchase, receipt: bytes | None, key: str) -> str:
    """Take what was paid out of the goal's envelope, or out of what was put aside for it; gives the movement's id.

    What was put aside and not needed goes back to the envelope in the same movement; what cost more takes the rest from
    the envelope. Raises NoSuchRecord, OutsidePeriod, RequestSettled, UnknownReceipt, Overdrawn.
    """
    grant = locked_grant(visit, command.grant_id)
    digest = command_digest(command, visit.person_id, receipt or b"")
    if (before := store.posted_before(visit.db, key, digest)) is not None:
        return before
    deciding.check_day(grant, command.bought_on)
    request = None if command.request_id is None else open_request(visit, grant, command.request_id)
    goal_id = command.goal_id if request is None else request.goal_id
    accounts = GrantAccounts(visit, grant)
    spent = accounts.spent(goal_id)
    envelope = accounts.envelope(goal_id)
    if request is None:
        legs: tuple[Leg, ...] = transfer(envelope.id, spent.id, command.amount_ore)
    else:
        legs = _settling_legs(accounts.reserved(request.id), envelope, spent, command.amount_ore)
        store_requests.set_state(visit.db, request.id, RequestState.BOUGHT)
    kept = None
    if receipt is not None:
        kind = media_type(receipt)
        kept = store_requests.keep_receipt(visit.db, grant.id, kind, receipt, visit.now, visit.person_id)
    posted = post(
        visit,
        MovementKind.OUTLAY if command.outlay else MovementKind.SPEND,
        grant.fund_id,
        legs,
        key,
        digest,
        grant_id=grant.id,
        why=command.what,
        effective_on=command.bought_on,
        request_id=command.request_id,
        receipt_id=kept,
    )
    record(visit, "budgets:purchase:record", grant.id, {"movement": posted.movement_id})
    return posted.movement_id


def _settling_legs(reserved: Account, envelope: Account, spent: Account, amount_ore: int) -> tuple[Leg, ...]:
    rest_ore = reserved.balance_ore - amount_ore
    legs = (
        Leg(reserved.id, Direction.OUT, reserved.balance_ore),
        Leg(spent.id, Direction.IN, amount_ore),
    )
    if rest_ore == 0:
        return legs
    return (*legs, Leg(envelope.id, Direction.IN if rest_ore > 0 else Direction.OUT, abs(rest_ore)))


def reverse(visit: Visit, command: Reverse, key: str) -> str:
    """Undo a movement by its mirror; gives the reversal's id. Raises NoSuchRecord, AlreadyReversed, Overdrawn."""
    undone = movement(visit, command.movement_id)
    if undone.grant_id is None:
        officer(visit)
    else:
        locked_grant(visit, undone.grant_id)
    digest = command_digest(command, visit.person_id)
    if (before := store.posted_before(visit.db, key, digest)) is not None:
        return before
    posted = post(
        visit,
        MovementKind.REVERSE,
        undone.fund_id,
        reversing_legs(undone.kind, undone.legs),
        key,
        digest,
        grant_id=undone.grant_id,
        why=command.why,
        request_id=undone.request_id,
        reverses=undone.id,
    )
    if undone.request_id is not None:
        state = RequestState.GIVEN_UP if undone.kind is MovementKind.RESERVE else RequestState.RESERVED
        store_requests.set_state(visit.db, undone.request_id, state)
    record(visit, "budgets:movement:reverse", undone.grant_id or undone.fund_id, {"movement": undone.id})
    return posted.movement_id


def _change(
    visit: Visit,
    kind: MovementKind,
    grant: Grant,
    legs: tuple[Leg, ...],
    key: str,
    command: Allocate | Move,
    why: str = "",
) -> str:
    digest = command_digest(command, visit.person_id)
    posted = post(visit, kind, grant.fund_id, legs, key, digest, grant_id=grant.id, why=why)
    if posted.fresh:
        record(visit, f"budgets:grant:{kind}", grant.id, {"amount_ore": command.amount_ore})
    return posted.movement_id
