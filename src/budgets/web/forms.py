"""Posted forms → commands on the ledger, or all that is wrong with them."""

from collections.abc import Iterable
from datetime import date

from budgets.commands.messages import AddFund, Allocate, Endow, MakeGrant, Move, RecordPurchase, Reverse
from budgets.errors import OutsidePeriod, Overdrawn, OverLimit, PeriodShut, UnknownReceipt
from budgets.model import WHY_LENGTH_MAX, Fund, Unspent
from foundation.forms import FieldFault, FormFaults, FormReader, Posted
from foundation.i18n import N_, Text
from foundation.ids import new_id
from foundation.money import format_ore

KEY_LENGTH_MAX = 80
RULES_LENGTH_MAX = 2_000
DAYS_MAX = 366
UNSAID = "none"  # the choice of no goal in a form


def key_of(posted: Posted) -> str:
    """The name that the form gave its command; a form without one (it was made by hand) gets a new name."""
    return posted.text("key")[:KEY_LENGTH_MAX] or new_id()


def read_fund(posted: Posted) -> AddFund:
    """A new fund. Raises FormFaults."""
    reader = FormReader(posted)
    name = reader.text("name", required=N_("Write what the fund is called."), longest=120)
    amount_ore = reader.ore("amount", required=N_("Write how much is in the fund."))
    starts_on, ends_on = _period(reader)
    legal_basis = reader.text(
        "legal_basis", required=N_("Write which law the fund rests on."), longest=RULES_LENGTH_MAX
    )
    appeal = reader.text(
        "appeal", required=N_("Write how to appeal, or why one cannot."), longest=RULES_LENGTH_MAX
    )
    account_string = reader.text("account_string", longest=80)
    grant_max_ore = reader.ore("grant_max", required=N_("Write the most that one citizen can get."))
    own_purchase_ore = _limit(reader, "own_purchase")
    own_month_ore = _limit(reader, "own_month")
    unspent = reader.choice(
        "unspent",
        {one.value: one for one in Unspent},
        required=N_("Choose what happens to money that is not spent."),
    )
    carry_over_max_ore, two_officers_ore = _maybe(reader, "carry_over_max"), _maybe(reader, "two_officers")
    days = _days(reader)
    if own_month_ore < own_purchase_ore:
        reader.fault("own_month", N_("The limit of a month can't be below that of one purchase."))
    reader.finish()
    fund = Fund(
        "", " ".join(name.split()), starts_on, ends_on, legal_basis, appeal, account_string,
        grant_max_ore, own_purchase_ore, own_month_ore, unspent,
        carry_over_max_ore, two_officers_ore, *days,
    )  # fmt: skip
    return AddFund(fund, amount_ore)


def _days(reader: FormReader) -> tuple[int, int, int]:
    """How soon an answer comes, how long money is put aside, how long before it is said that money is taken back."""
    required = N_("Write a number of days.")
    answer, reserve, notice = (
        reader.number(name, least=1, most=DAYS_MAX, required=required)
        for name in ("answer_days", "reserve_days", "notice_days")
    )
    return answer, reserve, notice


def _maybe(reader: FormReader, field: str) -> int | None:
    """A limit in øre, or None for no limit; 0 is a limit."""
    return None if not reader.posted.text(field) else _limit(reader, field)


def _limit(reader: FormReader, field: str) -> int:
    if reader.posted.text(field) in {"", "0"}:
        return 0
    return reader.ore(field, required="")


def _period(reader: FormReader) -> tuple[date, date]:
    starts_on = reader.day("starts_on", required=N_("Write the first day."))
    ends_on = reader.day("ends_on", required=N_("Write the last day."))
    if starts_on and ends_on and ends_on < starts_on:
        reader.fault("ends_on", N_("The last day can't be before the first."))
    return starts_on or date.min, ends_on or date.min


def read_endow(posted: Posted, fund_id: str) -> Endow:
    """More money for a fund. Raises FormFaults."""
    reader = FormReader(posted)
    amount_ore = reader.ore("amount", required=N_("Write how much is put into the fund."))
    why = reader.text("why", required=N_("Write why."), longest=WHY_LENGTH_MAX)
    reader.finish()
    return Endow(fund_id, amount_ore, why)


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


def read_reversal(posted: Posted, movement_id: str) -> Reverse:
    """A reversal. Raises FormFaults."""
    reader = FormReader(posted)
    why = reader.text("why", required=N_("Write why the movement is undone."), longest=WHY_LENGTH_MAX)
    reader.finish()
    return Reverse(movement_id, why)


Refusal = FormFaults | Overdrawn | OverLimit | OutsidePeriod | PeriodShut | UnknownReceipt


def faults_of(problem: Refusal, language: str, day_field: str = "starts_on") -> tuple[FieldFault, ...]:
    """What was refused, at the field where it can be put right: by the form itself or later by the rules of money."""
    if isinstance(problem, FormFaults):
        return problem.faults
    if isinstance(problem, UnknownReceipt):
        return (FieldFault("receipt", problem.text),)
    if isinstance(problem, OutsidePeriod):
        values: dict[str, str | int] = {
            "first": f"{problem.starts_on:%d-%m-%Y}",
            "last": f"{problem.ends_on:%d-%m-%Y}",
        }
        return (FieldFault(day_field, Text(N_("Choose a day from %(first)s to %(last)s."), values)),)
    if isinstance(problem, PeriodShut):
        shut: dict[str, str | int] = {"day": f"{problem.through:%d-%m-%Y}"}
        return (
            FieldFault(day_field, Text(N_("The books are closed until %(day)s. Choose a later day."), shut)),
        )
    if isinstance(problem, OverLimit):
        text = Text(N_("Write at most %(limit)s"), {"limit": format_ore(problem.limit_ore, language)})
    else:
        left_ore = max(problem.balance_ore, 0)
        text = Text(N_("There is only %(left)s there."), {"left": format_ore(left_ore, language)})
    return (FieldFault("amount", text),)
