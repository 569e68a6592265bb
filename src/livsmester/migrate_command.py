"""`livsmester migrate`: bring the database to the newest shape."""

import argparse

from foundation.database import connect
from livsmester.migrating import downgrade, upgrade
from livsmester.settings import read_settings


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser(
        "migrate",
        help="bring the database to the newest shape, or back",
        description="Makes the database if it isn't there, then runs the migrations that it lacks.",
    )
    parser.add_argument(
        "--down-to",
        metavar="REVISION",
        help="go back to that revision instead, e.g. 0001, or `base` for an empty database. Data is lost",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Migrate."""
    engine = connect(read_settings().database_url)
    if arguments.down_to:
        downgrade(engine, arguments.down_to)
    else:
        upgrade(engine)
    engine.dispose()
    return 0
