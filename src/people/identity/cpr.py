"""CPR numbers: parsing, date of birth, formatting. No I/O."""

import re
from datetime import date

from foundation.i18n import N_

_SPACES_AND_HYPHENS = re.compile(r"[\s\-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}]")
# Not `\d`, which also matches the digits of other scripts.
_TEN_DIGITS = re.compile(r"[0-9]{10}")


def parse_cpr(text: str) -> str:
    """The ten digits of a CPR number, which may be written with spaces or hyphens.

    The first six have to be a date. The modulus 11 check digit is not required: since 2007 numbers without it
    are issued. Raises ValueError whose message says what to do and never contains the input.
    """
    digits = _SPACES_AND_HYPHENS.sub("", text)
    if _TEN_DIGITS.fullmatch(digits) is None:
        raise ValueError(
            N_("A CPR number has 10 digits: day, month and year of birth, and 4 more. Write all of them.")
        )
    # Called for its check. Modulus 11 isn't checked: since 2007 numbers without it are issued.
    birth_date(digits)
    return digits


def birth_date(cpr: str) -> date:
    """The date of birth in a CPR number of ten digits; the seventh digit gives the century (the CPR office's
    table).

    Raises ValueError whose message says what to do.
    """
    day, month, year, seventh = int(cpr[:2]), int(cpr[2:4]), int(cpr[4:6]), int(cpr[6])
    try:
        return date(_century(year, seventh) + year, month, day)
    except ValueError:
        raise ValueError(
            N_("A CPR number begins with the day of birth: day, month, year. Check the first 6 digits.")
        ) from None


def _century(year: int, seventh: int) -> int:
    if seventh <= 3:
        return 1900
    if seventh in {4, 9}:
        return 2000 if year <= 36 else 1900
    return 2000 if year <= 57 else 1800


def masked(cpr: str) -> str:
    """A number of ten digits as pages show it: the date of birth and nothing of the rest."""
    return f"{cpr[:6]}-••••"


def formatted(cpr: str) -> str:
    """The whole number as people write it, with a hyphen."""
    return f"{cpr[:6]}-{cpr[6:]}"
