"""What is posted about purchases and refunds."""

from datetime import date

from budgets.commands.messages import RecordPurchase, Refund
from budgets.model import WHY_LENGTH_MAX
from foundation.forms import FormReader, Posted
from foundation.i18n import N_, Text


def read_purchase(
    posted: Posted,
    grant_id: str,
    goal_ids: tuple[str, ...],
    request_id: str | None,
    today: date,
    bad_receipt: Text | None = None,
) -> RecordPurchase:
    """A purchase. `bad_receipt` is why its receipt can't be kept. Raises FormFaults."""
    reader = FormReader(posted)
    if bad_receipt is not None:
        reader.fault("receipt", bad_receipt.message, **bad_receipt.values)
    goal_id = reader.choice("goal", {one: one for one in goal_ids}, required=N_("Choose a goal."))
    what = reader.text("what", required=N_("Write what was bought."), longest=WHY_LENGTH_MAX)
    amount_ore = reader.ore("amount", required=N_("Write what it cost."))
    bought_on = reader.day("bought_on", required=N_("Write the day it was bought."))
    if bought_on and bought_on > today:
        reader.fault("bought_on", N_("The day is in the future. Write the day it was bought."))
    reader.finish()
    return RecordPurchase(
        grant_id, goal_id, amount_ore, bought_on or today, what, bool(posted.text("outlay")), request_id
    )


def read_refund(posted: Posted, movement_id: str, today: date) -> Refund:
    """Money that a shop gave back. Raises FormFaults."""
    reader = FormReader(posted)
    amount_ore = reader.ore("amount", required=N_("Write how much came back."))
    refunded_on = reader.day("refunded_on", required=N_("Write the day it came back."))
    if refunded_on and refunded_on > today:
        reader.fault("refunded_on", N_("The day is in the future. Write the day it came back."))
    why = reader.text("why", required=N_("Write why."), longest=WHY_LENGTH_MAX)
    reader.finish()
    return Refund(movement_id, amount_ore, refunded_on or today, why)
