"""Which notices a citizen gets about the end of their money, and when."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from budgets.model import Budget, Closing, ClosingCause, Envelope, Notice, UnspentPolicy
from budgets.money.ending_notices import NoticeStage, ending_notices, notice_stage
from tests.support.budget_factory import FUND, GRANT, SWIM

BUDGET = Budget(GRANT, FUND, 0, (Envelope(SWIM.id, 1_850_00),))
NOTICE = Notice(
    "n", GRANT.id, date(2026, 6, 1), "Du er flyttet.", datetime(2026, 5, 1, 9, tzinfo=UTC), "officer-odin"
)


def notice_texts(budget: Budget, today: date, notice: Notice | None = None) -> list[str]:
    return [
        text.render("da").replace("\xa0", " ")
        for ending_notice in ending_notices(budget, notice, None, today, "da")
        for text in (ending_notice.heading, *ending_notice.sentences)
    ]


@pytest.mark.parametrize(
    ("today", "stage"),
    [
        (date(2026, 11, 30), None),
        (date(2026, 12, 1), NoticeStage.MONTH),
        (date(2026, 12, 23), NoticeStage.MONTH),
        (date(2026, 12, 24), NoticeStage.WEEK),
        (date(2026, 12, 31), NoticeStage.WEEK),
        (date(2027, 1, 1), None),
    ],
)
def test_the_end_is_told_30_and_7_days_before(today: date, stage: NoticeStage | None) -> None:
    assert notice_stage(date(2026, 12, 31), today) is stage


def test_february_of_a_leap_year_is_a_day_longer() -> None:
    assert notice_stage(date(2028, 2, 29), date(2028, 1, 30)) is NoticeStage.MONTH
    assert notice_stage(date(2028, 2, 29), date(2028, 1, 29)) is None


def test_it_says_how_long_how_much_and_what_happens_to_the_rest() -> None:
    assert notice_texts(BUDGET, date(2026, 12, 1)) == [
        "Du kan bruge dine penge til og med 31. december 2026",
        "Du har 30 dage mere.",
        "Der er 1.850 kr. tilbage.",
        "Penge, du ikke bruger, går tilbage til kommunen efter 31. december 2026.",
    ]
    assert "I dag er den sidste dag." in notice_texts(BUDGET, date(2026, 12, 31))


@pytest.mark.parametrize(
    ("limit_ore", "words"),
    [
        (None, "Penge, du ikke bruger, er stadig dine efter 31. december 2026."),
        (
            500_00,
            "Resten går tilbage til kommunen.",
        ),
    ],
)
def test_what_goes_on_is_told_with_its_limit(limit_ore: int | None, words: str) -> None:
    fund = msgspec.structs.replace(FUND, unspent=UnspentPolicy.CARRIED_OVER, carry_over_max_ore=limit_ore)
    assert words in notice_texts(msgspec.structs.replace(BUDGET, fund=fund), date(2026, 12, 1))


def test_a_notice_is_told_at_once_and_stays() -> None:
    first = notice_texts(BUDGET, date(2026, 5, 1), NOTICE)
    assert first == [
        "Pengene, der er tilbage, bliver taget tilbage 1. juni 2026",
        "Derfor: Du er flyttet.",
        "Indtil da kan du bruge pengene som før.",
    ]
    assert notice_texts(BUDGET, date(2026, 6, 1), NOTICE) == first[:2]


def test_nothing_is_said_of_an_empty_budget_or_a_closed_one() -> None:
    empty = msgspec.structs.replace(BUDGET, envelopes=(Envelope(SWIM.id, 0, 0, 1_850_00),))
    assert notice_texts(empty, date(2026, 12, 30)) == []
    closing = Closing(GRANT.id, date(2026, 6, 2), ClosingCause.MOVED, "", NOTICE.at, NOTICE.by)
    assert ending_notices(BUDGET, NOTICE, closing, date(2026, 6, 3), "da") == ()
