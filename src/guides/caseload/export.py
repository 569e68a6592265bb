"""The lists of citizens and guides as CSV files that the import reads; extra columns are at the end.

Formats: docs/reference/spreadsheets.md.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from foundation.spreadsheets.reader import ColumnSpec
from foundation.spreadsheets.writer import write_csv
from guides.caseload.model import CITIZEN_STATE_LABELS, GUIDE_STATE_LABELS, CitizenRow, GuideRow
from guides.pool.model import GuideRecord, RequestRecord
from guides.spreadsheets.columns import GUIDE_COLUMNS, REQUEST_COLUMNS

# The same in every language, like the other headers: other software reads them.
CITIZEN_EXTRA_HEADERS = ("navn", "status", "guide")
GUIDE_EXTRA_HEADERS = ("navn", "status")


def write_citizens(
    citizens: Iterable[tuple[CitizenRow, RequestRecord]],
    file_ids: Mapping[str, str],
    gettext: Callable[[str], str],
) -> bytes:
    """Returns the CSV of citizens with their newest request.

    `file_ids` maps our ids to those of the municipality's files.
    """
    rows = []
    for row, record in citizens:
        request = msgspec.structs.replace(
            record.request,
            id=file_ids[row.citizen_id],
            excluded_guides=tuple(file_ids[id] for id in record.request.excluded_guides),
        )
        rows.append(
            [
                *_cells(REQUEST_COLUMNS, request),
                row.name,
                gettext(CITIZEN_STATE_LABELS[row.state]),
                row.guide_name,
            ]
        )
    return write_csv([*(column.name for column in REQUEST_COLUMNS), *CITIZEN_EXTRA_HEADERS], rows)


def write_guide_list(
    guides: Iterable[tuple[GuideRow, GuideRecord]], file_ids: Mapping[str, str], gettext: Callable[[str], str]
) -> bytes:
    """Returns the CSV of guides with everything that is stored about them."""
    rows = [
        [
            *_cells(GUIDE_COLUMNS, msgspec.structs.replace(record.guide, id=file_ids[row.guide_id])),
            row.name,
            gettext(GUIDE_STATE_LABELS[row.state]),
        ]
        for row, record in guides
    ]
    return write_csv([*(column.name for column in GUIDE_COLUMNS), *GUIDE_EXTRA_HEADERS], rows)


def _cells(columns: Sequence[ColumnSpec], value: Any) -> list[Any]:
    return [column.cell.serialize(getattr(value, column.field)) for column in columns]
