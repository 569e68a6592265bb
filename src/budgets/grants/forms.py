"""What is posted about grants."""

from collections.abc import Iterable

from budgets.commands.messages import Allocate, MakeGrant, Move, Reverse
from budgets.model import RULES_LENGTH_MAX, WHY_LENGTH_MAX, Fund
from budgets.web.forms import _period
from foundation.forms import FormReader, Posted
from foundation.i18n import N_

UNSAID = "none"  # the choice of no goal in a form


def read_grant(posted: Posted, citizen_id: str, funds: Iterable[Fund]) -> MakeGrant:
    """A new grant from one of the funds; it rests on the fund's law where nothing else is said. Raises FormFaults."""
    reader = FormReader(posted)
    fund = reader.choice("fund", {one.id: one for one in funds}, required=N_("Choose a fund."))
    amount_ore = reader.ore("amount", required=N_("Write how much the citizen gets."))
    starts_on, ends_on = _period(reader)
    legal_basis = reader.text("legal_basis", longest=RULES_LENGTH_MAX) or fund.legal_basis
    reader.finish()
    return MakeGrant(fund.id, citizen_id, amount_ore, starts_on, ends_on, legal_basis)


def read_share(posted: Posted, grant_id: str, goal_ids: tuple[str, ...]) -> Allocate | Move:
    """Money for a goal, from what has none yet or from another goal. Raises FormFaults."""
    reader = FormReader(posted)
    goals: dict[str, str | None] = {one: one for one in goal_ids}
    unsaid: dict[str, str | None] = {UNSAID: None}
    start = reader.choice("from", unsaid | goals, required=N_("Choose where the money comes from."))
    end = reader.choice("to", goals | unsaid, required=N_("Choose where the money goes."))
    amount_ore = reader.ore("amount", required=N_("Write how much."))
    why = reader.text("why", longest=WHY_LENGTH_MAX)
    if start == end and posted.text("from") and posted.text("to"):
        reader.fault("to", N_("Choose another place than the money comes from."))
    reader.finish()
    if start is None:
        return Allocate(grant_id, end or "", amount_ore)
    return Move(grant_id, start, end, amount_ore, why)


def read_reversal(posted: Posted, movement_id: str) -> Reverse:
    """A reversal. Raises FormFaults."""
    reader = FormReader(posted)
    why = reader.text("why", required=N_("Write why the movement is undone."), longest=WHY_LENGTH_MAX)
    reader.finish()
    return Reverse(movement_id, why)
