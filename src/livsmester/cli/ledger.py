"""`livsmester ledger export`: the ledger for a spreadsheet, for programs, and for the bookkeeping tools that check it."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime

from sqlalchemy import Connection

from budgets.commands.service import expire_reservations
from budgets.export.beancount import beancount_lines
from budgets.export.csv_json import csv_chunks, json_chunks, text_chunks
from budgets.export.hledger import hledger_lines
from budgets.export.journal import Journal
from budgets.export.store import LedgerScope, fund_ids, read_journal
from budgets.ledger import verify as ledger_verify
from foundation.clock import system_clock
from foundation.crypto.hash_chain import ChainBroken, verify
from foundation.db.engine import make_engine
from foundation.db.transactions import repeatable_read, write_transaction
from foundation.i18n import DEFAULT_LANGUAGE, LANGUAGES, N_, LazyText
from foundation.spreadsheets.cells import parse_date
from foundation.spreadsheets.errors import CellError
from livsmester.cli.files import EXIT_DATA_ERROR, EXIT_OK, CliError, check_output, print_error, write_chunks
from livsmester.settings import read_settings
from people.access.model import ANONYMOUS
from people.web import context as web_context
from people.web.context import RequestContext

WRITERS: dict[str, Callable[[Journal], Iterator[bytes]]] = {
    "csv": csv_chunks,
    "json": json_chunks,
    "hledger": lambda journal: text_chunks(hledger_lines(journal)),
    "beancount": lambda journal: text_chunks(beancount_lines(journal)),
}

EXPORT_DESCRIPTION = """\
Write the whole ledger, or one fund's, as it stands or as it stood on a day; docs/ledger_files.md tells the formats.

  csv        a row for each entry, with the fund's account string: opens in a spreadsheet
  json       everything, amounts in whole øre: for programs
  hledger    a journal that `hledger check` proves
  beancount  a file that `bean-check` proves

Citizens stand in it as the ids of their grants. The words that people wrote about a purchase are in it as they wrote
them. The log of changes notes every export."""

VERIFY_DESCRIPTION = (
    "Computes every balance, every sum and each fund's chain anew from the rows themselves, and says which rule is broken "
    "and by what. Nothing is changed. A chain that somebody wrote anew is found by `livsmester audit verify --anchor`."
)


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command and what it can do."""
    ledger = subparsers.add_parser("ledger", help="write the ledger out for others to check, and check it")
    actions = ledger.add_subparsers(title="actions", metavar="ACTION", required=True)
    export = actions.add_parser(
        "export",
        help="write the ledger to a file",
        description=EXPORT_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    export.add_argument("--format", choices=tuple(WRITERS), default="csv", help="(default: csv)")
    export.add_argument(
        "--as-of",
        type=_parse_date,
        metavar="DATE",
        help="the last day of effect to take in, for example 31-12-2026",
    )
    export.add_argument("--fund", metavar="NAME", help="this fund only")
    export.add_argument(
        "--output", default="-", metavar="FILE", help="where it goes; - is standard output (default)"
    )
    export.add_argument(
        "--language", choices=LANGUAGES, default=DEFAULT_LANGUAGE, help="of the messages (default: da)"
    )
    export.set_defaults(run=run_export)
    verify = actions.add_parser(
        "verify",
        help="check every movement, balance and chain; exit code 1 says that something is wrong",
        description=VERIFY_DESCRIPTION,
    )
    verify.set_defaults(run=run_verify)
    lapse = actions.add_parser(
        "lapse",
        help="give back what was put aside and not used in time",
        description="Gives back what was put aside and not used in time. The server does it by itself every hour.",
    )
    lapse.set_defaults(run=run_lapse)


def _parse_date(text: str) -> date:
    try:
        return parse_date(text)
    except CellError as fault:
        message = LazyText(fault.message, fault.values).render(DEFAULT_LANGUAGE)
        raise argparse.ArgumentTypeError(message) from None


def run_export(arguments: argparse.Namespace) -> int:
    """Write the ledger; gives the exit code."""
    engine = make_engine(read_settings().database_url)
    try:
        check_output(arguments.output)
        with write_transaction(engine) as db:  # noted and committed first: nothing leaves that is not noted
            scope = record_export(db, arguments.fund, arguments.as_of, arguments.format, system_clock())
        with repeatable_read(engine) as db:
            write_chunks(arguments.output, WRITERS[arguments.format](read_journal(db, scope)))
    except CliError as refused:
        print_error(refused.text.render(arguments.language))
        return refused.exit_code
    finally:
        engine.dispose()
    return EXIT_OK


def record_export(
    db: Connection, fund_name: str | None, as_of: date | None, output_format: str, now: datetime
) -> LedgerScope:
    """What is to be written, noted in the log of changes. Raises Refused for a fund that nobody knows."""
    fund_id = None
    if fund_name is not None:
        known = {name.casefold(): one for name, one in fund_ids(db).items()}
        fund_id = known.get(fund_name.casefold())
        if fund_id is None:
            raise CliError(
                EXIT_DATA_ERROR, LazyText(N_("There is no fund called “%(name)s”."), {"name": fund_name})
            )
    facts: dict[str, str | int] = {"format": output_format, "as_of": "" if as_of is None else f"{as_of}"}
    web_context.record_change(
        RequestContext(db, ANONYMOUS, now), "livsmester:ledger:export", fund_id or "", facts
    )
    return LedgerScope(fund_id, as_of)


def run_verify(_: argparse.Namespace) -> int:
    """Check the ledger; gives the exit code."""
    engine = make_engine(read_settings().database_url)
    try:
        with repeatable_read(engine) as db:
            broken = [
                f"Broken: {fault.rule}: {fault.count} times, for example {', '.join(fault.ids)}."
                for fault in ledger_verify.rule_violations(db)
            ]
            for fund_id, name in ledger_verify.fund_names(db).items():
                try:
                    with closing(ledger_verify.fund_chain(db, fund_id)) as lines:
                        head = verify(lines)
                    print(f"{name}: {head.sequence} movements, {head.hash}")
                except ChainBroken as problem:
                    broken.append(f"Broken: the chain of {name}: {problem}.")
    finally:
        engine.dispose()
    for line in broken:
        print_error(line)
    return EXIT_DATA_ERROR if broken else EXIT_OK


def run_lapse(_: argparse.Namespace) -> int:
    """Give back what was put aside too long; gives the exit code."""
    engine = make_engine(read_settings().database_url)
    try:
        print(f"{expire_reservations(engine, system_clock())} requests lapsed")
    finally:
        engine.dispose()
    return EXIT_OK
