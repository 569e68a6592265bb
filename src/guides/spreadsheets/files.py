"""The municipality's sheets of guides, requests, areas and travel times: into values, checked together, and back.

Formats: docs/files.md.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from foundation.i18n import N_
from foundation.spreadsheets.errors import ErrorCollector, SpreadsheetErrors, SpreadsheetIssue, quoted
from foundation.spreadsheets.reader import ColumnSpec, Spreadsheet, read_spreadsheet
from foundation.spreadsheets.writer import write_csv
from guides.matching.model import Guide, Pool, Request, fold
from guides.spreadsheets.columns import (
    AREA_COLUMNS,
    CPR_COLUMN,
    GUIDE_COLUMNS,
    REQUEST_COLUMNS,
    TRAVEL_COLUMNS,
)
from people.directory.model import Area, TravelTime

Value = TypeVar("Value")

# Denmark with its waters, degrees; outside it the two numbers were probably swapped.
LATITUDES = (54.0, 58.0)
LONGITUDES = (7.0, 16.0)


class SpreadsheetFile(NamedTuple):
    """A file as it came: what messages call it, and its bytes."""

    name: str
    content: bytes


class ParsedSpreadsheet(msgspec.Struct, Generic[Value], frozen=True, kw_only=True):
    """What a sheet lists, in its order. Values that came from elsewhere have no file, no rows and no columns."""

    values: tuple[Value, ...]
    file: str = ""
    rows: tuple[int, ...] = ()  # the row of each value, as the spreadsheet shows it
    columns: dict[str, str] = {}  # field → header as the file spells it
    notices: tuple[SpreadsheetIssue, ...] = ()
    cprs: dict[str, str] = {}  # id in the file → CPR number, where the sheet gives one

    def __iter__(self) -> Iterator[Value]:
        return iter(self.values)

    def __len__(self) -> int:
        return len(self.values)

    def values_with_rows(self) -> Iterator[tuple[int | None, Value]]:
        """Each value with its row, or None where it came from elsewhere."""
        rows: Sequence[int | None] = self.rows or (None,) * len(self.values)
        return zip(rows, self.values, strict=True)


def read_guides(content: bytes, file_name: str, *, today: date) -> ParsedSpreadsheet[Guide]:
    """The guides in a sheet; a notice counts those whose training or record check ended before today.

    Raises SpreadsheetErrors.
    """
    sheet = read_spreadsheet(content, columns=GUIDE_COLUMNS, file_name=file_name, unique=("id",))
    guides = _parse_rows(sheet, Guide)
    ended = sum(
        any(day is None or day < today for day in (guide.trained_until, guide.checked_until))
        for guide in guides
    )
    if not ended:
        return guides
    return _with_notice(
        guides,
        N_("Guides who cannot be matched now, because training or record check has run out: %(count)d."),
        count=ended,
    )


def read_requests(content: bytes, file_name: str, *, today: date) -> ParsedSpreadsheet[Request]:
    """The requests in a sheet; notices name wishes dated after today, which count as made today. Raises SpreadsheetErrors."""
    sheet = read_spreadsheet(
        content, columns=(*REQUEST_COLUMNS, CPR_COLUMN), file_name=file_name, unique=("id",)
    )
    requests = msgspec.structs.replace(_parse_rows(sheet, Request), cprs=_unique_cprs(sheet))
    early = ErrorCollector(requests.file)
    for row, request in requests.values_with_rows():
        if request.waiting_since > today:
            early.add(
                N_("%(value)s is in the future. The citizen counts as having asked today."),
                row=row,
                column=requests.columns["waiting_since"],
                value=f"{request.waiting_since:%d-%m-%Y}",
            )
    return msgspec.structs.replace(requests, notices=requests.notices + early.all())


def _unique_cprs(sheet: Spreadsheet) -> dict[str, str]:
    """The CPR numbers by the rows' ids. Raises SpreadsheetErrors for one that stands there twice; it is never shown."""
    first_rows: dict[str, int] = {}
    faults = ErrorCollector(sheet.file)
    for row in sheet.rows:
        if (cpr := row.values.get("cpr")) and (first := first_rows.setdefault(cpr, row.number)) != row.number:
            faults.add(
                N_("The CPR number of this row stands in row %(first)d already."),
                row=row.number,
                column=sheet.columns["cpr"],
                first=first,
            )
    if faults:
        raise SpreadsheetErrors(faults.all())
    return {row.values["id"]: row.values["cpr"] for row in sheet.rows if row.values.get("cpr")}


def read_areas(content: bytes, file_name: str) -> ParsedSpreadsheet[Area]:
    """The areas in a sheet; a notice tells of places outside Denmark. Raises SpreadsheetErrors."""
    areas = _parse_rows(
        read_spreadsheet(content, columns=AREA_COLUMNS, file_name=file_name, unique=("id",)), Area
    )
    outside = [
        area.id
        for area in areas
        if not (
            LATITUDES[0] <= area.latitude <= LATITUDES[1] and LONGITUDES[0] <= area.longitude <= LONGITUDES[1]
        )
    ]
    if not outside:
        return areas
    return _with_notice(
        areas,
        N_("These areas lie outside Denmark: %(areas)s. Are latitude and longitude swapped?"),
        areas=quoted(", ".join(outside)),
    )


def read_travel_times(content: bytes, file_name: str) -> ParsedSpreadsheet[TravelTime]:
    """The measured travel times in a sheet. Raises SpreadsheetErrors."""
    sheet = read_spreadsheet(content, columns=TRAVEL_COLUMNS, file_name=file_name, unique=("start", "end"))
    return _parse_rows(sheet, TravelTime)


