"""Security documents refer to tests that exist, and cover every requirement of the standard."""

import re

from tests.support.paths import ROOT

PAGES = (
    ROOT / "docs" / "security" / "threat-model.md",
    ROOT / "docs" / "security" / "asvs.md",
    ROOT / "SECURITY.md",
)

# Of each section of the OWASP ASVS 5.0.0 the last requirement of level 1 or 2; those of level 3 alone follow after it.
LAST_NUMBERS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2,
    "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2,
    "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2,
    "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1,
    "9.1": 3, "9.2": 4,
    "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3,
    "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4,
    "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5,
    "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
    "17.1": 1, "17.2": 4, "17.3": 2,
}  # fmt: skip
REQUIREMENTS = [
    f"{section}.{number}" for section, last in LAST_NUMBERS.items() for number in range(1, last + 1)
]
EXTRA_REQUIREMENTS = {"1.2.10", "14.2.7", "14.2.8"}  # of level 3
ROW = re.compile(r"^\| ([0-9.,– ]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def rows() -> list[tuple[list[str], str]]:
    """Each row of the table: its requirements, and the tests that cover them or the reason why none does."""
    return [(expand_numbers(numbers), evidence) for numbers, _, evidence in ROW.findall(PAGES[1].read_text())]


def expand_numbers(numbers: str) -> list[str]:
    """The requirements that a list such as `6.1.1, 6.2.5–6.2.8` denotes."""
    expanded: list[str] = []
    for part in numbers.split(", "):
        first, _, last = part.partition("–")
        if last:
            expanded += REQUIREMENTS[REQUIREMENTS.index(first) : REQUIREMENTS.index(last) + 1]
        else:
            expanded.append(first)
    return expanded


def test_every_test_that_is_named_exists() -> None:
    for page in PAGES:
        for path, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page.read_text()):
            assert f"def {name}(" in (ROOT / path).read_text(), f"{page.name}: {path}::{name}"


def test_every_requirement_of_the_two_levels_has_one_row() -> None:
    listed = [number for numbers, _ in rows() for number in numbers]
    assert sorted(listed) == sorted({*REQUIREMENTS, *EXTRA_REQUIREMENTS})


def test_every_row_names_a_test_or_a_reason() -> None:
    for numbers, evidence in rows():
        assert "`tests/" in evidence or evidence.startswith(("Reason: ", "Partly: ", "Not ")), numbers
