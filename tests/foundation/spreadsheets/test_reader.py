"""Any spreadsheet file is read, or refused with every error named; what is written is safe to open."""

import csv
import io
import random
import zipfile
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.spreadsheets import reader as spreadsheets_reader
from foundation.spreadsheets.cells import DATE, YES_NO, clean_cell, decimal_cell, text_cell, whole_number_cell
from foundation.spreadsheets.decoding import BYTES_MAX
from foundation.spreadsheets.errors import SpreadsheetErrors
from foundation.spreadsheets.reader import ColumnSpec, Spreadsheet, read_spreadsheet
from foundation.spreadsheets.writer import write_csv

COLUMNS = (
    ColumnSpec(name="id", field="id", cell=text_cell(100), required=True),
    ColumnSpec(name="område", field="area", cell=text_cell(100)),
    ColumnSpec(name="kapacitet", field="capacity", cell=whole_number_cell(0, 100, example=2), empty=2),
    ColumnSpec(name="ønsket_siden", field="since", cell=DATE, empty=None),
    ColumnSpec(name="haster", field="urgent", cell=YES_NO, empty=False),
    ColumnSpec(name="bredde", field="latitude", cell=decimal_cell(-90, 90, example="56,15"), empty=0.0),
)
HEADER = "id;område;kapacitet;ønsket_siden;haster;bredde"


def read(
    text: str | bytes, columns: Sequence[ColumnSpec] = COLUMNS, unique: tuple[str, ...] = ("id",)
) -> Spreadsheet:
    content = text.encode() if isinstance(text, str) else text
    return read_spreadsheet(content, columns=columns, file_name="guider.csv", unique=unique)


def values(text: str | bytes) -> list[list[object]]:
    return [[row.values[column.field] for column in COLUMNS] for row in read(text).rows]


def error_texts(text: str | bytes, unique: tuple[str, ...] = ("id",)) -> list[str]:
    with pytest.raises(SpreadsheetErrors) as refused:
        read(text, unique=unique)
    return [fault.render("da") for fault in refused.value.errors]


def test_a_row_is_read_with_its_types() -> None:
    assert values(f"{HEADER}\nG1;Vestby;3;03-02-2026;ja;56,15\n") == [
        ["G1", "Vestby", 3, date(2026, 2, 3), True, 56.15]
    ]


