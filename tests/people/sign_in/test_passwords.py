"""Passwords that are easy to guess are refused, and the others are stored as hashes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.credentials.passwords import LENGTH_MIN, check_password, hash_password, verify_password
from people.errors import WeakPassword

MAJA = ("Maja Bølgelund", "maja.boelgelund@example.dk", "maja", "Prøvekøbing Kommune")


def refusal_text(password: str) -> str:
    """The error for that password; "" when it is accepted."""
    try:
        check_password(password, MAJA)
    except WeakPassword as error:
        return error.text.render("da")
    return ""


@pytest.mark.parametrize(
    "password",
    [
        "fire grønne bænke",
        "korrekt hest batteri",
        "sommerfugl i maj måned",
        "x7!kQ9#vLp2@",
        "en meget lang sætning " * 4,
    ],
)
def test_words_of_ones_own_are_taken(password: str) -> None:
    assert refusal_text(password) == ""


@pytest.mark.parametrize(
    "password",
    [
        "password1234", "PasswordPassword", "p4$$w0rd1234", "qwertyuiop12", "123456789012", "aaaaaaaaaaaa",
        "adgangskode123", "Adgangskode2026!", "kodeordkodeord", "Sommer2026!!", "mandagtirsdag", "abcabcabcabc", "14-02-198614",
    ],
)  # fmt: skip
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    assert (
        refusal_text(password)
        == "Den adgangskode er for let at gætte. Brug 3 eller 4 ord, du selv finder på."
    )


@pytest.mark.parametrize(
    "password",
    ["Maja Bølgelund", "bølgelundmaja1", "Prøvekøbing2026", "maja@example.dk", "MAJA-bølgelund-maja"],
)
def test_the_persons_own_name_and_the_municipalitys_are_refused(password: str) -> None:
    assert refusal_text(password) == "Andre kan gætte dit navn og kommunens. Brug 3 eller 4 andre ord."


def test_own_words_within_a_longer_sentence_are_fine() -> None:
    assert refusal_text("maja spiser kun grønne pærer") == ""


@given(st.text(max_size=LENGTH_MIN - 1))
def test_no_short_password_is_taken(password: str) -> None:
    assert refusal_text(password).startswith("Brug mindst 12 tegn")


@given(st.text(min_size=LENGTH_MIN, max_size=400))
def test_any_text_gets_an_answer_and_never_an_error(password: str) -> None:
    refusal_text(password)


def test_the_kept_hash_tells_the_right_password_from_others_and_names_its_method() -> None:
    stored_hash = hash_password("fire grønne bænke")
    assert stored_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert stored_hash != hash_password("fire grønne bænke")
    assert verify_password(stored_hash, "fire grønne bænke")
    assert not verify_password(stored_hash, "fire grønne bænker")
    assert not verify_password(None, "fire grønne bænke")
