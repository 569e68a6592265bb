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
from livsmester.audit_verification import check
from livsmester.erasure import requests as erasure_requests
from livsmester.erasure.service import erase_again, plan
from livsmester.erasure.tombstones import BadList, read_list
from people.access.model import Role
from people.directory import store as directory_store
from people.directory.model import ERASED_NAME, Person
from people.emergency_access import service as emergency_access_service
from people.emergency_access import store as emergency_access_store
from people.erasure import decision_store
from people.erasure.errors import CantErase, NoReason
from people.erasure.model import Answer, Obstacle, Piece
from people.errors import NobodyCalled, NotAllowed, NotFound
from people.retention import hold_store
from people.retention.model import Hold, Retention
from tests.backups import copy_of
from tests.conftest import StandingClock
from tests.households import Household, make_households
from tests.leftovers import all_holds_together, end, money, words_left
from tests.people_factory import People

TIMES = Retention()
ACCOUNTS = {
    "budgets_request.what",
    "budgets_movement.why",
    "budgets_receipt.content",
    "budgets_grant.legal_basis",
    "budgets_closing.why",
}
NAME = {"people_person.given_name", "people_person.surname"}
OF_THE_GUIDE = {f"guides_guide.{name}" for name in ("experiences", "interests", "dislikes", "wants")}


@pytest.fixture
def households(people: People) -> dict[str, Household]:
    return make_households(people)


@pytest.fixture
def ended(households: dict[str, Household], people: People, clock: StandingClock) -> Household:
    """The household of the north, in which nothing runs any more; its grant closed in January 2027."""
    return _reviewed(end(households, people, clock), people)


def _reviewed(home: Household, people: People) -> Household:
    """The same, when a leader has answered for every emergency."""
    with people.acting(people.add(Role.LEADER)) as visit:
        for one in emergency_access_store.to_review(visit.db):
            emergency_access_service.review(visit, one.id, in_order=True, words=f"{home.mark}svar")
    return home


@pytest.fixture
def administrator(people: People) -> Person:
    return people.add(Role.ADMINISTRATOR, "Ada")


@pytest.fixture
def answered(people: People, administrator: Person, tmp_path: Path) -> Callable[..., Answer]:
    """Answers somebody as the administrator and gives the answer."""

    def give(person: Person, *keep: Piece, why: str = "", answer_id: str = "") -> Answer:
        key = answer_id or new_id()
        with people.acting(administrator) as visit:
            erasure_requests.answer(visit, key, person.id, keep, why, TIMES, tmp_path / "erased")
            return erasure_requests.one_answer(visit, key)

    return give


def left(engine: Engine, mark: str) -> set[str]:
    with transactions.reading(engine) as db:
        return set(words_left(db, mark))


def rows(engine: Engine, question: str, **values: object) -> list[object]:
    with transactions.reading(engine) as db:
        return list(db.execute(text(question), values).scalars())


def test_every_word_goes_but_the_accounts_and_whose_they_are(
    ended: Household, households: dict[str, Household], engine: Engine, answered: Callable[..., Answer]
) -> None:
    with transactions.reading(engine) as db:
        neighbour, ledger = words_left(db, households["syd"].mark), money(db)
    assert len(left(engine, ended.mark)) > 20
    given = answered(ended.citizen)
    assert set(given.gone) == {Piece.GUIDING, Piece.GOALS, Piece.CONTACT}
    assert set(given.kept) == {Piece.MONEY, Piece.NAME}
    assert given.money_until == date(2032, 12, 31)
    assert left(engine, ended.mark) == ACCOUNTS | NAME | OF_THE_GUIDE
    with transactions.reading(engine) as db:
        others = {name: n for name, n in words_left(db, households["syd"].mark).items() if "run" not in name}
        assert others == {name: n for name, n in neighbour.items() if "run" not in name}
        assert money(db) == ledger
        all_holds_together(db)
    assert (
        rows(engine, "SELECT person_id FROM people_account WHERE person_id = :id", id=ended.citizen.id) == []
    )
    assert rows(engine, "SELECT person_id FROM people_cpr") == [ended.citizen.id]


def test_nothing_is_left_of_a_citizen_and_a_guide_when_no_accounts_are_kept(
    ended: Household, engine: Engine, clock: StandingClock, answered: Callable[..., Answer]
) -> None:
    clock.now = clock.now.replace(year=2033)
    for person in (ended.citizen, ended.guide):
        given = answered(person)
        assert given.kept == ()
        assert Piece.NAME in given.gone
    assert left(engine, ended.mark) == set()
    for person in (ended.citizen, ended.guide):
        assert rows(engine, "SELECT given_name FROM people_person WHERE id = :id", id=person.id) == [
            ERASED_NAME
        ]


