"""Whether the logs are as they were written: every chain line by line, and against heads that were kept elsewhere."""

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
    """Both logs and each fund's movements by the chain's name, and an empty chain for each of `names` that isn't there."""
    funds = {f"fund {fund_id}": _fund_chain(fund_id) for fund_id in ledger_verify.fund_names(db)}
    return dict.fromkeys(names, _empty_chain) | {name: _log_chain(name) for name in audit_store.LOGS} | funds


class Anchor(msgspec.Struct, frozen=True):
    """The last lines of all chains at one moment, to be kept where nobody who writes to the database can."""

    made_at: datetime
    heads: dict[str, Head]


class InvalidAnchor(Exception):
    """The file holds no anchor, or one that was not signed with a key of this municipality."""


class VerifiedChain(msgspec.Struct, frozen=True):
    """A chain after checking: its last line, or where it breaks first."""

    name: str
    head: Head | None
    broken: ChainBroken | None


def verify_chains(db: Connection, anchor: Anchor | None = None) -> tuple[VerifiedChain, ...]:
    """Check every chain; with an anchor also that it still holds the lines that the anchor knows."""
    known = anchor.heads if anchor else ()
    return tuple(_verify_chain(db, name, chain, anchor) for name, chain in chains(db, known).items())


def _verify_chain(db: Connection, name: str, chain: ChainReader, anchor: Anchor | None) -> VerifiedChain:
    kept = anchor.heads.get(name) if anchor else None
    known = {kept.sequence: kept.hash} if kept and kept.sequence else {}
    try:
        with closing(chain(db)) as lines:
            return VerifiedChain(name, verify(lines, known_hashes=known), None)
    except ChainBroken as broken:
        return VerifiedChain(name, None, broken)


def write_anchor(anchor: Anchor, keys: Keys) -> bytes:
    """The anchor as a file: one line of JSON, then the line with its signature (HMAC-SHA-256). Raises NoKeys."""
    said = msgspec.json.encode(anchor, order="deterministic").decode()
    return f"{said}\n{blind_index(keys, said, scope=SIGNATURE_PURPOSE)}\n".encode()


def read_anchor(content: bytes, keys: Keys) -> Anchor:
    """The anchor in a file that any of the keys has signed. Raises InvalidAnchor, NoKeys."""
    try:
        said, signature = content.decode().split()
        anchor = msgspec.json.decode(said, type=Anchor)
    except (ValueError, msgspec.MsgspecError) as problem:
        raise InvalidAnchor("the file is not an anchor as `livsmester audit anchor` writes it") from problem
    if signature not in blind_indexes(keys, said, scope=SIGNATURE_PURPOSE):
        raise InvalidAnchor("the anchor was changed, or signed with a key that is not among yours")
    return anchor
