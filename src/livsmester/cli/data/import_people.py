"""`livsmester import`: bring a sheet into the database, all of it or nothing."""

import argparse
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine

from foundation.clock import Clock, system_clock
from foundation.crypto.encryption import Keys
from foundation.db.engine import connect
from foundation.db.transactions import writing
from foundation.i18n import DEFAULT, LANGUAGES, N_, Text
from foundation.spreadsheets.errors import SheetFaults
from guides.imports import service as imports_service
from guides.imports.diff import ImportKind, Preview
from guides.spreadsheets.files import SheetFile
from livsmester.cli.files import DATA_WRONG, DONE, Refused, read_file, tell
from livsmester.keys import read_keys
from livsmester.settings import read_settings
from people.access.model import NOBODY
from people.web.context import Visit

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


class _NotStored(Exception):
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
        "--language", choices=LANGUAGES, default=DEFAULT, help="of the messages (default: da)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Import the sheet; faults go to standard error, a line each. Gives the exit code."""
    language: str = arguments.language
    try:
        sheet = read_file(arguments.file)
        keys = read_keys()
        engine = connect(read_settings().database_url)
        try:
            found = bring_in(
                engine, keys, system_clock, KINDS[arguments.kind], sheet, dry_run=arguments.dry_run
            )
        finally:
            engine.dispose()
    except SheetFaults as refused:
        for fault in refused.faults:
            tell(fault.render(language))
        tell(Text(N_("Nothing was stored.")).render(language))
        return DATA_WRONG
    except Refused as refused:
        tell(refused.text.render(language))
        return refused.exit_code
    for notice in found.notices:
        tell(notice.render(language))
    print(_summary(found, dry_run=arguments.dry_run).render(language))
    return DONE


def bring_in(
    engine: Engine, keys: Keys, clock: Clock, kind: ImportKind, sheet: SheetFile, *, dry_run: bool
) -> Preview:
    """Store what the sheet changes, or only tell what it would change. Raises SheetFaults."""
    found: list[Preview] = []
    with suppress(_NotStored), writing(engine) as db:
        visit = Visit(db, NOBODY, clock(), keys=keys)
        found.append(imports_service.store_file(visit, kind, sheet.name, sheet.content))
        if dry_run:
            raise _NotStored
    return found[0]


def _summary(found: Preview, *, dry_run: bool) -> Text:
    counts: dict[str, str | int] = {
        "new": len(found.new),
        "changed": len(found.changed),
        "unchanged": found.unchanged,
        "missing": len(found.missing),
    }
    if dry_run:
        return Text(
            N_(
                "This would be new: %(new)d, changed: %(changed)d, unchanged: %(unchanged)d. "
                "Kept but not in the file, and left as they are: %(missing)d. Nothing was stored."
            ),
            counts,
        )
    return Text(
        N_(
            "Stored. New: %(new)d, changed: %(changed)d, unchanged: %(unchanged)d. "
            "Kept but not in the file, and left as they are: %(missing)d."
        ),
        counts,
    )
