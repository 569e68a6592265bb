"""An encrypted value is decrypted with its key, in its place, unchanged; and in no other way."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.crypto.encryption import (
    NO_KEYS,
    DecryptionError,
    Keys,
    MalformedKeys,
    NoKeys,
    blind_index,
    blind_indexes,
    decrypt,
    encrypt,
    new_key_line,
    new_keys,
    parse_keys,
)

KEYS = new_keys()
ASSOCIATED_DATA = "people_person.secret:1"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_a_sealed_text_comes_out_as_it_went_in_and_shows_nothing(text: str) -> None:
    sealed = encrypt(KEYS, text, aad=ASSOCIATED_DATA)
    assert decrypt(KEYS, sealed, aad=ASSOCIATED_DATA) == text
    assert len(text) < 4 or text not in sealed
    assert encrypt(KEYS, text, aad=ASSOCIATED_DATA) != sealed, "the same text is never sealed alike"


def test_a_value_that_was_moved_to_another_row_or_column_does_not_open() -> None:
    sealed = encrypt(KEYS, "hemmeligt", aad=ASSOCIATED_DATA)
    for elsewhere in ("people_person.secret:2", "people_person.other:1", ""):
        with pytest.raises(DecryptionError):
            decrypt(KEYS, sealed, aad=elsewhere)


@given(st.data())
def test_a_value_with_any_changed_bit_does_not_open(data: st.DataObject) -> None:
    key_id, encoded = encrypt(KEYS, "hemmeligt", aad=ASSOCIATED_DATA).split(":")
    content = bytearray(urlsafe_b64decode(encoded))
    position = data.draw(st.integers(0, len(content) * 8 - 1))
    content[position // 8] ^= 1 << position % 8
    with pytest.raises(DecryptionError):
        decrypt(KEYS, f"{key_id}:{urlsafe_b64encode(bytes(content)).decode()}", aad=ASSOCIATED_DATA)


@pytest.mark.parametrize("value", ["", ":", "x", "KEY:", "KEY:!!", "other:AAAA"])
def test_what_was_never_sealed_does_not_open(value: str) -> None:
    with pytest.raises(DecryptionError) as caught:
        decrypt(KEYS, value.replace("KEY", KEYS.current_id), aad=ASSOCIATED_DATA)
    assert "hemmeligt" not in str(caught.value)


def test_after_a_change_of_keys_old_values_open_and_new_ones_use_the_new_key() -> None:
    older = new_key_line()
    sealed = encrypt(parse_keys(older), "hemmeligt", aad=ASSOCIATED_DATA)
    both = parse_keys(f"{new_key_line()}\n{older}  # from last year\n")
    assert decrypt(both, sealed, aad=ASSOCIATED_DATA) == "hemmeligt"
    assert encrypt(both, "nyt", aad=ASSOCIATED_DATA).startswith(f"{both.current_id}:")
    with pytest.raises(DecryptionError):
        decrypt(parse_keys(older), encrypt(both, "nyt", aad=ASSOCIATED_DATA), aad=ASSOCIATED_DATA)
    assert blind_index(parse_keys(older), "x", scope="c") in blind_indexes(both, "x", scope="c")


def test_a_hash_finds_the_same_text_in_the_same_column_and_only_with_the_key() -> None:
    assert blind_index(KEYS, "x", scope="a") == blind_index(KEYS, "x", scope="a")
    others = {
        blind_index(KEYS, "x", scope="a"),
        blind_index(KEYS, "y", scope="a"),
        blind_index(KEYS, "x", scope="b"),
        blind_index(new_keys(), "x", scope="a"),
    }
    assert len(others) == 4


def test_nothing_is_sealed_without_keys() -> None:
    with pytest.raises(NoKeys):
        encrypt(NO_KEYS, "x", aad=ASSOCIATED_DATA)
    with pytest.raises(NoKeys):
        decrypt(Keys(), "a:b", aad=ASSOCIATED_DATA)


def test_keys_never_show_themselves() -> None:
    line = new_key_line()
    text = f"{parse_keys(line)!r} {parse_keys(line)}"
    assert line.split(":")[0] in text
    assert repr(next(iter(parse_keys(line).by_id.values())))[2:-1] not in text


@pytest.mark.parametrize("text", ["", "# nothing\n", "a:b", "no key here", "x" * 50])
def test_a_text_without_keys_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(MalformedKeys) as caught:
        parse_keys(text)
    assert not text or text not in str(caught.value)


def test_two_keys_of_one_name_are_refused() -> None:
    name = new_key_line().split(":")[0]
    lines = "\n".join(f"{name}:{new_key_line().split(':')[1]}" for _ in range(2))
    with pytest.raises(MalformedKeys, match="line 2"):
        parse_keys(lines)
