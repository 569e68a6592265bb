"""The lists of citizens and guides as sheets that the import reads; what it does not know stands in columns at the end.

Formats: docs/files.md.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from foundation.spreadsheets.reader import ColumnSpec
from foundation.spreadsheets.writer import write_csv
from guides.caseload.model import CITIZEN_STATE_LABELS, GUIDE_STATE_LABELS, CitizenRow, GuideRow
from guides.pool.model import GuideRecord, RequestRecord
from guides.spreadsheets.columns import GUIDE_COLUMNS, REQUEST_COLUMNS

# Like the other headers the same in every language: programs read them.
CITIZEN_EXTRA_HEADERS = ("navn", "status", "guide")
GUIDE_EXTRA_HEADERS = ("navn", "status")


def write_citizens(
    citizens: Iterable[tuple[CitizenRow, RequestRecord]],
    file_ids: Mapping[str, str],
    gettext: Callable[[str], str],
) -> bytes:
    """Citizens with their newest wish. People go by the id that the municipality's files use, or by their own."""
    rows = []
    for line, kept in citizens:
        request = msgspec.structs.replace(
            kept.request,
            id=file_ids[line.citizen_id],
            excluded_guides=tuple(file_ids[id] for id in kept.request.excluded_guides),
        )
        rows.append(
            [
                *_cells(REQUEST_COLUMNS, request),
                line.name,
                gettext(CITIZEN_STATE_LABELS[line.state]),
                line.guide_name,
            ]
        )
    return write_csv([*(column.name for column in REQUEST_COLUMNS), *CITIZEN_EXTRA_HEADERS], rows)


def write_guide_list(
    guides: Iterable[tuple[GuideRow, GuideRecord]], file_ids: Mapping[str, str], gettext: Callable[[str], str]
) -> bytes:
    """Guides with what is held about them."""
    rows = [
        [
            *_cells(GUIDE_COLUMNS, msgspec.structs.replace(kept.guide, id=file_ids[line.guide_id])),
            line.name,
            gettext(GUIDE_STATE_LABELS[line.state]),
        ]
        for line, kept in guides
    ]
    return write_csv([*(column.name for column in GUIDE_COLUMNS), *GUIDE_EXTRA_HEADERS], rows)


def _cells(columns: Sequence[ColumnSpec], value: Any) -> list[Any]:
    return [column.cell.serialize(getattr(value, column.field)) for column in columns]
