"""`livsmester migrate`: run the database migrations."""

import argparse
import sys

from foundation.db.app_role import UnusableRole, grant_app_role
from foundation.db.engine import make_engine
from foundation.db.transactions import write_transaction
from livsmester.migrations import downgrade, upgrade
from livsmester.settings import read_settings


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "migrate",
        help="migrate the database to the latest schema, or back",
        description="Creates the database if it does not exist, then runs the missing migrations.",
    )
    parser.add_argument(
        "--down-to",
        metavar="REVISION",
        help="go back to that revision instead, e.g. 0001, or `base` for an empty database. Data is lost",
    )
    parser.add_argument(
        "--app-role",
        metavar="NAME",
        help="on PostgreSQL: grant that role access to the data afterwards. The server signs in as it, so that row-level "
        "security applies; the role that migrates owns the tables",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Migrate; returns the exit code."""
    engine = make_engine(read_settings().database_url)
    try:
        if arguments.down_to:
            downgrade(engine, arguments.down_to)
        else:
            upgrade(engine)
        if arguments.app_role:
            with write_transaction(engine) as db:
                grant_app_role(db, arguments.app_role)
    except UnusableRole as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        engine.dispose()
    return 0