def test_an_empty_cell_is_what_the_column_says() -> None:
    assert values(f"{HEADER}\nG1;;;;;\n") == [["G1", "", 2, None, False, 0.0]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_encoding_separator_and_line_end_says_the_same(
    encoding: str, separator: str, line_end: str
) -> None:
    text = f"{HEADER}\nG1;Sønderå;3;2026-02-03;nej;56.15\n\nG2;Æblehaven;1;;;\n"
    content = text.replace(";", separator).replace("\n", line_end).encode(encoding)
    assert values(content) == [
        ["G1", "Sønderå", 3, date(2026, 2, 3), False, 56.15],
        ["G2", "Æblehaven", 1, None, False, 0.0],
    ]


@pytest.mark.parametrize(
    "header",
    [
        "ID;OMRÅDE;Kapacitet;Ønsket siden;HASTER;bredde",
        "id;omraade;kapacitet;oensket_siden;haster;bredde",
        " id ; o\N{LATIN SMALL LETTER M}råde;kapacitet;ønsket\N{NO-BREAK SPACE}siden;haster;bredde",
        "id;omra\N{COMBINING RING ABOVE}de;kapacitet;ønsket-siden;haster;bredde",
        "sep=;\nid;område;kapacitet;ønsket_siden;haster;bredde",
    ],
)
def test_headers_may_be_spelled_as_people_spell_them(header: str) -> None:
    assert values(f"{header}\nG1;Vestby;3;;;\n") == [["G1", "Vestby", 3, None, False, 0.0]]


def test_columns_stand_in_any_order_and_unknown_ones_are_named() -> None:
    sheet = read("haster;telefon;bredde;id;område;note;kapacitet;ønsket_siden\nja;12;1,5;G1;Vestby;x;3;\n")
    assert sheet.rows[0].values["urgent"] is True
    assert sheet.rows[0].values["latitude"] == 1.5
    assert [notice.render("da") for notice in sheet.notices] == [
        "guider.csv: Disse kolonner er ikke kendt og er ikke taget med: telefon, note."
    ]


def test_spaces_line_breaks_and_decomposed_letters_in_cells_are_tidied() -> None:
    cell = '"  Nord\r\nå\N{NO-BREAK SPACE} og \N{ZERO WIDTH SPACE}a\N{COMBINING RING ABOVE} "'
    assert values(f"{HEADER}\n G1 ;{cell}; 3 ;;;\n")[0][1] == "Nord å og å"


def test_blank_rows_are_passed_over_but_counted_as_the_spreadsheet_counts() -> None:
    text = f'\n;;;;;\n{HEADER}\n\nG1;"to\nlinjer";3;;;\n\N{NO-BREAK SPACE};;;\nG2;;to;;;\n'
    assert error_texts(text) == ["guider.csv, række 7, kolonne kapacitet: 'to' er ikke et tal. Skriv fx 2."]


def test_every_fault_of_the_file_is_told_at_once() -> None:
    text = (
        "ID;Område;Kapacitet;Ønsket siden;haster;bredde\n"
        ";Vestby;to;31-02-2026;måske;nord\n"
        "G2;Vestby;101;3/2 2026;ja;90,5\n"
        "g2;Vestby;-1;03-02-26;ja;1.234,5\n"
    )
    assert error_texts(text) == [
        "guider.csv, række 2, kolonne ID: Cellen er tom. Den skal udfyldes.",
        "guider.csv, række 2, kolonne Kapacitet: 'to' er ikke et tal. Skriv fx 2.",
        "guider.csv, række 2, kolonne Ønsket siden: Dagen 31-02-2026 findes ikke.",
        "guider.csv, række 2, kolonne haster: 'måske' er hverken ja eller nej. Skriv ja eller nej.",
        "guider.csv, række 2, kolonne bredde: 'nord' er ikke et tal. Skriv fx 56,15.",
        "guider.csv, række 3, kolonne Kapacitet: 101 er uden for 0 til 100.",
        "guider.csv, række 3, kolonne Ønsket siden: '3/2 2026' er ikke en dato. Skriv dag-måned-år, fx 31-12-2026.",
        "guider.csv, række 3, kolonne bredde: 90,5 er uden for -90 til 90.",
        "guider.csv, række 4, kolonne Kapacitet: -1 er uden for 0 til 100.",
        "guider.csv, række 4, kolonne Ønsket siden: '03-02-26' er ikke en dato. Skriv dag-måned-år, fx 31-12-2026.",
        "guider.csv, række 4, kolonne bredde: '1.234,5' er ikke et tal. Skriv fx 56,15.",
        "guider.csv, række 4, kolonne ID: 'g2' står allerede i række 3. Hver må kun stå én gang.",
    ]


def test_a_fault_is_told_in_english_too() -> None:
    with pytest.raises(SpreadsheetErrors) as refused:
        read(f"{HEADER}\nG1;;to;;;\n")
    assert (
        str(refused.value)
        == "guider.csv, row 2, column kapacitet: 'to' is not a number. Write for example 2."
    )


@pytest.mark.parametrize("number", ["٣", "2 3", "1e3", "nan", "0x2", "2,5", "1.000", "--2", "½"])
def test_a_whole_number_is_plain_digits(number: str) -> None:
    assert error_texts(f"{HEADER}\nG1;;{number};;;\n")


@pytest.mark.parametrize(("written", "meant"), [("2,0", 2), ("2.0", 2), ("+2", 2), ("002", 2), (" 2 ", 2)])
def test_a_spreadsheets_own_ways_with_whole_numbers_are_taken(written: str, meant: int) -> None:
    assert values(f"{HEADER}\nG1;;{written};;;\n")[0][2] == meant


@pytest.mark.parametrize(
    "day", ["3-2-2026", "03.02.2026", "2026-02-03", "2026-02-03T00:00:00", "03-02-2026 00:00"]
)
def test_a_date_is_danish_or_iso(day: str) -> None:
    assert values(f"{HEADER}\nG1;;;{day};;\n")[0][3] == date(2026, 2, 3)


@pytest.mark.parametrize("day", ["02-30-2026", "0000-01-01", "31-12-1899", "2026-13-01", "2026-02-03 14:30"])
def test_a_day_that_does_not_exist_is_a_fault(day: str) -> None:
    assert error_texts(f"{HEADER}\nG1;;;{day};;\n")


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("guider.csv", HEADER)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Filen er tom."),
        (b"\xef\xbb\xbf \r\n\r\n", "Filen er tom."),
        (
            zipped(),
            "Filen er en projektmappe (xlsx) eller en zip-fil. Åbn den i regnearket, og gem den som CSV.",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "Filen er en gammel projektmappe (xls). Åbn den i regnearket, og gem den som CSV.",
        ),
        (b"%PDF-1.7\n", "Filen er en PDF. Find det regneark, som den er lavet af, og gem det som CSV."),
        (
            HEADER.encode() + b"\nG1;\x00;;;;\n",
            "Filen er ikke en tekstfil: linje 2 har tegn, som ingen tekst har. Gem den som CSV.",
        ),
        (
            HEADER.encode("utf-16-le"),
            "Filen er ikke en tekstfil: linje 1 har tegn, som ingen tekst har. Gem den som CSV.",
        ),
        (
            (HEADER + "\nG1;S").encode() + b"\xf8nder\xe5;;;;\n",
            "Bogstaverne kan ikke læses. Åbn filen i regnearket, og gem den som CSV i UTF-8.",
        ),
        (
            b"\xff\xfei\x00d",
            "Ingen af kolonnerne er der. Første række skal være: "
            "id; område; kapacitet; ønsket_siden; haster; bredde.",
        ),
        (b"x" * (BYTES_MAX + 1), "Filen er større end 10 MB. Del den i flere filer."),
    ],
    ids=["empty", "blank", "zip", "xls", "pdf", "nul", "utf-16 bare", "mixed", "other", "large"],
)
def test_what_is_no_sheet_is_refused_with_one_clear_sentence(content: bytes, message: str) -> None:
    if content.startswith(b"\xff\xfe"):
        content = "navn;note\nAda;x\n".encode("utf-16")
    assert [fault.split(": ", 1)[1] for fault in error_texts(content)] == [message]


