"""A statement: what came in, what it was for, every purchase, what is left. Pure; all amounts in øre.

A statement up to a day holds every movement that was recorded by the end of that day in Copenhagen. What was recorded
later about earlier days is in the later statement, so the figures are those that the accounts really showed, and what
came in is always spent + put aside + left + ended.

What a movement is to a grant is told by what it does to all of the grant's accounts together: money comes in, goes out,
or stays inside. A reversal is told by what it reverses.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

import msgspec

from budgets.ledger.double_entry import AccountKind, MovementKind
from budgets.model import Fund, Grant, MovementRecord
from foundation.clock import local_date

UNSPENT_ACCOUNT_KINDS = frozenset({AccountKind.UNALLOCATED, AccountKind.ENVELOPE, AccountKind.RESERVED})
GRANT_ACCOUNT_KINDS = UNSPENT_ACCOUNT_KINDS | {AccountKind.SPENT}
_SUMS = ("spent_ore", "reserved_ore", "left_ore", "ended_ore")


class StatementLine(msgspec.Struct, frozen=True):
    """One movement in a statement."""

    day: date  # of effect
    kind: MovementKind
    corrects: MovementKind | None  # the kind of what it reverses
    amount_ore: int  # below zero for what takes back: a refund, a reversal
    goal_id: str | None
    why: str
    has_receipt: bool


class GoalTotals(msgspec.Struct, frozen=True):
    """A goal's money or, where `goal_id` is None, that of no goal yet."""

    goal_id: str | None
    spent_ore: int = 0
    reserved_ore: int = 0
    left_ore: int = 0
    ended_ore: int = 0  # went back, on or away when the budget ended

    @property
    def allocated_ore(self) -> int:
        """What the goal got, less what was moved on to other goals."""
        return self.spent_ore + self.reserved_ore + self.left_ore + self.ended_ore


class Statement(msgspec.Struct, frozen=True):
    """A grant up to the end of a day; lines in the order they were recorded."""

    grant: Grant
    fund: Fund
    until: date
    came_in: tuple[StatementLine, ...]  # granted, carried over from the last budget
    purchases: tuple[StatementLine, ...]  # with refunds and what was put right
    corrections: tuple[StatementLine, ...]  # of what moved no money in, out or to a shop
    ended: tuple[StatementLine, ...]  # returned, carried on, lapsed
    goals: tuple[GoalTotals, ...]  # the one with most left first, the money of no goal last
    closed_on: (
        date | None
    )  # the day the last of the money left the grant, once nothing stands on its accounts

    @property
    def came_in_ore(self) -> int:
        """All that was granted and carried over to this grant."""
        return sum(one.amount_ore for one in self.came_in)

    @property
    def total(self) -> GoalTotals:
        """The sums of all goals and of no goal; its `left_ore` is the one "left" figure."""
        return GoalTotals(
            None,
            sum(one.spent_ore for one in self.goals),
            sum(one.reserved_ore for one in self.goals),
            sum(one.left_ore for one in self.goals),
            sum(one.ended_ore for one in self.goals),
        )


def build_statement(grant: Grant, fund: Fund, movements: Iterable[MovementRecord], until: date) -> Statement:
    """The statement of a grant from its events; of their entries those on the grant's own accounts."""
    known = sorted(
        (one for one in movements if local_date(one.at) <= until),
        key=lambda one: (one.at, one.number, one.id),
    )
    by_id = {one.id: one for one in known}
    came_in, purchases, corrections, ended = [], [], [], []
    for one in known:
        origin = by_id[one.reverses] if one.reverses is not None else one
        spent_ore, unspent_ore = (
            _change_ore(one, {AccountKind.SPENT}),
            _change_ore(one, UNSPENT_ACCOUNT_KINDS),
        )
        inside = _total_ore(origin) == 0
        if _total_ore(origin) > 0:
            came_in.append(_line(one, origin, unspent_ore))
        elif not inside and unspent_ore:
            ended.append(_line(one, origin, -unspent_ore))
        elif inside and spent_ore:
            purchases.append(_line(one, origin, spent_ore))
        elif inside and one is not origin:
            corrections.append(_line(one, origin, -origin.amount_ore))
    return Statement(
        grant, fund, until, tuple(came_in), tuple(purchases), tuple(corrections), tuple(ended),
        _goal_totals(known, by_id), _closed_on(known),
    )  # fmt: skip


def _line(movement: MovementRecord, origin: MovementRecord, amount_ore: int) -> StatementLine:
    return StatementLine(
        movement.effective_on,
        movement.kind,
        None if movement is origin else origin.kind,
        amount_ore,
        next(iter(movement.goal_ids), None),
        movement.why,
        movement.receipt_id is not None,
    )


def _change_ore(movement: MovementRecord, kinds: Collection[AccountKind]) -> int:
    return sum(one.change_ore for one in movement.entries if one.kind in kinds)


def _total_ore(movement: MovementRecord) -> int:
    return _change_ore(movement, GRANT_ACCOUNT_KINDS)


def _goal_totals(
    movements: Iterable[MovementRecord], by_id: Mapping[str, MovementRecord]
) -> tuple[GoalTotals, ...]:
    sums: dict[str | None, dict[str, int]] = {None: dict.fromkeys(_SUMS, 0)}
    for event in movements:
        origin = by_id[event.reverses] if event.reverses is not None else event
        leaves = _total_ore(origin) < 0
        for entry in event.entries:
            of_goal = sums.setdefault(entry.goal_id, dict.fromkeys(_SUMS, 0))
            if entry.kind is not AccountKind.SPENT:
                of_goal["reserved_ore" if entry.kind is AccountKind.RESERVED else "left_ore"] += (
                    entry.change_ore
                )
                of_goal["ended_ore"] -= entry.change_ore if leaves else 0
            elif not leaves:
                of_goal["spent_ore"] += entry.change_ore
    found = (GoalTotals(goal_id, **of_goal) for goal_id, of_goal in sums.items())
    return tuple(sorted(found, key=lambda one: (one.goal_id is None, -one.left_ore, one.goal_id or "")))


def _closed_on(movements: Sequence[MovementRecord]) -> date | None:
    if any(_balances_ore(movements).values()):
        return None
    return max((local_date(one.at) for one in movements if _total_ore(one) < 0), default=None)


def _balances_ore(movements: Iterable[MovementRecord]) -> dict[str, int]:
    balances: dict[str, int] = {}
    for event in movements:
        for entry in event.entries:
            balances[entry.account_id] = balances.get(entry.account_id, 0) + entry.change_ore
    return balances
