"""Posted forms about requests → commands: a new request, a decision, what was learnt."""

from budgets.commands.messages import DecideRequest, RecordLearning, RequestSpending
from budgets.model import NAME_LENGTH_MAX, WHY_LENGTH_MAX, Budget
from foundation.forms import FormData, FormReader
from foundation.i18n import N_
from foundation.money import format_ore


def parse_spending_request(
    posted: FormData, budget: Budget, language: str, *, check_balance: bool = False
) -> RequestSpending:
    """What a citizen wants to use money for. Raises ValidationErrors, one error per unanswered question.

    With `check_balance` an amount above the goal's balance is an error as well. Without it the command handler
    checks the balance: only there is it known whether the same command was executed before.
    """
    reader = FormReader(posted)
    envelopes = {
        envelope.goal_id: envelope for envelope in budget.envelopes if envelope.left_ore or not check_balance
    }
    envelope = reader.choice("goal", envelopes, required=N_("Choose a goal."))
    what = reader.text("what", required=N_("Write what you want to buy."), length_max=WHY_LENGTH_MAX)
    amount_ore = reader.amount_ore("amount", required=N_("Write about how much it costs."))
    if check_balance and posted.text("goal") == envelope.goal_id and amount_ore > envelope.left_ore:
        reader.add_error("amount", INSUFFICIENT_BALANCE, left=format_ore(envelope.left_ore, language))
    for field in ("together_with", "wanted_when"):
        if field not in posted.fields:
            reader.add_error(field, N_("Answer this too, or leave it empty."))
    together_with = reader.text("together_with", length_max=NAME_LENGTH_MAX)
    wanted_when = reader.text("wanted_when", length_max=NAME_LENGTH_MAX)
    reader.raise_if_invalid()
    return RequestSpending(budget.grant.id, envelope.goal_id, what, amount_ore, together_with, wanted_when)


INSUFFICIENT_BALANCE = N_("There are %(left)s left. Write a smaller amount.")


def parse_decision(posted: FormData, request_id: str) -> DecideRequest:
    """A budget officer's decision: a refusal needs reasons and a rule. Raises ValidationErrors."""
    reader = FormReader(posted)
    yes = reader.choice("answer", {"yes": True, "no": False}, required=N_("Choose yes or no."))
    if yes:
        reader.raise_if_invalid()
        return DecideRequest(request_id, yes=True)
    reasons = reader.text(
        "reasons", required=N_("Write why, so that the citizen understands it."), length_max=WHY_LENGTH_MAX
    )
    rule = reader.text("rule", required=N_("Write which rule it follows from."), length_max=WHY_LENGTH_MAX)
    reader.raise_if_invalid()
    return DecideRequest(request_id, yes=False, reasons=reasons, rule=rule)


def parse_learning(posted: FormData, request_id: str) -> RecordLearning:
    """What a citizen learnt. Raises ValidationErrors."""
    reader = FormReader(posted)
    words = reader.text("words", required=N_("Write a word or two."))
    reader.raise_if_invalid()
    return RecordLearning(request_id, words)
