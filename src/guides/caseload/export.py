"""The lists of citizens and guides as sheets that the import reads; what it does not know stands in columns at the end.

Formats: docs/files.md.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from foundation.spreadsheets.reader import Column
from foundation.spreadsheets.writer import write_sheet
from guides.caseload.model import CITIZEN_STATES, GUIDE_STATES, CitizenLine, GuideLine
from guides.pool.model import KeptGuide, KeptRequest
from guides.spreadsheets.columns import GUIDE_COLUMNS, REQUEST_COLUMNS

# Like the other headers the same in every language: programs read them.
CITIZEN_EXTRA = ("navn", "status", "guide")
GUIDE_EXTRA = ("navn", "status")


def write_citizens(
    found: Iterable[tuple[CitizenLine, KeptRequest]],
    file_ids: Mapping[str, str],
    gettext: Callable[[str], str],
) -> bytes:
    """Citizens with their newest wish. People go by the id that the municipality's files use, or by their own."""
    rows = []
    for line, kept in found:
        request = msgspec.structs.replace(
            kept.request,
            id=file_ids[line.citizen_id],
            excluded_guides=tuple(file_ids[id] for id in kept.request.excluded_guides),
        )
        rows.append(
            [
                *_cells(REQUEST_COLUMNS, request),
                line.name,
                gettext(CITIZEN_STATES[line.state]),
                line.guide_name,
            ]
        )
    return write_sheet([*(column.name for column in REQUEST_COLUMNS), *CITIZEN_EXTRA], rows)


def write_guide_list(
    found: Iterable[tuple[GuideLine, KeptGuide]], file_ids: Mapping[str, str], gettext: Callable[[str], str]
) -> bytes:
    """Guides with what is held about them."""
    rows = [
        [
            *_cells(GUIDE_COLUMNS, msgspec.structs.replace(kept.guide, id=file_ids[line.guide_id])),
            line.name,
            gettext(GUIDE_STATES[line.state]),
        ]
        for line, kept in found
    ]
    return write_sheet([*(column.name for column in GUIDE_COLUMNS), *GUIDE_EXTRA], rows)


def _cells(columns: Sequence[Column], value: Any) -> list[Any]:
    return [column.cell.write(getattr(value, column.field)) for column in columns]
