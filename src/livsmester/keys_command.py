"""`livsmester keys`: the keys for what is encrypted at rest."""

import argparse

from livsmester.keys import key_file, put_new_key


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser(
        "keys",
        help="make keys for what is encrypted at rest",
        description="The keys for what is encrypted at rest. They lie in the file that LIVSMESTER_KEYS_FILE names.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    new = actions.add_parser(
        "new",
        help="make a fresh key and put it first into the key file",
        description=(
            "Makes a fresh key and puts it first into the key file, which is made if it isn't there and which only its owner "
            "can read. From the next start on new values are sealed with it; the keys below it still open the old ones."
        ),
    )
    new.set_defaults(run=run_new)


def run_new(_arguments: argparse.Namespace) -> int:
    """Put a fresh key into the key file."""
    path = key_file()
    key_id = put_new_key(path)
    print(f"Key {key_id} stands first in {path}. Keep a copy apart from the backups of the database.")
    return 0
