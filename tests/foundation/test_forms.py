"""Forms: from bytes to text, from text to values, all errors at once."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.forms import FormData, FormReader, MalformedForm, ValidationErrors, parse_body

URLENCODED = "application/x-www-form-urlencoded"


def test_words_that_look_like_other_things_stay_words() -> None:
    posted = parse_body(URLENCODED, b"a=true&b=null&c=12&d=&e=1&e=2&f=%C3%A6%C3%B8%C3%A5")
    assert posted.fields == {
        "a": ("true",),
        "b": ("null",),
        "c": ("12",),
        "d": ("",),
        "e": ("1", "2"),
        "f": ("æøå",),
    }


def test_what_no_person_types_and_no_database_holds_is_left_out() -> None:
    assert parse_body(URLENCODED, b"a=b%00c").fields == {"a": ("bc",)}


def test_a_file_comes_with_its_bytes_and_an_empty_choice_is_no_file() -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="receipt"; filename="bon.png"\r\n'
        b"Content-Type: image/png\r\n\r\n\x89PNG\x00\r\n"
        b'--x\r\nContent-Disposition: form-data; name="other"; filename=""\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n\r\n"
        b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\nh\xc3\xa6\r\n--x--\r\n'
    )
    posted = parse_body("multipart/form-data; boundary=x", body)
    assert posted.files["receipt"].content == b"\x89PNG\x00"
    assert posted.files["receipt"].name == "bon.png"
    assert set(posted.files) == {"receipt"}
    assert posted.text("note") == "hæ"


@given(
    st.binary(max_size=400),
    st.sampled_from(
        [URLENCODED, "multipart/form-data; boundary=x", "text/plain", "multipart/form-data", "æ"]
    ),
)
def test_no_bytes_do_more_than_be_refused(body: bytes, content_type: str) -> None:
    try:
        posted = parse_body(content_type, body)
    except MalformedForm:
        return
    assert isinstance(posted, FormData)


def test_every_fault_is_found_at_once() -> None:
    reader = FormReader(
        FormData(
            {
                "amount": ("1,250.00",),
                "day": ("30-02-2026",),
                "count": ("to",),
                "size": ("xl",),
                "words": ("x" * 11,),
            }
        )
    )
    reader.text("title", required="Write a title.")
    reader.text("words", length_max=10)
    reader.amount_ore("amount", required="Write an amount.")
    reader.local_date("day")
    reader.number("count", minimum=0, maximum=20, required="Write a number.")
    reader.choice("size", {"s": 1, "m": 2}, required="Choose a size.")
    with pytest.raises(ValidationErrors) as raised:
        reader.raise_if_invalid()
    assert [error.field for error in raised.value.errors] == [
        "title",
        "words",
        "amount",
        "day",
        "count",
        "size",
    ]


@pytest.mark.parametrize("entered", ["2026-12-31", "31-12-2026", "31.12.2026", "31/12/2026", " 31-12-2026 "])
def test_dates_are_read_the_way_people_and_browsers_write_them(entered: str) -> None:
    reader = FormReader(FormData({"day": (entered,)}))
    assert reader.local_date("day") == date(2026, 12, 31)
    reader.raise_if_invalid()


@pytest.mark.parametrize(("entered", "number"), [("2", 2), (" 1 000 ", 1000), ("0", 0)])
def test_numbers_forgive_spaces(entered: str, number: int) -> None:
    reader = FormReader(FormData({"count": (entered,)}))
    assert reader.number("count", minimum=0, maximum=1000, required="Write a number.") == number
    reader.raise_if_invalid()


@pytest.mark.parametrize("entered", ["-1", "1001", "2,5", "²", "1e3", "9999999999999"])
def test_other_numbers_are_refused(entered: str) -> None:
    reader = FormReader(FormData({"count": (entered,)}))
    reader.number("count", minimum=0, maximum=1000, required="Write a number.")
    with pytest.raises(ValidationErrors):
        reader.raise_if_invalid()
