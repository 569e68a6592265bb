"""Posted forms about purchases and refunds → commands."""

from datetime import date

from budgets.commands.messages import RecordPurchase, Refund
from budgets.model import WHY_LENGTH_MAX
from foundation.forms import FormData, FormReader
from foundation.i18n import N_, LazyText


def parse_purchase(
    posted: FormData,
    grant_id: str,
    goal_ids: tuple[str, ...],
    request_id: str | None,
    today: date,
    receipt_error: LazyText | None = None,
) -> RecordPurchase:
    """A purchase. `receipt_error` is why its receipt can't be stored. Raises ValidationErrors."""
    reader = FormReader(posted)
    if receipt_error is not None:
        reader.add_error("receipt", receipt_error.message, **receipt_error.values)
    goal_id = reader.choice("goal", {goal_id: goal_id for goal_id in goal_ids}, required=N_("Choose a goal."))
    what = reader.text("what", required=N_("Write what was bought."), length_max=WHY_LENGTH_MAX)
    amount_ore = reader.amount_ore("amount", required=N_("Write what it cost."))
    bought_on = reader.local_date("bought_on", required=N_("Write the day it was bought."))
    if bought_on and bought_on > today:
        reader.add_error("bought_on", N_("The day is in the future. Write the day it was bought."))
    reader.raise_if_invalid()
    return RecordPurchase(
        grant_id, goal_id, amount_ore, bought_on or today, what, bool(posted.text("outlay")), request_id
    )


def parse_refund(posted: FormData, movement_id: str, today: date) -> Refund:
    """A refund from a shop. Raises ValidationErrors."""
    reader = FormReader(posted)
    amount_ore = reader.amount_ore("amount", required=N_("Write how much came back."))
    refunded_on = reader.local_date("refunded_on", required=N_("Write the day it came back."))
    if refunded_on and refunded_on > today:
        reader.add_error("refunded_on", N_("The day is in the future. Write the day it came back."))
    why = reader.text("why", required=N_("Write why."), length_max=WHY_LENGTH_MAX)
    reader.raise_if_invalid()
    return Refund(movement_id, amount_ore, refunded_on or today, why)
