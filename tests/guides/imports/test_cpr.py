"""CPR numbers in the spreadsheet of requests: checked, encrypted, never repeated. They are of people born in 1858."""

import pytest

from foundation.db.transactions import read_transaction
from foundation.spreadsheets.errors import SpreadsheetErrors
from guides.caseload import store as caseload_store
from guides.caseload.model import ListQuery
from guides.imports import service as imports_service
from guides.imports.diff import ImportKind, Preview
from people.identity import service as identity_service
from tests.support.guide_files import AISHA, REQUESTS, import_text
from tests.support.guide_scenario import GuideScenario

pytestmark = pytest.mark.usefixtures("midtby")

HEADER = REQUESTS.replace("\n", ";cpr\n")


def row(file_id: str, cpr: str) -> str:
    return AISHA.replace("B1", file_id).replace("G2\n", f";{cpr}\n")


def test_numbers_come_in_and_find_their_citizens(scenario: GuideScenario) -> None:
    preview = import_text(scenario, ImportKind.REQUESTS, HEADER + row("B1", "010158-5000") + row("B2", ""))
    assert [notice.values for notice in preview.notices] == [{"count": 1}]
    with read_transaction(scenario.engine) as db:
        rows, _ = caseload_store.citizens(db, ListQuery(), limit=None, offset=0)
    with scenario.people.acting_as(scenario.coordinator) as context:
        citizen_id = identity_service.find_by_cpr(context, "0101585000")
    assert citizen_id in {row.citizen_id for row in rows}


def test_the_same_sheet_again_says_nothing_and_a_sheet_without_the_column_changes_nothing(
    scenario: GuideScenario,
) -> None:
    import_text(scenario, ImportKind.REQUESTS, HEADER + row("B1", "0101585000"))
    assert not import_text(scenario, ImportKind.REQUESTS, HEADER + row("B1", "010158 5000")).notices
    import_text(scenario, ImportKind.REQUESTS, REQUESTS + AISHA.replace("G2", ""))
    with scenario.people.acting_as(scenario.coordinator) as context:
        assert identity_service.find_by_cpr(context, "0101585000")


def test_a_spreadsheet_that_dropped_the_leading_zero_is_understood(scenario: GuideScenario) -> None:
    import_text(scenario, ImportKind.REQUESTS, HEADER + row("B1", "101585000"))
    with scenario.people.acting_as(scenario.coordinator) as context:
        assert identity_service.find_by_cpr(context, "0101585000")


@pytest.mark.parametrize(
    "rows",
    [
        row("B1", "3102585000"),
        row("B1", "12345"),
        row("B1", "0101585000") + row("B2", "010158-5000"),
    ],
)
def test_a_wrong_number_is_named_by_its_row_and_never_repeated(scenario: GuideScenario, rows: str) -> None:
    with pytest.raises(SpreadsheetErrors) as raised:
        import_text(scenario, ImportKind.REQUESTS, HEADER + rows)
    (error,) = raised.value.errors
    assert error.column == "cpr"
    assert not [cpr for cpr in ("5000", "12345") if cpr in error.render("da")]


def test_a_number_of_somebody_else_stops_the_sheet(scenario: GuideScenario) -> None:
    import_text(scenario, ImportKind.REQUESTS, HEADER + row("B1", "0101585000"))
    with pytest.raises(SpreadsheetErrors, match="row 2, column cpr"):
        import_text(scenario, ImportKind.REQUESTS, HEADER + row("B9", "0101585000"))


def test_a_staged_spreadsheet_is_encrypted(scenario: GuideScenario) -> None:
    with scenario.people.acting_as(scenario.coordinator) as context:
        imports_service.stage_upload(
            context, ImportKind.REQUESTS, "fil.csv", (HEADER + row("B1", "0101585000")).encode()
        )
        (content,) = context.db.exec_driver_sql("SELECT content FROM guides_upload").scalars()
    assert b"0101585000" not in bytes(content)


def test_a_preview_holds_no_number(scenario: GuideScenario) -> None:
    preview: Preview = import_text(scenario, ImportKind.REQUESTS, HEADER + row("B1", "0101585000"))
    assert "5000" not in str(preview)
