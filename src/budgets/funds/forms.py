"""What is posted about funds and their periods."""

from datetime import date

from budgets.commands.messages import AddFund, ClosePeriod, Endow
from budgets.model import DAYS_MAX, RULES_LENGTH_MAX, WHY_LENGTH_MAX, Fund, Unspent
from budgets.web.forms import _period
from foundation.forms import FormReader, Posted
from foundation.i18n import N_


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


def read_endow(posted: Posted, fund_id: str) -> Endow:
    """More money for a fund. Raises FormFaults."""
    reader = FormReader(posted)
    amount_ore = reader.ore("amount", required=N_("Write how much is put into the fund."))
    why = reader.text("why", required=N_("Write why."), longest=WHY_LENGTH_MAX)
    reader.finish()
    return Endow(fund_id, amount_ore, why)


def read_period(posted: Posted, fund_id: str) -> ClosePeriod:
    """Through which day a fund's books are closed. Raises FormFaults."""
    reader = FormReader(posted)
    through = reader.day("through", required=N_("Write the last day that is closed."))
    reader.finish()
    return ClosePeriod(fund_id, through or date.min)
