"""What is encrypted at rest: texts sealed with a key that the database doesn't hold.

AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D); the key id stands in the value, so that keys can be changed while
old values are still read. From each master key two are derived (HKDF, RFC 5869): one seals, one hashes for exact search.
"""

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import cache

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
KEY_LINE = re.compile(r"([0-9a-z]{1,16}):([A-Za-z0-9_-]{43}=)")


class NoKeys(Exception):
    """Something is to be sealed or opened, and nobody handed in keys."""


class DecryptionError(Exception):
    """A sealed value can't be opened: its key isn't here, it was changed, or it was moved from another place."""


class MalformedKeys(Exception):
    """The text holds no keys; the message says what is wrong and never shows the text."""


class Keys(msgspec.Struct, frozen=True, repr_omit_defaults=True):
    """The master keys of one municipality. New values are sealed with the current one, old ones opened with theirs."""

    current_id: str = ""
    by_id: dict[str, bytes] = {}

    def __repr__(self) -> str:
        return f"Keys({', '.join(self.by_id)})"

    def master_key(self, key_id: str) -> bytes:
        """The key with that id. Raises NoKeys, Unsealable."""
        if not self.by_id:
            raise NoKeys
        if key_id not in self.by_id:
            raise DecryptionError(f"there is no key {key_id[:16]!r}")
        return self.by_id[key_id]


NO_KEYS = Keys()


def new_key_line() -> str:
    """A fresh key as a line of a key file: `id:key`."""
    return f"{secrets.token_hex(4)}:{urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def new_keys() -> Keys:
    """Keys that exist in this process alone."""
    return parse_keys(new_key_line())


def parse_keys(text: str) -> Keys:
    """The keys of a key file: one `id:key` a line, the first is the current one, `#` begins a comment.

    Raises MalformedKeys.
    """
    found: dict[str, bytes] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        for word in line.partition("#")[0].split():
            matched = KEY_LINE.fullmatch(word)
            if matched is None:
                raise MalformedKeys(f"line {number} is not a key as `livsmester keys new` writes it")
            if matched[1] in found:
                raise MalformedKeys(f"line {number} has the name of a key above it")
            found[matched[1]] = urlsafe_b64decode(matched[2])
    if not found:
        raise MalformedKeys("there is no key in it")
    return Keys(next(iter(found)), found)


def associated_data(table: str, column: str, row_id: str) -> str:
    """Where a sealed value stands, for `about`. The names of such columns end in `_sealed`, so that a change of keys finds
    them; a column of the same name that ends in `_hash` is the search hash."""
    return f"{table}.{column}:{row_id}"


def index_scope(table: str, column: str) -> str:
    """Where a search hash stands, for `about`."""
    return f"{table}.{column}"


def encrypt(keys: Keys, text: str, *, aad: str) -> str:
    """The text, encrypted. `about` says whose it is and where it stands (`table.column:row`): it opens nowhere else.

    Raises NoKeys.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(_derive_key(keys.master_key(keys.current_id), "seal")).encrypt(
        nonce, text.encode(), aad.encode()
    )
    return f"{keys.current_id}:{urlsafe_b64encode(nonce + sealed).decode()}"


def decrypt(keys: Keys, value: str, *, aad: str) -> str:
    """The text that was sealed. Raises NoKeys, Unsealable."""
    key_id, _, encoded = value.partition(":")
    cipher = AESGCM(_derive_key(keys.master_key(key_id), "seal"))
    try:
        content = urlsafe_b64decode(encoded)
        return cipher.decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], aad.encode()).decode()
    except (InvalidTag, ValueError) as problem:
        raise DecryptionError(
            f"a value sealed with key {key_id[:16]!r} cannot be opened as {aad}"
        ) from problem


def blind_index(keys: Keys, text: str, *, scope: str) -> str:
    """What stands beside a sealed value so that it can be found by exactly the same text: HMAC-SHA-256, in hex.

    `about` is the column, so that the same text in two columns has two hashes. Raises NoKeys.
    """
    return _blind_index(keys.master_key(keys.current_id), text, scope)


def blind_indexes(keys: Keys, text: str, *, scope: str) -> tuple[str, ...]:
    """The same under every key, the current one first: finds values that a change of keys has not reached yet."""
    order = [keys.current_id, *(key_id for key_id in keys.by_id if key_id != keys.current_id)]
    return tuple(_blind_index(keys.master_key(key_id), text, scope) for key_id in order)


def _blind_index(master: bytes, text: str, scope: str) -> str:
    message = f"{scope}\x00{text}".encode()
    return hmac.new(_derive_key(master, "search"), message, hashlib.sha256).hexdigest()


@cache
def _derive_key(master: bytes, use: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"livsmester {use}".encode()).derive(master)
