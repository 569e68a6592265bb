"""Where the keys come from: the environment, or a file that nobody else on the machine can read."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from foundation.crypto.encryption import Keys, MalformedKeys, new_key_line, parse_keys
from livsmester.settings import KEYS, KEYS_FILE, InvalidSetting

EXAMPLE_KEY = "example:bGl2c21lc3Rlci1leGFtcGxlLWtleS1kby1ub3QtdXM="  # stands in docs/operations.md
READABLE_BY_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def key_file(environment: Mapping[str, str] = os.environ) -> Path:
    """The file that keys are kept in unless they stand in the environment."""
    return Path(environment.get(KEYS_FILE.name, "").strip() or KEYS_FILE.default)


def read_keys(environment: Mapping[str, str] = os.environ) -> Keys:
    """The keys of this municipality. Raises InvalidSetting, which never shows a key."""
    given = environment.get(KEYS.name, "")
    if given.strip():
        return _parse(given, KEYS.name)
    path = key_file(environment)
    where = f"{KEYS_FILE.name} ({path})"
    try:
        with path.open() as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read()
    except FileNotFoundError:
        raise InvalidSetting(
            f"There are no keys: {where} doesn't exist. Run `livsmester keys new` once, and keep the file safe."
        ) from None
    except (OSError, UnicodeDecodeError) as problem:
        raise InvalidSetting(f"{where} cannot be read: {type(problem).__name__}.") from None
    if mode & READABLE_BY_OTHERS:
        raise InvalidSetting(f"{where} can be read by others on this machine. Run: chmod 600 {path}")
    return _parse(text, where)


def _parse(text: str, where: str) -> Keys:
    try:
        keys = parse_keys(text)
    except MalformedKeys as problem:
        raise InvalidSetting(f"{where}: {problem}. Run `livsmester keys new` for a key.") from None
    if not set(keys.by_id.values()).isdisjoint(parse_keys(EXAMPLE_KEY).by_id.values()):
        raise InvalidSetting(f"{where} holds the example key of the documents. Run `livsmester keys new`.")
    return keys


def demo_keys(environment: Mapping[str, str] = os.environ) -> Keys:
    """The keys of a demo, which makes itself a file of them when there is none. Raises InvalidSetting."""
    if not environment.get(KEYS.name, "").strip() and not key_file(environment).exists():
        prepend_key(key_file(environment))
    return read_keys(environment)


def prepend_key(path: Path) -> str:
    """Put a fresh key first into the key file, before those that it holds; gives the new key's id.

    The file appears whole or not at all, readable by its owner only.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    line = new_key_line()
    older = path.read_text() if path.exists() else ""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{line}\n{older}")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return line.partition(":")[0]
