"""Verifies every hash chain: both logs and each fund's movements, optionally against heads stored outside the database."""

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import closing
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from budgets.ledger import verify as ledger_verify
from foundation.crypto.encryption import Keys, blind_index, blind_indexes
from foundation.crypto.hash_chain import ChainBroken, ChainLink, Head, verify
from people.audit import store as audit_store

SIGNATURE_PURPOSE = "log anchor"  # sets the signature apart from every other use of the keys

ChainReader = Callable[[Connection], Generator[ChainLink, None, None]]


def _log_chain(name: str) -> ChainReader:
    return lambda db: audit_store.chain_links(db, audit_store.LOGS[name])


def _fund_chain(fund_id: str) -> ChainReader:
    return lambda db: ledger_verify.fund_chain(db, fund_id)


def _empty_chain(_: Connection) -> Generator[ChainLink, None, None]:
    yield from ()


def chains(db: Connection, names: Iterable[str] = ()) -> Mapping[str, ChainReader]:
    """Chain name → reader, for both logs and each fund's movements; an empty chain for each of `names` that does not exist."""
    funds = {f"fund {fund_id}": _fund_chain(fund_id) for fund_id in ledger_verify.fund_names(db)}
    # A fund that the anchor knows and that was deleted whole must show as cut off, not be passed over.
    return dict.fromkeys(names, _empty_chain) | {name: _log_chain(name) for name in audit_store.LOGS} | funds


class Anchor(msgspec.Struct, frozen=True):
    """The heads of all chains at one time, to be stored where nobody with write access to the database can write."""

    made_at: datetime
    heads: dict[str, Head]


class InvalidAnchor(Exception):
    """The file is no anchor, or was not signed with a key of this municipality."""


class VerifiedChain(msgspec.Struct, frozen=True):
    """The result for one chain: its head, or the first break."""

    name: str
    head: Head | None
    broken: ChainBroken | None


def verify_chains(db: Connection, anchor: Anchor | None = None) -> tuple[VerifiedChain, ...]:
    """Verify every chain; with an anchor also that each chain still contains the anchored entry."""
    anchored_names = anchor.heads if anchor else ()
    return tuple(_verify_chain(db, name, chain, anchor) for name, chain in chains(db, anchored_names).items())


def _verify_chain(db: Connection, name: str, chain: ChainReader, anchor: Anchor | None) -> VerifiedChain:
    anchored = anchor.heads.get(name) if anchor else None
    # Sequence 0 is the head of an empty chain, which has no entry to compare with.
    known_hashes = {anchored.sequence: anchored.hash} if anchored and anchored.sequence else {}
    try:
        with closing(chain(db)) as links:
            return VerifiedChain(name, verify(links, known_hashes=known_hashes), None)
    except ChainBroken as broken:
        return VerifiedChain(name, None, broken)


def write_anchor(anchor: Anchor, keys: Keys) -> bytes:
    """The anchor as file content: one line of JSON, one line with its HMAC-SHA-256 signature. Raises NoKeys."""
    payload = msgspec.json.encode(anchor, order="deterministic").decode()
    return f"{payload}\n{blind_index(keys, payload, scope=SIGNATURE_PURPOSE)}\n".encode()


def read_anchor(content: bytes, keys: Keys) -> Anchor:
    """Parse an anchor file and check that one of the keys signed it. Raises InvalidAnchor, NoKeys."""
    try:
        payload, signature = content.decode().splitlines()
        anchor = msgspec.json.decode(payload, type=Anchor)
    except (ValueError, msgspec.MsgspecError) as error:
        raise InvalidAnchor("the file is not an anchor as `livsmester audit anchor` writes it") from error
    # Any of the keys: an anchor stays valid after the keys are rotated, while its key is still in the file.
    if signature not in blind_indexes(keys, payload, scope=SIGNATURE_PURPOSE):
        raise InvalidAnchor("the anchor was changed, or signed with a key that is not among yours")
    return anchor
