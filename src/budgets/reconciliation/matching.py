"""Matching lines of the finance system with recorded purchases, one to one. No I/O; deterministic.

Four steps, each on what the earlier ones left unmatched; "some days" is at most WINDOW_DAYS:

1. the same account string, amount and day;
2. the same account string and amount, some days apart: the largest number of pairs, and of those matchings
   the one with the smallest sum of days apart. With lines and purchases sorted by day, pairs never need to
   cross, so dynamic programming finds it (the sequence alignment of Needleman and Wunsch, 1970, where a pair
   costs its days);
3. *differs in amount*: the same account string, some days apart, amounts that differ by a tenth of the larger
   at most;
4. *differs in account*: the same amount, some days apart.

Steps 3 and 4 are suggestions that a person confirms: nearest day first, then nearest amount, then the order
of the lines.
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
_PAIR_SCORE = 10**9  # of one more pair, in days: more than the days apart of all pairs together


class MatchKind(StrEnum):
    """How a line and a purchase were paired."""

    EXACT = "exact"
    NEAR = "near"
    AMOUNT_DIFFERS = "amount"  # the amounts differ
    ACCOUNT_DIFFERS = "account"  # the account strings differ
    MANUAL = "hand"  # by a budget officer


SUGGESTED_KINDS = frozenset({MatchKind.AMOUNT_DIFFERS, MatchKind.ACCOUNT_DIFFERS})


class FinanceLine(msgspec.Struct, frozen=True):
    """A line of the finance system: a positive amount is spent, a negative one returned."""

    row: int  # in the file, the header being row 1
    account_string: str
    posted_on: date
    amount_ore: int
    text: str = ""
    voucher: str = ""


class PurchaseLine(msgspec.Struct, frozen=True):
    """A purchase, or a refund or reversal of one: a positive amount is spent, a negative one returned."""

    movement_id: str
    grant_id: str
    account_string: str
    effective_on: date
    amount_ore: int
    why: str = ""


class Pair(msgspec.Struct, frozen=True):
    """A line and the purchase that it matches."""

    line: FinanceLine
    purchase: PurchaseLine
    kind: MatchKind

    @property
    def days(self) -> int:
        """The days between the two."""
        return abs((self.line.posted_on - self.purchase.effective_on).days)


class ReconciliationResult(msgspec.Struct, frozen=True):
    """Lines and purchases by outcome; each line and each purchase is in exactly one pair or group."""

    matched: tuple[Pair, ...]
    differing: tuple[Pair, ...]
    known: tuple[FinanceLine, ...]  # confirmed with an earlier file
    only_there: tuple[FinanceLine, ...]
    only_here: tuple[PurchaseLine, ...]
    outside: tuple[PurchaseLine, ...]  # other account strings or days than the file's


LineT = TypeVar("LineT", FinanceLine, PurchaseLine)
Match = tuple[FinanceLine, PurchaseLine]


def normalize_account(account_string: str) -> str:
    """An account string without spaces, dots and hyphens, which systems place differently."""
    return "".join(character for character in account_string if character.isalnum()).upper()


def line_key(line: FinanceLine) -> Hashable:
    """The key by which a line of one file is the same as a line of another."""
    return normalize_account(line.account_string), line.posted_on, line.amount_ore, line.text, line.voucher


def reconcile(
    lines: Sequence[FinanceLine], purchases: Iterable[PurchaseLine], confirmed: Iterable[FinanceLine] = ()
) -> ReconciliationResult:
    """Pair the lines of a file with unpaired purchases. `confirmed`: the confirmed lines of earlier files."""
    unmatched_lines, known = _without_confirmed(lines, confirmed)
    unmatched = sorted(purchases, key=lambda purchase: (purchase.effective_on, purchase.movement_id))
    pairs: list[Pair] = []
    for kind, match in (
        (MatchKind.EXACT, _match_exact),
        (MatchKind.NEAR, _match_near),
        (MatchKind.AMOUNT_DIFFERS, _match_by_account),
        (MatchKind.ACCOUNT_DIFFERS, _match_by_amount),
    ):
        matches = match(unmatched_lines, unmatched)
        pairs += (Pair(line, purchase, kind) for line, purchase in matches)
        rows = {line.row for line, _ in matches}
        movement_ids = {purchase.movement_id for _, purchase in matches}
        unmatched_lines = [line for line in unmatched_lines if line.row not in rows]
        unmatched = [purchase for purchase in unmatched if purchase.movement_id not in movement_ids]
    pairs.sort(key=lambda pair: pair.line.row)
    is_in_period = period_filter(lines)
    return ReconciliationResult(
        tuple(pair for pair in pairs if pair.kind not in SUGGESTED_KINDS),
        tuple(pair for pair in pairs if pair.kind in SUGGESTED_KINDS),
        tuple(known),
        tuple(unmatched_lines),
        tuple(purchase for purchase in unmatched if is_in_period(purchase)),
        tuple(purchase for purchase in unmatched if not is_in_period(purchase)),
    )


def _without_confirmed(
    lines: Sequence[FinanceLine], confirmed: Iterable[FinanceLine]
) -> tuple[list[FinanceLine], list[FinanceLine]]:
    confirmed_counts = Counter(line_key(line) for line in confirmed)
    new, known = [], []
    for line in sorted(lines, key=lambda line: (line.posted_on, line.row)):
        if confirmed_counts[line_key(line)] > 0:
            confirmed_counts[line_key(line)] -= 1
            known.append(line)
        else:
            new.append(line)
    return new, known


def period_filter(lines: Sequence[FinanceLine]) -> Callable[[PurchaseLine], bool]:
    """Returns a test of whether a purchase's account string and day are within those of the lines."""
    accounts = {normalize_account(line.account_string) for line in lines}
    days = [line.posted_on for line in lines]

    def is_in_period(purchase: PurchaseLine) -> bool:
        in_days = min(days) <= purchase.effective_on <= max(days)
        return in_days and normalize_account(purchase.account_string) in accounts

    return is_in_period


