"""Hash chains: any entry that is changed, left out, added, swapped or cut off is found, at the first one at
fault.
"""

import hashlib
import random
from datetime import UTC, date, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.crypto.hash_chain import (
    EMPTY_HEAD,
    GENESIS,
    ChainBroken,
    ChainDefect,
    ChainLink,
    Head,
    append,
    canonical,
    link_hash,
    verify,
)

values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.text(),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
)
rows = st.lists(values, max_size=6)


def make_chain(length: int, word: str = "line") -> list[ChainLink]:
    return append(EMPTY_HEAD, (canonical([f"{word} {number}", number, None]) for number in range(length)))


def test_the_hash_is_the_one_that_the_documentation_describes() -> None:
    row = canonical(["a", 1, True, None, date(2026, 3, 2), datetime(2026, 3, 2, 8, tzinfo=UTC)])
    assert row == (
        b'["a",1,true,null,{"on":"2026-03-02"},{"at":"2026-03-02T08:00:00.000000+00:00"}]'
    )  # fmt: skip
    assert link_hash(GENESIS, 1, row) == hashlib.sha256(b"0" * 64 + b"\n1\n" + row).hexdigest()


@given(rows, rows)
def test_two_rows_are_written_alike_only_when_they_are_alike(
    first: list[object], other: list[object]
) -> None:
    alike = [(type(value), value) for value in first] == [(type(value), value) for value in other]
    assert (canonical(first) == canonical(other)) == alike


def test_a_named_value_is_written_as_what_it_is() -> None:
    assert canonical([ChainDefect.MISSING]) == canonical(["missing"])


def test_one_moment_is_written_alike_in_every_zone() -> None:
    moment = datetime(2026, 3, 2, 8, 0, 0, 5, tzinfo=UTC)
    assert canonical([moment]) == canonical([moment.astimezone(timezone(timedelta(hours=2)))])


@pytest.mark.parametrize("value", [1.5, b"bytes", ["list"], {"a": 1}])
def test_what_could_be_written_in_two_ways_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical([value])


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        canonical([datetime(2026, 3, 2, 8)])  # noqa: DTZ001


@given(st.lists(st.binary(), max_size=20), st.integers(0, 20))
def test_a_chain_that_is_written_holds_in_one_go_and_in_two(content: list[bytes], cut: int) -> None:
    lines = append(EMPTY_HEAD, content)
    head = verify(lines)
    assert head == (Head(len(content), lines[-1].hash) if lines else EMPTY_HEAD)
    assert verify(lines[cut:], start=verify(lines[:cut])) == head
    assert verify(lines, known_hashes={line.sequence: line.hash for line in lines}) == head


@pytest.mark.parametrize(
    ("at", "change", "defect"),
    [
        (4, {"row": b"[]"}, ChainDefect.CHANGED),
        (4, {"hash": "f" * 64}, ChainDefect.CHANGED),
        (4, {"previous": "f" * 64}, ChainDefect.OUT_OF_PLACE),
        (4, {"sequence": 9}, ChainDefect.MISSING),
        (1, {"previous": "f" * 64}, ChainDefect.OUT_OF_PLACE),
    ],
)
def test_a_change_is_found_at_its_line(at: int, change: dict[str, object], defect: ChainDefect) -> None:
    lines = make_chain(8)
    lines[at - 1] = msgspec.structs.replace(lines[at - 1], **change)
    with pytest.raises(ChainBroken) as raised:
        verify(lines)
    assert (raised.value.sequence, raised.value.defect) == (at, defect)


def test_a_changed_line_with_a_hash_that_fits_is_found_at_the_next() -> None:
    lines = make_chain(8)
    row = b"[]"
    lines[3] = ChainLink(4, lines[3].previous, link_hash(lines[3].previous, 4, row), row)
    with pytest.raises(ChainBroken) as raised:
        verify(lines)
    assert (raised.value.sequence, raised.value.defect) == (5, ChainDefect.OUT_OF_PLACE)


def test_a_chain_that_was_written_anew_holds_but_not_against_a_head_kept_elsewhere() -> None:
    head = verify(make_chain(8))
    anew = make_chain(12, "something else")
    verify(anew)
    with pytest.raises(ChainBroken) as raised:
        verify(anew, known_hashes={head.sequence: head.hash})
    assert (raised.value.sequence, raised.value.defect) == (8, ChainDefect.REWRITTEN)


def test_a_chain_whose_end_was_cut_off_is_found_by_a_head_kept_elsewhere() -> None:
    lines = make_chain(8)
    head = verify(lines)
    verify(lines[:5])
    with pytest.raises(ChainBroken) as raised:
        verify(lines[:5], known_hashes={head.sequence: head.hash})
    assert (raised.value.sequence, raised.value.defect) == (8, ChainDefect.CUT_OFF)


def tampered(lines: list[ChainLink], chance: random.Random) -> list[ChainLink]:
    """The chain with one manipulation, but not at its end, where it can't be detected."""
    lines = list(lines)
    position = chance.randrange(len(lines) - 1)
    line = lines[position]
    match chance.randrange(6):
        case 0:
            byte = chance.randrange(len(line.row))
            row = bytearray(line.row)
            row[byte] ^= 1 << chance.randrange(8)
            lines[position] = msgspec.structs.replace(line, row=bytes(row))
        case 1:
            lines[position] = msgspec.structs.replace(
                line, hash=f"{int(line.hash, 16) ^ 1 << chance.randrange(256):064x}"
            )
        case 2:
            lines[position] = msgspec.structs.replace(
                line, previous=f"{int(line.previous, 16) ^ 1 << chance.randrange(256):064x}"
            )
        case 3:
            del lines[position]
        case 4:
            lines.insert(position, line)
        case _:
            lines[position], lines[position + 1] = lines[position + 1], line
    return lines


def assert_all_tampering_found(count: int, seed: int) -> None:
    chance = random.Random(seed)
    lines = make_chain(40)
    for _ in range(count):
        with pytest.raises(ChainBroken):
            verify(tampered(lines, chance))


def test_single_tampers_are_found() -> None:
    assert_all_tampering_found(500, seed=5)


@pytest.mark.long
def test_ten_thousand_single_tampers_are_found() -> None:
    assert_all_tampering_found(10_000, seed=6)
