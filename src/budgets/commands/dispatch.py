"""Carrying out orders on books: the right of whoever gives them, the rules of money, once per key. Pure but for new ids."""

from collections.abc import Callable
from typing import Any

from budgets.commands import messages
from budgets.commands.context import Desk
from budgets.commands.handlers import closing, purchases
from budgets.commands.handlers import funds as handlers_funds
from budgets.commands.handlers import requests as handlers_requests
from budgets.commands.messages import command_digest
from budgets.commands.working_set import Books, Done, Moment, Order
from budgets.errors import KeyUsedBefore

_DEEDS: dict[type, Callable[[Desk, Any], str]] = {
    messages.AddFund: handlers_funds.add_fund,
    messages.Endow: handlers_funds.endow,
    messages.ClosePeriod: handlers_funds.close_period,
    messages.MakeGrant: handlers_funds.make_grant,
    messages.Allocate: handlers_funds.allocate,
    messages.Move: handlers_funds.move,
    messages.RecordPurchase: purchases.record_purchase,
    messages.Refund: purchases.refund,
    messages.KeepReceipt: purchases.keep_receipt,
    messages.Reverse: purchases.reverse,
    messages.Ask: handlers_requests.ask,
    messages.Decide: handlers_requests.decide,
    messages.GiveUp: handlers_requests.give_up,
    messages.Lapse: handlers_requests.lapse,
    messages.Learn: handlers_requests.learn,
    messages.GiveNotice: closing.give_notice,
    messages.CloseGrant: closing.close_grant,
}


def obey(books: Books, order: Order, moment: Moment) -> str:
    """Carry an order out and give the id of what it made. The same order again changes nothing and gives that id again.

    Raises KeyUsedBefore when the key came with another order, and what the order's rule raises; the books are then as
    they were.
    """
    digest = command_digest(order.command, order.actor.person_id, order.receipt or b"")
    before = books.done.get(order.key)
    if before is not None:
        if before.digest != digest:
            raise KeyUsedBefore
        return before.result
    try:
        result = _DEEDS[type(order.command)](Desk(books, order, moment), order.command)
    except BaseException:
        books.undo()
        raise
    books.done[order.key] = Done(order.key, digest, result)
    books.keep()
    return result
