"""Tampering with a log is detected: single entries by the hash chain, full rewrites and truncation by an anchor."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, Table, delete, insert, select, text, update

from foundation.crypto.encryption import new_keys
from foundation.crypto.hash_chain import EMPTY_HEAD, ChainDefect, Head, append
from foundation.db.transactions import read_transaction
from livsmester.audit_verification import Anchor, InvalidAnchor, read_anchor, verify_chains, write_anchor
from people.access.model import DataKind, Purpose, Role
from people.audit import store as audit_store
from people.audit.model import AccessEntry
from people.tables import directory as directory_tables
from people.web.context import record_change
from tests.conftest import A_MONDAY_MORNING
from tests.support.people_factory import PeopleFactory

LINES_COUNT = 24
TRIGGERS = ("no_update", "no_delete", "follows", "moves_on")


@pytest.fixture
def logged(people: PeopleFactory, engine: Engine) -> Engine:
    """A database whose logs have entries by two people."""
    citizen, worker = people.citizen(), people.add(Role.SUPPORT_WORKER)
    with people.acting_as(worker) as context:
        for number in range(LINES_COUNT):
            at = people.clock() + timedelta(minutes=number)
            kind = list(DataKind)[number % 5]
            entry = AccessEntry(
                at, worker.id, Role.SUPPORT_WORKER, None, citizen.id, (kind,), (Purpose.SUPPORT,)
            )
            audit_store.add(context.db, [entry])
            record_change(context, "plans:goal:change", citizen.id, {"number": number})
    return engine


def anchor_of(engine: Engine, people: PeopleFactory) -> Anchor:
    with read_transaction(engine) as db:
        return Anchor(
            people.clock(), {chain.name: chain.head for chain in verify_chains(db) if chain.head is not None}
        )


def breaks_of_chains(db: Connection, anchor: Anchor) -> dict[str, ChainDefect]:
    return {
        chain.name: chain.broken.defect for chain in verify_chains(db, anchor) if chain.broken is not None
    }


@contextmanager
def without_guards(engine: Engine) -> Iterator[Connection]:
    """A transaction without the logs' triggers; rolled back at the end."""
    with engine.connect().execution_options(writes=True) as db, db.begin() as transaction:
        for table in audit_store.LOGS.values():
            for trigger in TRIGGERS:
                on_table = f" ON {table.name}" if db.dialect.name == "postgresql" else ""
                db.execute(text(f"DROP TRIGGER IF EXISTS {table.name}_{trigger}{on_table}"))
        yield db
        transaction.rollback()


def tamper(db: Connection, table: Table, random_source: random.Random) -> None:
    """Change one random entry of the log in one random way."""
    count = len(db.execute(select(table.c.sequence)).all())
    number = random_source.randrange(1, count + 1)
    is_entry = table.c.sequence == number
    row = dict(db.execute(select(table).where(is_entry)).mappings().one())
    change = random_source.choice([*row, "gone", "cut", "moved to the end"])
    match change:
        case "gone":
            db.execute(delete(table).where(is_entry))
        case "cut":
            db.execute(delete(table).where(table.c.sequence >= number))
        case "moved to the end":
            if number == count:
                number, is_entry = 1, table.c.sequence == 1
            db.execute(update(table).where(is_entry).values(sequence=count + 1))
        case "sequence":
            db.execute(update(table).where(is_entry).values(sequence=count + random_source.randrange(1, 100)))
            if number == count:
                db.execute(delete(table).where(table.c.sequence > count))
        case "at":
            db.execute(update(table).where(is_entry).values(at=row["at"] + timedelta(microseconds=1)))
        case "actor_id" | "citizen_id":
            person = directory_tables.person.c.id
            another = select(person).where(person != (row[change] or "")).order_by(person).limit(1)
            db.execute(update(table).where(is_entry).values({change: another.scalar_subquery()}))
        case "hash" | "previous":
            db.execute(
                update(table).where(is_entry).values({change: f"{random_source.getrandbits(256):064x}"})
            )
        case _:
            db.execute(update(table).where(is_entry).values({change: f"{row[change] or ''}x"}))


def rewrite(db: Connection, table: Table, random_source: random.Random) -> None:
    """Rewrite the log from a random entry on with a valid chain, as an attacker who knows the algorithm would."""
    rows = [dict(row) for row in db.execute(select(table).order_by(table.c.sequence)).mappings()]
    rows[random_source.randrange(len(rows))]["at"] += timedelta(days=1)
    db.execute(delete(table))
    links = append(EMPTY_HEAD, (audit_store.canonical_entry(table, row) for row in rows))
    for row, link in zip(rows, links, strict=True):
        db.execute(insert(table).values(row | {"previous": link.previous, "hash": link.hash}))


def assert_all_found(engine: Engine, people: PeopleFactory, tampers: int, rewrites: int, seed: int) -> None:
    random_source = random.Random(seed)
    anchor = anchor_of(engine, people)
    names = sorted(audit_store.LOGS)
    with without_guards(engine) as db:
        assert breaks_of_chains(db, anchor) == {}
        for number in range(tampers + rewrites):
            name = random_source.choice(names)
            with db.begin_nested() as step:
                (tamper if number < tampers else rewrite)(db, audit_store.LOGS[name], random_source)
                breaks = breaks_of_chains(db, anchor)
                assert set(breaks) == {name}, f"tamper {number}"
                assert number < tampers or breaks[name] is ChainDefect.REWRITTEN
                step.rollback()


def test_tampers_and_rewrites_are_found(logged: Engine, people: PeopleFactory) -> None:
    assert_all_found(logged, people, tampers=120, rewrites=6, seed=11)


@pytest.mark.long
def test_ten_thousand_tampers_and_a_hundred_rewrites_are_found(logged: Engine, people: PeopleFactory) -> None:
    assert_all_found(logged, people, tampers=10_000, rewrites=100, seed=12)


def test_a_log_that_was_rewritten_from_end_to_end_holds_together_without_an_anchor(
    logged: Engine, people: PeopleFactory
) -> None:
    with without_guards(logged) as db:
        rewrite(db, audit_store.LOGS["access"], random.Random(1))
        assert [chain.broken for chain in verify_chains(db)] == [None, None]


def test_a_log_that_has_grown_still_holds_what_the_anchor_knows(
    logged: Engine, people: PeopleFactory
) -> None:
    anchor = anchor_of(logged, people)
    people.citizen()
    with read_transaction(logged) as db:
        assert breaks_of_chains(db, anchor) == {}


def test_an_anchor_that_names_a_funds_chain_is_read_back() -> None:
    keys, anchor = new_keys(), Anchor(A_MONDAY_MORNING, {"fund 06h26": Head(3, "f" * 64)})
    assert read_anchor(write_anchor(anchor, keys), keys) == anchor


def test_an_anchor_is_read_back_and_a_changed_one_refused(logged: Engine, people: PeopleFactory) -> None:
    keys, anchor = new_keys(), anchor_of(logged, people)
    content = write_anchor(anchor, keys)
    assert read_anchor(content, keys) == anchor
    for wrong in (content.replace(b"access", b"excess"), content[:-3], b"", b"{} x"):
        with pytest.raises(InvalidAnchor):
            read_anchor(wrong, keys)
    with pytest.raises(InvalidAnchor):
        read_anchor(content, new_keys())
