"""A statement: what was granted, what it is for, every purchase, what is left. No I/O; all amounts in øre.

A statement up to a day holds every movement that was recorded by the end of that day in Copenhagen. What was
recorded later about earlier days is in the later statement, so the figures are those that the accounts showed on
that day, and what came in is always spent + put aside + left + ended.

A movement's section follows from what it does to all of the grant's accounts together: it adds money, takes money
out, or moves it inside. A reversal is in the section of the movement that it reverses.
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
    amount_ore: int  # negative for a refund or a reversal
    goal_id: str | None
    why: str
    has_receipt: bool


class GoalTotals(msgspec.Struct, frozen=True):
    """A goal's money or, where `goal_id` is None, the unallocated money."""

    goal_id: str | None
    spent_ore: int = 0
    reserved_ore: int = 0
    left_ore: int = 0
    ended_ore: int = 0  # returned, carried over or lapsed when the budget ended

    @property
    def allocated_ore(self) -> int:
        """What the goal got, less what was reallocated to other goals."""
        return self.spent_ore + self.reserved_ore + self.left_ore + self.ended_ore


class Statement(msgspec.Struct, frozen=True):
    """A grant up to the end of a day; lines in the order in which they were recorded."""

    grant: Grant
    fund: Fund
    until: date
    came_in: tuple[StatementLine, ...]  # granted, carried over from the last budget
    purchases: tuple[StatementLine, ...]  # with refunds and their reversals
    corrections: tuple[StatementLine, ...]  # reversals that moved no money in, out or to a shop
    ended: tuple[StatementLine, ...]  # returned, carried over, lapsed
    goals: tuple[GoalTotals, ...]  # the one with most left first, the unallocated money last
    # The day on which the last of the money left the grant; None while an account has a balance.
    closed_on: date | None

    @property
    def came_in_ore(self) -> int:
        """All that was granted and carried over to this grant."""
        return sum(line.amount_ore for line in self.came_in)

    @property
    def total(self) -> GoalTotals:
        """The sums over all goals and the unallocated money; its `left_ore` is what is left of the grant."""
        return GoalTotals(
            None,
            sum(goal.spent_ore for goal in self.goals),
            sum(goal.reserved_ore for goal in self.goals),
            sum(goal.left_ore for goal in self.goals),
            sum(goal.ended_ore for goal in self.goals),
        )


def build_statement(grant: Grant, fund: Fund, movements: Iterable[MovementRecord], until: date) -> Statement:
    """The statement of a grant from its movements and their entries on the grant's own accounts."""
    recorded = sorted(
        # By the time of recording: by day of effect, a late entry would change an earlier statement.
        (movement for movement in movements if local_date(movement.at) <= until),
        key=lambda movement: (movement.at, movement.number, movement.id),
    )
    by_id = {movement.id: movement for movement in recorded}
    came_in, purchases, corrections, ended = [], [], [], []
    for movement in recorded:
        # A movement is always recorded before its reversal, so it is never missing here.
        origin = by_id[movement.reverses] if movement.reverses is not None else movement
        spent_ore = _change_ore(movement, {AccountKind.SPENT})
        unspent_ore = _change_ore(movement, UNSPENT_ACCOUNT_KINDS)
        inside = _total_ore(origin) == 0
        if _total_ore(origin) > 0:
            came_in.append(_line(movement, origin, unspent_ore))
        # The closing of spent money to paid_out has no unspent part, so it makes no line.
        elif not inside and unspent_ore:
            ended.append(_line(movement, origin, -unspent_ore))
        elif inside and spent_ore:
            purchases.append(_line(movement, origin, spent_ore))
        elif inside and movement is not origin:
            corrections.append(_line(movement, origin, -origin.amount_ore))
    return Statement(
        grant, fund, until, tuple(came_in), tuple(purchases), tuple(corrections), tuple(ended),
        _goal_totals(recorded, by_id), _closed_on(recorded),
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
    return sum(entry.change_ore for entry in movement.entries if entry.kind in kinds)


def _total_ore(movement: MovementRecord) -> int:
    return _change_ore(movement, GRANT_ACCOUNT_KINDS)


def _goal_totals(
    movements: Iterable[MovementRecord], by_id: Mapping[str, MovementRecord]
) -> tuple[GoalTotals, ...]:
    sums: dict[str | None, dict[str, int]] = {None: dict.fromkeys(_SUMS, 0)}
    for movement in movements:
        origin = by_id[movement.reverses] if movement.reverses is not None else movement
        leaves = _total_ore(origin) < 0
        for entry in movement.entries:
            of_goal = sums.setdefault(entry.goal_id, dict.fromkeys(_SUMS, 0))
            if entry.kind is not AccountKind.SPENT:
                of_goal["reserved_ore" if entry.kind is AccountKind.RESERVED else "left_ore"] += (
                    entry.change_ore
                )
                of_goal["ended_ore"] -= entry.change_ore if leaves else 0
            # Closing moves spent money to paid_out; in the statement it stays spent.
            elif not leaves:
                of_goal["spent_ore"] += entry.change_ore
    totals = (GoalTotals(goal_id, **of_goal) for goal_id, of_goal in sums.items())
    return tuple(sorted(totals, key=lambda goal: (goal.goal_id is None, -goal.left_ore, goal.goal_id or "")))


def _closed_on(movements: Sequence[MovementRecord]) -> date | None:
    if any(_balances_ore(movements).values()):
        return None
    return max((local_date(movement.at) for movement in movements if _total_ore(movement) < 0), default=None)


def _balances_ore(movements: Iterable[MovementRecord]) -> dict[str, int]:
    balances: dict[str, int] = {}
    for movement in movements:
        for entry in movement.entries:
            balances[entry.account_id] = balances.get(entry.account_id, 0) + entry.change_ore
    return balances
