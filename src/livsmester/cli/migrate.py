"""`livsmester migrate`: bring the database to the newest shape."""

import argparse
import sys

from foundation.db.app_role import UnusableRole, grant_app_role
from foundation.db.engine import make_engine
from foundation.db.transactions import write_transaction
from livsmester.migrations import downgrade, upgrade
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
    parser.add_argument(
        "--app-role",
        metavar="NAME",
        help="on PostgreSQL: let that role work on the data afterwards. The server then signs in as it and stands before the "
        "database's own wall between citizens; the role that migrates owns the tables",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Migrate."""
    engine = make_engine(read_settings().database_url)
    try:
        if arguments.down_to:
            downgrade(engine, arguments.down_to)
        else:
            upgrade(engine)
        if arguments.app_role:
            with write_transaction(engine) as db:
                grant_app_role(db, arguments.app_role)
    except UnusableRole as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    finally:
        engine.dispose()
    return 0
