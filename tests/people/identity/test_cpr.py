"""Parsing CPR numbers. All numbers here are invented, with a date of birth in the 19th century."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.identity.cpr import birth_date, formatted, masked, parse_cpr


@pytest.mark.parametrize(
    "text",
    ["0101585000", "010158-5000", "010158 5000", " 01 01 58 - 50 00 ", "010158–5000", "010158\u20115000"],
)
def test_a_number_is_read_with_or_without_hyphen_and_spaces(text: str) -> None:
    assert parse_cpr(text) == "0101585000"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "010158500",
        "01015850000",
        "010158-500x",
        "０１０１５８５０００",
        "0001585000",
        "3102585000",
        "0113585000",
        "290200-0000",
    ],
)
def test_what_is_no_number_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ValueError, match="CPR number") as caught:
        parse_cpr(text)
    assert not text or text not in str(caught.value)


def test_the_check_digit_is_not_asked_for() -> None:
    """Since 2007 there are numbers that modulus 11 would refuse: all ten last digits are taken."""
    assert len({parse_cpr(f"010158500{last}") for last in range(10)}) == 10


@pytest.mark.parametrize(
    ("seventh", "year", "century"),
    [
        *((seventh, year, 1900) for seventh in range(4) for year in (0, 36, 37, 57, 58, 99)),
        *((seventh, year, 2000) for seventh in (4, 9) for year in (0, 36)),
        *((seventh, year, 1900) for seventh in (4, 9) for year in (37, 99)),
        *((seventh, year, 2000) for seventh in range(5, 9) for year in (0, 57)),
        *((seventh, year, 1800) for seventh in range(5, 9) for year in (58, 99)),
    ],
)
def test_the_seventh_digit_says_the_century(seventh: int, year: int, century: int) -> None:
    assert birth_date(f"0101{year:02}{seventh}000") == date(century + year, 1, 1)


@given(st.dates(date(1858, 1, 1), date(1899, 12, 31)), st.integers(5, 8), st.integers(0, 999))
def test_a_number_comes_back_as_it_was_and_its_mask_tells_the_birthday_only(
    day: date, seventh: int, rest: int
) -> None:
    cpr = f"{day:%d%m}{day.year % 100:02}{seventh}{rest:03}"
    assert parse_cpr(formatted(cpr)) == cpr
    assert birth_date(cpr) == day
    assert masked(cpr) == f"{cpr[:6]}-••••"
