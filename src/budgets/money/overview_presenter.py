"""The money page as one value: the budget, its latest movements, what happens to the rest. No I/O."""

from datetime import date

import msgspec

from budgets.model import Budget, Closing
from budgets.money.ending_notices import EndingNotice, ending_notices
from budgets.money.presenter import (
    BudgetView,
    MovementView,
    budget_view,
    easy_unspent_text,
    movement_views,
    unspent_text,
)
from budgets.money.service import BudgetOverview
from foundation.i18n import LazyText
from people.directory.model import Person


class MoneyPage(msgspec.Struct, frozen=True):
    """What the money page shows, on screen and in print. Without a budget `view` is None and the rest empty."""

    address: str  # of the page; the pages about its parts are below it
    citizen: Person | None = None  # named on the page; None on the citizen's own screen
    view: BudgetView | None = None
    movements: tuple[MovementView, ...] = ()  # newest first
    unspent: tuple[str, ...] = ()  # sentences about money that is not used
    notices: tuple[EndingNotice, ...] = ()
    closing: Closing | None = None
    other_budgets: tuple[Budget, ...] = ()
    today: date | None = None


def money_page(
    overview: BudgetOverview | None,
    address: str,
    citizen: Person | None,
    *,
    reader_id: str,
    language: str,
    easy: bool,
) -> MoneyPage:
    """The money page in the reader's language; with `easy` the sentences about the rest are the easy ones."""
    if overview is None:
        return MoneyPage(address, citizen)
    budget = overview.budget
    return MoneyPage(
        address=address,
        citizen=citizen,
        view=budget_view(budget, overview.goal_titles, overview.today, overview.closing),
        movements=movement_views(overview.movements, overview.goal_titles, reader_id, language),
        unspent=(
            (LazyText(easy_unspent_text(budget.fund)).render(language),)
            if easy
            else unspent_text(budget.fund, budget.grant.ends_on, language)
        ),
        notices=ending_notices(budget, overview.notice, overview.closing, overview.today, language),
        closing=overview.closing,
        other_budgets=overview.other_budgets,
        today=overview.today,
    )