def test_ten_megabytes_of_noise_are_refused_at_once() -> None:
    assert len(error_texts(random.Random(1).randbytes(BYTES_MAX))) == 1


def test_missing_and_doubled_columns_are_named() -> None:
    assert error_texts("id;kapacitet;Kapacitet;haster;bredde\nG1;1;1;ja;1\n") == [
        "guider.csv, række 1, kolonne Kapacitet: Kolonnen er der to gange. Tag den ene ud.",
        "guider.csv, kolonne område: Kolonnen mangler. Tilføj den; dens celler må gerne være tomme.",
        "guider.csv, kolonne ønsket_siden: Kolonnen mangler. Tilføj den; dens celler må gerne være tomme.",
    ]


def test_a_row_with_too_many_cells_is_a_fault() -> None:
    assert error_texts(f"{HEADER}\nG1;Vestby;og;Østby;2;;ja;1\n") == [
        "guider.csv, række 2: Rækken har 8 celler, men der er 6 overskrifter. Er der et skilletegn for meget?"
    ]


def test_empty_cells_beyond_the_headers_are_nothing() -> None:
    assert values(f"{HEADER};;\nG1;Vestby;3;;;;;\nG2;;;;;\n")[1][0] == "G2"


def test_rows_that_the_spreadsheet_cut_short_are_read_with_a_notice() -> None:
    sheet = read(f"{HEADER}\nG1;Vestby;3;;;\nG2;Vestby\nG3\n")
    assert [row.values["capacity"] for row in sheet.rows] == [3, 2, 2]
    assert [notice.render("da") for notice in sheet.notices] == [
        "guider.csv: Rækker, der slutter før tid: 2, den første er række 3. Det, der mangler, er læst som tomt."
    ]


def test_a_file_that_was_cut_off_is_a_fault() -> None:
    assert error_texts(f"{HEADER}\nG1;Vestby;3;;;\nG2;Ves") == [
        "guider.csv, række 3: Filen slutter midt i denne række. Gem eller hent den igen."
    ]


@pytest.mark.parametrize("cell", ['"uden slut', '"a"b', '"a'])
def test_a_quotation_mark_without_its_partner_is_a_fault(cell: str) -> None:
    assert error_texts(f"{HEADER}\nG1;;;;;\nG2;{cell};;;;\nG3;;;;;\n") == [
        "guider.csv, række 3: Et anførselstegn, der åbner her, er ikke lukket før et skilletegn. "
        "Flere rækker er ikke læst."
    ]


