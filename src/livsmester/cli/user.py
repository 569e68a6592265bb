"""`livsmester user`: add a user such as the first administrator, or reset a user's second factor."""

import argparse
import getpass
import sys

from foundation.clock import system_clock
from foundation.db.engine import make_engine
from foundation.db.transactions import write_transaction
from foundation.ids import new_id
from livsmester.settings import read_settings
from people.access.model import ANONYMOUS, Role
from people.credentials import account_store
from people.directory import service as directory_service
from people.directory.model import Person
from people.errors import UsernameTaken, WeakPassword
from people.sign_in import account_service, second_factor_service
from people.sign_in import service as sign_in_service
from people.web.context import RequestContext


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "user", help="add a user, or let one set up a new code app", description="Users of the web pages."
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    add = actions.add_parser(
        "add",
        help="add a user with a role",
        description=(
            "Adds a user. The password is asked for on the terminal, or read from standard input when that is not a terminal. "
            "The first administrator invites the others on the page Users."
        ),
    )
    add.add_argument("name", help="what the user signs in with, for example an e-mail address")
    add.add_argument("--role", required=True, choices=[role.value for role in Role])
    add.add_argument("--given-name", required=True)
    add.add_argument("--surname", required=True)
    add.add_argument("--phone", default="")
    add.set_defaults(run=run)
    forget = actions.add_parser(
        "forget-app",
        help="forget the code app of a user",
        description=(
            "Forgets the code app and the recovery codes of a user who has lost them; they set an app up at the next sign-in. "
            "Administrators do the same for others on the page Users."
        ),
    )
    forget.add_argument("name", help="what the user signs in with")
    forget.set_defaults(run=run_forget_app)


def run_forget_app(arguments: argparse.Namespace) -> int:
    """Remove a user's second factor and sessions; returns the exit code."""
    engine = make_engine(read_settings().database_url)
    try:
        with write_transaction(engine) as db:
            account = account_store.account(db, sign_in_service.normalize_username(arguments.name))
            if account is None:
                print(f"Nobody signs in as {arguments.name}.", file=sys.stderr)
                return 1
            context = RequestContext(db, ANONYMOUS, system_clock())
            second_factor_service.remove(context, account.person_id)
            sign_in_service.revoke_sessions(context, account.person_id)
    finally:
        engine.dispose()
    print(f"{arguments.name} sets up a code app at the next sign-in.")
    return 0


def run(arguments: argparse.Namespace) -> int:
    """Add a user with a role and a password; returns the exit code."""
    # Never an argument, which other users can see in the list of processes and which shells remember.
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    settings = read_settings()
    engine = make_engine(settings.database_url)
    try:
        with write_transaction(engine) as db:
            context = RequestContext(db, ANONYMOUS, system_clock())
            person = Person(new_id(), arguments.given_name, arguments.surname, phone=arguments.phone)
            directory_service.add_person(context, person, Role(arguments.role))
            account_service.set_credentials(
                context, person.id, arguments.name, password, settings.municipality
            )
    except UsernameTaken:
        print(f"Somebody already signs in as {arguments.name}. Choose another name.", file=sys.stderr)
        return 1
    except WeakPassword as error:
        print(error.text.render("en"), file=sys.stderr)
        return 1
    finally:
        engine.dispose()
    print(f"{arguments.given_name} {arguments.surname} can sign in as {arguments.name}.")
    return 0
