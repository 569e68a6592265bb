"""Books remember what orders change in them: to undo it when an order is refused, to write it when it isn't."""

from hypothesis import given
from hypothesis import strategies as st

from budgets.commands.working_set import WorkingSet

KEYS = st.sampled_from("abc")
CHANGES = st.lists(st.tuples(KEYS, st.integers()), max_size=4)
COMMANDS = st.lists(st.tuples(CHANGES, st.booleans()), max_size=6)


@given(st.dictionaries(KEYS, st.integers()), COMMANDS)
def test_only_orders_that_are_kept_are_there_to_be_written(
    read: dict[str, int], orders: list[tuple[list[tuple[str, int]], bool]]
) -> None:
    books = WorkingSet()
    shelf = books.self_approved_ore
    shelf.update({(key, "x"): value for key, value in read.items()})
    expected = dict(read)
    posted = []
    for deed, kept in orders:
        for key, value in deed:
            shelf[key, "x"] = value
            books.late_receipts.append(value)  # type: ignore[arg-type]
        if kept:
            books.accept()
            expected |= dict(deed)
            posted += [value for _, value in deed]
        else:
            books.rollback()
        assert dict(shelf) == {(key, "x"): value for key, value in expected.items()}
    set_ = {key for deed, kept in orders if kept for key, _ in deed}
    assert sorted(shelf.added) == sorted(expected[key] for key in set_ - read.keys())
    assert sorted(shelf.updated) == sorted(expected[key] for key in set_ & read.keys())
    assert books.late_receipts == posted
