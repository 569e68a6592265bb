"""Carrying out orders on books: the right of whoever gives them, the rules of money, once per key. Pure but for new ids."""

from collections.abc import Callable
from typing import Any

from budgets import commands, rules_closing, rules_funds, rules_purchases, rules_requests
from budgets.books import Books, Done, Moment, Order
from budgets.commands import command_digest
from budgets.desk import Desk
from budgets.errors import KeyUsedBefore

_DEEDS: dict[type, Callable[[Desk, Any], str]] = {
    commands.AddFund: rules_funds.add_fund,
    commands.Endow: rules_funds.endow,
    commands.ClosePeriod: rules_funds.close_period,
    commands.MakeGrant: rules_funds.make_grant,
    commands.Allocate: rules_funds.allocate,
    commands.Move: rules_funds.move,
    commands.RecordPurchase: rules_purchases.record_purchase,
    commands.Refund: rules_purchases.refund,
    commands.KeepReceipt: rules_purchases.keep_receipt,
    commands.Reverse: rules_purchases.reverse,
    commands.Ask: rules_requests.ask,
    commands.Decide: rules_requests.decide,
    commands.GiveUp: rules_requests.give_up,
    commands.Lapse: rules_requests.lapse,
    commands.Learn: rules_requests.learn,
    commands.GiveNotice: rules_closing.give_notice,
    commands.CloseGrant: rules_closing.close_grant,
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
