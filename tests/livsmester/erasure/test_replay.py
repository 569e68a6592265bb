"""A restored backup is erased again by the tombstones."""

from collections.abc import Callable
from pathlib import Path

import msgspec
from sqlalchemy import Engine

from foundation.db import transactions
from livsmester.erasure.service import replay_after_restore
from livsmester.erasure.tombstones import read_tombstones
from people.directory import store as directory_store
from people.directory.model import Person
from people.erasure.model import ErasureDecision
from tests.conftest import FrozenClock
from tests.support.backups import make_backup
from tests.support.erasure_probe import (
    ACCOUNTING_COLUMNS,
    GUIDE_COLUMNS,
    NAME_COLUMNS,
    add_hold,
    assert_chains_intact,
    column_values,
    columns_containing,
    end_everything,
    review_emergencies,
)
from tests.support.people_factory import PeopleFactory
from tests.support.two_citizens import CitizenFixture


def test_an_older_backup_is_erased_by_the_tombstones_and_a_newer_one_is_not(
    ended_citizen: CitizenFixture,
    engine: Engine,
    people: PeopleFactory,
    clock: FrozenClock,
    tmp_path: Path,
    fresh_database: Callable[..., str],
    decide_erasure: Callable[..., ErasureDecision],
) -> None:
    before = make_backup(engine, tmp_path, fresh_database)
    decide_erasure(ended_citizen.citizen)
    listed = read_tombstones(tmp_path / "erased")
    assert ended_citizen.marker not in (tmp_path / "erased").read_text()
    clock.advance(days=40)
    replay = replay_after_restore(before, listed, tmp_path / "erased", clock.now)
    assert set(replay.to_erase) == set(listed)
    assert (
        columns_containing(before, ended_citizen.marker) == ACCOUNTING_COLUMNS | NAME_COLUMNS | GUIDE_COLUMNS
    )
    with transactions.read_transaction(before) as db:
        assert_chains_intact(db)
    assert replay_after_restore(before, listed, tmp_path / "erased", clock.now).to_erase == ()
    before.dispose()
    with people.acting_as(
        ended_citizen.coordinator
    ) as context:  # who has returned is not erased by a tombstone from before
        known = directory_store.person(context.db, ended_citizen.citizen.id)
        assert known is not None
        directory_store.change_person(context.db, msgspec.structs.replace(known, phone="20 00 00 00"))
    assert replay_after_restore(engine, listed, tmp_path / "erased", clock.now).to_erase == ()
    assert column_values(
        engine, "SELECT phone FROM people_person WHERE id = :id", id=ended_citizen.citizen.id
    ) == ["20 00 00 00"]


def test_a_backup_with_open_records_loses_the_text_and_reports_what_to_end(
    citizens: dict[str, CitizenFixture],
    people: PeopleFactory,
    engine: Engine,
    clock: FrozenClock,
    tmp_path: Path,
    fresh_database: Callable[..., str],
    decide_erasure: Callable[..., ErasureDecision],
) -> None:
    running = make_backup(engine, tmp_path, fresh_database)
    north = review_emergencies(end_everything(citizens, people, clock), people)
    decide_erasure(north.citizen)
    replay = replay_after_restore(
        running, read_tombstones(tmp_path / "erased"), tmp_path / "erased", clock.now
    )
    assert {record.id for record in replay.reopened} == {north.records["request"], north.records["grant"]}
    assert columns_containing(running, north.marker) - GUIDE_COLUMNS <= ACCOUNTING_COLUMNS | NAME_COLUMNS
    running.dispose()


def test_a_legal_hold_prevents_erasure_after_a_restore_too(
    ended_citizen: CitizenFixture,
    engine: Engine,
    administrator: Person,
    tmp_path: Path,
    clock: FrozenClock,
    fresh_database: Callable[..., str],
    decide_erasure: Callable[..., ErasureDecision],
) -> None:
    before = make_backup(engine, tmp_path, fresh_database)
    decide_erasure(ended_citizen.citizen)
    add_hold(before, ended_citizen.guide, administrator, clock)
    replay = replay_after_restore(
        before, read_tombstones(tmp_path / "erased"), tmp_path / "erased", clock.now
    )
    assert {tombstone.kind for tombstone in replay.held} == {"wish", "guiding"}
    assert {tombstone.kind for tombstone in replay.to_erase} == {"goals", "contact"}
    assert "guides_request.own_words" in columns_containing(before, ended_citizen.marker)
    before.dispose()
