"""What is written to a spreadsheet is read back unchanged, and no content makes the reader fail otherwise than with errors."""

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.spreadsheets.cells import clean_cell
from foundation.spreadsheets.errors import SpreadsheetErrors
from guides.matching.model import Guide, Request, Slot, fold
from guides.spreadsheets import files as spreadsheets_files
from guides.spreadsheets.columns import GUIDE_COLUMNS, NO_END, REQUEST_COLUMNS
from guides.spreadsheets.files import SpreadsheetFile, read_pool
from guides.spreadsheets.weekly_times import join_slots, read_times, write_times
from people.directory.model import Area, TravelTime

TODAY = date(2026, 3, 20)
GUIDE_HEADER = ";".join(column.name for column in GUIDE_COLUMNS)
REQUEST_HEADER = ";".join(column.name for column in REQUEST_COLUMNS)
NAME = st.text(
    alphabet=st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("=+-@'\""), max_size=20
).map(clean_cell)
WORD = NAME.map(lambda text: clean_cell(re.sub(r"[|,]", " ", text))).filter(bool)
IDS = st.lists(WORD, unique_by=str.casefold, max_size=4)
WORDS = st.lists(WORD, unique_by=fold, max_size=4).map(tuple)
LANGUAGES = st.lists(WORD, unique_by=fold, min_size=1, max_size=3).map(tuple)
TIMES = st.lists(
    st.builds(
        lambda day, ends: Slot(day, min(ends), max(ends)),
        st.integers(0, 6),
        st.lists(st.integers(0, 1440), min_size=2, max_size=2, unique=True),
    ),
    max_size=5,
).map(join_slots)
MINUTES = st.none() | st.integers(0, 1440)
DAYS = st.dates(min_value=date(1900, 1, 1))
WORD_FIELDS = {"experiences": WORDS, "interests": WORDS, "dislikes": WORDS, "languages": LANGUAGES}
PERSON: dict[str, Any] = WORD_FIELDS | {
    "given_name": NAME,
    "area": NAME,
    "gender": NAME,
    "times": TIMES,
    "travel_minutes_max": MINUTES,
}


def with_ids(struct: type, **fields: Any) -> Any:
    """Lists of the struct with unique ids that a cell can hold."""
    return IDS.flatmap(lambda ids: st.tuples(*(st.builds(struct, id=st.just(id), **fields) for id in ids)))


GUIDES = with_ids(
    Guide,
    **PERSON,
    capacity=st.integers(0, 100),
    active=st.integers(0, 100),
    helps_with=WORDS,
    wants=WORDS,
    trained_until=st.none() | DAYS,
    checked_until=st.none() | DAYS | st.just(NO_END),
    paused_until=st.none() | DAYS,
)
REQUESTS = with_ids(
    Request,
    **PERSON,
    waiting_since=DAYS,
    urgent=st.booleans(),
    wants_help_with=WORDS,
    gives=WORDS,
    wanted_gender=NAME,
    excluded_guides=WORDS,
)
AREA_LISTS = with_ids(Area, name=NAME, latitude=st.floats(-90, 90), longitude=st.floats(-180, 180))
TRAVEL_LISTS = st.lists(
    st.builds(TravelTime, WORD, WORD, st.integers(0, 1440)),
    max_size=4,
    unique_by=lambda travel: (travel.start.casefold(), travel.end.casefold()),
).map(tuple)


@given(GUIDES)
def test_guides_read_back_as_they_were_written(guides: tuple[Guide, ...]) -> None:
    assert (
        spreadsheets_files.read_guides(spreadsheets_files.write_guides(guides), "x.csv", today=TODAY).values
        == guides
    )


@given(REQUESTS)
def test_requests_read_back_as_they_were_written(requests: tuple[Request, ...]) -> None:
    assert (
        spreadsheets_files.read_requests(
            spreadsheets_files.write_requests(requests), "x.csv", today=TODAY
        ).values
        == requests
    )


@given(AREA_LISTS)
def test_areas_read_back_as_they_were_written(areas: tuple[Area, ...]) -> None:
    assert spreadsheets_files.read_areas(spreadsheets_files.write_areas(areas), "x.csv").values == areas


@given(TRAVEL_LISTS)
def test_travel_times_read_back_as_they_were_written(travel_times: tuple[TravelTime, ...]) -> None:
    assert (
        spreadsheets_files.read_travel_times(
            spreadsheets_files.write_travel_times(travel_times), "x.csv"
        ).values
        == travel_times
    )


@given(TIMES)
def test_times_read_back_as_they_were_written(slots: tuple[Slot, ...]) -> None:
    assert read_times(write_times(slots)) == slots


def test_a_tag_that_a_cell_would_split_is_not_written() -> None:
    with pytest.raises(ValueError, match="cannot contain"):
        spreadsheets_files.write_guides([Guide(id="G1", given_name="", area="", interests=("skak, sang",))])


@given(
    st.binary()
    | st.lists(st.sampled_from(["B1;", ";", "|", "man ", "9-", "\n", "nej", "ø"]))
    .map("".join)
    .map(str.encode)
)
def test_any_content_raises_nothing_but_spreadsheet_errors(content: bytes) -> None:
    for header in (GUIDE_HEADER, REQUEST_HEADER):
        file = SpreadsheetFile("x.csv", header.encode() + b"\n" + content)
        try:
            read_pool(guides=file, requests=file, areas=file, travel_times=file, today=TODAY)
        except SpreadsheetErrors:
            continue
