"""CPR numbers in the sheet of requests: checked, sealed, never repeated. The numbers are of people born in 1858."""

import pytest

from foundation.db.transactions import reading
from foundation.spreadsheets.errors import SheetFaults
from guides.caseload import store as caseload_store
from guides.caseload.model import Find
from guides.imports import service as imports_service
from guides.imports.diff import ImportKind, Preview
from people.identity import service as identity_service
from tests.guides.neighbours import Neighbours
from tests.guides.test_import import AISHA, REQUESTS, bring_in

HEADER = REQUESTS.replace("\n", ";cpr\n")


def row(file_id: str, cpr: str) -> str:
    return AISHA.replace("B1", file_id).replace("G2\n", f";{cpr}\n")


def test_numbers_come_in_and_find_their_citizens(neighbours: Neighbours) -> None:
    seen = bring_in(neighbours, ImportKind.REQUESTS, HEADER + row("B1", "010158-5000") + row("B2", ""))
    assert [notice.values for notice in seen.notices] == [{"count": 1}]
    with reading(neighbours.engine) as db:
        lines, _ = caseload_store.citizens(db, Find(), limit=None, offset=0)
    with neighbours.people.acting(neighbours.coordinator) as visit:
        found = identity_service.find_by_cpr(visit, "0101585000")
    assert found in {line.citizen_id for line in lines}


def test_the_same_sheet_again_says_nothing_and_a_sheet_without_the_column_changes_nothing(
    neighbours: Neighbours,
) -> None:
    bring_in(neighbours, ImportKind.REQUESTS, HEADER + row("B1", "0101585000"))
    assert not bring_in(neighbours, ImportKind.REQUESTS, HEADER + row("B1", "010158 5000")).notices
    bring_in(neighbours, ImportKind.REQUESTS, REQUESTS + AISHA.replace("G2", ""))
    with neighbours.people.acting(neighbours.coordinator) as visit:
        assert identity_service.find_by_cpr(visit, "0101585000")


def test_a_spreadsheet_that_dropped_the_leading_zero_is_understood(neighbours: Neighbours) -> None:
    bring_in(neighbours, ImportKind.REQUESTS, HEADER + row("B1", "101585000"))
    with neighbours.people.acting(neighbours.coordinator) as visit:
        assert identity_service.find_by_cpr(visit, "0101585000")


@pytest.mark.parametrize(
    "rows",
    [
        row("B1", "3102585000"),
        row("B1", "12345"),
        row("B1", "0101585000") + row("B2", "010158-5000"),
    ],
)
def test_a_wrong_number_is_named_by_its_row_and_never_repeated(neighbours: Neighbours, rows: str) -> None:
    with pytest.raises(SheetFaults) as caught:
        bring_in(neighbours, ImportKind.REQUESTS, HEADER + rows)
    (fault,) = caught.value.faults
    assert fault.column == "cpr"
    assert not [cpr for cpr in ("5000", "12345") if cpr in fault.render("da")]


def test_a_number_of_somebody_else_stops_the_sheet(neighbours: Neighbours) -> None:
    bring_in(neighbours, ImportKind.REQUESTS, HEADER + row("B1", "0101585000"))
    with pytest.raises(SheetFaults, match="row 2, column cpr"):
        bring_in(neighbours, ImportKind.REQUESTS, HEADER + row("B9", "0101585000"))


def test_a_kept_sheet_lies_sealed(neighbours: Neighbours) -> None:
    with neighbours.people.acting(neighbours.coordinator) as visit:
        imports_service.keep(
            visit, ImportKind.REQUESTS, "fil.csv", (HEADER + row("B1", "0101585000")).encode()
        )
        (content,) = visit.db.exec_driver_sql("SELECT content FROM guides_upload").scalars()
    assert b"0101585000" not in bytes(content)


def test_a_sheet_that_leaves_holds_no_number(neighbours: Neighbours) -> None:
    seen: Preview = bring_in(neighbours, ImportKind.REQUESTS, HEADER + row("B1", "0101585000"))
    assert "5000" not in str(seen)
