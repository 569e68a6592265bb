"""Ids and tokens."""

from foundation.ids import ID_LENGTH, new_id, new_token, token_hash


def test_ids_are_short_plain_and_different() -> None:
    ids = [new_id() for _ in range(10_000)]
    assert len(set(ids)) == len(ids)
    assert all(
        len(id_) == ID_LENGTH and id_.isascii() and id_.isalnum() and id_ == id_.lower() for id_ in ids
    )


def test_ids_made_later_sort_later() -> None:
    assert new_id()[:9] <= new_id()[:9]


def test_only_the_hash_of_a_token_says_nothing_of_it() -> None:
    token = new_token()
    assert len(token) >= 43
    assert token not in token_hash(token)
    assert token_hash(token) == token_hash(token) != token_hash(new_token())
