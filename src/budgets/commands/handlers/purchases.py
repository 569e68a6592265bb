"""Handlers for purchases: recording, refunds, reversals and receipts. No I/O but new ids."""

from budgets.commands.context import CommandContext
from budgets.commands.messages import AttachReceipt, RecordPurchase, Refund, Reverse
from budgets.commands.working_set import LateReceipt
from budgets.errors import AlreadyReversed, InvalidReceipt, NoSuchRecord, Overdrawn, WrongAccounts
from budgets.ledger.double_entry import (
    PURCHASE_KINDS,
    Account,
    AccountKind,
    Direction,
    Leg,
    Movement,
    MovementKind,
    reversing_legs,
    transfer,
)
from budgets.model import Grant, RequestState
from budgets.records import limits
from foundation.i18n import N_, LazyText
from foundation.ids import new_id


def record_purchase(context: CommandContext, command: RecordPurchase) -> str:
    """Record a purchase, paid from the goal's envelope or a request's reservation; returns the movement's id.

    A reservation that isn't needed in full is released in the same movement; when the purchase cost more, the
    envelope pays the rest. Raises NoSuchRecord, OutsidePeriod, InvalidRequestState, InvalidReceipt,
    Overdrawn, GrantClosed, PeriodClosed.
    """
    grant = context.grant(command.grant_id)
    context.require_officer(grant.citizen_id)
    limits.require_in_period(grant, command.bought_on)
    request = None
    if command.request_id is not None:
        request = context.request(command.request_id, RequestState.RESERVED)
        # The same answer for another grant's request as for none.
        if request.grant_id != grant.id:
            raise NoSuchRecord
    # The reservation was taken from the envelope of the request's goal, so that one is settled.
    goal_id = command.goal_id if request is None else request.goal_id
    envelope, spent = context.envelope(grant, goal_id), context.spent(grant, goal_id)
    if request is None:
        legs: tuple[Leg, ...] = transfer(envelope.id, spent.id, command.amount_ore)
    else:
        legs = _settling_legs(context.reserved(grant, request), envelope, spent, command.amount_ore)
        context.update_request(request, RequestState.BOUGHT)
    movement_id = context.post(
        MovementKind.OUTLAY if command.outlay else MovementKind.SPEND,
        grant.fund_id,
        legs,
        effective_on=command.bought_on,
        why=command.what,
        grant_id=grant.id,
        request_id=command.request_id,
        receipt_id=context.store_receipt(grant),
    )
    context.record_change("budgets:purchase:record", grant.id, movement=movement_id)
    return movement_id


def _settling_legs(reserved: Account, envelope: Account, spent: Account, amount_ore: int) -> tuple[Leg, ...]:
    rest_ore = reserved.balance_ore - amount_ore
    legs = (
        # In full, also when the purchase cost less: it ends the reservation.
        Leg(reserved.id, Direction.OUT, reserved.balance_ore),
        Leg(spent.id, Direction.IN, amount_ore),
    )
    # The database accepts no entry of zero.
    if rest_ore == 0:
        return legs
    return (*legs, Leg(envelope.id, Direction.IN if rest_ore > 0 else Direction.OUT, abs(rest_ore)))


