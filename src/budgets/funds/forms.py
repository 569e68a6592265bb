"""Posted forms about funds and their accounting periods → commands."""

from datetime import date

from budgets.commands.messages import AddFund, AddFunding, ClosePeriod
from budgets.model import DAYS_MAX, RULES_LENGTH_MAX, WHY_LENGTH_MAX, Fund, UnspentPolicy
from budgets.web.forms import parse_period
from foundation.forms import FormData, FormReader
from foundation.i18n import N_


def parse_fund(posted: FormData) -> AddFund:
    """A new fund. Raises ValidationErrors."""
    reader = FormReader(posted)
    name = reader.text("name", required=N_("Write what the fund is called."), length_max=120)
    amount_ore = reader.amount_ore("amount", required=N_("Write how much is in the fund."))
    starts_on, ends_on = parse_period(reader)
    legal_basis = reader.text(
        "legal_basis", required=N_("Write which law the fund rests on."), length_max=RULES_LENGTH_MAX
    )
    appeal = reader.text(
        "appeal", required=N_("Write how to appeal, or why one cannot."), length_max=RULES_LENGTH_MAX
    )
    account_string = reader.text("account_string", length_max=80)
    grant_max_ore = reader.amount_ore("grant_max", required=N_("Write the most that one citizen can get."))
    own_purchase_ore = _parse_limit(reader, "own_purchase")
    own_month_ore = _parse_limit(reader, "own_month")
    unspent = reader.choice(
        "unspent",
        {policy.value: policy for policy in UnspentPolicy},
        required=N_("Choose what happens to money that is not spent."),
    )
    carry_over_max_ore, two_officers_ore = (
        _parse_optional_limit(reader, "carry_over_max"),
        _parse_optional_limit(reader, "two_officers"),
    )
    days = _parse_day_limits(reader)
    if own_month_ore < own_purchase_ore:
        reader.add_error("own_month", N_("The limit of a month can't be below that of one purchase."))
    reader.raise_if_invalid()
    fund = Fund(
        "", " ".join(name.split()), starts_on, ends_on, legal_basis, appeal, account_string,
        grant_max_ore, own_purchase_ore, own_month_ore, unspent,
        carry_over_max_ore, two_officers_ore, *days,
    )  # fmt: skip
    return AddFund(fund, amount_ore)


def _parse_day_limits(reader: FormReader) -> tuple[int, int, int]:
    """Days: to decide a request, to keep money put aside, of notice before money is withdrawn."""
    required = N_("Write a number of days.")
    answer, reserve, notice = (
        reader.number(name, minimum=1, maximum=DAYS_MAX, required=required)
        for name in ("answer_days", "reserve_days", "notice_days")
    )
    return answer, reserve, notice


def _parse_optional_limit(reader: FormReader, field: str) -> int | None:
    """A limit in øre, or None for no limit; 0 is a limit."""
    return None if not reader.form.text(field) else _parse_limit(reader, field)


def _parse_limit(reader: FormReader, field: str) -> int:
    if reader.form.text(field) in {"", "0"}:
        return 0
    return reader.amount_ore(field, required="")


def parse_funding(posted: FormData, fund_id: str) -> AddFunding:
    """More money for a fund. Raises ValidationErrors."""
    reader = FormReader(posted)
    amount_ore = reader.amount_ore("amount", required=N_("Write how much is put into the fund."))
    why = reader.text("why", required=N_("Write why."), length_max=WHY_LENGTH_MAX)
    reader.raise_if_invalid()
    return AddFunding(fund_id, amount_ore, why)


def parse_closed_period(posted: FormData, fund_id: str) -> ClosePeriod:
    """The last day for which a fund's books are closed. Raises ValidationErrors."""
    reader = FormReader(posted)
    through = reader.local_date("through", required=N_("Write the last day that is closed."))
    reader.raise_if_invalid()
    return ClosePeriod(fund_id, through or date.min)
