"""Encryption at rest: texts are encrypted with a key that the database doesn't have.

AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D). The key id is part of the value, so that keys can be
rotated while older values stay readable. Two keys are derived from each master key (HKDF, RFC 5869): one
encrypts, one makes the blind indexes for exact search.
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
    """A value is to be encrypted or decrypted, and no keys were configured."""


class DecryptionError(Exception):
    """A value can't be decrypted: its key is missing, it was changed, or it was moved from another row or
    column.
    """


class MalformedKeys(Exception):
    """The text is not a key file; the message says what is wrong and never repeats the text."""


class Keys(msgspec.Struct, frozen=True, repr_omit_defaults=True):
    """The master keys of one municipality. New values use the current key, older ones the key they name."""

    current_id: str = ""
    by_id: dict[str, bytes] = {}

    def __repr__(self) -> str:
        # Ids only: a repr ends up in logs and error reports.
        return f"Keys({', '.join(self.by_id)})"

    def master_key(self, key_id: str) -> bytes:
        """The key with that id. Raises NoKeys, DecryptionError."""
        if not self.by_id:
            raise NoKeys
        if key_id not in self.by_id:
            raise DecryptionError(f"there is no key {key_id[:16]!r}")
        return self.by_id[key_id]


NO_KEYS = Keys()


def new_key_line() -> str:
    """A new random key as a line of a key file: `id:key`."""
    return f"{secrets.token_hex(4)}:{urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def new_keys() -> Keys:
    """Random keys that exist in this process only."""
    return parse_keys(new_key_line())


def parse_keys(text: str) -> Keys:
    """The keys of a key file: one `id:key` per line, the first one is current, `#` starts a comment.

    Raises MalformedKeys.
    """
    keys_by_id: dict[str, bytes] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        for word in line.partition("#")[0].split():
            match = KEY_LINE.fullmatch(word)
            if match is None:
                # The line is not repeated: it may be a key with one wrong character.
                raise MalformedKeys(f"line {number} is not a key as `livsmester keys new` writes it")
            if match[1] in keys_by_id:
                raise MalformedKeys(f"line {number} has the name of a key above it")
            keys_by_id[match[1]] = urlsafe_b64decode(match[2])
    if not keys_by_id:
        raise MalformedKeys("there is no key in it")
    return Keys(next(iter(keys_by_id)), keys_by_id)


def associated_data(table: str, column: str, row_id: str) -> str:
    """The associated data of an encrypted value: whose it is and where it is stored.

    Columns of encrypted values have names that end in `_sealed`, by which key rotation finds them; a column
    of the same name that ends in `_hash` is the blind index.
    """
    # With this, a value that was moved to another row or column can't be decrypted there.
    return f"{table}.{column}:{row_id}"


def index_scope(table: str, column: str) -> str:
    """The scope of a blind index: the column that it is stored in."""
    return f"{table}.{column}"


def encrypt(keys: Keys, text: str, *, aad: str) -> str:
    """The text, encrypted. It can be decrypted only with the same `aad` (see `associated_data`). Raises
    NoKeys.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    ciphertext = AESGCM(_derive_key(keys.master_key(keys.current_id), "seal")).encrypt(
        nonce, text.encode(), aad.encode()
    )
    return f"{keys.current_id}:{urlsafe_b64encode(nonce + ciphertext).decode()}"


def decrypt(keys: Keys, value: str, *, aad: str) -> str:
    """The text of an encrypted value. Raises NoKeys, DecryptionError."""
    key_id, _, encoded = value.partition(":")
    cipher = AESGCM(_derive_key(keys.master_key(key_id), "seal"))
    try:
        content = urlsafe_b64decode(encoded)
        return cipher.decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], aad.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise DecryptionError(
            f"a value encrypted with key {key_id[:16]!r} cannot be decrypted as {aad}"
        ) from error


def blind_index(keys: Keys, text: str, *, scope: str) -> str:
    """HMAC-SHA-256 of the text in hex, stored beside the encrypted value to find it by exactly that text.

    `scope` is the column, so that the same text has another index in another column. Raises NoKeys.
    """
    return _blind_index(keys.master_key(keys.current_id), text, scope)


def blind_indexes(keys: Keys, text: str, *, scope: str) -> tuple[str, ...]:
    """The blind index under every key, the current one first: also finds values that key rotation has not
    reached yet.
    """
    order = [keys.current_id, *(key_id for key_id in keys.by_id if key_id != keys.current_id)]
    return tuple(_blind_index(keys.master_key(key_id), text, scope) for key_id in order)


def _blind_index(master: bytes, text: str, scope: str) -> str:
    # The zero byte keeps scope and text apart, so that no other pair gives the same message.
    message = f"{scope}\x00{text}".encode()
    return hmac.new(_derive_key(master, "search"), message, hashlib.sha256).hexdigest()


@cache
def _derive_key(master: bytes, use: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"livsmester {use}".encode()).derive(master)
