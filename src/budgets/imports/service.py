"""Grants and purchases from a municipality's sheets: every row an order of the budget officer who brings them in.

The key of an order is made of the row's own id, so a file that is read again changes nothing. All of it or none: the
caller's transaction is to be undone when SheetFaults is raised. Formats: docs/files.md.
"""

from collections.abc import Sequence

import msgspec

from budgets import errors as budgets_errors
from budgets.commands import working_set_store
from budgets.commands.messages import Allocate, Command, MakeGrant, RecordPurchase
from budgets.commands.service import Outcome, carry_out_all
from budgets.commands.working_set import Order
from budgets.records import funds as records_funds
from foundation.i18n import N_
from foundation.money import AmountFault, format_ore, parse_ore
from foundation.spreadsheets.cells import DATE, YES_NO, Cell, text_cell
from foundation.spreadsheets.errors import CellFault, FaultList, SheetFaults, shown
from foundation.spreadsheets.reader import Column, Row, Sheet, read_sheet
from people.access.model import Role
from people.directory import store as directory_store
from people.web.context import Visit
from plans import store as plans_store

ROWS_AT_ONCE = 1_000


def _read_ore(text: str) -> int:
    try:
        return parse_ore(text)
    except AmountFault as problem:
        raise CellFault(problem.text.message, **problem.text.values) from problem


_ID, _WORDS, _ORE = text_cell(50), text_cell(500), Cell(_read_ore, lambda amount_ore: amount_ore)
GRANT_COLUMNS = (
    Column(name="bevilling_id", field="id", cell=_ID, needed=True),
    Column(name="borger_id", field="citizen", cell=_ID, needed=True),
    Column(name="pulje", field="fund", cell=_WORDS, needed=True),
    Column(name="beløb", field="amount_ore", cell=_ORE, needed=True),
    Column(name="fra", field="starts_on", cell=DATE, needed=True),
    Column(name="til", field="ends_on", cell=DATE, needed=True),
    Column(name="lovgrundlag", field="legal_basis", cell=_WORDS, needed=True),
    Column(name="mål", field="goal", cell=_WORDS),
)
PURCHASE_COLUMNS = (
    Column(name="køb_id", field="id", cell=_ID, needed=True),
    Column(name="bevilling_id", field="grant", cell=_ID, needed=True),
    Column(name="mål", field="goal", cell=_WORDS, needed=True),
    Column(name="dato", field="bought_on", cell=DATE, needed=True),
    Column(name="beløb", field="amount_ore", cell=_ORE, needed=True),
    Column(name="hvad", field="what", cell=_WORDS, needed=True),
    Column(name="udlæg", field="outlay", cell=YES_NO, empty=False),
)


class Imported(msgspec.Struct, frozen=True):
    """How many rows were new, and how many had been brought in before."""

    new: int
    known: int


def bring_in_grants(visit: Visit, content: bytes, file_name: str) -> Imported:
    """Grant what the sheet lists; with a goal all of the money goes to it at once. Raises SheetFaults."""
    sheet = read_sheet(content, columns=GRANT_COLUMNS, file_name=file_name, unique=("id",))
    faults = FaultList(sheet.file)
    citizens = directory_store.people_by_file_id(visit.db, Role.CITIZEN)
    funds = records_funds.fund_names(visit.db)
    made: list[tuple[Row, Command]] = []
    for row in sheet.rows:
        value = row.values
        citizen, fund_id = citizens.get(value["citizen"]), funds.get(value["fund"].lower())
        if citizen is None:
            _fault(faults, sheet, row, "citizen", N_("No citizen has the id '%(value)s'."))
        if fund_id is None:
            _fault(faults, sheet, row, "fund", N_("No fund is called '%(value)s'."))
        if value["ends_on"] < value["starts_on"]:
            _fault(faults, sheet, row, "ends_on", N_("The last day can't be before the first."))
        if citizen is not None and fund_id is not None:
            made.append(
                (
                    row,
                    MakeGrant(
                        fund_id, citizen.id, value["amount_ore"], value["starts_on"], value["ends_on"],
                        value["legal_basis"],
                    ),
                )
            )  # fmt: skip
    known = _give(visit, sheet, faults, made, "grant")
    grant_ids = working_set_store.results(visit.db, [_key("grant", row) for row in sheet.rows])
    shares: list[tuple[Row, Command]] = []
    for row, command in made:
        grant_id = grant_ids.get(_key("grant", row))
        if row.values["goal"] and grant_id is not None and isinstance(command, MakeGrant):
            goal_id = _goal(visit, command.citizen_id, row.values["goal"])
            if goal_id is None:
                _fault(faults, sheet, row, "goal", N_("The citizen has no goal called '%(value)s'."))
            else:
                shares.append((row, Allocate(grant_id, goal_id, command.amount_ore)))
    _give(visit, sheet, faults, shares, "share")
    return _done(sheet, faults, known)


