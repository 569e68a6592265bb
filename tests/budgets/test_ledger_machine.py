"""The ledger against thirty lines of arithmetic: any order of commands leaves the balances that a dictionary says."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Connection, Engine, select

from budgets import store
from budgets import tables as t
from budgets.errors import AlreadyReversed, KeyUsedBefore, MovementRefused, Overdrawn
from budgets.ledger import Account, Movement, MovementKind, fingerprint, reversing_legs, transfer
from tests.budgets.money_factory import (
    ACCOUNTS,
    BAKING,
    FREE,
    SOURCE,
    SWIM_SPENT,
    SWIMMING,
    UNALLOCATED,
    movement,
    settle,
)

WAYS: dict[MovementKind, tuple[tuple[Account, Account], ...]] = {
    MovementKind.ENDOW: ((SOURCE, FREE),),
    MovementKind.GRANT: ((FREE, UNALLOCATED),),
    MovementKind.ALLOCATE: ((UNALLOCATED, SWIMMING), (UNALLOCATED, BAKING)),
    MovementKind.MOVE: ((SWIMMING, BAKING), (BAKING, SWIMMING), (BAKING, UNALLOCATED)),
    MovementKind.SPEND: ((SWIMMING, SWIM_SPENT),),
    MovementKind.REFUND: ((SWIM_SPENT, SWIMMING),),
}
amounts = st.integers(1, 40)


class Arithmetic:
    """What the ledger should hold: a dictionary of balances."""

    def __init__(self) -> None:
        self.balances = {one.id: 0 for one in ACCOUNTS}
        self.undone: set[str] = set()
        self.done: dict[str, Movement] = {}

    def expects(self, asked: Movement) -> type[MovementRefused] | None:
        """The refusal that should come, or None after taking the movement in."""
        if asked.key in self.done:
            return None if fingerprint(self.done[asked.key]) == fingerprint(asked) else KeyUsedBefore
        if asked.reverses in self.undone:
            return AlreadyReversed
        after = dict(self.balances)
        for leg in asked.legs:
            after[leg.account_id] += leg.change_ore
        if any(after[leg.account_id] < 0 for leg in asked.legs if leg.account_id != SOURCE.id):
            return Overdrawn
        self.balances, self.done[asked.key] = after, asked
        self.undone |= {asked.reverses} if asked.reverses else set()
        return None


class Ledger(RuleBasedStateMachine):
    """Commands in any order, on one database; each run is undone at its end."""

    engine: Engine
    posted: Bundle[Movement] = Bundle("posted")

    def __init__(self) -> None:
        super().__init__()
        self.connection = self.engine.connect().execution_options(writes=True)
        self.whole = self.connection.begin()
        settle(self.connection)
        self.model = Arithmetic()

    def teardown(self) -> None:
        self.whole.rollback()
        self.connection.close()

    @contextmanager
    def command(self) -> Iterator[Connection]:
        with self.connection.begin_nested():
            yield self.connection

    def ask(self, *movements: Movement) -> None:
        expected = [self.model.expects(one) for one in movements]
        refusal = next((one for one in expected if one is not None), None)
        if refusal is None:
            with self.command() as db:
                store.post_many(db, movements)
        else:
            with pytest.raises(refusal), self.command() as db:
                store.post_many(db, movements)

    @rule(target=posted, kind=st.sampled_from(sorted(WAYS)), pick=st.integers(0, 5), amount=amounts)
    def move(self, kind: MovementKind, pick: int, amount: int) -> Movement:
        start, end = WAYS[kind][pick % len(WAYS[kind])]
        asked = movement(kind, *transfer(start.id, end.id, amount))
        self.ask(asked)
        return asked

    @rule(amount=amounts)
    def fill(self, amount: int) -> None:
        """Enough money all the way down, so that refusals don't rule."""
        steps = ((MovementKind.ENDOW, SOURCE, FREE), (MovementKind.GRANT, FREE, UNALLOCATED))
        last = (MovementKind.ALLOCATE, UNALLOCATED, SWIMMING)
        self.ask(*(movement(kind, *transfer(a.id, b.id, amount * 3)) for kind, a, b in (*steps, last)))

    @rule(first=posted)
    def retry(self, first: Movement) -> None:
        if first.key in self.model.done:
            self.ask(first)

    @rule(first=posted, amount=st.integers(41, 50))
    def use_the_key_for_another_amount(self, first: Movement, amount: int) -> None:
        if first.key in self.model.done:
            start, end = WAYS[first.kind][0]
            self.ask(movement(first.kind, *transfer(start.id, end.id, amount), key=first.key))

    @rule(first=posted)
    def reverse(self, first: Movement) -> None:
        if first.key in self.model.done:
            self.ask(
                movement(MovementKind.REVERSE, *reversing_legs(first.kind, first.legs), reverses=first.id)
            )

    @invariant()
    def balances_are_what_arithmetic_says(self) -> None:
        rows = self.connection.execute(select(t.account.c.id, t.account.c.balance_ore))
        assert {row.id: row.balance_ore for row in rows} == self.model.balances
        assert sum(self.model.balances.values()) == 0


def test_any_order_of_commands_leaves_what_arithmetic_says(engine: Engine) -> None:
    machine = type("LedgerOnThis", (Ledger,), {"engine": engine})
    examples = 40 if engine.dialect.name == "sqlite" else 12
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine, settings=settings(max_examples=examples, stateful_step_count=40, deadline=None)
    )


@pytest.mark.long
def test_any_order_of_very_many_commands_leaves_what_arithmetic_says(engine: Engine) -> None:
    machine = type("LedgerOnThis", (Ledger,), {"engine": engine})
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine, settings=settings(max_examples=1_000, stateful_step_count=100, deadline=None)
    )
