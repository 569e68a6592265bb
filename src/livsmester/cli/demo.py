"""`livsmester demo`: fill an empty database with the demo municipality."""

import argparse
import sys
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine

from foundation.clock import system_clock
from foundation.db.engine import make_engine
from foundation.db.transactions import read_transaction, write_transaction
from livsmester.demo.model import DemoSize
from livsmester.demo.personas import find_persona
from livsmester.migrations import is_current
from livsmester.settings import read_settings
from people.access.model import Role
from people.directory import store as directory_store
from people.errors import NotFound

DESCRIPTION = """\
Fills a migrated, empty database with an invented municipality: guides, citizens who ask for one, pairings in
every state, goals, funds and budgets. Nobody in it exists. On a database that has it already nothing is done;
one that holds other people is refused. To begin afresh, delete the database and run `livsmester migrate`."""
CITIZENS_MIN, GUIDES_MIN = 12, 6


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "demo",
        help="fill an empty database with the demo municipality",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--citizens",
        type=_int_at_least(CITIZENS_MIN),
        default=400,
        metavar="N",
        help="how many citizens (default: 400)",
    )
    parser.add_argument(
        "--guides",
        type=_int_at_least(GUIDES_MIN),
        default=120,
        metavar="N",
        help="how many guides (default: 120)",
    )
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="another number, another municipality (default: 1)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Fill the database; returns the exit code."""
    engine = make_engine(read_settings().database_url)
    try:
        if not is_current(engine):
            print("The database is not ready. Run `livsmester migrate` first.", file=sys.stderr)
            return 1
        if has_demo(engine):
            print("The demo municipality is already there. Nothing was changed.")
            return 0
        if has_people(engine):
            print(
                "The database holds people already. Nothing was changed. "
                "Choose an empty one with LIVSMESTER_DATABASE_URL.",
                file=sys.stderr,
            )
            return 1
        size = DemoSize(arguments.citizens, arguments.guides)
        name = load_demo(engine, system_clock(), arguments.seed, size)
        print(f"{name}: {size.citizens} citizens, {size.guides} guides, {size.budgets} budgets.")
        return 0
    finally:
        engine.dispose()


def load_demo(engine: Engine, now: datetime, seed: int = 1, size: DemoSize = DemoSize()) -> str:  # noqa: B008 - a frozen value
    """Store the demo municipality as of `now` in one transaction; returns its name."""
    # Imported late: the matching takes a second to load, too long for --help.
    from livsmester.demo.generate import make_municipality  # noqa: PLC0415
    from livsmester.demo.load import load_municipality  # noqa: PLC0415

    _print_progress("Inventing", 0)
    municipality = make_municipality(now, seed, size)
    with write_transaction(engine) as db:
        load_municipality(db, municipality, now, _print_progress)
    _print_progress("", 1)
    return municipality.name


def has_demo(engine: Engine) -> bool:
    """Whether the database holds the demo municipality."""
    with read_transaction(engine) as db:
        try:
            find_persona(db, "citizen")
        except NotFound:
            return False
        return True


def has_people(engine: Engine) -> bool:
    """Whether the database holds any person."""
    with read_transaction(engine) as db:
        return any(directory_store.search(db, role, "", None, limit=1, offset=0)[1] for role in Role)


def _print_progress(step: str, fraction: float) -> None:
    """Show the step and its progress (0 to 1) on one line when stderr is a terminal."""
    if sys.stderr.isatty():
        line = "" if fraction >= 1 else f"{step} … {fraction:.0%}"
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)


def _int_at_least(minimum: int) -> Callable[[str], int]:
    """An argparse type for whole numbers of at least `minimum`."""

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit()) or int(text) < minimum:
            raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from {minimum} up")
        return int(text)

    return parse
