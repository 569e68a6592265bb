"""Notices to a citizen about the end of their money: 30 and 7 days before, and when it is withdrawn."""

from datetime import date
from enum import IntEnum

import msgspec

from budgets.model import Budget, Closing, Notice
from budgets.money.presenter import unspent_rule
from budgets.records import closings as records_closings
from budgets.records import funds as records_funds
from foundation.clock import local_date
from foundation.dates import format_day
from foundation.i18n import N_, LazyText
from foundation.money import format_ore
from people.access.model import DataKind, Purpose
from people.web.context import RequestContext


class NoticeStage(IntEnum):
    """How many days before the last one a notice is shown."""

    WEEK = 7
    MONTH = 30


class EndingNotice(msgspec.Struct, frozen=True):
    """A notice in short sentences; `urgent` when the citizen should read it now."""

    grant_id: str
    heading: LazyText
    sentences: tuple[LazyText, ...]
    urgent: bool


def notice_stage(last_day: date, today: date) -> NoticeStage | None:
    """Whether the last day is within a week or a month; None when it is later, or over."""
    days = (last_day - today).days
    if days < 0:
        return None
    # The shorter stage is defined first, so it is the one that is found within a week.
    return next((stage for stage in NoticeStage if days <= stage), None)


def ending_notices(
    budget: Budget, notice: Notice | None, closing: Closing | None, today: date, language: str
) -> tuple[EndingNotice, ...]:
    """The notices about a budget on that day: withdrawal first, then the end of the period."""
    if closing is not None:
        return ()
    notices = []
    if notice is not None:
        notices.append(_withdrawal_notice(notice, today, language))
    stage = notice_stage(budget.grant.ends_on, today)
    if stage is not None and budget.left_ore + budget.reserved_ore:
        notices.append(_period_end_notice(budget, stage, today, language))
    return tuple(notices)


def _withdrawal_notice(notice: Notice, today: date, language: str) -> EndingNotice:
    when: dict[str, str | int] = {"day": format_day(notice.takes_effect_on, language)}
    sentences = [LazyText(N_("This is why: %(why)s"), {"why": notice.why})]
    if today < notice.takes_effect_on:
        sentences.append(LazyText(N_("Until then you can use the money as before.")))
    return EndingNotice(
        notice.grant_id,
        LazyText(N_("The money that is left is taken back on %(day)s"), when),
        tuple(sentences),
        True,
    )


def _period_end_notice(budget: Budget, stage: NoticeStage, today: date, language: str) -> EndingNotice:
    grant = budget.grant
    values: dict[str, str | int] = {
        "day": format_day(grant.ends_on, language),
        "days": (grant.ends_on - today).days,
        "left": format_ore(budget.left_ore, language),
    }
    days_left = {0: N_("Today is the last day."), 1: N_("You have one day more.")}.get(
        (grant.ends_on - today).days, N_("You have %(days)s days more.")
    )
    sentences = (
        LazyText(days_left, values),
        LazyText(N_("There are %(left)s left."), values),
        *unspent_rule(budget.fund, grant.ends_on, language),
    )
    heading = LazyText(N_("You can use your money until %(day)s"), values)
    return EndingNotice(grant.id, heading, sentences, stage is NoticeStage.WEEK)


def ending_notices_for(context: RequestContext, language: str) -> tuple[EndingNotice, ...]:
    """The notices about the end of the actor's own money, for their front page."""
    citizen_id = context.person_id
    budgets = records_funds.budgets(context.db, citizen_id)
    ids = [budget.grant.id for budget in budgets]
    if not ids:
        return ()
    context.authorize_read(citizen_id, DataKind.MONEY, Purpose.OWN)
    notices, closings = records_closings.notices(context.db, ids), records_closings.closings(context.db, ids)
    today = local_date(context.now)
    return tuple(
        ending_notice
        for budget in budgets
        for ending_notice in ending_notices(
            budget, notices.get(budget.grant.id), closings.get(budget.grant.id), today, language
        )
    )