def _match_exact(finance_lines: Sequence[FinanceLine], purchases: Sequence[PurchaseLine]) -> list[Match]:
    lines_by_key = _group_by(
        finance_lines, lambda line: (normalize_account(line.account_string), line.amount_ore, line.posted_on)
    )
    purchases_by_key = _group_by(
        purchases, lambda own: (normalize_account(own.account_string), own.amount_ore, own.effective_on)
    )
    return [
        pair
        for key, lines in lines_by_key.items()
        for pair in zip(lines, purchases_by_key.get(key, ()), strict=False)
    ]


def _match_near(finance_lines: Sequence[FinanceLine], purchases: Sequence[PurchaseLine]) -> list[Match]:
    def key(line: FinanceLine | PurchaseLine) -> Hashable:
        return normalize_account(line.account_string), line.amount_ore

    purchases_by_key = _group_by(purchases, key)
    return [
        pair
        for group, lines in _group_by(finance_lines, key).items()
        for pair in _align(lines, purchases_by_key.get(group, []))
    ]


def _align(lines: Sequence[FinanceLine], purchases: Sequence[PurchaseLine]) -> list[Match]:
    """The most pairs within the window, with the fewest days apart in all; both inputs sorted by day.

    Row i, column j of the table is the best score of the first i lines with the first j purchases. A row has
    columns for the purchases within its line's window only: to the left the scores are those of the row
    above, to the right constant.
    """
    rows: list[tuple[int, list[int]]] = [(0, [0])]  # the first column of each row, and the scores from it on
    low = high = 0
    for line in lines:
        while low < len(purchases) and (line.posted_on - purchases[low].effective_on).days > WINDOW_DAYS:
            low += 1
        while high < len(purchases) and (purchases[high].effective_on - line.posted_on).days <= WINDOW_DAYS:
            high += 1
        above = rows[-1]
        row = [_score(above, low)]
        for column in range(low, high):
            days_apart = abs((line.posted_on - purchases[column].effective_on).days)
            with_pair = _score(above, column) + _PAIR_SCORE - days_apart
            row.append(max(row[-1], _score(above, column + 1), with_pair))
        rows.append((low, row))
    return _traceback(lines, purchases, rows)


