"""`livsmester match`: run the matching on files, without a database."""

import argparse
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from foundation.clock import local_date, system_clock
from foundation.i18n import DEFAULT_LANGUAGE, LANGUAGES, N_, LazyText, translations
from foundation.spreadsheets.cells import parse_date
from foundation.spreadsheets.errors import CellError, SpreadsheetErrors
from guides.matching.model import Pool
from guides.spreadsheets.files import SpreadsheetFile, read_pool
from livsmester.cli.files import (
    EXIT_DATA_ERROR,
    EXIT_OK,
    CliError,
    check_output,
    print_error,
    read_file,
    write_file,
)

SEED_MAX = 2**63 - 1

DESCRIPTION = """\
Propose guides for citizens from files alone; no database is needed or touched.

Reads CSV files as a spreadsheet program saves them (see docs/reference/spreadsheets.md), finds the best pairs for everyone
together and writes who is proposed for whom, with reasons for both, and who waits and why."""

EXAMPLES = """\
examples:
  livsmester match --guides guider.csv --requests borgere.csv --output forslag.csv
  livsmester match --guides guider.csv --requests borgere.csv --areas omraader.csv --policy policy.toml \\
                   --seed 7 --format json --output forslag.json

exit codes: 0 done; 1 the data is wrong: every error is a line with file, row, column, and nothing is written;
            2 wrong usage, or a file that cannot be opened"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "match",
        help="propose guides for citizens, from files alone",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--guides", type=Path, required=True, metavar="FILE", help="the guides")
    parser.add_argument(
        "--requests", type=Path, required=True, metavar="FILE", help="the citizens who ask for a guide"
    )
    parser.add_argument(
        "--areas",
        type=Path,
        metavar="FILE",
        help="the areas with coordinates; else areas are 30 minutes apart",
    )
    parser.add_argument("--travel", type=Path, metavar="FILE", help="measured travel times between areas")
    parser.add_argument("--policy", type=Path, metavar="FILE", help="what weighs how much, as TOML")
    parser.add_argument(
        "--seed",
        type=_parse_seed,
        default=0,
        metavar="N",
        help="decides between equally good pairs (default: 0)",
    )
    parser.add_argument(
        "--today",
        type=_parse_date,
        metavar="DATE",
        help="the day to match on, such as 31-12-2026 (default: today)",
    )
    parser.add_argument(
        "--format", choices=("csv", "json"), default="csv", help="json holds everything (default: csv)"
    )
    parser.add_argument(
        "--language",
        choices=LANGUAGES,
        default=DEFAULT_LANGUAGE,
        help="of reasons and messages (default: da)",
    )
    parser.add_argument(
        "--output", required=True, metavar="FILE", help="where the proposal goes; - is standard output"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Match and write the proposal; errors go to standard error, one per line. Returns the exit code."""
    language: str = arguments.language
    try:
        _match(arguments, language)
    except SpreadsheetErrors as error:
        for cell_error in error.errors:
            print_error(cell_error.render(language))
        print_error(LazyText(N_("Nothing was written.")).render(language))
        return EXIT_DATA_ERROR
    except CliError as error:
        print_error(error.text.render(language))
        return error.exit_code
    return EXIT_OK


def _match(arguments: argparse.Namespace, language: str) -> None:
    inputs = (arguments.guides, arguments.requests, arguments.areas, arguments.travel, arguments.policy)
    check_output(arguments.output, [path for path in inputs if path is not None])
    policy_file = None if arguments.policy is None else read_file(arguments.policy)
    pool, notices = read_pool(
        guides=read_file(arguments.guides),
        requests=read_file(arguments.requests),
        areas=None if arguments.areas is None else read_file(arguments.areas),
        travel_times=None if arguments.travel is None else read_file(arguments.travel),
        today=arguments.today or local_date(system_clock()),
    )
    for notice in notices:
        print_error(notice.render(language))
    content, summary = _propose(pool, policy_file, arguments.seed, arguments.format, language)
    write_file(arguments.output, content)
    if sys.stderr.isatty():
        print_error(summary.render(language))


def _propose(
    pool: Pool, policy_file: SpreadsheetFile | None, seed: int, output_format: str, language: str
) -> tuple[bytes, LazyText]:
    """The proposal as file content, and a one-sentence summary."""
    # Imported late: loading the engine takes seconds, too long for --help and for files with errors.
    from guides.matching import MatchingError, Policy, propose, read_policy, render  # noqa: PLC0415
    from guides.runs.export import write_proposal, write_proposal_json  # noqa: PLC0415

    source = "livsmester match" if policy_file is None else policy_file.name
    try:
        policy = Policy() if policy_file is None else read_policy(policy_file.content.decode("utf-8-sig"))
        proposal = propose(pool, policy, seed=seed, progress=_progress_printer(language))
    except UnicodeDecodeError:
        raise CliError(
            EXIT_DATA_ERROR, LazyText(N_("%(file)s is not a text file in UTF-8."), {"file": source})
        ) from None
    except MatchingError as error:
        message = render(error.reason, translations(language).gettext)
        raise CliError(
            EXIT_DATA_ERROR, LazyText(N_("%(file)s: %(message)s"), {"file": source, "message": message})
        ) from None
    if output_format == "json":
        content = write_proposal_json(proposal, today=pool.today, language=language)
    else:
        content = write_proposal(proposal, language=language)
    totals = proposal.totals
    return content, LazyText(
        N_("%(matched)d of %(requests)d citizens have a proposed guide, %(waiting)d wait."),
        {"matched": totals.matched, "requests": totals.requests, "waiting": totals.requests - totals.matched},
    )


def _progress_printer(language: str) -> Callable[[str, float], None] | None:
    """A callback that shows the progress on one line of a terminal; None when stderr is no terminal."""
    if not sys.stderr.isatty():
        return None

    def show(step: str, fraction: float) -> None:
        line = "" if fraction >= 1 else f"{LazyText(step).render(language)} … {fraction:.0%}"
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()

    return show


def _parse_seed(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= SEED_MAX):
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 0 to {SEED_MAX}")
    return int(text)


def _parse_date(text: str) -> date:
    try:
        return parse_date(text)
    except CellError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
