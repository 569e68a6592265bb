"""What a citizen is told about the end of their money: 30 and 7 days before, and at once when notice is given. Pure."""

from datetime import date
from enum import IntEnum

import msgspec

from budgets.model import Budget, Closing, Notice
from budgets.money.presenter import unspent_rule
from budgets.records import closings as records_closings
from budgets.records import funds as records_funds
from foundation.clock import local_date
from foundation.dates import day
from foundation.i18n import N_, Text
from foundation.money import format_ore
from people.access.model import DataKind, Purpose
from people.web.context import Visit


class Ahead(IntEnum):
    """So many days before the last one the citizen is told."""

    WEEK = 7
    MONTH = 30


class Told(msgspec.Struct, frozen=True):
    """What is said, in short sentences; `mind` when the citizen should read it now."""

    grant_id: str
    heading: Text
    sentences: tuple[Text, ...]
    mind: bool


def ahead(last_day: date, today: date) -> Ahead | None:
    """How near the last day is: within a week, within a month, or (None) further away or over."""
    days = (last_day - today).days
    if days < 0:
        return None
    return next((one for one in Ahead if days <= one), None)


def told(
    budget: Budget, notice: Notice | None, closing: Closing | None, today: date, language: str
) -> tuple[Told, ...]:
    """What the citizen is told about a budget on that day: the notice first, then the end of the period."""
    if closing is not None:
        return ()
    said = []
    if notice is not None:
        said.append(_noticed(notice, today, language))
    stage = ahead(budget.grant.ends_on, today)
    if stage is not None and budget.left_ore + budget.reserved_ore:
        said.append(_ends_soon(budget, stage, today, language))
    return tuple(said)


def _noticed(notice: Notice, today: date, language: str) -> Told:
    when: dict[str, str | int] = {"day": day(notice.takes_effect_on, language)}
    sentences = [Text(N_("This is why: %(why)s"), {"why": notice.why})]
    if today < notice.takes_effect_on:
        sentences.append(Text(N_("Until then you can use the money as before.")))
    return Told(
        notice.grant_id,
        Text(N_("The money that is left is taken back on %(day)s"), when),
        tuple(sentences),
        True,
    )


def _ends_soon(budget: Budget, stage: Ahead, today: date, language: str) -> Told:
    grant = budget.grant
    values: dict[str, str | int] = {
        "day": day(grant.ends_on, language),
        "days": (grant.ends_on - today).days,
        "left": format_ore(budget.left_ore, language),
    }
    days = {0: N_("Today is the last day."), 1: N_("You have one day more.")}.get(
        (grant.ends_on - today).days, N_("You have %(days)s days more.")
    )
    sentences = (
        Text(days, values),
        Text(N_("There are %(left)s left."), values),
        *unspent_rule(budget.fund, grant.ends_on, language),
    )
    heading = Text(N_("You can use your money until %(day)s"), values)
    return Told(grant.id, heading, sentences, stage is Ahead.WEEK)


def told_to(visit: Visit, language: str) -> tuple[Told, ...]:
    """What whoever acts is told about the end of their own money, for their front page."""
    citizen_id = visit.person_id
    found = records_funds.budgets(visit.db, citizen_id)
    ids = [one.grant.id for one in found]
    if not ids:
        return ()
    visit.look(citizen_id, DataKind.MONEY, Purpose.OWN)
    notices, closings = records_closings.notices(visit.db, ids), records_closings.closings(visit.db, ids)
    today = local_date(visit.now)
    return tuple(
        one
        for budget in found
        for one in told(budget, notices.get(budget.grant.id), closings.get(budget.grant.id), today, language)
    )
