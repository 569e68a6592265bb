"""`livsmester ledger`: export the ledger for spreadsheets, API clients and bookkeeping tools; verify it; expire reservations."""

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
Write the whole ledger, or one fund's, as it is now or was on a date; docs/reference/ledger-exports.md describes the formats.

  csv        a row for each entry, with the fund's account string, for spreadsheets
  json       everything, amounts in whole øre, for other systems
  hledger    a journal that `hledger check` accepts
  beancount  a file that `bean-check` accepts

Citizens appear as the ids of their grants. Descriptions of purchases are included as people wrote them. The change
log records every export."""

VERIFY_DESCRIPTION = (
    "Recomputes every balance, every sum and each fund's hash chain from the rows, and reports violations with the ids "
    "of examples. Nothing is changed. A rewritten chain is detected by `livsmester audit verify --anchor`."
)


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command's parser."""
    ledger = subparsers.add_parser("ledger", help="export the ledger, verify it, and expire reservations")
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
        help="the last effective date to include, for example 31-12-2026",
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
        help="check every movement, balance and hash chain; exit code 1 on a violation",
        description=VERIFY_DESCRIPTION,
    )
    verify.set_defaults(run=run_verify)
    expire = actions.add_parser(
        "lapse",
        help="release reservations that were not used in time",
        description="Releases reservations that were not used in time. The server does so every hour.",
    )
    expire.set_defaults(run=run_lapse)


def _parse_date(text: str) -> date:
    try:
        return parse_date(text)
    except CellError as error:
        message = LazyText(error.message, error.values).render(DEFAULT_LANGUAGE)
        raise argparse.ArgumentTypeError(message) from None


def run_export(arguments: argparse.Namespace) -> int:
    """Write the ledger; returns the exit code."""
    engine = make_engine(read_settings().database_url)
    try:
        check_output(arguments.output)
        with write_transaction(engine) as db:  # committed first: nothing is exported without a log entry
            scope = record_export(db, arguments.fund, arguments.as_of, arguments.format, system_clock())
        # One snapshot: else a movement in between would make the exported balances and entries disagree.
        with repeatable_read(engine) as db:
            write_chunks(arguments.output, WRITERS[arguments.format](read_journal(db, scope)))
    except CliError as error:
        print_error(error.text.render(arguments.language))
        return error.exit_code
    finally:
        engine.dispose()
    return EXIT_OK


def record_export(
    db: Connection, fund_name: str | None, as_of: date | None, output_format: str, now: datetime
) -> LedgerScope:
    """Record the export in the change log; returns its scope. Raises CliError for an unknown fund."""
    fund_id = None
    if fund_name is not None:
        id_by_name = {name.casefold(): known_id for name, known_id in fund_ids(db).items()}
        fund_id = id_by_name.get(fund_name.casefold())
        if fund_id is None:
            raise CliError(
                EXIT_DATA_ERROR, LazyText(N_("There is no fund called “%(name)s”."), {"name": fund_name})
            )
    details: dict[str, str | int] = {"format": output_format, "as_of": "" if as_of is None else f"{as_of}"}
    web_context.record_change(
        RequestContext(db, ANONYMOUS, now), "livsmester:ledger:export", fund_id or "", details
    )
    return LedgerScope(fund_id, as_of)


def run_verify(_: argparse.Namespace) -> int:
    """Check the ledger; returns the exit code."""
    engine = make_engine(read_settings().database_url)
    try:
        with repeatable_read(engine) as db:
            problems = [
                f"Broken: {violation.rule}: {violation.count} times, for example {', '.join(violation.ids)}."
                for violation in ledger_verify.rule_violations(db)
            ]
            for fund_id, name in ledger_verify.fund_names(db).items():
                try:
                    with closing(ledger_verify.fund_chain(db, fund_id)) as links:
                        head = verify(links)
                    print(f"{name}: {head.sequence} movements, {head.hash}")
                except ChainBroken as error:
                    problems.append(f"Broken: the chain of {name}: {error}.")
    finally:
        engine.dispose()
    for problem in problems:
        print_error(problem)
    return EXIT_DATA_ERROR if problems else EXIT_OK


def run_lapse(_: argparse.Namespace) -> int:
    """Expire reservations that were not used in time; returns the exit code."""
    engine = make_engine(read_settings().database_url)
    try:
        print(f"{expire_reservations(engine, system_clock())} requests lapsed")
    finally:
        engine.dispose()
    return EXIT_OK
