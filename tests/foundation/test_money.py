"""Amounts: parsing what people enter, formatting what they read."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from foundation.money import AMOUNT_ORE_MAX, AmountError, format_ore, parse_ore, spreadsheet_amount


@pytest.mark.parametrize(
    ("entered", "ore"),
    [
        ("1.250,00", 125_000),
        ("1250", 125_000),
        ("1.250 kr.", 125_000),
        ("1250 kr", 125_000),
        ("kr. 1.250,5", 125_050),
        (" 12,-", 1_200),
        ("0,01", 1),
        ("1.000.000", 100_000_000),
        ("1.250\N{NO-BREAK SPACE}kr.", 125_000),
        ("250 DKK", 25_000),
    ],
)
def test_danish_amounts_are_understood(entered: str, ore: int) -> None:
    assert parse_ore(entered) == ore


@pytest.mark.parametrize(
    "entered",
    [
        "1,250.00",
        "NaN",
        "1e9",
        "-5",
        "−5",
        "0",
        "0,00",
        "1.25",
        "12.50",
        "1,234",
        "",
        "kr.",
        "ti",
        "1 250 000 0",
        "٣",
        "inf",
        "9" * 30,
        "1.2500",
        "5,",
        ",5",
    ],
)
def test_anything_else_is_refused(entered: str) -> None:
    with pytest.raises(AmountError):
        parse_ore(entered)


def test_more_than_there_could_be_is_refused_with_the_limit() -> None:
    with pytest.raises(AmountError) as raised:
        parse_ore("50.001", limit_ore=5_000_000)
    assert raised.value.text.render("da") == "Beløbet kan højst være 50.000\N{NO-BREAK SPACE}kr."


@given(st.integers(1, AMOUNT_ORE_MAX))
@example(1)
@example(100)
@example(AMOUNT_ORE_MAX)
def test_what_is_shown_in_danish_can_be_typed_again(amount_ore: int) -> None:
    assert parse_ore(format_ore(amount_ore, "da")) == amount_ore
    assert parse_ore(spreadsheet_amount(amount_ore)) == amount_ore


def test_amounts_are_written_the_way_each_language_does() -> None:
    assert format_ore(185_000, "da") == "1.850\N{NO-BREAK SPACE}kr."
    assert format_ore(185_050, "da") == "1.850,50\N{NO-BREAK SPACE}kr."
    assert format_ore(185_050, "en") == "1,850.50\N{NO-BREAK SPACE}kr."
    assert format_ore(-25_000, "da") == "−250\N{NO-BREAK SPACE}kr."
    assert format_ore(0, "da") == "0\N{NO-BREAK SPACE}kr."
    assert spreadsheet_amount(-125_000) == "-1250,00"
