"""Spreadsheets of people and areas: parsed, checked against each other, written, and documented correctly."""

from datetime import date

import pytest

from foundation.spreadsheets.errors import CellError, SpreadsheetErrors
from guides.matching.model import Guide, Request, Slot
from guides.spreadsheets import files as spreadsheets_files
from guides.spreadsheets.columns import AREA_COLUMNS, GUIDE_COLUMNS, NO_END, REQUEST_COLUMNS, TRAVEL_COLUMNS
from guides.spreadsheets.files import ParsedSpreadsheet, SpreadsheetFile, cross_check, read_pool
from guides.spreadsheets.weekly_times import read_times
from people.directory.model import Area
from tests.support.paths import ROOT

TODAY = date(2026, 3, 20)
GUIDE_HEADER = ";".join(column.name for column in GUIDE_COLUMNS)
REQUEST_HEADER = ";".join(column.name for column in REQUEST_COLUMNS)
AREAS = "område;navn;bredde;længde\nN1;Nordby;56,2;10,2\nS1;Sydby;56.1;10.2\n"


def csv_bytes(header: str, *rows: dict[str, str]) -> bytes:
    """A CSV file with these cells; columns that a row does not name are empty."""
    rows_text = [";".join(row.get(name, "") for name in header.split(";")) for row in rows]
    return "\n".join([header, *rows_text, ""]).encode()


def guides_of(*rows: dict[str, str]) -> ParsedSpreadsheet[Guide]:
    return spreadsheets_files.read_guides(csv_bytes(GUIDE_HEADER, *rows), "guider.csv", today=TODAY)


def requests_of(*rows: dict[str, str]) -> ParsedSpreadsheet[Request]:
    required = {"ønsket_siden": "01-03-2026"}
    return spreadsheets_files.read_requests(
        csv_bytes(REQUEST_HEADER, *(required | row for row in rows)), "borgere.csv", today=TODAY
    )


def error_texts(error: pytest.ExceptionInfo[SpreadsheetErrors]) -> list[str]:
    return [issue.render("da") for issue in error.value.errors]


def test_a_guide_with_empty_cells_has_no_wish_and_no_limit() -> None:
    assert guides_of({"guide_id": "G1"}).values == (
        Guide(id="G1", given_name="", area="", trained_until=NO_END, checked_until=NO_END),
    )
    (guide,) = guides_of({"guide_id": "G1"})
    assert (guide.languages, guide.capacity, guide.active) == (("dansk",), 2, 0)
    assert (guide.times, guide.travel_minutes_max, guide.paused_until) == ((), None, None)


def test_every_cell_of_a_guide_lands_in_its_field() -> None:
    (guide,) = guides_of(
        {
            "guide_id": "G1",
            "fornavn": "Prøve-Asta",
            "område": "Nordby",
            "sprog": "Dansk | arabisk, dansk",
            "køn": "kvinde",
            "kapacitet": "3",
            "aktive": "4",
            "kan_hjælpe_med": "bisidder|læse  breve",
            "erfaringer": "angst",
            "interesser": "skak, sang",
            "kan_ikke_lide": "støj",
            "vil_gerne_have": "lære at sy",
            "tider": "tor eftermiddag | man 9-12",
            "rejse_minutter": "30",
            "uddannet_til": "31-12-2027",
            "attest_til": "nej",
            "pause_til": "2026-04-01",
        }
    )
    assert guide == Guide(
        id="G1",
        given_name="Prøve-Asta",
        area="Nordby",
        languages=("Dansk", "arabisk"),
        gender="kvinde",
        capacity=3,
        active=4,
        helps_with=("bisidder", "læse breve"),
        experiences=("angst",),
        interests=("skak", "sang"),
        dislikes=("støj",),
        wants=("lære at sy",),
        times=(Slot(0, 540, 720), Slot(3, 720, 1020)),
        travel_minutes_max=30,
        trained_until=date(2027, 12, 31),
        checked_until=None,
        paused_until=date(2026, 4, 1),
    )


def test_every_cell_of_a_request_lands_in_its_field() -> None:
    (request,) = requests_of(
        {
            "borger_id": "B1",
            "fornavn": "Test-Birk",
            "område": "Sydby",
            "sprog": "polsk",
            "køn": "mand",
            "ønsket_siden": "20.11.2025",
            "haster": "JA",
            "ønsker_hjælp_til": "indkøb",
            "erfaringer": "flugt",
            "interesser": "sang",
            "kan_ikke_lide": "støj",
            "kan_give": "selskab",
            "tider": "søn",
            "rejse_minutter": "0",
            "ønsker_køn": "kvinde",
            "ønsker_ikke_guide": "G1 | G2",
        }
    )
    assert request == Request(
        id="B1",
        given_name="Test-Birk",
        area="Sydby",
        languages=("polsk",),
        gender="mand",
        waiting_since=date(2025, 11, 20),
        urgent=True,
        wants_help_with=("indkøb",),
        experiences=("flugt",),
        interests=("sang",),
        dislikes=("støj",),
        gives=("selskab",),
        times=(Slot(6, 0, 1440),),
        travel_minutes_max=0,
        wanted_gender="kvinde",
        excluded_guides=("G1", "G2"),
    )