def cross_check(
    guides: ParsedSpreadsheet[Guide] | None,
    requests: ParsedSpreadsheet[Request] | None,
    areas: ParsedSpreadsheet[Area] | None = None,
    travel_times: ParsedSpreadsheet[TravelTime] | None = None,
) -> tuple[SpreadsheetIssue, ...]:
    """What each sheet may say alone but not beside the others: a guide or an area that no sheet lists.

    Sheets that are None are not asked about. A guide with more pairings than capacity is no fault: there is no room,
    that is all. An area is known by its id or its name; with no list of areas every word is one.
    """
    faults: tuple[SpreadsheetIssue, ...] = ()
    if guides is not None and requests is not None:
        faults += _unknown_guides(requests, guides)
    if areas is not None:
        placed = ((guides, ("area",)), (requests, ("area",)), (travel_times, ("start", "end")))
        for listed, fields in placed:
            if listed is not None:
                faults += _unknown_areas(listed, fields, areas)
    return faults


def read_pool(
    *,
    guides: SpreadsheetFile,
    requests: SpreadsheetFile,
    areas: SpreadsheetFile | None = None,
    travel_times: SpreadsheetFile | None = None,
    today: date,
) -> tuple[Pool, tuple[SpreadsheetIssue, ...]]:
    """Everyone in the files, and the notices. Raises SpreadsheetErrors with the faults of all the files at once.

    Sheets are held against each other where each is right by itself.
    """
    faults: list[SpreadsheetIssue] = []

    def read(
        reader: Callable[[SpreadsheetFile], ParsedSpreadsheet[Value]], file: SpreadsheetFile | None
    ) -> ParsedSpreadsheet[Value] | None:
        try:
            return None if file is None else reader(file)
        except SpreadsheetErrors as found:
            faults.extend(found.errors)
            return None

    all_guides = read(lambda file: read_guides(file.content, file.name, today=today), guides)
    all_requests = read(lambda file: read_requests(file.content, file.name, today=today), requests)
    all_areas = read(lambda file: read_areas(file.content, file.name), areas)
    all_travel_times = read(lambda file: read_travel_times(file.content, file.name), travel_times)
    sheets = (all_guides, all_requests, all_areas, all_travel_times)
    faults += cross_check(*sheets)
    if faults or all_guides is None or all_requests is None:
        raise SpreadsheetErrors(faults)
    pool = Pool(
        guides=all_guides.values,
        requests=all_requests.values,
        areas=() if all_areas is None else all_areas.values,
        travel_times=() if all_travel_times is None else all_travel_times.values,
        today=today,
    )
    return pool, tuple(notice for sheet in sheets if sheet is not None for notice in sheet.notices)


def write_guides(guides: Iterable[Guide]) -> bytes:
    """The guides as `read_guides` takes them. Raises ValueError for a word that holds | or a comma."""
    return _write_spreadsheet(GUIDE_COLUMNS, guides)


def write_requests(requests: Iterable[Request]) -> bytes:
    """The requests as `read_requests` takes them. Raises ValueError for a word that holds | or a comma."""
    return _write_spreadsheet(REQUEST_COLUMNS, requests)


def write_areas(areas: Iterable[Area]) -> bytes:
    """The areas as `read_areas` takes them."""
    return _write_spreadsheet(AREA_COLUMNS, areas)


def write_travel_times(travel_times: Iterable[TravelTime]) -> bytes:
    """The travel times as `read_travel_times` takes them."""
    return _write_spreadsheet(TRAVEL_COLUMNS, travel_times)


def _write_spreadsheet(columns: Sequence[ColumnSpec], values: Iterable[Any]) -> bytes:
    rows = ([column.cell.serialize(getattr(value, column.field)) for column in columns] for value in values)
    return write_csv([column.name for column in columns], rows)


def _parse_rows(sheet: Spreadsheet, struct: type[Value]) -> ParsedSpreadsheet[Value]:
    return ParsedSpreadsheet(
        values=tuple(
            struct(**{field: value for field, value in row.values.items() if field != CPR_COLUMN.field})
            for row in sheet.rows
        ),
        file=sheet.file,
        rows=tuple(row.number for row in sheet.rows),
        columns=sheet.columns,
        notices=sheet.notices,
    )


def _with_notice(
    parsed: ParsedSpreadsheet[Value], message: str, **values: str | int
) -> ParsedSpreadsheet[Value]:
    notice = SpreadsheetIssue(file=parsed.file, message=message, values=values)
    return msgspec.structs.replace(parsed, notices=(*parsed.notices, notice))


def _unknown_guides(
    requests: ParsedSpreadsheet[Request], guides: ParsedSpreadsheet[Guide]
) -> tuple[SpreadsheetIssue, ...]:
    known = {guide.id for guide in guides}
    faults = ErrorCollector(requests.file)
    for row, request in requests.values_with_rows():
        for id in request.excluded_guides:
            if id not in known:
                faults.add(
                    N_("There is no guide '%(value)s' in the list of guides."),
                    row=row,
                    column=requests.columns.get("excluded_guides"),
                    value=quoted(id),
                )
    return faults.all()


def _unknown_areas(
    parsed: ParsedSpreadsheet[Any], fields: tuple[str, ...], areas: ParsedSpreadsheet[Area]
) -> tuple[SpreadsheetIssue, ...]:
    known = {fold(word) for area in areas for word in (area.id, area.name)} | {""}
    faults = ErrorCollector(parsed.file)
    for row, value in parsed.values_with_rows():
        for field in fields:
            area = getattr(value, field)
            if fold(area) not in known:
                faults.add(
                    N_("The area '%(value)s' is not in the list of areas."),
                    row=row,
                    column=parsed.columns.get(field),
                    value=quoted(area),
                )
    return faults.all()
