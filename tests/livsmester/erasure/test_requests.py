"""Somebody asks to be erased: what goes of them at once, what stays and why, and what has to end first."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, text
from sqlalchemy.exc import DBAPIError

from foundation.db import transactions
from foundation.ids import new_id
from guides import tables as guides_tables
from livsmester.audit_verification import verify_chains
from livsmester.erasure import requests as erasure_requests
from livsmester.erasure.service import plan_erasure, replay_after_restore
from livsmester.erasure.tombstones import InvalidTombstoneFile, read_tombstones
from people.access.model import Role
from people.directory import store as directory_store
from people.directory.model import ERASED_NAME, Person
from people.emergency_access import service as emergency_access_service
from people.emergency_access import store as emergency_access_store
from people.erasure import decision_store
from people.erasure.errors import ErasureBlocked, ReasonRequired
from people.erasure.model import Blocker, DataCategory, ErasureDecision
from people.errors import NotAllowed, NotFound, PersonNotIdentified
from people.retention import hold_store
from people.retention.model import LegalHold, Retention
from tests.conftest import FrozenClock
from tests.support.backups import make_backup
from tests.support.erasure_probe import assert_chains_intact, end_everything, ledger_rows, occurrences
from tests.support.people_factory import PeopleFactory
from tests.support.two_citizens import CitizenFixture, make_two_citizens

TIMES = Retention()
ACCOUNTING_COLUMNS = {
    "budgets_request.what",
    "budgets_movement.why",
    "budgets_receipt.content",
    "budgets_grant.legal_basis",
    "budgets_closing.why",
}
NAME_COLUMNS = {"people_person.given_name", "people_person.surname"}
GUIDE_COLUMNS = {f"guides_guide.{name}" for name in ("experiences", "interests", "dislikes", "wants")}


@pytest.fixture
def citizens(people: PeopleFactory) -> dict[str, CitizenFixture]:
    return make_two_citizens(people)


@pytest.fixture
def ended_citizen(
    citizens: dict[str, CitizenFixture], people: PeopleFactory, clock: FrozenClock
) -> CitizenFixture:
    """The household of the north, in which nothing runs any more; its grant closed in January 2027."""
    return _with_reviewed_emergencies(end_everything(citizens, people, clock), people)


def _with_reviewed_emergencies(home: CitizenFixture, people: PeopleFactory) -> CitizenFixture:
    """The same, when a leader has answered for every emergency."""
    with people.acting_as(people.add(Role.LEADER)) as context:
        for one in emergency_access_store.to_review(context.db):
            emergency_access_service.review(context, one.id, in_order=True, comment=f"{home.marker}svar")
    return home


@pytest.fixture
def administrator(people: PeopleFactory) -> Person:
    return people.add(Role.ADMINISTRATOR, "Ada")


@pytest.fixture
def decide_erasure(
    people: PeopleFactory, administrator: Person, tmp_path: Path
) -> Callable[..., ErasureDecision]:
    """Answers somebody as the administrator and gives the answer."""

    def give(person: Person, *keep: DataCategory, why: str = "", answer_id: str = "") -> ErasureDecision:
        key = answer_id or new_id()
        with people.acting_as(administrator) as context:
            erasure_requests.decide(context, key, person.id, keep, why, TIMES, tmp_path / "erased")
            return erasure_requests.get_decision(context, key)

    return give


def columns_left(engine: Engine, marker: str) -> set[str]:
    with transactions.read_transaction(engine) as db:
        return set(occurrences(db, marker))


def column_of(engine: Engine, query: str, **values: object) -> list[object]:
    with transactions.read_transaction(engine) as db:
        return list(db.execute(text(query), values).scalars())


def test_every_word_goes_but_the_accounts_and_whose_they_are(
    ended_citizen: CitizenFixture,
    citizens: dict[str, CitizenFixture],
    engine: Engine,
    decide_erasure: Callable[..., ErasureDecision],
) -> None:
    with transactions.read_transaction(engine) as db:
        neighbour, ledger = occurrences(db, citizens["syd"].marker), ledger_rows(db)
    assert len(columns_left(engine, ended_citizen.marker)) > 20
    given = decide_erasure(ended_citizen.citizen)
    assert set(given.gone) == {DataCategory.GUIDING, DataCategory.GOALS, DataCategory.CONTACT}
    assert set(given.kept) == {DataCategory.MONEY, DataCategory.NAME}
    assert given.money_until == date(2032, 12, 31)
    assert columns_left(engine, ended_citizen.marker) == ACCOUNTING_COLUMNS | NAME_COLUMNS | GUIDE_COLUMNS
    with transactions.read_transaction(engine) as db:
        others = {name: n for name, n in occurrences(db, citizens["syd"].marker).items() if "run" not in name}
        assert others == {name: n for name, n in neighbour.items() if "run" not in name}
        assert ledger_rows(db) == ledger
        assert_chains_intact(db)
    assert (
        column_of(
            engine, "SELECT person_id FROM people_account WHERE person_id = :id", id=ended_citizen.citizen.id
        )
        == []
    )
    assert column_of(engine, "SELECT person_id FROM people_cpr") == [ended_citizen.citizen.id]


def test_nothing_is_left_of_a_citizen_and_a_guide_when_no_accounts_are_kept(
    ended_citizen: CitizenFixture,
    engine: Engine,
    clock: FrozenClock,
    decide_erasure: Callable[..., ErasureDecision],
) -> None:
    clock.now = clock.now.replace(year=2033)
    for person in (ended_citizen.citizen, ended_citizen.guide):
        given = decide_erasure(person)
        assert given.kept == ()
        assert DataCategory.NAME in given.gone
    assert columns_left(engine, ended_citizen.marker) == set()
    for person in (ended_citizen.citizen, ended_citizen.guide):
        assert column_of(engine, "SELECT given_name FROM people_person WHERE id = :id", id=person.id) == [
            ERASED_NAME
        ]


def test_what_a_guide_said_goes_from_the_citizens_pairings_too(
    ended_citizen: CitizenFixture, engine: Engine, decide_erasure: Callable[..., ErasureDecision]
) -> None:
    decide_erasure(ended_citizen.guide)
    assert not columns_left(engine, ended_citizen.marker) & GUIDE_COLUMNS
    assert column_of(
        engine, "SELECT to_citizen FROM guides_pairing WHERE guide_id = :id", id=ended_citizen.guide.id
    ) == ["[]"]
    assert {"guides_request.own_words", "people_person.given_name"} <= columns_left(
        engine, ended_citizen.marker
    )


def test_a_guide_whose_contact_is_kept_is_a_guide_no_more(
    ended_citizen: CitizenFixture, engine: Engine, decide_erasure: Callable[..., ErasureDecision]
) -> None:
    given = decide_erasure(ended_citizen.guide, DataCategory.CONTACT, why="Arkivloven.")
    assert given.kept == (DataCategory.CONTACT, DataCategory.NAME)
    assert (
        column_of(engine, "SELECT role FROM people_role WHERE person_id = :id", id=ended_citizen.guide.id)
        == []
    )
    assert column_of(
        engine, "SELECT capacity FROM guides_guide WHERE person_id = :id", id=ended_citizen.guide.id
    ) == [0]


def test_what_is_kept_by_choice_stays_with_the_name_and_a_reason(
    ended_citizen: CitizenFixture,
    engine: Engine,
    clock: FrozenClock,
    decide_erasure: Callable[..., ErasureDecision],
) -> None:
    clock.now = clock.now.replace(year=2033)
    with pytest.raises(ReasonRequired):
        decide_erasure(ended_citizen.citizen, DataCategory.GUIDING)
    assert "plans_goal.title" in columns_left(engine, ended_citizen.marker)
    given = decide_erasure(ended_citizen.citizen, DataCategory.GUIDING, why="Vi skal gemme det i journalen.")
    assert given.kept == (DataCategory.GUIDING, DataCategory.NAME)
    found = columns_left(engine, ended_citizen.marker)
    assert {"guides_request.own_words", *NAME_COLUMNS} <= found
    assert not found & {"plans_goal.title", "people_person.phone", "budgets_receipt.content"}


def test_a_refusal_is_an_answer_too_and_erases_nothing(
    ended_citizen: CitizenFixture, engine: Engine, decide_erasure: Callable[..., ErasureDecision]
) -> None:
    before = columns_left(engine, ended_citizen.marker)
    given = decide_erasure(
        ended_citizen.citizen,
        DataCategory.GUIDING,
        DataCategory.GOALS,
        DataCategory.CONTACT,
        why="Arkivloven.",
    )
    assert given.gone == ()
    assert columns_left(engine, ended_citizen.marker) == before


def test_the_same_answer_once_more_changes_nothing(
    ended_citizen: CitizenFixture,
    engine: Engine,
    tmp_path: Path,
    decide_erasure: Callable[..., ErasureDecision],
) -> None:
    for _ in range(2):
        decide_erasure(ended_citizen.citizen, answer_id="the-same-form")
    assert len(column_of(engine, "SELECT id FROM people_erasure_answer")) == 1
    listed = (tmp_path / "erased").read_text()
    again = decide_erasure(ended_citizen.citizen)
    assert (again.gone, set(again.kept)) == ((), {DataCategory.MONEY, DataCategory.NAME})
    assert (tmp_path / "erased").read_text() == listed


def test_the_log_says_what_went_and_who_looked(
    ended_citizen: CitizenFixture,
    engine: Engine,
    people: PeopleFactory,
    administrator: Person,
    decide_erasure: Callable[..., ErasureDecision],
) -> None:
    with people.acting_as(administrator) as context:
        erasure_requests.assess_person(context, ended_citizen.citizen.id, TIMES)
        assert [line.citizen_id for line in context.access_entries] == [ended_citizen.citizen.id]
        assert [line.purposes for line in context.access_entries] == [("erasure",)]
    decide_erasure(ended_citizen.citizen)
    tags = column_of(
        engine,
        "SELECT tag FROM people_change WHERE subject_id = :id ORDER BY sequence",
        id=ended_citizen.citizen.id,
    )
    assert tags[-4:] == [
        "livsmester:erasure:answer",
        *(f"livsmester:erasure:{one}" for one in ("guiding", "goals", "contact")),
    ]
    with transactions.read_transaction(engine) as db:
        assert all(one.broken is None for one in verify_chains(db))


def test_a_backup_from_before_is_erased_by_the_list_and_one_from_after_is_left_alone(
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
    found = replay_after_restore(before, listed, tmp_path / "erased", clock.now)
    assert set(found.to_erase) == set(listed)
    assert columns_left(before, ended_citizen.marker) == ACCOUNTING_COLUMNS | NAME_COLUMNS | GUIDE_COLUMNS
    with transactions.read_transaction(before) as db:
        assert_chains_intact(db)
    assert replay_after_restore(before, listed, tmp_path / "erased", clock.now).to_erase == ()
    before.dispose()
    with people.acting_as(
        ended_citizen.coordinator
    ) as context:  # who came back is not erased by what the list says of before
        known = directory_store.person(context.db, ended_citizen.citizen.id)
        assert known is not None
        directory_store.change_person(context.db, Person(**{**_fields(known), "phone": "20 00 00 00"}))
    assert replay_after_restore(engine, listed, tmp_path / "erased", clock.now).to_erase == ()
    assert column_of(
        engine, "SELECT phone FROM people_person WHERE id = :id", id=ended_citizen.citizen.id
    ) == ["20 00 00 00"]


def test_a_backup_in_which_everything_still_ran_loses_the_words_and_says_what_to_end(
    citizens: dict[str, CitizenFixture],
    people: PeopleFactory,
    engine: Engine,
    clock: FrozenClock,
    tmp_path: Path,
    fresh_database: Callable[..., str],
    decide_erasure: Callable[..., ErasureDecision],
) -> None:
    running = make_backup(engine, tmp_path, fresh_database)
    north = _with_reviewed_emergencies(end_everything(citizens, people, clock), people)
    decide_erasure(north.citizen)
    found = replay_after_restore(
        running, read_tombstones(tmp_path / "erased"), tmp_path / "erased", clock.now
    )
    assert {one.id for one in found.reopened} == {north.records["request"], north.records["grant"]}
    assert columns_left(running, north.marker) - GUIDE_COLUMNS <= ACCOUNTING_COLUMNS | NAME_COLUMNS
    running.dispose()


def _fields(person: Person) -> dict[str, object]:
    return {name: getattr(person, name) for name in person.__struct_fields__}


def test_somebody_who_came_back_can_ask_again(
    ended_citizen: CitizenFixture,
    engine: Engine,
    people: PeopleFactory,
    clock: FrozenClock,
    decide_erasure: Callable[..., ErasureDecision],
) -> None:
    decide_erasure(ended_citizen.citizen)
    clock.advance(days=1)
    with people.acting_as(ended_citizen.coordinator) as context:
        known = directory_store.person(context.db, ended_citizen.citizen.id)
        assert known is not None
        directory_store.change_person(context.db, Person(**{**_fields(known), "email": "tilbage@example.dk"}))
    assert decide_erasure(ended_citizen.citizen).gone == (DataCategory.CONTACT,)
    assert columns_left(engine, "tilbage") == set()


def test_a_list_that_cannot_be_written_leaves_everything(
    ended_citizen: CitizenFixture,
    engine: Engine,
    tmp_path: Path,
    decide_erasure: Callable[..., ErasureDecision],
) -> None:
    (tmp_path / "erased").mkdir()
    before = columns_left(engine, ended_citizen.marker)
    with pytest.raises(InvalidTombstoneFile):
        decide_erasure(ended_citizen.citizen)
    assert columns_left(engine, ended_citizen.marker) == before
    assert column_of(engine, "SELECT id FROM people_erasure_answer") == []


def test_what_is_left_goes_by_its_time(
    ended_citizen: CitizenFixture,
    engine: Engine,
    clock: FrozenClock,
    decide_erasure: Callable[..., ErasureDecision],
) -> None:
    decide_erasure(ended_citizen.citizen)
    later = clock.now.replace(year=2033)
    with transactions.read_transaction(engine) as db:
        due = plan_erasure(db, TIMES, later).due
    assert ended_citizen.records["grant"] in [one.id for one in due.records]
    assert ended_citizen.records["request"] not in [one.id for one in due.records]
    assert ended_citizen.citizen.id in due.people


def blockers(
    people: PeopleFactory, administrator: Person, person: Person, tmp_path: Path
) -> tuple[Blocker, ...]:
    """What an answer is refused for."""
    with pytest.raises(ErasureBlocked) as caught, people.acting_as(administrator) as context:
        erasure_requests.decide(context, new_id(), person.id, (), "", TIMES, tmp_path / "erased")
    assert not (tmp_path / "erased").exists()
    return caught.value.blockers


def test_what_runs_has_to_end_first(
    citizens: dict[str, CitizenFixture],
    people: PeopleFactory,
    engine: Engine,
    administrator: Person,
    tmp_path: Path,
) -> None:
    north = citizens["nord"]
    before = columns_left(engine, north.marker)
    assert blockers(people, administrator, north.citizen, tmp_path) == (Blocker.HELP, Blocker.GRANT)
    assert blockers(people, administrator, north.guide, tmp_path) == (Blocker.HELP,)
    assert columns_left(engine, north.marker) == before


def hold(engine: Engine, person: Person, made_by: Person, clock: FrozenClock) -> None:
    one = LegalHold("hold-1", person.id, "En klagesag kører.", clock.now.date(), None, made_by.id)
    with transactions.write_transaction(engine) as db:
        hold_store.add(db, one, clock.now)


@pytest.mark.parametrize("held", ["citizen", "guide"])
def test_a_legal_hold_stops_it_for_both_who_stand_in_a_pairing(
    held: str,
    ended_citizen: CitizenFixture,
    people: PeopleFactory,
    engine: Engine,
    administrator: Person,
    tmp_path: Path,
    clock: FrozenClock,
) -> None:
    hold(engine, getattr(ended_citizen, held), administrator, clock)
    for person in (ended_citizen.citizen, ended_citizen.guide):
        assert blockers(people, administrator, person, tmp_path) == (Blocker.HOLD,)


def test_a_legal_hold_keeps_the_matching_in_which_both_stood(
    ended_citizen: CitizenFixture,
    citizens: dict[str, CitizenFixture],
    people: PeopleFactory,
    engine: Engine,
    administrator: Person,
    tmp_path: Path,
    clock: FrozenClock,
) -> None:
    south = citizens["syd"]
    hold(engine, south.citizen, administrator, clock)
    both = f'{{"pairs": ["{ended_citizen.records["request"]}", "{south.records["request"]}"]}}'
    add_run(engine, "discarded", south.coordinator, clock, result=both)
    assert blockers(people, administrator, ended_citizen.citizen, tmp_path) == (Blocker.HOLD,)


def add_run(engine: Engine, status: str, made_by: Person, clock: FrozenClock, **more: str) -> None:
    run = {"id": new_id(), "status": status, "progress": 5, "step": "", "seed": 1, "policy": ""}
    with transactions.write_transaction(engine) as db:
        made = run | {"made_by": made_by.id, "made_at": clock.now} | more
        db.execute(insert(guides_tables.run).values(made))


def test_a_legal_hold_stops_it_after_a_restore_too(
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
    hold(before, ended_citizen.guide, administrator, clock)
    found = replay_after_restore(before, read_tombstones(tmp_path / "erased"), tmp_path / "erased", clock.now)
    assert {one.kind for one in found.held} == {"wish", "guiding"}
    assert {one.kind for one in found.to_erase} == {"goals", "contact"}
    assert "guides_request.own_words" in columns_left(before, ended_citizen.marker)
    before.dispose()


def test_an_emergency_waits_for_its_leader_first(
    citizens: dict[str, CitizenFixture],
    people: PeopleFactory,
    administrator: Person,
    tmp_path: Path,
    clock: FrozenClock,
) -> None:
    north = end_everything(citizens, people, clock)
    assert blockers(people, administrator, north.citizen, tmp_path) == (Blocker.EMERGENCY,)


def test_a_matching_that_runs_may_have_read_about_them(
    ended_citizen: CitizenFixture,
    people: PeopleFactory,
    engine: Engine,
    administrator: Person,
    tmp_path: Path,
    clock: FrozenClock,
) -> None:
    add_run(engine, "running", ended_citizen.coordinator, clock)
    assert blockers(people, administrator, ended_citizen.citizen, tmp_path) == (Blocker.MATCHING,)


def test_nobody_answers_for_themselves_and_staff_stay_for_the_logs(
    people: PeopleFactory, administrator: Person, tmp_path: Path
) -> None:
    leader = people.add(Role.LEADER)
    assert blockers(people, administrator, administrator, tmp_path) == (Blocker.SELF, Blocker.STAFF)
    assert blockers(people, administrator, leader, tmp_path) == (Blocker.STAFF,)


def test_only_an_administrator_answers(people: PeopleFactory, tmp_path: Path) -> None:
    citizen = people.citizen("Asta")
    for role in Role:
        if role is Role.ADMINISTRATOR:
            continue
        with people.acting_as(people.add(role)) as context:
            for ask in (
                lambda context=context: erasure_requests.find_requester(context, citizen.id),
                lambda context=context: erasure_requests.assess_person(context, citizen.id, TIMES),
                lambda context=context: erasure_requests.recent_decisions(context),
                lambda context=context: erasure_requests.get_decision(context, "answer"),
                lambda context=context: erasure_requests.decide(
                    context, "answer", citizen.id, (), "", TIMES, tmp_path / "erased"
                ),
            ):
                with pytest.raises(NotAllowed):
                    ask()


def test_who_nobody_knows_is_not_found(people: PeopleFactory, administrator: Person) -> None:
    with people.acting_as(administrator) as context:
        with pytest.raises(PersonNotIdentified):
            erasure_requests.find_requester(context, "Ingen Kendt")
        with pytest.raises(NotFound):
            erasure_requests.assess_person(context, "nobody", TIMES)


def test_an_answer_stands_as_it_was_given(
    people: PeopleFactory, engine: Engine, administrator: Person, clock: FrozenClock
) -> None:
    citizen = people.citizen("Asta")
    with transactions.write_transaction(engine) as db:
        said = ErasureDecision(
            "answer-1", citizen.id, clock.now, administrator.id, (), (DataCategory.GOALS,), None, "Derfor."
        )
        decision_store.add(db, said)
    for statement in (
        "UPDATE people_erasure_answer SET gone = 'goals'",
        "UPDATE people_erasure_answer SET why = 'noget andet'",
        "UPDATE people_erasure_answer SET answered_by = NULL",
        "DELETE FROM people_erasure_answer",
        "INSERT INTO people_erasure_answer (id, person_id, at, answered_by, gone, kept, why) "
        f"VALUES ('own', '{citizen.id}', '2027-01-01', '{citizen.id}', 'goals', '', '')",
    ):
        with pytest.raises(DBAPIError), transactions.write_transaction(engine) as db:
            db.execute(text(statement))