def refund(context: CommandContext, command: Refund) -> str:
    """Put money that a shop refunded back into the goal's envelope; returns the movement's id.

    Raises NoSuchRecord, WrongAccounts (the movement isn't a purchase), Overdrawn (more than it cost, or than
    is still spent), OutsidePeriod, GrantClosed, PeriodClosed.
    """
    purchase, grant = _movement_with_grant(context, command.movement_id)
    if purchase.kind not in PURCHASE_KINDS:
        raise WrongAccounts("only a purchase is refunded")
    limits.require_in_period(grant, command.refunded_on)
    # From the purchase's own entries, since the goal may have another theme by now.
    spent = next(
        account
        for leg in purchase.legs
        if (account := context.working_set.accounts[leg.account_id]).kind is AccountKind.SPENT
    )
    paid_ore = next(leg.amount_ore for leg in purchase.legs if leg.account_id == spent.id)
    # The account holds the goal's other purchases too, so the ledger alone would not refuse this.
    if command.amount_ore > paid_ore:
        raise Overdrawn(spent.id, paid_ore, command.amount_ore)
    envelope = context.envelope(grant, spent.goal_id or "")
    movement_id = context.post(
        MovementKind.REFUND,
        grant.fund_id,
        transfer(spent.id, envelope.id, command.amount_ore),
        effective_on=command.refunded_on,
        why=command.why,
        grant_id=grant.id,
    )
    context.record_change("budgets:purchase:refund", grant.id, movement=movement_id, purchase=purchase.id)
    return movement_id


def attach_receipt(context: CommandContext, command: AttachReceipt) -> str:
    """Attach a receipt to a purchase, or to a request before it is bought; returns the receipt's id.

    For the citizen of the grant, and for budget officers. Raises NoSuchRecord, InvalidRequestState,
    InvalidReceipt, GrantClosed.
    """
    if command.movement_id is not None:
        purchase, grant = _movement_with_grant(context, command.movement_id, officer_only=False)
        if purchase.kind not in PURCHASE_KINDS:
            raise NoSuchRecord
    else:
        request = context.request(command.request_id or "", RequestState.RESERVED, RequestState.BOUGHT)
        grant = context.grant(request.grant_id)
    # Before the officers, who are refused every change of their own budget.
    if grant.citizen_id == context.actor_id:
        context.require_owner(grant)
    else:
        context.require_officer(grant.citizen_id)
    receipt_id = context.store_receipt(grant)
    if receipt_id is None:
        raise InvalidReceipt(LazyText(N_("Choose a picture or a PDF of the receipt.")))
    context.working_set.late_receipts.append(
        LateReceipt(new_id(), receipt_id, command.movement_id, command.request_id, context.actor_id)
    )
    context.record_change("budgets:receipt:keep", grant.id, receipt=receipt_id)
    return receipt_id


def reverse_movement(context: CommandContext, command: Reverse) -> str:
    """Reverse a movement with an opposite one; returns the reversal's id.

    Reversing a reservation withdraws its request; reversing a purchase reserves its money again. Raises
    NoSuchRecord, AlreadyReversed, Overdrawn, GrantClosed, PeriodClosed.
    """
    undone = context.movement(command.movement_id)
    if undone.grant_id is None:
        context.require_officer()
    else:
        context.require_officer(context.grant(undone.grant_id).citizen_id)
    # The unique index on `reverses` refuses it too, but without a reason that a page can show.
    if undone.id in context.working_set.reversals:
        raise AlreadyReversed
    reversal_id = context.post(
        MovementKind.REVERSE,
        undone.fund_id,
        reversing_legs(undone.kind, undone.legs),
        why=command.why,
        grant_id=undone.grant_id,
        request_id=undone.request_id,
        reverses=undone.id,
    )
    context.working_set.reversals[undone.id] = reversal_id
    if undone.request_id is not None:
        request = context.working_set.requests[undone.request_id]
        withdrawn = undone.kind is MovementKind.RESERVE
        context.update_request(request, RequestState.WITHDRAWN if withdrawn else RequestState.RESERVED)
    context.record_change("budgets:movement:reverse", undone.grant_id or undone.fund_id, movement=undone.id)
    return reversal_id


def _movement_with_grant(
    context: CommandContext, movement_id: str, *, officer_only: bool = True
) -> tuple[Movement, Grant]:
    movement = context.movement(movement_id)
    if movement.grant_id is None:
        raise NoSuchRecord
    grant = context.grant(movement.grant_id)
    if officer_only:
        context.require_officer(grant.citizen_id)
    return movement, grant
