"""`livsmester keys`: the keys for what is encrypted at rest."""

import argparse
import sys

from foundation.crypto.encryption import DecryptionError
from foundation.crypto.key_rotation import reencrypt_all
from foundation.db.engine import make_engine
from foundation.db.transactions import write_transaction
from livsmester.keys import key_file, prepend_key, read_keys
from livsmester.settings import read_settings


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser(
        "keys",
        help="make and change the keys for what is encrypted at rest",
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
    rotate = actions.add_parser(
        "rotate",
        help="seal everything in the database with the first key of the key file",
        description=(
            "Seals everything that is encrypted in the database with the first key of the key file, all of it or nothing. "
            "To change keys: `livsmester keys new`, restart the server, `livsmester keys rotate`, and a day later take the "
            "older keys out of the file."
        ),
    )
    rotate.set_defaults(run=run_rotate)


def run_new(_arguments: argparse.Namespace) -> int:
    """Put a fresh key into the key file."""
    path = key_file()
    key_id = prepend_key(path)
    print(f"Key {key_id} stands first in {path}. Keep a copy apart from the backups of the database.")
    return 0


def run_rotate(_arguments: argparse.Namespace) -> int:
    """Seal everything with the current key."""
    keys = read_keys()
    engine = make_engine(read_settings().database_url)
    try:
        with write_transaction(engine) as db:
            count = reencrypt_all(db, keys)
    except DecryptionError as problem:
        print(f"Nothing was changed: {problem}.", file=sys.stderr)
        return 1
    finally:
        engine.dispose()
    print(f"{count} values were sealed anew with key {keys.current_id}.")
    return 0