def test_run_out_papers_are_noticed_and_a_wish_from_tomorrow_too() -> None:
    guides = guides_of(
        {"guide_id": "G1", "uddannet_til": "19-03-2026"},
        {"guide_id": "G2", "attest_til": "20-03-2026"},
        {"guide_id": "G3", "uddannet_til": "nej"},
    )
    assert [notice.render("da") for notice in guides.notices] == [
        "guider.csv: Guider, der ikke kan matches nu, fordi uddannelse eller straffeattest ikke gælder længere: 2."
    ]
    requests = requests_of({"borger_id": "B1", "ønsket_siden": "21-03-2026"})
    assert [notice.render("da") for notice in requests.notices] == [
        "borgere.csv, række 2, kolonne ønsket_siden: 21-03-2026 ligger i fremtiden. "
        "Borgeren regnes for at have spurgt i dag."
    ]


def test_wrong_cells_are_told_with_what_to_write() -> None:
    with pytest.raises(SpreadsheetErrors) as refused:
        guides_of(
            {"guide_id": "G1", "kapacitet": "to", "tider": "man 12-9"},
            {"guide_id": "G1|G2", "tider": "mandag morgen", "uddannet_til": "ja"},
            {"guide_id": "G3", "aktive": "1,5", "rejse_minutter": "1441", "sprog": "x" * 101},
            {"guide_id": "g3", "interesser": "|".join(map(str, range(51)))},
        )
    assert error_texts(refused) == [
        "guider.csv, række 2, kolonne kapacitet: 'to' er ikke et tal. Skriv fx 2.",
        "guider.csv, række 2, kolonne tider: "
        "Tiden i 'man 12-9' skal ligge mellem 00:00 og 24:00 og slutte senere, end den begynder.",
        "guider.csv, række 3, kolonne guide_id: "
        "'G1|G2' kan ikke være et id. Et id har højst 100 tegn og hverken | eller komma.",
        "guider.csv, række 3, kolonne tider: "
        "'mandag morgen' er ikke en ugentlig tid. Skriv fx man 09:00-12:00 | tor eftermiddag.",
        "guider.csv, række 3, kolonne uddannet_til: 'ja' er ikke en dato. Skriv dag-måned-år, fx 31-12-2026.",
        f"guider.csv, række 4, kolonne sprog: '{'x' * 39}…' er for langt. Skil ordene med | eller komma.",
        "guider.csv, række 4, kolonne aktive: '1,5' er ikke et tal. Skriv fx 1.",
        "guider.csv, række 4, kolonne rejse_minutter: 1441 er uden for 0 til 1440.",
        "guider.csv, række 5, kolonne interesser: Cellen har 51 ord; der må højst være 50.",
        "guider.csv, række 5, kolonne guide_id: 'g3' står allerede i række 4. Hver må kun stå én gang.",
    ]


@pytest.mark.parametrize(
    ("written", "slots"),
    [
        ("man 09:00-12:00 | tor eftermiddag", [(0, 540, 720), (3, 720, 1020)]),
        ("Mandag kl. 9–12, LØR", [(0, 540, 720), (5, 0, 1440)]),
        ("tirs. 9.30 - 10.15|søndag aften", [(1, 570, 615), (6, 1020, 1320)]),
        ("loer formiddag | soen 00:00-24:00", [(5, 480, 720), (6, 0, 1440)]),
        ("ons 9-12 | ons 11-14 | ons 14-15 | ons 16-17", [(2, 540, 900), (2, 960, 1020)]),
        ("| fre 8-9 | ", [(4, 480, 540)]),
    ],
)
def test_weekly_times_are_read_as_people_write_them(written: str, slots: list[tuple[int, int, int]]) -> None:
    assert read_times(written) == tuple(Slot(*slot) for slot in slots)


@pytest.mark.parametrize(
    "written", ["man 9-12 og 14-16", "9-12", "morgen", "man 25-26", "man 9:60-11", "man 12-12", "man ٩-12"]
)
def test_times_that_nobody_can_be_sure_of_are_faults(written: str) -> None:
    with pytest.raises(CellError):
        read_times(written)