def test_what_a_guide_said_goes_from_the_citizens_pairings_too(
    ended: Household, engine: Engine, answered: Callable[..., Answer]
) -> None:
    answered(ended.guide)
    assert not left(engine, ended.mark) & OF_THE_GUIDE
    assert rows(engine, "SELECT to_citizen FROM guides_pairing WHERE guide_id = :id", id=ended.guide.id) == [
        "[]"
    ]
    assert {"guides_request.own_words", "people_person.given_name"} <= left(engine, ended.mark)


def test_a_guide_whose_contact_is_kept_is_a_guide_no_more(
    ended: Household, engine: Engine, answered: Callable[..., Answer]
) -> None:
    given = answered(ended.guide, Piece.CONTACT, why="Arkivloven.")
    assert given.kept == (Piece.CONTACT, Piece.NAME)
    assert rows(engine, "SELECT role FROM people_role WHERE person_id = :id", id=ended.guide.id) == []
    assert rows(engine, "SELECT capacity FROM guides_guide WHERE person_id = :id", id=ended.guide.id) == [0]


def test_what_is_kept_by_choice_stays_with_the_name_and_a_reason(
    ended: Household, engine: Engine, clock: StandingClock, answered: Callable[..., Answer]
) -> None:
    clock.now = clock.now.replace(year=2033)
    with pytest.raises(NoReason):
        answered(ended.citizen, Piece.GUIDING)
    assert "plans_goal.title" in left(engine, ended.mark)
    given = answered(ended.citizen, Piece.GUIDING, why="Vi skal gemme det i journalen.")
    assert given.kept == (Piece.GUIDING, Piece.NAME)
    found = left(engine, ended.mark)
    assert {"guides_request.own_words", *NAME} <= found
    assert not found & {"plans_goal.title", "people_person.phone", "budgets_receipt.content"}


def test_a_refusal_is_an_answer_too_and_erases_nothing(
    ended: Household, engine: Engine, answered: Callable[..., Answer]
) -> None:
    before = left(engine, ended.mark)
    given = answered(ended.citizen, Piece.GUIDING, Piece.GOALS, Piece.CONTACT, why="Arkivloven.")
    assert given.gone == ()
    assert left(engine, ended.mark) == before


def test_the_same_answer_once_more_changes_nothing(
    ended: Household, engine: Engine, tmp_path: Path, answered: Callable[..., Answer]
) -> None:
    for _ in range(2):
        answered(ended.citizen, answer_id="the-same-form")
    assert len(rows(engine, "SELECT id FROM people_erasure_answer")) == 1
    listed = (tmp_path / "erased").read_text()
    again = answered(ended.citizen)
    assert (again.gone, set(again.kept)) == ((), {Piece.MONEY, Piece.NAME})
    assert (tmp_path / "erased").read_text() == listed


def test_the_log_says_what_went_and_who_looked(
    ended: Household, engine: Engine, people: People, administrator: Person, answered: Callable[..., Answer]
) -> None:
    with people.acting(administrator) as visit:
        erasure_requests.weighed(visit, ended.citizen.id, TIMES)
        assert [line.citizen_id for line in visit.lines] == [ended.citizen.id]
        assert [line.purposes for line in visit.lines] == [("erasure",)]
    answered(ended.citizen)
    tags = rows(
        engine, "SELECT tag FROM people_change WHERE subject_id = :id ORDER BY sequence", id=ended.citizen.id
    )
    assert tags[-4:] == [
        "livsmester:erasure:answer",
        *(f"livsmester:erasure:{one}" for one in ("guiding", "goals", "contact")),
    ]
    with transactions.reading(engine) as db:
        assert all(one.broken is None for one in check(db))


def test_a_backup_from_before_is_erased_by_the_list_and_one_from_after_is_left_alone(
    ended: Household,
    engine: Engine,
    people: People,
    clock: StandingClock,
    tmp_path: Path,
    fresh_database: Callable[..., str],
    answered: Callable[..., Answer],
) -> None:
    before = copy_of(engine, tmp_path, fresh_database)
    answered(ended.citizen)
    listed = read_list(tmp_path / "erased")
    assert ended.mark not in (tmp_path / "erased").read_text()
    clock.forward(days=40)
    found = erase_again(before, listed, tmp_path / "erased", clock.now)
    assert set(found.to_erase) == set(listed)
    assert left(before, ended.mark) == ACCOUNTS | NAME | OF_THE_GUIDE
    with transactions.reading(before) as db:
        all_holds_together(db)
    assert erase_again(before, listed, tmp_path / "erased", clock.now).to_erase == ()
    before.dispose()
    with people.acting(
        ended.coordinator
    ) as visit:  # who came back is not erased by what the list says of before
        known = directory_store.person(visit.db, ended.citizen.id)
        assert known is not None
        directory_store.change_person(visit.db, Person(**{**_fields(known), "phone": "20 00 00 00"}))
    assert erase_again(engine, listed, tmp_path / "erased", clock.now).to_erase == ()
    assert rows(engine, "SELECT phone FROM people_person WHERE id = :id", id=ended.citizen.id) == [
        "20 00 00 00"
    ]


