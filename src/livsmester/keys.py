"""Reads the encryption keys from the environment, or from a file that only its owner can read."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from foundation.crypto.encryption import Keys, MalformedKeys, new_key_line, parse_keys
from livsmester.settings import KEYS, KEYS_FILE, InvalidSetting

EXAMPLE_KEY = (
    "example:bGl2c21lc3Rlci1leGFtcGxlLWtleS1kby1ub3QtdXM="  # from docs/operations/keys.md, so refused
)
READABLE_BY_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def key_file(environment: Mapping[str, str] = os.environ) -> Path:
    """The path of the key file, which is read when the environment holds no keys."""
    return Path(environment.get(KEYS_FILE.name, "").strip() or KEYS_FILE.default)


def read_keys(environment: Mapping[str, str] = os.environ) -> Keys:
    """The keys of this municipality. Raises InvalidSetting, whose message never contains a key."""
    text_from_environment = environment.get(KEYS.name, "")
    if text_from_environment.strip():
        return _parse(text_from_environment, KEYS.name)
    path = key_file(environment)
    source = f"{KEYS_FILE.name} ({path})"
    try:
        with path.open() as file:
            # Of the opened file, not the path: another file could take its place between check and read.
            mode = os.fstat(file.fileno()).st_mode
            text = file.read()
    except FileNotFoundError:
        raise InvalidSetting(
            f"There are no keys: {source} doesn't exist. Run `livsmester keys new` once, and keep the file safe."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSetting(f"{source} cannot be read: {type(error).__name__}.") from None
    if mode & READABLE_BY_OTHERS:
        raise InvalidSetting(f"{source} can be read by others on this machine. Run: chmod 600 {path}")
    return _parse(text, source)


def _parse(text: str, source: str) -> Keys:
    try:
        keys = parse_keys(text)
    except MalformedKeys as error:
        raise InvalidSetting(f"{source}: {error}. Run `livsmester keys new` for a key.") from None
    # By value, because the published key is no safer under another id.
    if not set(keys.by_id.values()).isdisjoint(parse_keys(EXAMPLE_KEY).by_id.values()):
        raise InvalidSetting(f"{source} holds the example key of the documents. Run `livsmester keys new`.")
    return keys


def demo_keys(environment: Mapping[str, str] = os.environ) -> Keys:
    """The keys for a demo; generates a key file when there are none. Raises InvalidSetting."""
    if not environment.get(KEYS.name, "").strip() and not key_file(environment).exists():
        prepend_key(key_file(environment))
    return read_keys(environment)


def prepend_key(path: Path) -> str:
    """Generate a key, put it before the others in the key file and return its id.

    The file is replaced atomically and is readable by its owner only.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    key_line = new_key_line()
    existing_lines = path.read_text() if path.exists() else ""
    temporary = path.with_name(f"{path.name}.new")
    # A leftover of an interrupted run would make O_EXCL fail.
    temporary.unlink(missing_ok=True)
    # Private from its creation: a chmod afterwards would leave a moment in which others can read the key.
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{key_line}\n{existing_lines}")
        file.flush()
        # Before the rename: without the older keys nobody can read what they encrypt.
        os.fsync(file.fileno())
    temporary.replace(path)
    return key_line.partition(":")[0]
