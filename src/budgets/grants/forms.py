"""Posted forms about grants → commands."""

from collections.abc import Iterable

from budgets.commands.messages import AllocateToGoal, MakeGrant, ReallocateToGoal, Reverse
from budgets.model import RULES_LENGTH_MAX, WHY_LENGTH_MAX, Fund
from budgets.web.forms import parse_period
from foundation.forms import FormData, FormReader
from foundation.i18n import N_

NO_GOAL = "none"  # the choice of no goal in a form


def parse_grant(posted: FormData, citizen_id: str, funds: Iterable[Fund]) -> MakeGrant:
    """A new grant, on the fund's legal basis unless another is written. Raises ValidationErrors."""
    reader = FormReader(posted)
    fund = reader.choice("fund", {fund.id: fund for fund in funds}, required=N_("Choose a fund."))
    amount_ore = reader.amount_ore("amount", required=N_("Write how much the citizen gets."))
    starts_on, ends_on = parse_period(reader)
    legal_basis = reader.text("legal_basis", length_max=RULES_LENGTH_MAX) or fund.legal_basis
    reader.raise_if_invalid()
    return MakeGrant(fund.id, citizen_id, amount_ore, starts_on, ends_on, legal_basis)


def parse_allocation(
    posted: FormData, grant_id: str, goal_ids: tuple[str, ...]
) -> AllocateToGoal | ReallocateToGoal:
    """Money for a goal, from the unallocated money or from another goal. Raises ValidationErrors."""
    reader = FormReader(posted)
    goals: dict[str, str | None] = {goal_id: goal_id for goal_id in goal_ids}
    no_goal: dict[str, str | None] = {NO_GOAL: None}
    start = reader.choice("from", no_goal | goals, required=N_("Choose where the money comes from."))
    end = reader.choice("to", goals | no_goal, required=N_("Choose where the money goes."))
    amount_ore = reader.amount_ore("amount", required=N_("Write how much."))
    why = reader.text("why", length_max=WHY_LENGTH_MAX)
    if start == end and posted.text("from") and posted.text("to"):
        reader.add_error("to", N_("Choose another place than the money comes from."))
    reader.raise_if_invalid()
    if start is None:
        return AllocateToGoal(grant_id, end or "", amount_ore)
    return ReallocateToGoal(grant_id, start, end, amount_ore, why)


def parse_reversal(posted: FormData, movement_id: str) -> Reverse:
    """A reversal. Raises ValidationErrors."""
    reader = FormReader(posted)
    why = reader.text("why", required=N_("Write why the movement is undone."), length_max=WHY_LENGTH_MAX)
    reader.raise_if_invalid()
    return Reverse(movement_id, why)