def _score(row: tuple[int, list[int]], column: int) -> int:
    first, scores = row
    return scores[min(max(column - first, 0), len(scores) - 1)]


def _traceback(
    lines: Sequence[FinanceLine], purchases: Sequence[PurchaseLine], rows: Sequence[tuple[int, list[int]]]
) -> list[Match]:
    pairs = []
    column = len(purchases)
    for number in range(len(lines), 0, -1):
        first, scores = rows[number]
        if column < first:
            continue
        column = min(column, first + len(scores) - 1)
        while column > first and scores[column - first] == scores[column - first - 1]:
            column -= 1
        if _score(rows[number], column) > _score(rows[number - 1], column):
            column -= 1
            pairs.append((lines[number - 1], purchases[column]))
    return pairs


def _match_by_account(finance_lines: Sequence[FinanceLine], purchases: Sequence[PurchaseLine]) -> list[Match]:
    def is_similar(line: FinanceLine, purchase: PurchaseLine) -> bool:
        larger_ore = max(abs(line.amount_ore), abs(purchase.amount_ore))
        same_sign = (line.amount_ore > 0) == (purchase.amount_ore > 0)
        difference_ore = abs(line.amount_ore - purchase.amount_ore)
        return same_sign and difference_ore * 10 <= larger_ore * AMOUNT_TENTHS_MAX

    return _match_nearest(
        _group_by(finance_lines, lambda line: normalize_account(line.account_string)),
        _group_by(purchases, lambda purchase: normalize_account(purchase.account_string)),
        is_similar,
    )


def _match_by_amount(finance_lines: Sequence[FinanceLine], purchases: Sequence[PurchaseLine]) -> list[Match]:
    return _match_nearest(
        _group_by(finance_lines, lambda line: line.amount_ore),
        _group_by(purchases, lambda purchase: purchase.amount_ore),
        lambda _line, _purchase: True,
    )


def _match_nearest(
    lines_by_key: dict[Hashable, list[FinanceLine]],
    purchases_by_key: dict[Hashable, list[PurchaseLine]],
    is_candidate: Callable[[FinanceLine, PurchaseLine], bool],
) -> list[Match]:
    """Pair greedily within each key: fewest days apart, then nearest amount, then row and purchase."""
    candidates = []
    for key, lines in lines_by_key.items():
        purchases = purchases_by_key.get(key, [])
        days = [purchase.effective_on for purchase in purchases]
        for line in lines:
            first = bisect_left(days, line.posted_on - timedelta(days=WINDOW_DAYS))
            end = bisect_right(days, line.posted_on + timedelta(days=WINDOW_DAYS))
            candidates += [
                (
                    abs((line.posted_on - purchase.effective_on).days),
                    abs(line.amount_ore - purchase.amount_ore),
                    line.row,
                    index,
                )
                for index, purchase in enumerate(purchases[first:end], first)
                if is_candidate(line, purchase)
            ]
    candidates.sort()
    by_row = {line.row: (key, line) for key, lines in lines_by_key.items() for line in lines}
    paired_rows: set[int] = set()
    paired_ids: set[str] = set()
    pairs = []
    for _, _, row, index in candidates:
        key, line = by_row[row]
        purchase = purchases_by_key[key][index]
        if row not in paired_rows and purchase.movement_id not in paired_ids:
            paired_rows.add(row)
            paired_ids.add(purchase.movement_id)
            pairs.append((line, purchase))
    return pairs


def _group_by(lines: Iterable[LineT], key: Callable[[LineT], Hashable]) -> dict[Hashable, list[LineT]]:
    groups: dict[Hashable, list[LineT]] = defaultdict(list)
    for line in lines:
        groups[key(line)].append(line)
    return dict(groups)