def bring_in_purchases(visit: Visit, content: bytes, file_name: str) -> Imported:
    """Record the purchases that the sheet lists, on grants that came in by a sheet. Raises SheetFaults."""
    sheet = read_sheet(content, columns=PURCHASE_COLUMNS, file_name=file_name, unique=("id",))
    faults = FaultList(sheet.file)
    grant_keys = {row.values["grant"]: f"import:grant:{row.values['grant']}" for row in sheet.rows}
    grant_ids = working_set_store.results(visit.db, list(grant_keys.values()))
    grants = records_funds.grants(visit.db, set(grant_ids.values()))
    made: list[tuple[Row, Command]] = []
    for row in sheet.rows:
        value = row.values
        grant_id = grant_ids.get(grant_keys[value["grant"]])
        if grant_id is None:
            _fault(faults, sheet, row, "grant", N_("No grant has come in with the id '%(value)s'."))
            continue
        goal_id = _goal(visit, grants[grant_id].citizen_id, value["goal"])
        if goal_id is None:
            _fault(faults, sheet, row, "goal", N_("The citizen has no goal called '%(value)s'."))
            continue
        command = RecordPurchase(
            grant_id, goal_id, value["amount_ore"], value["bought_on"], value["what"], value["outlay"]
        )
        made.append((row, command))
    return _done(sheet, faults, _give(visit, sheet, faults, made, "purchase"))


def _key(kind: str, row: Row) -> str:
    return f"import:{kind}:{row.values['id']}"


def _goal(visit: Visit, citizen_id: str, title: str) -> str | None:
    titles = plans_store.titles(visit.db, citizen_id)
    return next((key for key, one in titles.items() if one.casefold() == title.casefold()), None)


def _give(
    visit: Visit, sheet: Sheet, faults: FaultList, made: Sequence[tuple[Row, Command]], kind: str
) -> int:
    """Carry the orders out, noting every refusal; gives how many had been carried out before."""
    known = len(working_set_store.results(visit.db, [_key(kind, row) for row, _ in made]))
    for start in range(0, len(made), ROWS_AT_ONCE):
        some = made[start : start + ROWS_AT_ONCE]
        orders = [Order(visit.actor, command, _key(kind, row)) for row, command in some]
        for (row, _), outcome in zip(some, carry_out_all(visit.db, orders, visit.now), strict=True):
            if isinstance(outcome, Exception):
                _refused(faults, sheet, row, outcome)
    return known


def _refused(faults: FaultList, sheet: Sheet, row: Row, refusal: Outcome) -> None:
    match refusal:
        case budgets_errors.Overdrawn():
            left = format_ore(max(refusal.balance_ore, 0), "da")
            _fault(faults, sheet, row, "amount_ore", N_("There is only %(left)s there."), left=left)
        case budgets_errors.OverLimit():
            limit = format_ore(refusal.limit_ore, "da")
            _fault(
                faults, sheet, row, "amount_ore", N_("One citizen can get %(limit)s at the most"), limit=limit
            )
        case budgets_errors.OutsidePeriod():
            days = {"first": f"{refusal.starts_on:%d-%m-%Y}", "last": f"{refusal.ends_on:%d-%m-%Y}"}
            field = "bought_on" if "bought_on" in row.values else "starts_on"
            _fault(faults, sheet, row, field, N_("Choose a day from %(first)s to %(last)s."), **days)
        case budgets_errors.PeriodShut():
            message = N_("The books are closed until %(day)s. Choose a later day.")
            field = "bought_on" if "bought_on" in row.values else "id"
            _fault(faults, sheet, row, field, message, day=f"{refusal.through:%d-%m-%Y}")
        case budgets_errors.KeyUsedBefore():
            message = N_("'%(value)s' came in before with other content. Give the row an id of its own.")
            _fault(faults, sheet, row, "id", message)
        case budgets_errors.GrantClosed():
            _fault(faults, sheet, row, "id", N_("The grant is closed already."))
        case budgets_errors.NoSuchRecord():
            _fault(faults, sheet, row, "goal", N_("The goal '%(value)s' has no money."))
        case _:
            _fault(faults, sheet, row, "id", N_("The budget officer may not do this for the citizen."))


def _fault(faults: FaultList, sheet: Sheet, row: Row, field: str, message: str, **values: str) -> None:
    value = shown(str(row.values[field]))
    faults.add(message, row=row.number, column=sheet.columns[field], **({"value": value} | values))


def _done(sheet: Sheet, faults: FaultList, known: int) -> Imported:
    if faults:
        raise SheetFaults(faults.all())
    return Imported(len(sheet.rows) - known, known)
