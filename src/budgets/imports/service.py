"""Importing grants and purchases from spreadsheets: every row is a command of the importing budget officer.

A command's idempotency key is made of the row's own id, so importing a file again changes nothing. All rows
or none: the caller must roll back when SpreadsheetErrors is raised. Formats: docs/reference/spreadsheets.md.
"""

from collections.abc import Sequence

import msgspec

from budgets import errors as budgets_errors
from budgets.commands import working_set_store
from budgets.commands.messages import AllocateToGoal, Command, MakeGrant, RecordPurchase
from budgets.commands.service import Outcome, execute_all
from budgets.commands.working_set import SubmittedCommand
from budgets.records import funds as records_funds
from foundation.i18n import N_
from foundation.money import AmountError, format_ore, parse_ore
from foundation.spreadsheets.cells import DATE, YES_NO, CellType, text_cell
from foundation.spreadsheets.errors import CellError, ErrorCollector, SpreadsheetErrors, quoted
from foundation.spreadsheets.reader import ColumnSpec, Row, Spreadsheet, read_spreadsheet
from people.access.model import Role
from people.directory import store as directory_store
from people.web.context import RequestContext
from plans import store as plans_store

ROWS_AT_ONCE = 1_000


def _parse_ore(text: str) -> int:
    try:
        return parse_ore(text)
    except AmountError as error:
        raise CellError(error.text.message, **error.text.values) from error


_ID, _TEXT, _ORE = text_cell(50), text_cell(500), CellType(_parse_ore, lambda amount_ore: amount_ore)
GRANT_COLUMNS = (
    ColumnSpec(name="bevilling_id", field="id", cell=_ID, required=True),
    ColumnSpec(name="borger_id", field="citizen", cell=_ID, required=True),
    ColumnSpec(name="pulje", field="fund", cell=_TEXT, required=True),
    ColumnSpec(name="beløb", field="amount_ore", cell=_ORE, required=True),
    ColumnSpec(name="fra", field="starts_on", cell=DATE, required=True),
    ColumnSpec(name="til", field="ends_on", cell=DATE, required=True),
    ColumnSpec(name="lovgrundlag", field="legal_basis", cell=_TEXT, required=True),
    ColumnSpec(name="mål", field="goal", cell=_TEXT),
)
PURCHASE_COLUMNS = (
    ColumnSpec(name="køb_id", field="id", cell=_ID, required=True),
    ColumnSpec(name="bevilling_id", field="grant", cell=_ID, required=True),
    ColumnSpec(name="mål", field="goal", cell=_TEXT, required=True),
    ColumnSpec(name="dato", field="bought_on", cell=DATE, required=True),
    ColumnSpec(name="beløb", field="amount_ore", cell=_ORE, required=True),
    ColumnSpec(name="hvad", field="what", cell=_TEXT, required=True),
    ColumnSpec(name="udlæg", field="outlay", cell=YES_NO, empty=False),
)


class ImportResult(msgspec.Struct, frozen=True):
    """How many rows were new, and how many had been imported before."""

    imported: int
    already_imported: int


def import_grants(context: RequestContext, content: bytes, file_name: str) -> ImportResult:
    """Make the grants that a spreadsheet lists; a row with a goal allocates all of its money to that goal.

    Raises SpreadsheetErrors.
    """
    sheet = read_spreadsheet(content, columns=GRANT_COLUMNS, file_name=file_name, unique=("id",))
    collector = ErrorCollector(sheet.file)
    citizens = directory_store.people_by_file_id(context.db, Role.CITIZEN)
    funds = records_funds.fund_names(context.db)
    grants: list[tuple[Row, MakeGrant]] = []
    for row in sheet.rows:
        value = row.values
        citizen, fund_id = citizens.get(value["citizen"]), funds.get(value["fund"].lower())
        if citizen is None:
            _add_error(collector, sheet, row, "citizen", N_("No citizen has the id '%(value)s'."))
        if fund_id is None:
            _add_error(collector, sheet, row, "fund", N_("No fund is called '%(value)s'."))
        if value["ends_on"] < value["starts_on"]:
            _add_error(collector, sheet, row, "ends_on", N_("The last day can't be before the first."))
        if citizen is not None and fund_id is not None:
            command = MakeGrant(
                fund_id, citizen.id, value["amount_ore"], value["starts_on"], value["ends_on"],
                value["legal_basis"],
            )  # fmt: skip
            grants.append((row, command))
    already_imported = _execute_rows(context, sheet, collector, grants, "grant")
    grant_ids = working_set_store.completed_results(
        context.db, [_idempotency_key("grant", row) for row in sheet.rows]
    )
    allocations: list[tuple[Row, Command]] = []
    for row, command in grants:
        grant_id = grant_ids.get(_idempotency_key("grant", row))
        if row.values["goal"] and grant_id is not None:
            goal_id = _goal_id(context, command.citizen_id, row.values["goal"])
            if goal_id is None:
                _add_error(collector, sheet, row, "goal", N_("The citizen has no goal called '%(value)s'."))
            else:
                allocations.append((row, AllocateToGoal(grant_id, goal_id, command.amount_ore)))
    _execute_rows(context, sheet, collector, allocations, "share")
    return _result(sheet, collector, already_imported)


