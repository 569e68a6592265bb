"""`livsmester import`: bring a sheet into the database, all of it or nothing."""

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
Bring a sheet into the database: guides, citizens' wishes for a guide, areas, or travel times between areas.

Reads CSV as a spreadsheet saves it; docs/files.md tells the columns. Rows are known by the ids in their first column:
who is new is added, who has changed is changed, nobody is removed. Areas come first, then guides, then requests."""

EXAMPLES = """\
examples:
  livsmester import areas omraader.csv
  livsmester import guides guider.csv --dry-run

exit codes: 0 done; 1 the data is wrong: every fault is a line with file, row, column, and nothing is stored;
            2 wrong usage, or a file that cannot be opened"""


class _DryRunRollback(Exception):
    """Undoes the transaction of a dry run."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser(
        "import",
        help="bring guides, requests, areas or travel times into the database",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("kind", choices=tuple(KINDS), help="what the sheet lists")
    parser.add_argument("file", type=Path, metavar="FILE", help="the sheet")
    parser.add_argument("--dry-run", action="store_true", help="say what would change, and store nothing")
    parser.add_argument(
        "--language", choices=LANGUAGES, default=DEFAULT_LANGUAGE, help="of the messages (default: da)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Import the sheet; faults go to standard error, a line each. Gives the exit code."""
    language: str = arguments.language
    try:
        sheet = read_file(arguments.file)
        keys = read_keys()
        engine = make_engine(read_settings().database_url)
        try:
            found = import_file(
                engine, keys, system_clock, KINDS[arguments.kind], sheet, dry_run=arguments.dry_run
            )
        finally:
            engine.dispose()
    except SpreadsheetErrors as refused:
        for fault in refused.errors:
            print_error(fault.render(language))
        print_error(LazyText(N_("Nothing was stored.")).render(language))
        return EXIT_DATA_ERROR
    except CliError as refused:
        print_error(refused.text.render(language))
        return refused.exit_code
    for notice in found.notices:
        print_error(notice.render(language))
    print(_summary(found, dry_run=arguments.dry_run).render(language))
    return EXIT_OK


def import_file(
    engine: Engine, keys: Keys, clock: Clock, kind: ImportKind, file: SpreadsheetFile, *, dry_run: bool
) -> Preview:
    """Store what the sheet changes, or only tell what it would change. Raises SpreadsheetErrors."""
    found: list[Preview] = []
    with suppress(_DryRunRollback), write_transaction(engine) as db:
        context = RequestContext(db, ANONYMOUS, clock(), keys=keys)
        found.append(imports_service.import_file(context, kind, file.name, file.content))
        if dry_run:
            raise _DryRunRollback
    return found[0]


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
