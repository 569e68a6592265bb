"""`livsmester import-money`: import grants or purchases from a spreadsheet into the ledger, in one transaction."""

import argparse
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, Engine

from budgets.imports.service import ImportResult, import_grants, import_purchases
from foundation.clock import Clock, system_clock
from foundation.db.engine import make_engine
from foundation.db.transactions import write_transaction
from foundation.i18n import DEFAULT_LANGUAGE, LANGUAGES, N_, LazyText
from foundation.spreadsheets.errors import SpreadsheetErrors
from guides.spreadsheets.files import SpreadsheetFile
from livsmester.cli.files import EXIT_DATA_ERROR, EXIT_OK, EXIT_USAGE_ERROR, CliError, print_error, read_file
from livsmester.settings import read_settings
from people.access.model import Actor, Role
from people.credentials import account_store
from people.directory import store as directory_store
from people.sign_in.service import normalize_username
from people.web.context import RequestContext

KINDS: dict[str, Callable[[RequestContext, bytes, str], ImportResult]] = {
    "grants": import_grants,
    "purchases": import_purchases,
}

DESCRIPTION = """\
Import a spreadsheet of grants, or of purchases on those grants, into the ledger.

Reads CSV as a spreadsheet program saves it; docs/reference/spreadsheets.md describes the columns. Every row is executed as
the budget officer whom --officer names, by the same rules as in the browser. A row is identified by its id: importing a
file again changes nothing."""

EXAMPLES = """\
examples:
  livsmester import-money grants bevillinger.csv --officer odin --dry-run
  livsmester import-money purchases koeb.csv --officer odin

exit codes: 0 done; 1 the data is wrong: every error is a line with file, row, column, and nothing is stored;
            2 wrong usage, or a file that cannot be opened"""


class _DryRunRollback(Exception):
    """Rolls back the transaction of a dry run."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "import-money",
        help="import grants or purchases into the ledger",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("kind", choices=tuple(KINDS), help="what the file lists")
    parser.add_argument("file", type=Path, metavar="FILE", help="the spreadsheet as CSV")
    parser.add_argument(
        "--officer", required=True, metavar="NAME", help="the sign-in name of the budget officer who does it"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would change, and store nothing")
    parser.add_argument(
        "--language", choices=LANGUAGES, default=DEFAULT_LANGUAGE, help="of the messages (default: da)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Import the spreadsheet; errors go to standard error, one per line. Returns the exit code."""
    language: str = arguments.language
    try:
        file = read_file(arguments.file)
        engine = make_engine(read_settings().database_url)
        try:
            result = import_file(
                engine, system_clock, arguments.kind, file, arguments.officer, dry_run=arguments.dry_run
            )
        finally:
            engine.dispose()
    except SpreadsheetErrors as error:
        for cell_error in error.errors:
            print_error(cell_error.render(language))
        print_error(LazyText(N_("Nothing was stored.")).render(language))
        return EXIT_DATA_ERROR
    except CliError as error:
        print_error(error.text.render(language))
        return error.exit_code
    message = (
        N_("This would be new: %(new)d. Come in before: %(known)d. Nothing was stored.")
        if arguments.dry_run
        else N_("Stored. New: %(new)d. Come in before: %(known)d.")
    )
    print(LazyText(message, {"new": result.imported, "known": result.already_imported}).render(language))
    return EXIT_OK


def import_file(
    engine: Engine, clock: Clock, kind: str, file: SpreadsheetFile, officer_name: str, *, dry_run: bool
) -> ImportResult:
    """Import the rows, or with `dry_run` only count what would be new. Raises SpreadsheetErrors, CliError."""
    results: list[ImportResult] = []
    with suppress(_DryRunRollback), write_transaction(engine) as db:
        context = RequestContext(db, _find_officer(db, officer_name), clock())
        results.append(KINDS[kind](context, file.content, file.name))
        if dry_run:
            raise _DryRunRollback
    return results[0]


def _find_officer(db: Connection, name: str) -> Actor:
    """The budget officer with that sign-in name. Raises CliError."""
    account = account_store.account(db, normalize_username(name))
    roles = () if account is None else directory_store.roles(db, account.person_id)
    if (
        account is None
        or account.disabled_at is not None
        or Role.BUDGET_OFFICER not in {assignment.role for assignment in roles}
    ):
        raise CliError(
            EXIT_USAGE_ERROR, LazyText(N_("%(name)s is no budget officer who may sign in."), {"name": name})
        )
    return Actor(account.person_id, roles=roles)
