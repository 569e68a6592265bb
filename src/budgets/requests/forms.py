"""Posted forms about requests → commands: asked, answered, learnt from."""

from budgets.commands.messages import Ask, Decide, Learn
from budgets.model import NAME_LENGTH_MAX, WHY_LENGTH_MAX, Budget
from foundation.forms import FormReader, Posted
from foundation.i18n import N_
from foundation.money import format_ore


def read_ask(posted: Posted, budget: Budget, language: str, *, left_matters: bool = False) -> Ask:
    """What a citizen wants to use money for. Raises FormFaults, one fault per question that is still to be answered.

    With `left_matters` more than is left is a fault as well; without it that is left to the ledger, which knows whether
    the same command came before.
    """
    reader = FormReader(posted)
    goals = {one.goal_id: one for one in budget.envelopes if one.left_ore or not left_matters}
    goal = reader.choice("goal", goals, required=N_("Choose a goal."))
    what = reader.text("what", required=N_("Write what you want to buy."), longest=WHY_LENGTH_MAX)
    amount_ore = reader.ore("amount", required=N_("Write about how much it costs."))
    if left_matters and posted.text("goal") == goal.goal_id and amount_ore > goal.left_ore:
        reader.fault("amount", NOT_SO_MUCH_LEFT, left=format_ore(goal.left_ore, language))
    for field in ("together_with", "wanted_when"):
        if field not in posted.fields:
            reader.fault(field, N_("Answer this too, or leave it empty."))
    together_with = reader.text("together_with", longest=NAME_LENGTH_MAX)
    wanted_when = reader.text("wanted_when", longest=NAME_LENGTH_MAX)
    reader.finish()
    return Ask(budget.grant.id, goal.goal_id, what, amount_ore, together_with, wanted_when)


NOT_SO_MUCH_LEFT = N_("There are %(left)s left. Write a smaller amount.")


def read_answer(posted: Posted, request_id: str) -> Decide:
    """A budget officer's answer: a no says why and by which rule. Raises FormFaults."""
    reader = FormReader(posted)
    yes = reader.choice("answer", {"yes": True, "no": False}, required=N_("Choose yes or no."))
    if yes:
        reader.finish()
        return Decide(request_id, yes=True)
    reasons = reader.text(
        "reasons", required=N_("Write why, so that the citizen understands it."), longest=WHY_LENGTH_MAX
    )
    rule = reader.text("rule", required=N_("Write which rule it follows from."), longest=WHY_LENGTH_MAX)
    reader.finish()
    return Decide(request_id, yes=False, reasons=reasons, rule=rule)


def read_learnt(posted: Posted, request_id: str) -> Learn:
    """What a citizen learnt. Raises FormFaults."""
    reader = FormReader(posted)
    words = reader.text("words", required=N_("Write a word or two."))
    reader.finish()
    return Learn(request_id, words)
