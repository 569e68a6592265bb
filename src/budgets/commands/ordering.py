"""From a page to the teller: what a person sent from a form is carried out in the next group."""

from budgets.commands.group_commit import Teller
from budgets.commands.messages import Command
from budgets.commands.working_set import Order
from budgets.records.receipt_files import CleanReceipt
from people.access.model import Actor
from people.web.app_state import AppRequest


def give_order(
    request: AppRequest, actor: Actor, command: Command, key: str, receipt: CleanReceipt | None = None
) -> str:
    """Have the command carried out and give the id of what it made, once that is on disk.

    Asked outside a visit, so that nobody holds a connection while waiting. Raises as `service.carry_out`.
    """
    teller: Teller = request.app.state.teller
    return teller.carry_out(Order(actor, command, key, receipt))