def test_a_backup_in_which_everything_still_ran_loses_the_words_and_says_what_to_end(
    households: dict[str, Household],
    people: People,
    engine: Engine,
    clock: StandingClock,
    tmp_path: Path,
    fresh_database: Callable[..., str],
    answered: Callable[..., Answer],
) -> None:
    running = copy_of(engine, tmp_path, fresh_database)
    north = _reviewed(end(households, people, clock), people)
    answered(north.citizen)
    found = erase_again(running, read_list(tmp_path / "erased"), tmp_path / "erased", clock.now)
    assert {one.id for one in found.running} == {north.records["request"], north.records["grant"]}
    assert left(running, north.mark) - OF_THE_GUIDE <= ACCOUNTS | NAME
    running.dispose()


def _fields(person: Person) -> dict[str, object]:
    return {name: getattr(person, name) for name in person.__struct_fields__}


def test_somebody_who_came_back_can_ask_again(
    ended: Household, engine: Engine, people: People, clock: StandingClock, answered: Callable[..., Answer]
) -> None:
    answered(ended.citizen)
    clock.forward(days=1)
    with people.acting(ended.coordinator) as visit:
        known = directory_store.person(visit.db, ended.citizen.id)
        assert known is not None
        directory_store.change_person(visit.db, Person(**{**_fields(known), "email": "tilbage@example.dk"}))
    assert answered(ended.citizen).gone == (Piece.CONTACT,)
    assert left(engine, "tilbage") == set()


def test_a_list_that_cannot_be_written_leaves_everything(
    ended: Household, engine: Engine, tmp_path: Path, answered: Callable[..., Answer]
) -> None:
    (tmp_path / "erased").mkdir()
    before = left(engine, ended.mark)
    with pytest.raises(BadList):
        answered(ended.citizen)
    assert left(engine, ended.mark) == before
    assert rows(engine, "SELECT id FROM people_erasure_answer") == []


def test_what_is_left_goes_by_its_time(
    ended: Household, engine: Engine, clock: StandingClock, answered: Callable[..., Answer]
) -> None:
    answered(ended.citizen)
    later = clock.now.replace(year=2033)
    with transactions.reading(engine) as db:
        due = plan(db, TIMES, later).due
    assert ended.records["grant"] in [one.id for one in due.matters]
    assert ended.records["request"] not in [one.id for one in due.matters]
    assert ended.citizen.id in due.people


def obstacles(people: People, administrator: Person, person: Person, tmp_path: Path) -> tuple[Obstacle, ...]:
    """What an answer is refused for."""
    with pytest.raises(CantErase) as caught, people.acting(administrator) as visit:
        erasure_requests.answer(visit, new_id(), person.id, (), "", TIMES, tmp_path / "erased")
    assert not (tmp_path / "erased").exists()
    return caught.value.obstacles


def test_what_runs_has_to_end_first(
    households: dict[str, Household], people: People, engine: Engine, administrator: Person, tmp_path: Path
) -> None:
    north = households["nord"]
    before = left(engine, north.mark)
    assert obstacles(people, administrator, north.citizen, tmp_path) == (Obstacle.HELP, Obstacle.GRANT)
    assert obstacles(people, administrator, north.guide, tmp_path) == (Obstacle.HELP,)
    assert left(engine, north.mark) == before


def hold(engine: Engine, person: Person, made_by: Person, clock: StandingClock) -> None:
    one = Hold("hold-1", person.id, "En klagesag kører.", clock.now.date(), None, made_by.id)
    with transactions.writing(engine) as db:
        hold_store.add(db, one, clock.now)


@pytest.mark.parametrize("held", ["citizen", "guide"])
def test_a_legal_hold_stops_it_for_both_who_stand_in_a_pairing(
    held: str,
    ended: Household,
    people: People,
    engine: Engine,
    administrator: Person,
    tmp_path: Path,
    clock: StandingClock,
) -> None:
    hold(engine, getattr(ended, held), administrator, clock)
    for person in (ended.citizen, ended.guide):
        assert obstacles(people, administrator, person, tmp_path) == (Obstacle.HOLD,)


