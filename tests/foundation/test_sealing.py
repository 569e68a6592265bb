"""What is sealed opens with its key, in its place, unchanged; and in no other way."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.crypto.encryption import (
    NO_KEYS,
    Keys,
    NoKeys,
    UnreadableKeys,
    Unsealable,
    new_key_line,
    new_keys,
    parse_keys,
    seal,
    search_hash,
    search_hashes,
    unseal,
)

KEYS = new_keys()
HERE = "people_person.secret:1"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_a_sealed_text_comes_out_as_it_went_in_and_shows_nothing(text: str) -> None:
    sealed = seal(KEYS, text, about=HERE)
    assert unseal(KEYS, sealed, about=HERE) == text
    assert len(text) < 4 or text not in sealed
    assert seal(KEYS, text, about=HERE) != sealed, "the same text is never sealed alike"


def test_a_value_that_was_moved_to_another_row_or_column_does_not_open() -> None:
    sealed = seal(KEYS, "hemmeligt", about=HERE)
    for elsewhere in ("people_person.secret:2", "people_person.other:1", ""):
        with pytest.raises(Unsealable):
            unseal(KEYS, sealed, about=elsewhere)


@given(st.data())
def test_a_value_with_any_changed_bit_does_not_open(data: st.DataObject) -> None:
    key_id, encoded = seal(KEYS, "hemmeligt", about=HERE).split(":")
    content = bytearray(urlsafe_b64decode(encoded))
    position = data.draw(st.integers(0, len(content) * 8 - 1))
    content[position // 8] ^= 1 << position % 8
    with pytest.raises(Unsealable):
        unseal(KEYS, f"{key_id}:{urlsafe_b64encode(bytes(content)).decode()}", about=HERE)


@pytest.mark.parametrize("value", ["", ":", "x", "KEY:", "KEY:!!", "other:AAAA"])
def test_what_was_never_sealed_does_not_open(value: str) -> None:
    with pytest.raises(Unsealable) as caught:
        unseal(KEYS, value.replace("KEY", KEYS.current), about=HERE)
    assert "hemmeligt" not in str(caught.value)


def test_after_a_change_of_keys_old_values_open_and_new_ones_use_the_new_key() -> None:
    older = new_key_line()
    sealed = seal(parse_keys(older), "hemmeligt", about=HERE)
    both = parse_keys(f"{new_key_line()}\n{older}  # from last year\n")
    assert unseal(both, sealed, about=HERE) == "hemmeligt"
    assert seal(both, "nyt", about=HERE).startswith(f"{both.current}:")
    with pytest.raises(Unsealable):
        unseal(parse_keys(older), seal(both, "nyt", about=HERE), about=HERE)
    assert search_hash(parse_keys(older), "x", about="c") in search_hashes(both, "x", about="c")


def test_a_hash_finds_the_same_text_in_the_same_column_and_only_with_the_key() -> None:
    assert search_hash(KEYS, "x", about="a") == search_hash(KEYS, "x", about="a")
    others = {
        search_hash(KEYS, "x", about="a"),
        search_hash(KEYS, "y", about="a"),
        search_hash(KEYS, "x", about="b"),
        search_hash(new_keys(), "x", about="a"),
    }
    assert len(others) == 4


def test_nothing_is_sealed_without_keys() -> None:
    with pytest.raises(NoKeys):
        seal(NO_KEYS, "x", about=HERE)
    with pytest.raises(NoKeys):
        unseal(Keys(), "a:b", about=HERE)


def test_keys_never_show_themselves() -> None:
    line = new_key_line()
    shown = f"{parse_keys(line)!r} {parse_keys(line)}"
    assert line.split(":")[0] in shown
    assert repr(next(iter(parse_keys(line).by_id.values())))[2:-1] not in shown


@pytest.mark.parametrize("text", ["", "# nothing\n", "a:b", "no key here", "x" * 50])
def test_a_text_without_keys_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(UnreadableKeys) as caught:
        parse_keys(text)
    assert not text or text not in str(caught.value)


def test_two_keys_of_one_name_are_refused() -> None:
    name = new_key_line().split(":")[0]
    lines = "\n".join(f"{name}:{new_key_line().split(':')[1]}" for _ in range(2))
    with pytest.raises(UnreadableKeys, match="line 2"):
        parse_keys(lines)
