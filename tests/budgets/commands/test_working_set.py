"""The working set rolls back the changes of rejected commands and saves those of accepted ones."""

from hypothesis import given
from hypothesis import strategies as st

from budgets.commands.working_set import WorkingSet

KEYS = st.sampled_from("abc")
CHANGES = st.lists(st.tuples(KEYS, st.integers()), max_size=4)
COMMANDS = st.lists(st.tuples(CHANGES, st.booleans()), max_size=6)


@given(st.dictionaries(KEYS, st.integers()), COMMANDS)
def test_only_changes_of_accepted_commands_are_saved(
    read: dict[str, int], commands: list[tuple[list[tuple[str, int]], bool]]
) -> None:
    working_set = WorkingSet()
    records = working_set.self_approved_ore
    records.update({(key, "x"): value for key, value in read.items()})
    expected = dict(read)
    posted = []
    for changes, accepted in commands:
        for key, value in changes:
            records[key, "x"] = value
            working_set.late_receipts.append(value)  # type: ignore[arg-type]
        if accepted:
            working_set.accept()
            expected |= dict(changes)
            posted += [value for _, value in changes]
        else:
            working_set.rollback()
        assert dict(records) == {(key, "x"): value for key, value in expected.items()}
    changed = {key for changes, accepted in commands if accepted for key, _ in changes}
    assert sorted(records.added) == sorted(expected[key] for key in changed - read.keys())
    assert sorted(records.updated) == sorted(expected[key] for key in changed & read.keys())
    assert working_set.late_receipts == posted