def test_cells_rows_and_faults_have_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    assert error_texts(f"{HEADER}\nG1;{'x' * 2001};;;;\n") == [
        "guider.csv, række 2, kolonne område: Teksten er på 2001 tegn; den må højst være på 2000."
    ]
    assert error_texts(f"{HEADER}\nG1;{'x' * 200_000};;;;\n") == [
        "guider.csv, række 2: En celle er alt for lang; måske er et anførselstegn ikke lukket. "
        "Flere rækker er ikke læst."
    ]
    assert error_texts(f"{HEADER}\n{'x;' * 501}\n") == [
        "guider.csv, række 2: Rækken har mere end 500 celler."
    ]
    many = error_texts(HEADER + "\n" + "G1;;to;;;\n" * 500)
    assert len(many) == 100
    assert many[-1] == "guider.csv: og 900 fejl mere."
    monkeypatch.setattr(spreadsheets_reader, "ROWS_MAX", 3)
    assert error_texts(HEADER + "\n" + "G;;;;;\n" * 4, unique=()) == [
        "guider.csv: Filen har mere end 3 rækker. Del den i flere filer."
    ]


def test_a_message_repeats_a_cell_briefly_and_without_steering_the_terminal() -> None:
    spoof = "\N{RIGHT-TO-LEFT OVERRIDE}" + "9" * 60 + "x"
    assert error_texts(f"{HEADER}\nG1;;{spoof};;;\n") == [
        f"guider.csv, række 2, kolonne kapacitet: '\N{REPLACEMENT CHARACTER}{'9' * 38}…' er ikke et tal. Skriv fx 2."
    ]


def test_what_is_written_opens_in_danish_excel() -> None:
    written = write_csv(
        ["navn", "tal"], [["Åse; Bo", 1.5], [None, date(2026, 2, 3)], [True, -0.5], ["a\nb", 7]]
    )
    assert written.decode("utf-8-sig") == (
        'navn;tal\r\n"Åse; Bo";1,5\r\n;03-02-2026\r\nja;-0,5\r\n"a\nb";7\r\n'
    )
    assert written.startswith(b"\xef\xbb\xbf")


FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


@given(st.lists(st.text(alphabet="=+-@＝ ;,\t\r\n|'\"ab\x01"), min_size=1, max_size=3))
def test_no_written_text_is_a_formula_whatever_separator_opens_it(cells: list[str]) -> None:
    written = write_csv(["a"] * len(cells), [cells]).decode("utf-8-sig")
    assert "\x01" not in written
    for separator in ";,\t|":
        for record in csv.reader(io.StringIO(written, newline=""), delimiter=separator):
            assert not any(cell.strip(' \t\r\n"').startswith(FORMULA_STARTS) for cell in record)


TEXT = st.text(
    alphabet=st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("=+-@';,|\"\t\n"), max_size=30
)
ROWS = st.lists(
    st.tuples(
        TEXT.map(clean_cell),
        st.integers(0, 100),
        st.dates(min_value=date(1900, 1, 1)),
        st.booleans(),
        st.floats(-90, 90),
    ),
    max_size=5,
)


@given(ROWS)
def test_what_is_written_reads_back_the_same(rows: list[tuple[str, int, date, bool, float]]) -> None:
    content = write_csv([column.name for column in COLUMNS], ((f"G{i}", *row) for i, row in enumerate(rows)))
    assert [tuple(row.values.values()) for row in read(content).rows] == [
        (f"G{i}", *row) for i, row in enumerate(rows)
    ]


HALF_GOOD = st.lists(
    st.sampled_from([HEADER, "id;", "G1;", '"', "\n", "\r", ";", ",", "\x00", "æ", "=1", "'", "01-01-2026"])
)


@given(
    st.binary()
    | HALF_GOOD.map("".join).map(str.encode)
    | st.tuples(st.just(f"{HEADER}\n".encode()), st.binary()).map(b"".join)
)
def test_whatever_the_bytes_are_nothing_but_faults_comes_out(content: bytes) -> None:
    messages = []
    try:
        read(content)
    except SpreadsheetErrors as refused:
        messages = [(error.render("da"), error.render("en")) for error in refused.errors] or [("", "")]
    assert all(danish.startswith("guider.csv") and english.isprintable() for danish, english in messages)
