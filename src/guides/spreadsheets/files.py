"""Spreadsheets of guides, requests, areas and travel times: parsed, checked against each other, and written.

Formats: docs/reference/spreadsheets.md.
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

# Denmark in degrees. A position outside has probably swapped latitude and longitude.
LATITUDES = (54.0, 58.0)
LONGITUDES = (7.0, 16.0)


class SpreadsheetFile(NamedTuple):
    """An uploaded file: the name that messages use, and its bytes."""

    name: str
    content: bytes


class ParsedSpreadsheet(msgspec.Struct, Generic[Value], frozen=True, kw_only=True):
    """The values of a spreadsheet, in its order. Values from the database have no file, rows or columns."""

    values: tuple[Value, ...]
    file: str = ""
    rows: tuple[int, ...] = ()  # the row number of each value, as a spreadsheet program shows it
    columns: dict[str, str] = {}  # field -> header as spelled in the file
    notices: tuple[SpreadsheetIssue, ...] = ()
    cprs: dict[str, str] = {}  # id in the file -> CPR number, for the rows that have one

    def __iter__(self) -> Iterator[Value]:
        return iter(self.values)

    def __len__(self) -> int:
        return len(self.values)

    def values_with_rows(self) -> Iterator[tuple[int | None, Value]]:
        """Each value with its row number, None for values from the database."""
        rows: Sequence[int | None] = self.rows or (None,) * len(self.values)
        return zip(rows, self.values, strict=True)


def read_guides(content: bytes, file_name: str, *, today: date) -> ParsedSpreadsheet[Guide]:
    """The guides in a spreadsheet; a notice counts those whose training or record check expired before today.

    Raises SpreadsheetErrors.
    """
    spreadsheet = read_spreadsheet(content, columns=GUIDE_COLUMNS, file_name=file_name, unique=("id",))
    guides = _parse_rows(spreadsheet, Guide)
    expired_count = sum(
        any(day is None or day < today for day in (guide.trained_until, guide.checked_until))
        for guide in guides
    )
    if not expired_count:
        return guides
    return _with_notice(
        guides,
        N_("Guides who cannot be matched now, because training or record check has run out: %(count)d."),
        count=expired_count,
    )


def read_requests(content: bytes, file_name: str, *, today: date) -> ParsedSpreadsheet[Request]:
    """The requests in a spreadsheet; notices name those dated after today, which count as made today.

    Raises SpreadsheetErrors.
    """
    spreadsheet = read_spreadsheet(
        content, columns=(*REQUEST_COLUMNS, CPR_COLUMN), file_name=file_name, unique=("id",)
    )
    requests = msgspec.structs.replace(_parse_rows(spreadsheet, Request), cprs=_unique_cprs(spreadsheet))
    notices = ErrorCollector(requests.file)
    for row, request in requests.values_with_rows():
        if request.waiting_since > today:
            notices.add(
                N_("%(value)s is in the future. The citizen counts as having asked today."),
                row=row,
                column=requests.columns["waiting_since"],
                value=f"{request.waiting_since:%d-%m-%Y}",
            )
    return msgspec.structs.replace(requests, notices=requests.notices + notices.all())


def _unique_cprs(spreadsheet: Spreadsheet) -> dict[str, str]:
    """The CPR numbers by the id of their row. Raises SpreadsheetErrors for a duplicate, without repeating it."""
    first_rows: dict[str, int] = {}
    errors = ErrorCollector(spreadsheet.file)
    for row in spreadsheet.rows:
        if (cpr := row.values.get("cpr")) and (first := first_rows.setdefault(cpr, row.number)) != row.number:
            errors.add(
                N_("The CPR number of this row stands in row %(first)d already."),
                row=row.number,
                column=spreadsheet.columns["cpr"],
                first=first,
            )
    if errors:
        raise SpreadsheetErrors(errors.all())
    return {row.values["id"]: row.values["cpr"] for row in spreadsheet.rows if row.values.get("cpr")}


def read_areas(content: bytes, file_name: str) -> ParsedSpreadsheet[Area]:
    """The areas in a spreadsheet; a notice names those outside Denmark. Raises SpreadsheetErrors."""
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
    """The measured travel times in a spreadsheet. Raises SpreadsheetErrors."""
    spreadsheet = read_spreadsheet(
        content, columns=TRAVEL_COLUMNS, file_name=file_name, unique=("start", "end")
    )
    return _parse_rows(spreadsheet, TravelTime)


def cross_check(
    guides: ParsedSpreadsheet[Guide] | None,
    requests: ParsedSpreadsheet[Request] | None,
    areas: ParsedSpreadsheet[Area] | None = None,
    travel_times: ParsedSpreadsheet[TravelTime] | None = None,
) -> tuple[SpreadsheetIssue, ...]:
    """Errors between spreadsheets that are valid alone: a guide or an area that none of them lists.

    Spreadsheets that are None are not checked. More pairings than capacity are no error: the guide has no room. An
    area is listed by its id or its name; without a list of areas every area is accepted.
    """
    errors: tuple[SpreadsheetIssue, ...] = ()
    if guides is not None and requests is not None:
        errors += _unknown_guides(requests, guides)
    if areas is not None:
        area_fields = ((guides, ("area",)), (requests, ("area",)), (travel_times, ("start", "end")))
        for parsed, fields in area_fields:
            if parsed is not None:
                errors += _unknown_areas(parsed, fields, areas)
    return errors


def read_pool(
    *,
    guides: SpreadsheetFile,
    requests: SpreadsheetFile,
    areas: SpreadsheetFile | None = None,
    travel_times: SpreadsheetFile | None = None,
    today: date,
) -> tuple[Pool, tuple[SpreadsheetIssue, ...]]:
    """Everyone in the files, and the notices. Raises SpreadsheetErrors with the errors of all files at once.

    Only spreadsheets without errors of their own are checked against each other.
    """
    errors: list[SpreadsheetIssue] = []

    def read(
        reader: Callable[[SpreadsheetFile], ParsedSpreadsheet[Value]], file: SpreadsheetFile | None
    ) -> ParsedSpreadsheet[Value] | None:
        try:
            return None if file is None else reader(file)
        except SpreadsheetErrors as invalid:
            errors.extend(invalid.errors)
            return None

    all_guides = read(lambda file: read_guides(file.content, file.name, today=today), guides)
    all_requests = read(lambda file: read_requests(file.content, file.name, today=today), requests)
    all_areas = read(lambda file: read_areas(file.content, file.name), areas)
    all_travel_times = read(lambda file: read_travel_times(file.content, file.name), travel_times)
    spreadsheets = (all_guides, all_requests, all_areas, all_travel_times)
    errors += cross_check(*spreadsheets)
    if errors or all_guides is None or all_requests is None:
        raise SpreadsheetErrors(errors)
    pool = Pool(
        guides=all_guides.values,
        requests=all_requests.values,
        areas=() if all_areas is None else all_areas.values,
        travel_times=() if all_travel_times is None else all_travel_times.values,
        today=today,
    )
    return pool, tuple(notice for parsed in spreadsheets if parsed is not None for notice in parsed.notices)


def write_guides(guides: Iterable[Guide]) -> bytes:
    """The file that `read_guides` reads as these guides. Raises ValueError for a tag that contains | or a comma."""
    return _write_spreadsheet(GUIDE_COLUMNS, guides)


def write_requests(requests: Iterable[Request]) -> bytes:
    """The file that `read_requests` reads as these requests. Raises ValueError for a tag that contains | or a comma."""
    return _write_spreadsheet(REQUEST_COLUMNS, requests)


def write_areas(areas: Iterable[Area]) -> bytes:
    """The file that `read_areas` reads as these areas."""
    return _write_spreadsheet(AREA_COLUMNS, areas)


def write_travel_times(travel_times: Iterable[TravelTime]) -> bytes:
    """The file that `read_travel_times` reads as these travel times."""
    return _write_spreadsheet(TRAVEL_COLUMNS, travel_times)


def _write_spreadsheet(columns: Sequence[ColumnSpec], values: Iterable[Any]) -> bytes:
    rows = ([column.cell.serialize(getattr(value, column.field)) for column in columns] for value in values)
    return write_csv([column.name for column in columns], rows)


def _parse_rows(spreadsheet: Spreadsheet, struct: type[Value]) -> ParsedSpreadsheet[Value]:
    return ParsedSpreadsheet(
        values=tuple(
            struct(**{field: value for field, value in row.values.items() if field != CPR_COLUMN.field})
            for row in spreadsheet.rows
        ),
        file=spreadsheet.file,
        rows=tuple(row.number for row in spreadsheet.rows),
        columns=spreadsheet.columns,
        notices=spreadsheet.notices,
    )


def _with_notice(
    parsed: ParsedSpreadsheet[Value], message: str, **values: str | int
) -> ParsedSpreadsheet[Value]:
    notice = SpreadsheetIssue(file=parsed.file, message=message, values=values)
    return msgspec.structs.replace(parsed, notices=(*parsed.notices, notice))


def _unknown_guides(
    requests: ParsedSpreadsheet[Request], guides: ParsedSpreadsheet[Guide]
) -> tuple[SpreadsheetIssue, ...]:
    known_ids = {guide.id for guide in guides}
    errors = ErrorCollector(requests.file)
    for row, request in requests.values_with_rows():
        for guide_id in request.excluded_guides:
            if guide_id not in known_ids:
                errors.add(
                    N_("There is no guide '%(value)s' in the list of guides."),
                    row=row,
                    column=requests.columns.get("excluded_guides"),
                    value=quoted(guide_id),
                )
    return errors.all()


def _unknown_areas(
    parsed: ParsedSpreadsheet[Any], fields: tuple[str, ...], areas: ParsedSpreadsheet[Area]
) -> tuple[SpreadsheetIssue, ...]:
    known_areas = {fold(name) for area in areas for name in (area.id, area.name)} | {""}
    errors = ErrorCollector(parsed.file)
    for row, value in parsed.values_with_rows():
        for field in fields:
            area = getattr(value, field)
            if fold(area) not in known_areas:
                errors.add(
                    N_("The area '%(value)s' is not in the list of areas."),
                    row=row,
                    column=parsed.columns.get(field),
                    value=quoted(area),
                )
    return errors.all()
