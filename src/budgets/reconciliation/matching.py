"""Which lines of the finance system are which of our purchases. Pure; the same lines always give the same pairs.

In four steps, each with what the ones before left over, one line to one purchase:

1. the same account string, amount and day;
2. the same account string and amount, some days apart: as many pairs as can be, and of those ways the one with the fewest days between
   in all. Lines and purchases in the order of their days never need to cross, so a table of best beginnings finds it (the
   alignment of Needleman and Wunsch, 1970, where a pair costs its days);
3. *differs in amount*: the same account string, some days apart, at most a tenth of the larger amount between;
4. *differs in account*: the same amount, some days apart.

Steps 3 and 4 suggest: the nearest day first, then the nearest amount, then the order of the lines. A person confirms them.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

import msgspec

WINDOW_DAYS = 10
AMOUNT_TENTHS_MAX = 1  # of the larger amount
_PAIR_SCORE = 10**9  # of one more pair, in days: more than all days between all pairs


class MatchKind(StrEnum):
    """What makes a pair."""

    EXACT = "exact"
    NEAR = "near"
    AMOUNT_DIFFERS = "amount"  # the amounts differ
    ACCOUNT_DIFFERS = "account"  # the account strings differ
    MANUAL = "hand"  # somebody said so


SUGGESTED_KINDS = frozenset({MatchKind.AMOUNT_DIFFERS, MatchKind.ACCOUNT_DIFFERS})


class FinanceLine(msgspec.Struct, frozen=True):
    """A line of the finance system: above zero is spent, below zero came back."""

    row: int  # in the file, the header being row 1
    account_string: str
    posted_on: date
    amount_ore: int
    text: str = ""
    voucher: str = ""


class PurchaseLine(msgspec.Struct, frozen=True):
    """A purchase, a refund or a reversal of one: above zero is spent, below zero came back."""

    movement_id: str
    grant_id: str
    account_string: str
    effective_on: date
    amount_ore: int
    why: str = ""


class Pair(msgspec.Struct, frozen=True):
    """A line and the purchase that it is, or may be."""

    line: FinanceLine
    purchase: PurchaseLine
    kind: MatchKind

    @property
    def days(self) -> int:
        """Days between the two."""
        return abs((self.line.posted_on - self.purchase.effective_on).days)


class ReconciliationResult(msgspec.Struct, frozen=True):
    """Every line in one of the first four, every purchase in one of the others or `outside`: not a matter of this file."""

    matched: tuple[Pair, ...]
    differing: tuple[Pair, ...]
    known: tuple[FinanceLine, ...]  # settled with an earlier file
    only_there: tuple[FinanceLine, ...]
    only_here: tuple[PurchaseLine, ...]
    outside: tuple[PurchaseLine, ...]


LineT = TypeVar("LineT", FinanceLine, PurchaseLine)


def normalize_account(account_string: str) -> str:
    """An account string without spaces, dots and hyphens, which every system sets in its own way."""
    return "".join(sign for sign in account_string if sign.isalnum()).upper()


def line_key(line: FinanceLine) -> Hashable:
    """What makes a line of one file the same as a line of another."""
    return normalize_account(line.account_string), line.posted_on, line.amount_ore, line.text, line.voucher


def reconcile(
    lines: Sequence[FinanceLine], purchases: Iterable[PurchaseLine], confirmed: Iterable[FinanceLine] = ()
) -> ReconciliationResult:
    """Pair the lines of a file with purchases that are in no pair yet. `settled` are lines of earlier files that are."""
    there, known = _without_confirmed(lines, confirmed)
    here = sorted(purchases, key=lambda one: (one.effective_on, one.movement_id))
    pairs: list[Pair] = []
    for how, pairing in (
        (MatchKind.EXACT, _match_exact),
        (MatchKind.NEAR, _match_near),
        (MatchKind.AMOUNT_DIFFERS, _match_by_account),
        (MatchKind.ACCOUNT_DIFFERS, _match_by_amount),
    ):
        found = pairing(there, here)
        pairs += (Pair(line, own, how) for line, own in found)
        taken = {line.row for line, _ in found}, {own.movement_id for _, own in found}
        there = [line for line in there if line.row not in taken[0]]
        here = [own for own in here if own.movement_id not in taken[1]]
    pairs.sort(key=lambda pair: pair.line.row)
    within = period_filter(lines)
    return ReconciliationResult(
        tuple(pair for pair in pairs if pair.kind not in SUGGESTED_KINDS),
        tuple(pair for pair in pairs if pair.kind in SUGGESTED_KINDS),
        tuple(known),
        tuple(there),
        tuple(own for own in here if within(own)),
        tuple(own for own in here if not within(own)),
    )


def _without_confirmed(
    lines: Sequence[FinanceLine], confirmed: Iterable[FinanceLine]
) -> tuple[list[FinanceLine], list[FinanceLine]]:
    before = Counter(line_key(one) for one in confirmed)
    fresh, known = [], []
    for line in sorted(lines, key=lambda one: (one.posted_on, one.row)):
        if before[line_key(line)] > 0:
            before[line_key(line)] -= 1
            known.append(line)
        else:
            fresh.append(line)
    return fresh, known


def period_filter(lines: Sequence[FinanceLine]) -> Callable[[PurchaseLine], bool]:
    """Whether a purchase should stand in the file: on one of its account strings, between its first day and its last."""
    accounts = {normalize_account(line.account_string) for line in lines}
    days = [line.posted_on for line in lines]

    def within(own: PurchaseLine) -> bool:
        return normalize_account(own.account_string) in accounts and min(days) <= own.effective_on <= max(
            days
        )

    return within


def _match_exact(
    finance_lines: Sequence[FinanceLine], purchases: Sequence[PurchaseLine]
) -> list[tuple[FinanceLine, PurchaseLine]]:
    groups = _group_by(
        finance_lines, lambda one: (normalize_account(one.account_string), one.amount_ore, one.posted_on)
    )
    own_groups = _group_by(
        purchases, lambda one: (normalize_account(one.account_string), one.amount_ore, one.effective_on)
    )
    return [
        pair for key, lines in groups.items() for pair in zip(lines, own_groups.get(key, ()), strict=False)
    ]


def _match_near(
    finance_lines: Sequence[FinanceLine], purchases: Sequence[PurchaseLine]
) -> list[tuple[FinanceLine, PurchaseLine]]:
    groups = _group_by(finance_lines, lambda one: (normalize_account(one.account_string), one.amount_ore))
    own_groups = _group_by(purchases, lambda one: (normalize_account(one.account_string), one.amount_ore))
    return [pair for key, lines in groups.items() for pair in _align(lines, own_groups.get(key, []))]


def _align(
    lines: Sequence[FinanceLine], purchases: Sequence[PurchaseLine]
) -> list[tuple[FinanceLine, PurchaseLine]]:
    """The most pairs within the window, with the fewest days between them; both in the order of their days.

    `best[i][j]` is the worth of the first i lines with the first j purchases. Row i is worked out for the purchases within the
    window of line i only: to the left of them nothing can change any more, to the right nothing has changed yet.
    """
    rows: list[tuple[int, list[int]]] = [(0, [0])]  # the first j of each row, and its worths from there on
    low = high = 0
    for line in lines:
        while low < len(purchases) and (line.posted_on - purchases[low].effective_on).days > WINDOW_DAYS:
            low += 1
        while high < len(purchases) and (purchases[high].effective_on - line.posted_on).days <= WINDOW_DAYS:
            high += 1
        above = rows[-1]
        row = [_score(above, low)]
        for place in range(low, high):
            apart = abs((line.posted_on - purchases[place].effective_on).days)
            row.append(max(row[-1], _score(above, place + 1), _score(above, place) + _PAIR_SCORE - apart))
        rows.append((low, row))
    return _traceback(lines, purchases, rows)


def _score(row: tuple[int, list[int]], index: int) -> int:
    first, worths = row
    return worths[min(max(index - first, 0), len(worths) - 1)]


def _traceback(
    lines: Sequence[FinanceLine], purchases: Sequence[PurchaseLine], rows: Sequence[tuple[int, list[int]]]
) -> list[tuple[FinanceLine, PurchaseLine]]:
    pairs = []
    place = len(purchases)
    for number in range(len(lines), 0, -1):
        first, worths = rows[number]
        if place < first:
            continue
        place = min(place, first + len(worths) - 1)
        while place > first and worths[place - first] == worths[place - first - 1]:
            place -= 1
        if _score(rows[number], place) > _score(rows[number - 1], place):
            place -= 1
            pairs.append((lines[number - 1], purchases[place]))
    return pairs


def _match_by_account(
    finance_lines: Sequence[FinanceLine], purchases: Sequence[PurchaseLine]
) -> list[tuple[FinanceLine, PurchaseLine]]:
    def alike(line: FinanceLine, own: PurchaseLine) -> bool:
        larger = max(abs(line.amount_ore), abs(own.amount_ore))
        same_way = (line.amount_ore > 0) == (own.amount_ore > 0)
        return same_way and abs(line.amount_ore - own.amount_ore) * 10 <= larger * AMOUNT_TENTHS_MAX

    return _match_nearest(
        _group_by(finance_lines, lambda one: normalize_account(one.account_string)),
        _group_by(purchases, lambda one: normalize_account(one.account_string)),
        alike,
    )


def _match_by_amount(
    finance_lines: Sequence[FinanceLine], purchases: Sequence[PurchaseLine]
) -> list[tuple[FinanceLine, PurchaseLine]]:
    return _match_nearest(
        _group_by(finance_lines, lambda one: one.amount_ore),
        _group_by(purchases, lambda one: one.amount_ore),
        lambda _line, _own: True,
    )


def _match_nearest(
    finance_lines: dict[Hashable, list[FinanceLine]],
    purchases: dict[Hashable, list[PurchaseLine]],
    is_candidate: Callable[[FinanceLine, PurchaseLine], bool],
) -> list[tuple[FinanceLine, PurchaseLine]]:
    """The nearest first, each once: by days between, then amount between, then row and purchase."""
    offers = []
    for key, lines in finance_lines.items():
        owned = purchases.get(key, [])
        days = [own.effective_on for own in owned]
        for line in lines:
            first = bisect_left(days, line.posted_on - timedelta(days=WINDOW_DAYS))
            end = bisect_right(days, line.posted_on + timedelta(days=WINDOW_DAYS))
            offers += [
                (
                    abs((line.posted_on - own.effective_on).days),
                    abs(line.amount_ore - own.amount_ore),
                    line.row,
                    place,
                )
                for place, own in enumerate(owned[first:end], first)
                if is_candidate(line, own)
            ]
    offers.sort()
    by_row = {line.row: (key, line) for key, lines in finance_lines.items() for line in lines}
    rows: set[int] = set()
    movements: set[str] = set()
    pairs = []
    for _, _, row, place in offers:
        key, line = by_row[row]
        own = purchases[key][place]
        if row not in rows and own.movement_id not in movements:
            rows.add(row)
            movements.add(own.movement_id)
            pairs.append((line, own))
    return pairs


def _group_by(lines: Iterable[LineT], key: Callable[[LineT], Hashable]) -> dict[Hashable, list[LineT]]:
    groups: dict[Hashable, list[LineT]] = defaultdict(list)
    for line in lines:
        groups[key(line)].append(line)
    return dict(groups)
