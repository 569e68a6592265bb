"""`livsmester keys`: generate and rotate the encryption keys."""

import argparse
import sys

from foundation.crypto.encryption import DecryptionError
from foundation.crypto.key_rotation import reencrypt_all
from foundation.db.engine import make_engine
from foundation.db.transactions import write_transaction
from livsmester.keys import key_file, prepend_key, read_keys
from livsmester.settings import read_settings


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "keys",
        help="generate and rotate the encryption keys",
        description="The keys for data that is encrypted at rest, in the file that LIVSMESTER_KEYS_FILE names.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    new = actions.add_parser(
        "new",
        help="generate a key and put it first in the key file",
        description=(
            "Generates a key and puts it first in the key file, which is created if it does not exist and which only its "
            "owner can read. From the next start new values are encrypted with it; the keys below it still decrypt old ones."
        ),
    )
    new.set_defaults(run=run_new)
    rotate = actions.add_parser(
        "rotate",
        help="re-encrypt everything in the database with the first key of the key file",
        description=(
            "Re-encrypts everything that is encrypted in the database with the first key of the key file, in one "
            "transaction. To change keys: `livsmester keys new`, restart the server, `livsmester keys rotate`, and a day "
            "later remove the older keys from the file."
        ),
    )
    rotate.set_defaults(run=run_rotate)


def run_new(_arguments: argparse.Namespace) -> int:
    """Generate a key into the key file; returns the exit code."""
    path = key_file()
    key_id = prepend_key(path)
    print(f"Key {key_id} stands first in {path}. Keep a copy apart from the backups of the database.")
    return 0


def run_rotate(_arguments: argparse.Namespace) -> int:
    """Re-encrypt everything with the current key in one transaction; returns the exit code."""
    keys = read_keys()
    engine = make_engine(read_settings().database_url)
    try:
        with write_transaction(engine) as db:
            count = reencrypt_all(db, keys)
    except DecryptionError as error:
        print(f"Nothing was changed: {error}.", file=sys.stderr)
        return 1
    finally:
        engine.dispose()
    print(f"{count} values were sealed anew with key {keys.current_id}.")
    return 0