def test_a_legal_hold_keeps_the_matching_in_which_both_stood(
    ended: Household,
    households: dict[str, Household],
    people: People,
    engine: Engine,
    administrator: Person,
    tmp_path: Path,
    clock: StandingClock,
) -> None:
    south = households["syd"]
    hold(engine, south.citizen, administrator, clock)
    both = f'{{"pairs": ["{ended.records["request"]}", "{south.records["request"]}"]}}'
    put_run(engine, "discarded", south.coordinator, clock, result=both)
    assert obstacles(people, administrator, ended.citizen, tmp_path) == (Obstacle.HOLD,)


def put_run(engine: Engine, status: str, made_by: Person, clock: StandingClock, **more: str) -> None:
    run = {"id": new_id(), "status": status, "progress": 5, "step": "", "seed": 1, "policy": ""}
    with transactions.writing(engine) as db:
        made = run | {"made_by": made_by.id, "made_at": clock.now} | more
        db.execute(insert(guides_tables.run).values(made))


def test_a_legal_hold_stops_it_after_a_restore_too(
    ended: Household,
    engine: Engine,
    administrator: Person,
    tmp_path: Path,
    clock: StandingClock,
    fresh_database: Callable[..., str],
    answered: Callable[..., Answer],
) -> None:
    before = copy_of(engine, tmp_path, fresh_database)
    answered(ended.citizen)
    hold(before, ended.guide, administrator, clock)
    found = erase_again(before, read_list(tmp_path / "erased"), tmp_path / "erased", clock.now)
    assert {one.kind for one in found.held} == {"wish", "guiding"}
    assert {one.kind for one in found.to_erase} == {"goals", "contact"}
    assert "guides_request.own_words" in left(before, ended.mark)
    before.dispose()


def test_an_emergency_waits_for_its_leader_first(
    households: dict[str, Household],
    people: People,
    administrator: Person,
    tmp_path: Path,
    clock: StandingClock,
) -> None:
    north = end(households, people, clock)
    assert obstacles(people, administrator, north.citizen, tmp_path) == (Obstacle.EMERGENCY,)


def test_a_matching_that_runs_may_have_read_about_them(
    ended: Household,
    people: People,
    engine: Engine,
    administrator: Person,
    tmp_path: Path,
    clock: StandingClock,
) -> None:
    put_run(engine, "running", ended.coordinator, clock)
    assert obstacles(people, administrator, ended.citizen, tmp_path) == (Obstacle.MATCHING,)


def test_nobody_answers_for_themselves_and_staff_stay_for_the_logs(
    people: People, administrator: Person, tmp_path: Path
) -> None:
    leader = people.add(Role.LEADER)
    assert obstacles(people, administrator, administrator, tmp_path) == (Obstacle.SELF, Obstacle.STAFF)
    assert obstacles(people, administrator, leader, tmp_path) == (Obstacle.STAFF,)


def test_only_an_administrator_answers(people: People, tmp_path: Path) -> None:
    citizen = people.citizen("Asta")
    for role in Role:
        if role is Role.ADMINISTRATOR:
            continue
        with people.acting(people.add(role)) as visit:
            for ask in (
                lambda visit=visit: erasure_requests.asked_by(visit, citizen.id),
                lambda visit=visit: erasure_requests.weighed(visit, citizen.id, TIMES),
                lambda visit=visit: erasure_requests.answers(visit),
                lambda visit=visit: erasure_requests.one_answer(visit, "answer"),
                lambda visit=visit: erasure_requests.answer(
                    visit, "answer", citizen.id, (), "", TIMES, tmp_path / "erased"
                ),
            ):
                with pytest.raises(NotAllowed):
                    ask()


def test_who_nobody_knows_is_not_found(people: People, administrator: Person) -> None:
    with people.acting(administrator) as visit:
        with pytest.raises(NobodyCalled):
            erasure_requests.asked_by(visit, "Ingen Kendt")
        with pytest.raises(NotFound):
            erasure_requests.weighed(visit, "nobody", TIMES)


def test_an_answer_stands_as_it_was_given(
    people: People, engine: Engine, administrator: Person, clock: StandingClock
) -> None:
    citizen = people.citizen("Asta")
    with transactions.writing(engine) as db:
        said = Answer(
            "answer-1", citizen.id, clock.now, administrator.id, (), (Piece.GOALS,), None, "Derfor."
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
        with pytest.raises(DBAPIError), transactions.writing(engine) as db:
            db.execute(text(statement))