def import_purchases(context: RequestContext, content: bytes, file_name: str) -> ImportResult:
    """Record the purchases that a spreadsheet lists, on grants imported by `import_grants`.

    Raises SpreadsheetErrors.
    """
    sheet = read_spreadsheet(content, columns=PURCHASE_COLUMNS, file_name=file_name, unique=("id",))
    collector = ErrorCollector(sheet.file)
    grant_keys = {row.values["grant"]: f"import:grant:{row.values['grant']}" for row in sheet.rows}
    grant_ids = working_set_store.completed_results(context.db, list(grant_keys.values()))
    grants = records_funds.grants(context.db, set(grant_ids.values()))
    purchases: list[tuple[Row, Command]] = []
    for row in sheet.rows:
        value = row.values
        grant_id = grant_ids.get(grant_keys[value["grant"]])
        if grant_id is None:
            _add_error(collector, sheet, row, "grant", N_("No grant has come in with the id '%(value)s'."))
            continue
        goal_id = _goal_id(context, grants[grant_id].citizen_id, value["goal"])
        if goal_id is None:
            _add_error(collector, sheet, row, "goal", N_("The citizen has no goal called '%(value)s'."))
            continue
        command = RecordPurchase(
            grant_id, goal_id, value["amount_ore"], value["bought_on"], value["what"], value["outlay"]
        )
        purchases.append((row, command))
    already_imported = _execute_rows(context, sheet, collector, purchases, "purchase")
    return _result(sheet, collector, already_imported)


def _idempotency_key(kind: str, row: Row) -> str:
    return f"import:{kind}:{row.values['id']}"


def _goal_id(context: RequestContext, citizen_id: str, title: str) -> str | None:
    titles = plans_store.titles(context.db, citizen_id)
    return next(
        (goal_id for goal_id, own_title in titles.items() if own_title.casefold() == title.casefold()), None
    )


def _execute_rows(
    context: RequestContext,
    sheet: Spreadsheet,
    collector: ErrorCollector,
    commands: Sequence[tuple[Row, Command]],
    kind: str,
) -> int:
    """Execute the rows' commands and collect every rejection; returns how many had been executed before."""
    already_executed = len(
        working_set_store.completed_results(context.db, [_idempotency_key(kind, row) for row, _ in commands])
    )
    for start in range(0, len(commands), ROWS_AT_ONCE):
        batch = commands[start : start + ROWS_AT_ONCE]
        submissions = [
            SubmittedCommand(context.actor, command, _idempotency_key(kind, row)) for row, command in batch
        ]
        for (row, _), outcome in zip(batch, execute_all(context.db, submissions, context.now), strict=True):
            if isinstance(outcome, Exception):
                _add_refusal(collector, sheet, row, outcome)
    return already_executed


def _add_refusal(collector: ErrorCollector, sheet: Spreadsheet, row: Row, refusal: Outcome) -> None:
    match refusal:
        case budgets_errors.Overdrawn():
            left = format_ore(max(refusal.balance_ore, 0), "da")
            _add_error(collector, sheet, row, "amount_ore", N_("There is only %(left)s there."), left=left)
        case budgets_errors.OverLimit():
            limit = format_ore(refusal.limit_ore, "da")
            _add_error(
                collector,
                sheet,
                row,
                "amount_ore",
                N_("One citizen can get %(limit)s at the most"),
                limit=limit,
            )
        case budgets_errors.OutsidePeriod():
            days = {"first": f"{refusal.starts_on:%d-%m-%Y}", "last": f"{refusal.ends_on:%d-%m-%Y}"}
            field = "bought_on" if "bought_on" in row.values else "starts_on"
            _add_error(collector, sheet, row, field, N_("Choose a day from %(first)s to %(last)s."), **days)
        case budgets_errors.PeriodClosed():
            message = N_("The books are closed until %(day)s. Choose a later day.")
            field = "bought_on" if "bought_on" in row.values else "id"
            _add_error(collector, sheet, row, field, message, day=f"{refusal.through:%d-%m-%Y}")
        case budgets_errors.IdempotencyKeyReused():
            message = N_("'%(value)s' came in before with other content. Give the row an id of its own.")
            _add_error(collector, sheet, row, "id", message)
        case budgets_errors.GrantClosed():
            _add_error(collector, sheet, row, "id", N_("The grant is closed already."))
        case budgets_errors.NoSuchRecord():
            _add_error(collector, sheet, row, "goal", N_("The goal '%(value)s' has no money."))
        case _:
            _add_error(collector, sheet, row, "id", N_("The budget officer may not do this for the citizen."))


def _add_error(
    collector: ErrorCollector, sheet: Spreadsheet, row: Row, field: str, message: str, **values: str
) -> None:
    value = quoted(str(row.values[field]))
    collector.add(message, row=row.number, column=sheet.columns[field], **({"value": value} | values))


def _result(sheet: Spreadsheet, collector: ErrorCollector, already_imported: int) -> ImportResult:
    if collector:
        raise SpreadsheetErrors(collector.all())
    return ImportResult(len(sheet.rows) - already_imported, already_imported)
