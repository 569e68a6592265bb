"""What prevents the erasure of a person: open records, legal holds, running matchings, unreviewed emergencies, staff roles."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, insert

from foundation.db import transactions
from foundation.ids import new_id
from guides import tables as guides_tables
from livsmester.erasure import requests as erasure_requests
from people.access.model import Role
from people.directory.model import Person
from people.erasure.errors import ErasureBlocked
from people.erasure.model import Blocker
from people.retention.model import Retention
from tests.conftest import FrozenClock
from tests.support.erasure_probe import add_hold, columns_containing, end_everything
from tests.support.people_factory import PeopleFactory
from tests.support.two_citizens import CitizenFixture

TIMES = Retention()


def blockers(
    people: PeopleFactory, administrator: Person, person: Person, tmp_path: Path
) -> tuple[Blocker, ...]:
    """The blockers that an erasure is refused for."""
    with pytest.raises(ErasureBlocked) as caught, people.acting_as(administrator) as context:
        erasure_requests.decide(context, new_id(), person.id, (), "", TIMES, tmp_path / "erased")
    assert not (tmp_path / "erased").exists()
    return caught.value.blockers


def test_open_records_must_be_ended_first(
    citizens: dict[str, CitizenFixture],
    people: PeopleFactory,
    engine: Engine,
    administrator: Person,
    tmp_path: Path,
) -> None:
    north = citizens["nord"]
    before = columns_containing(engine, north.marker)
    assert blockers(people, administrator, north.citizen, tmp_path) == (Blocker.HELP, Blocker.GRANT)
    assert blockers(people, administrator, north.guide, tmp_path) == (Blocker.HELP,)
    assert columns_containing(engine, north.marker) == before


@pytest.mark.parametrize("held_side", ["citizen", "guide"])
def test_a_legal_hold_on_one_side_of_a_pairing_blocks_both(
    held_side: str,
    ended_citizen: CitizenFixture,
    people: PeopleFactory,
    engine: Engine,
    administrator: Person,
    tmp_path: Path,
    clock: FrozenClock,
) -> None:
    add_hold(engine, getattr(ended_citizen, held_side), administrator, clock)
    for person in (ended_citizen.citizen, ended_citizen.guide):
        assert blockers(people, administrator, person, tmp_path) == (Blocker.HOLD,)


def test_a_legal_hold_blocks_everyone_in_the_same_matching_run(
    ended_citizen: CitizenFixture,
    citizens: dict[str, CitizenFixture],
    people: PeopleFactory,
    engine: Engine,
    administrator: Person,
    tmp_path: Path,
    clock: FrozenClock,
) -> None:
    south = citizens["syd"]
    add_hold(engine, south.citizen, administrator, clock)
    both = f'{{"pairs": ["{ended_citizen.records["request"]}", "{south.records["request"]}"]}}'
    add_run(engine, "discarded", south.coordinator, clock, result=both)
    assert blockers(people, administrator, ended_citizen.citizen, tmp_path) == (Blocker.HOLD,)


def add_run(engine: Engine, status: str, made_by: Person, clock: FrozenClock, **more: str) -> None:
    run = {"id": new_id(), "status": status, "progress": 5, "step": "", "seed": 1, "policy": ""}
    with transactions.write_transaction(engine) as db:
        row = run | {"made_by": made_by.id, "made_at": clock.now} | more
        db.execute(insert(guides_tables.run).values(row))


def test_an_emergency_access_must_be_reviewed_first(
    citizens: dict[str, CitizenFixture],
    people: PeopleFactory,
    administrator: Person,
    tmp_path: Path,
    clock: FrozenClock,
) -> None:
    north = end_everything(citizens, people, clock)
    assert blockers(people, administrator, north.citizen, tmp_path) == (Blocker.EMERGENCY,)


def test_a_running_matching_blocks_erasure(
    ended_citizen: CitizenFixture,
    people: PeopleFactory,
    engine: Engine,
    administrator: Person,
    tmp_path: Path,
    clock: FrozenClock,
) -> None:
    add_run(engine, "running", ended_citizen.coordinator, clock)
    assert blockers(people, administrator, ended_citizen.citizen, tmp_path) == (Blocker.MATCHING,)


def test_administrators_cannot_erase_themselves_or_staff(
    people: PeopleFactory, administrator: Person, tmp_path: Path
) -> None:
    leader = people.add(Role.LEADER)
    assert blockers(people, administrator, administrator, tmp_path) == (Blocker.SELF, Blocker.STAFF)
    assert blockers(people, administrator, leader, tmp_path) == (Blocker.STAFF,)
