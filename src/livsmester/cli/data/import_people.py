"""`livsmester import`: import guides, requests, areas or travel times from a spreadsheet, in one transaction."""

import argparse
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine

from foundation.clock import Clock, system_clock
from foundation.crypto.encryption import Keys
from foundation.db.engine import make_engine
from foundation.db.transactions import write_transaction
from foundation.i18n import DEFAULT_LANGUAGE, LANGUAGES, N_, LazyText
from foundation.spreadsheets.errors import SpreadsheetErrors
from guides.imports import service as imports_service
from guides.imports.diff import ImportKind, Preview
from guides.spreadsheets.files import SpreadsheetFile
from livsmester.cli.files import EXIT_DATA_ERROR, EXIT_OK, CliError, print_error, read_file
from livsmester.keys import read_keys
from livsmester.settings import read_settings
from people.access.model import ANONYMOUS
from people.web.context import RequestContext

KINDS = {
    "guides": ImportKind.GUIDES,
    "requests": ImportKind.REQUESTS,
    "areas": ImportKind.AREAS,
    "travel": ImportKind.TRAVEL_TIMES,
}

DESCRIPTION = """\
Import a spreadsheet into the database: guides, citizens' requests for a guide, areas, or travel times between areas.

Reads CSV as a spreadsheet program saves it; docs/reference/spreadsheets.md describes the columns. Rows are identified by the
id in their first column: new ones are added, changed ones updated, none removed. Import areas first, then guides, then
requests."""

EXAMPLES = """\
examples:
  livsmester import areas omraader.csv
  livsmester import guides guider.csv --dry-run

exit codes: 0 done; 1 the data is wrong: every error is a line with file, row, column, and nothing is stored;
            2 wrong usage, or a file that cannot be opened"""


class _DryRunRollback(Exception):
    """Rolls back the transaction of a dry run."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "import",
        help="import guides, requests, areas or travel times into the database",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("kind", choices=tuple(KINDS), help="what the file lists")
    parser.add_argument("file", type=Path, metavar="FILE", help="the spreadsheet as CSV")
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
        keys = read_keys()
        engine = make_engine(read_settings().database_url)
        try:
            preview = import_file(
                engine, keys, system_clock, KINDS[arguments.kind], file, dry_run=arguments.dry_run
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
    for notice in preview.notices:
        print_error(notice.render(language))
    print(_summary(preview, dry_run=arguments.dry_run).render(language))
    return EXIT_OK


def import_file(
    engine: Engine, keys: Keys, clock: Clock, kind: ImportKind, file: SpreadsheetFile, *, dry_run: bool
) -> Preview:
    """Import the rows, or with `dry_run` only preview the changes. Raises SpreadsheetErrors."""
    previews: list[Preview] = []
    with suppress(_DryRunRollback), write_transaction(engine) as db:
        context = RequestContext(db, ANONYMOUS, clock(), keys=keys)
        previews.append(imports_service.import_file(context, kind, file.name, file.content))
        if dry_run:
            raise _DryRunRollback
    return previews[0]


def _summary(preview: Preview, *, dry_run: bool) -> LazyText:
    counts: dict[str, str | int] = {
        "new": len(preview.new),
        "changed": len(preview.changed),
        "unchanged": preview.unchanged,
        "missing": len(preview.missing),
    }
    if dry_run:
        return LazyText(
            N_(
                "This would be new: %(new)d, changed: %(changed)d, unchanged: %(unchanged)d. "
                "Kept but not in the file, and left as they are: %(missing)d. Nothing was stored."
            ),
            counts,
        )
    return LazyText(
        N_(
            "Stored. New: %(new)d, changed: %(changed)d, unchanged: %(unchanged)d. "
            "Kept but not in the file, and left as they are: %(missing)d."
        ),
        counts,
    )