def test_sheets_that_do_not_fit_together_are_refused_with_all_their_faults() -> None:
    with pytest.raises(SpreadsheetErrors) as refused:
        read_pool(
            guides=SpreadsheetFile(
                "guider.csv", csv_bytes(GUIDE_HEADER, {"guide_id": "G1", "område": "Vestby"})
            ),
            requests=SpreadsheetFile(
                "borgere.csv",
                csv_bytes(
                    REQUEST_HEADER,
                    {
                        "borger_id": "B1",
                        "område": "NORDBY",
                        "ønsket_siden": "01-03-2026",
                        "ønsker_ikke_guide": "G1, G9",
                    },
                    {"borger_id": "B2", "område": "Østby", "ønsket_siden": "01-03-2026"},
                ),
            ),
            areas=SpreadsheetFile("omraader.csv", AREAS.encode()),
            travel_times=SpreadsheetFile("rejsetider.csv", b"fra;til;minutter\nN1;Sydby;10\nN1;Midtby;10\n"),
            today=TODAY,
        )
    assert error_texts(refused) == [
        "borgere.csv, række 2, kolonne ønsker_ikke_guide: Guiden 'G9' er ikke på listen over guider.",
        "guider.csv, række 2, kolonne område: Området 'Vestby' er ikke på listen over områder.",
        "borgere.csv, række 3, kolonne område: Området 'Østby' er ikke på listen over områder.",
        "rejsetider.csv, række 3, kolonne til: Området 'Midtby' er ikke på listen over områder.",
    ]


def test_the_faults_of_all_the_files_are_told_at_once() -> None:
    with pytest.raises(SpreadsheetErrors) as refused:
        read_pool(
            guides=SpreadsheetFile("guider.csv", b""),
            requests=SpreadsheetFile(
                "borgere.csv", csv_bytes(REQUEST_HEADER, {"borger_id": "B1", "haster": "?"})
            ),
            areas=SpreadsheetFile("omraader.csv", b"navn\nNordby\n"),
            travel_times=SpreadsheetFile("rejsetider.csv", b"fra;til;minutter\nN;S;10\nn;s;11\n"),
            today=TODAY,
        )
    assert [text.split(":")[0] for text in error_texts(refused)] == [
        "guider.csv",
        "borgere.csv, række 2, kolonne ønsket_siden",
        "borgere.csv, række 2, kolonne haster",
        "omraader.csv, kolonne område",
        "omraader.csv, kolonne bredde",
        "omraader.csv, kolonne længde",
        "rejsetider.csv, række 3, kolonne fra",
    ]


def test_with_no_list_of_areas_every_word_is_an_area() -> None:
    guides = guides_of({"guide_id": "G1", "område": "Vestby", "aktive": "5"})
    assert cross_check(guides, requests_of({"borger_id": "B1", "område": "Østby"})) == ()


def test_people_from_elsewhere_are_checked_without_rows() -> None:
    stored = ParsedSpreadsheet(values=(Guide(id="G1", given_name="", area="Vestby"),))
    issues = cross_check(
        stored,
        requests_of({"borger_id": "B1", "ønsker_ikke_guide": "G2"}),
        ParsedSpreadsheet[Area](values=()),
    )
    assert [issue.row for issue in issues] == [2, None]


def test_swapped_coordinates_are_noticed() -> None:
    areas = spreadsheets_files.read_areas(AREAS.replace("56,2;10,2", "10,2;56,2").encode(), "omraader.csv")
    assert [notice.render("da") for notice in areas.notices] == [
        "omraader.csv: Disse områder ligger uden for Danmark: N1. Er bredde og længde byttet om?"
    ]


DOCUMENT = (ROOT / "docs" / "reference" / "spreadsheets.md").read_text(encoding="utf-8")


def example(kind: str) -> str:
    """The fenced example of that kind in docs/reference/spreadsheets.md."""
    return DOCUMENT.split(f"```{kind}\n")[1].split("```")[0]


def test_the_documented_sheets_are_read_together_without_a_notice() -> None:
    pool, notices = read_pool(
        guides=SpreadsheetFile("guider.csv", example("csv guides").encode()),
        requests=SpreadsheetFile("borgere.csv", example("csv requests").encode()),
        areas=SpreadsheetFile("omraader.csv", example("csv areas").encode()),
        travel_times=SpreadsheetFile("rejsetider.csv", example("csv travel").encode()),
        today=TODAY,
    )
    assert notices == ()
    assert [len(part) for part in (pool.guides, pool.requests, pool.areas, pool.travel_times)] == [2, 2, 3, 2]
    assert pool.guides[1].interests == ("skak", "cykling")


def test_the_documented_faults_are_those_of_the_documented_sheet() -> None:
    with pytest.raises(SpreadsheetErrors) as refused:
        spreadsheets_files.read_areas(example("csv broken").encode(), "omraader.csv")
    assert error_texts(refused) == example("text faults").splitlines()


def test_every_column_is_documented() -> None:
    for column in (*GUIDE_COLUMNS, *REQUEST_COLUMNS):
        assert f"| `{column.name}` |" in DOCUMENT
    for column in (*AREA_COLUMNS, *TRAVEL_COLUMNS):
        assert f"`{column.name}`" in DOCUMENT
