"""The two logs in the database: entries are appended to the chain, whoever writes; an entry that doesn't fit
is refused.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, Table, insert, select, text
from sqlalchemy.exc import DatabaseError

from foundation.crypto.hash_chain import Head, verify
from foundation.db.transactions import read_transaction, write_transaction
from livsmester.migrations import downgrade, upgrade
from people.access.model import DataKind, Purpose, Role
from people.access_history import store as access_history_store
from people.access_history.service import access_history
from people.audit import store as audit_store
from people.audit.model import AccessEntry
from people.audit.writer import AccessLogWriter
from people.directory.model import Person
from people.tables import rights as rights_tables
from people.web.context import record_change
from tests.support.people_factory import PeopleFactory

LOGS = sorted(audit_store.LOGS)


@pytest.fixture
def read_twice(people: PeopleFactory, engine: Engine) -> Person:
    """A citizen whose money and goals were read in two requests."""
    citizen, worker = people.citizen(), people.add(Role.SUPPORT_WORKER)
    at = people.clock()
    with write_transaction(engine) as db:
        for kind in (DataKind.GOALS, DataKind.MONEY):
            line = AccessEntry(
                at, worker.id, Role.SUPPORT_WORKER, None, citizen.id, (kind,), (Purpose.SUPPORT,)
            )
            audit_store.add(db, [line])
    return citizen


def head(engine: Engine, log: str) -> Head:
    with read_transaction(engine) as db:
        return verify(audit_store.chain_links(db, audit_store.LOGS[log]))


def stored_head(engine: Engine, table: Table) -> Head:
    with read_transaction(engine) as db:
        row = db.execute(
            select(rights_tables.log_head).where(rights_tables.log_head.c.log == table.name)
        ).one()
        return Head(row.sequence, row.hash)


@pytest.mark.parametrize("log", LOGS)
def test_what_is_logged_holds_together_and_ends_where_the_head_says(
    read_twice: Person, engine: Engine, log: str
) -> None:
    log_head = head(engine, log)
    assert log_head.sequence == 2
    assert log_head == stored_head(engine, audit_store.LOGS[log])


def test_a_change_that_is_undone_leaves_no_line_and_no_gap(people: PeopleFactory, engine: Engine) -> None:
    citizen = people.citizen()

    def fail_halfway() -> None:
        with people.acting_as(citizen) as context:
            record_change(context, "people:person:add", citizen.id)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()
    with people.acting_as(citizen) as context:
        record_change(context, "people:person:add", citizen.id)
    assert head(engine, "change").sequence == 2


def test_several_writers_at_once_make_one_chain(people: PeopleFactory, engine: Engine) -> None:
    citizen = people.citizen()
    line = AccessEntry(
        people.clock(), citizen.id, Role.CITIZEN, None, citizen.id, (DataKind.MONEY,), (Purpose.OWN,)
    )
    writers = [AccessLogWriter(engine) for _ in range(3)]

    def work(number: int) -> None:
        writers[number % 3].write([line, line])
        with people.acting_as(citizen) as context:
            record_change(context, "people:session:begin", citizen.id)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(work, range(30)))
    for writer in writers:
        writer.close()
    assert head(engine, "access").sequence == 60
    assert head(engine, "change").sequence == 31


@pytest.mark.parametrize("log", LOGS)
@pytest.mark.parametrize("sql", ["UPDATE {} SET at = at", "DELETE FROM {}"])
def test_the_logs_can_only_grow(read_twice: Person, engine: Engine, log: str, sql: str) -> None:
    table = audit_store.LOGS[log]
    with pytest.raises(DatabaseError, match="never changed or deleted"), write_transaction(engine) as db:
        db.execute(text(sql.format(table.name)))


@pytest.mark.parametrize("log", LOGS)
@pytest.mark.parametrize(
    "wrong", [{"sequence": 4}, {"sequence": 2}, {"previous": "f" * 64}], ids=["gap", "twice", "previous"]
)
def test_a_line_that_does_not_follow_is_refused(
    read_twice: Person, engine: Engine, log: str, wrong: dict[str, object]
) -> None:
    table = audit_store.LOGS[log]
    with read_transaction(engine) as db:
        last = dict(db.execute(select(table).order_by(table.c.sequence.desc()).limit(1)).mappings().one())
    new = last | {"sequence": 3, "previous": last["hash"]} | wrong
    with (
        pytest.raises(DatabaseError, match=r"does not follow|duplicate key"),
        write_transaction(engine) as db,
    ):
        db.execute(insert(table).values(new))


def test_one_request_leaves_one_line_however_much_it_reads(people: PeopleFactory, engine: Engine) -> None:
    people.area("midtby")
    citizen = people.citizen(area="midtby")
    coordinator = people.add(Role.COORDINATOR, "Koordine", role_area="midtby")
    with people.acting_as(coordinator) as context:
        for kind, purpose in (
            (DataKind.WISHES, Purpose.MATCHING),
            (DataKind.PAIRING, Purpose.FOLLOW_UP),
            (DataKind.WISHES, Purpose.MATCHING),
        ):
            context.authorize_read(citizen.id, kind, purpose)
        assert context.access_entries == (
            AccessEntry(
                people.clock(),
                coordinator.id,
                Role.COORDINATOR,
                "midtby",
                citizen.id,
                (DataKind.PAIRING, DataKind.WISHES),
                (Purpose.FOLLOW_UP, Purpose.MATCHING),
            ),
        )
        audit_store.add(context.db, context.access_entries)
    assert history_of(people, citizen, staff_names=True) == [
        ("Koordine Prøvesen", Role.COORDINATOR, "Midtby")
    ]
    assert history_of(people, citizen, staff_names=False) == [("", Role.COORDINATOR, "Midtby")]


def history_of(
    people: PeopleFactory, citizen: Person, *, staff_names: bool
) -> Sequence[tuple[str, str, str]]:
    with people.acting_as(citizen) as context:
        looks = access_history(context, citizen.id, 1, 10, staff_names=staff_names)
    return [(line.actor_name, line.actor_role, line.actor_unit) for line in looks.entries]


def test_lines_from_before_the_chain_are_kept_and_chained(people: PeopleFactory, engine: Engine) -> None:
    downgrade(engine, "0007")
    with write_transaction(engine) as db:
        for sql in (
            "INSERT INTO people_person (id, given_name, surname, phone, email, language, created_at)"
            " VALUES ('p', 'A', 'B', '', '', 'da', '2026-01-01 00:00:00')",
            "INSERT INTO people_access (sequence, at, actor_id, actor_role, citizen_id, kind, purpose)"
            " VALUES (5, '2026-01-01 00:00:00', 'p', 'citizen', 'p', 'money', 'own')",
            "INSERT INTO people_change (sequence, at, actor_id, tag, subject_id, details)"
            " VALUES (7, '2026-01-01 00:00:00', NULL, 'a:b:c', 'p', '{}')",
        ):
            db.execute(text(sql))
    upgrade(engine)
    assert [head(engine, log) for log in LOGS] == [stored_head(engine, audit_store.LOGS[log]) for log in LOGS]
    assert [head(engine, log).sequence for log in LOGS] == [1, 1]
    with read_transaction(engine) as db:
        (line,), _ = access_history_store.access_entries(db, "p", limit=1, offset=0)
    assert (line.kinds, line.purposes) == ((DataKind.MONEY,), (Purpose.OWN,))
    downgrade(engine, "0007")
    with read_transaction(engine) as db:
        assert db.execute(text("SELECT sequence, kind FROM people_access")).all() == [(1, "money")]
