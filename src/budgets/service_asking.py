"""A citizen's own word: money is put aside at once for what they want, and given back when they change their mind."""

import msgspec

from budgets import deciding, store, store_funds, store_requests
from budgets.commands import Ask, GiveUp, command_digest
from budgets.errors import NoSuchRecord, Overdrawn
from budgets.ledger import Account, AccountKind, MovementKind, transfer
from budgets.model import Fund, Grant, RequestState, SpendingRequest
from budgets.posting import GrantAccounts, fund, movement, open_request, post
from foundation.clock import local_date
from foundation.ids import new_id
from people.model import DataKind
from people.service import record
from people.visits import Visit


def ask(visit: Visit, command: Ask, key: str) -> str:
    """Put money aside for what the citizen wants, on the citizen's own word; gives the request's id.

    Raises OverLimit above what the fund lets a citizen decide alone, OutsidePeriod, NoSuchRecord, Overdrawn.
    """
    grant = _own_grant(visit, command.grant_id)
    digest = command_digest(command, visit.person_id)
    if (before := store.posted_before(visit.db, key, digest)) is not None:
        return movement(visit, before).request_id or ""
    deciding.check_day(grant, local_date(visit.now))
    envelope = GrantAccounts(visit, grant).envelope(command.goal_id)
    if command.amount_ore > envelope.balance_ore:
        raise Overdrawn(envelope.id, envelope.balance_ore, command.amount_ore)
    deciding.check_own_word(
        fund(visit, grant.fund_id), command.amount_ore, asked_this_month(visit, grant.fund_id)
    )
    request = SpendingRequest(
        id=new_id(), state=RequestState.RESERVED, asked_at=visit.now, asked_by=visit.person_id,
        **msgspec.structs.asdict(command),
    )  # fmt: skip
    store_requests.add_requests(visit.db, [request])
    reserved = Account(
        new_id(), AccountKind.RESERVED, grant.fund_id, grant.id, request.goal_id, request_id=request.id
    )
    store.open_accounts(visit.db, [reserved])
    legs = transfer(envelope.id, reserved.id, request.amount_ore)
    post(
        visit, MovementKind.RESERVE, grant.fund_id, legs, key, digest,
        grant_id=grant.id, why=request.what, request_id=request.id,
    )  # fmt: skip
    record(visit, "budgets:request:ask", request.id, {"amount_ore": request.amount_ore})
    return request.id


def give_up(visit: Visit, command: GiveUp, key: str) -> str:
    """Give back what was put aside for a request; gives the movement's id. Raises NoSuchRecord, RequestSettled."""
    request = store_requests.request(visit.db, command.request_id)
    if request is None:
        raise NoSuchRecord
    grant = _own_grant(visit, request.grant_id)
    digest = command_digest(command, visit.person_id)
    if (before := store.posted_before(visit.db, key, digest)) is not None:
        return before
    request = open_request(visit, grant, request.id)
    accounts = GrantAccounts(visit, grant)
    reserved = accounts.reserved(request.id)
    legs = transfer(reserved.id, accounts.envelope(request.goal_id).id, reserved.balance_ore)
    posted = post(
        visit, MovementKind.RELEASE, grant.fund_id, legs, key, digest,
        grant_id=grant.id, why=request.what, request_id=request.id,
    )  # fmt: skip
    store_requests.set_state(visit.db, request.id, RequestState.GIVEN_UP)
    record(visit, "budgets:request:give_up", request.id)
    return posted.movement_id


def asked_this_month(visit: Visit, fund_id: str) -> int:
    """What whoever asks has decided alone from the fund in this calendar month, in øre."""
    first, end = deciding.month_of(visit.now)
    return store_requests.asked_ore(visit.db, fund_id, visit.person_id, first, end)


def _own_grant(visit: Visit, grant_id: str) -> Grant:
    grant = store_funds.grant(visit.db, grant_id, lock=True)
    if grant is None or grant.citizen_id != visit.person_id:
        raise NoSuchRecord
    visit.touch(grant.citizen_id, DataKind.MONEY)
    return grant


def own_word(visit: Visit, of_fund: Fund) -> int:
    """How much whoever asks may decide alone in a purchase from the fund now, in øre."""
    return deciding.own_word_ore(of_fund, asked_this_month(visit, of_fund.id))
