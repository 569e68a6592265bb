"""An erasure request is decided: what is erased at once, what is kept and why, and who may decide."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from foundation.db import transactions
from livsmester.audit_verification import verify_chains
from livsmester.erasure import requests as erasure_requests
from livsmester.erasure.service import plan_erasure
from livsmester.erasure.tombstones import InvalidTombstoneFile
from people.access.model import Role
from people.directory import store as directory_store
from people.directory.model import ERASED_NAME, Person
from people.erasure import decision_store
from people.erasure.errors import ReasonRequired
from people.erasure.model import DataCategory, ErasureDecision
from people.errors import NotAllowed, NotFound, PersonNotIdentified
from people.retention.model import Retention
from tests.conftest import FrozenClock
from tests.support.erasure_probe import (
    ACCOUNTING_COLUMNS,
    GUIDE_COLUMNS,
    NAME_COLUMNS,
    assert_chains_intact,
    column_values,
    columns_containing,
    ledger_rows,
    occurrences,
)
from tests.support.people_factory import PeopleFactory
from tests.support.two_citizens import CitizenFixture

TIMES = Retention()


def test_all_text_is_erased_but_the_accounts_and_their_persons_name(
    ended_citizen: CitizenFixture,
    citizens: dict[str, CitizenFixture],
    engine: Engine,
    decide_erasure: Callable[..., ErasureDecision],
) -> None:
    with transactions.read_transaction(engine) as db:
        neighbour, ledger = occurrences(db, citizens["syd"].marker), ledger_rows(db)
    assert len(columns_containing(engine, ended_citizen.marker)) > 20
    decision = decide_erasure(ended_citizen.citizen)
    assert set(decision.gone) == {DataCategory.GUIDING, DataCategory.GOALS, DataCategory.CONTACT}
    assert set(decision.kept) == {DataCategory.MONEY, DataCategory.NAME}
    assert decision.money_until == date(2032, 12, 31)
    assert (
        columns_containing(engine, ended_citizen.marker) == ACCOUNTING_COLUMNS | NAME_COLUMNS | GUIDE_COLUMNS
    )
    with transactions.read_transaction(engine) as db:
        others = {name: n for name, n in occurrences(db, citizens["syd"].marker).items() if "run" not in name}
        assert others == {name: n for name, n in neighbour.items() if "run" not in name}
        assert ledger_rows(db) == ledger
        assert_chains_intact(db)
    assert (
        column_values(
            engine, "SELECT person_id FROM people_account WHERE person_id = :id", id=ended_citizen.citizen.id
        )
        == []
    )
    assert column_values(engine, "SELECT person_id FROM people_cpr") == [ended_citizen.citizen.id]


def test_nothing_remains_of_a_citizen_and_a_guide_when_no_accounts_are_kept(
    ended_citizen: CitizenFixture,
    engine: Engine,
    clock: FrozenClock,
    decide_erasure: Callable[..., ErasureDecision],
) -> None:
    clock.now = clock.now.replace(year=2033)
    for person in (ended_citizen.citizen, ended_citizen.guide):
        decision = decide_erasure(person)
        assert decision.kept == ()
        assert DataCategory.NAME in decision.gone
    assert columns_containing(engine, ended_citizen.marker) == set()
    for person in (ended_citizen.citizen, ended_citizen.guide):
        assert column_values(engine, "SELECT given_name FROM people_person WHERE id = :id", id=person.id) == [
            ERASED_NAME
        ]


def test_a_guides_words_are_erased_from_the_citizens_pairings_too(
    ended_citizen: CitizenFixture, engine: Engine, decide_erasure: Callable[..., ErasureDecision]
) -> None:
    decide_erasure(ended_citizen.guide)
    assert not columns_containing(engine, ended_citizen.marker) & GUIDE_COLUMNS
    assert column_values(
        engine, "SELECT to_citizen FROM guides_pairing WHERE guide_id = :id", id=ended_citizen.guide.id
    ) == ["[]"]
    assert {"guides_request.own_words", "people_person.given_name"} <= columns_containing(
        engine, ended_citizen.marker
    )


def test_a_guide_whose_contact_is_kept_loses_the_guide_role(
    ended_citizen: CitizenFixture, engine: Engine, decide_erasure: Callable[..., ErasureDecision]
) -> None:
    decision = decide_erasure(ended_citizen.guide, DataCategory.CONTACT, why="Arkivloven.")
    assert decision.kept == (DataCategory.CONTACT, DataCategory.NAME)
    assert (
        column_values(engine, "SELECT role FROM people_role WHERE person_id = :id", id=ended_citizen.guide.id)
        == []
    )
    assert column_values(
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
    assert "plans_goal.title" in columns_containing(engine, ended_citizen.marker)
    decision = decide_erasure(
        ended_citizen.citizen, DataCategory.GUIDING, why="Vi skal gemme det i journalen."
    )
    assert decision.kept == (DataCategory.GUIDING, DataCategory.NAME)
    columns = columns_containing(engine, ended_citizen.marker)
    assert {"guides_request.own_words", *NAME_COLUMNS} <= columns
    assert not columns & {"plans_goal.title", "people_person.phone", "budgets_receipt.content"}


def test_a_refusal_is_a_decision_and_erases_nothing(
    ended_citizen: CitizenFixture, engine: Engine, decide_erasure: Callable[..., ErasureDecision]
) -> None:
    before = columns_containing(engine, ended_citizen.marker)
    decision = decide_erasure(
        ended_citizen.citizen,
        DataCategory.GUIDING,
        DataCategory.GOALS,
        DataCategory.CONTACT,
        why="Arkivloven.",
    )
    assert decision.gone == ()
    assert columns_containing(engine, ended_citizen.marker) == before


def test_repeating_a_decision_changes_nothing(
    ended_citizen: CitizenFixture,
    engine: Engine,
    tmp_path: Path,
    decide_erasure: Callable[..., ErasureDecision],
) -> None:
    for _ in range(2):
        decide_erasure(ended_citizen.citizen, answer_id="the-same-form")
    assert len(column_values(engine, "SELECT id FROM people_erasure_answer")) == 1
    listed = (tmp_path / "erased").read_text()
    again = decide_erasure(ended_citizen.citizen)
    assert (again.gone, set(again.kept)) == ((), {DataCategory.MONEY, DataCategory.NAME})
    assert (tmp_path / "erased").read_text() == listed


def test_the_logs_record_what_was_erased_and_who_read_it(
    ended_citizen: CitizenFixture,
    engine: Engine,
    people: PeopleFactory,
    administrator: Person,
    decide_erasure: Callable[..., ErasureDecision],
) -> None:
    with people.acting_as(administrator) as context:
        erasure_requests.assess_person(context, ended_citizen.citizen.id, TIMES)
        assert [entry.citizen_id for entry in context.access_entries] == [ended_citizen.citizen.id]
        assert [entry.purposes for entry in context.access_entries] == [("erasure",)]
    decide_erasure(ended_citizen.citizen)
    tags = column_values(
        engine,
        "SELECT tag FROM people_change WHERE subject_id = :id ORDER BY sequence",
        id=ended_citizen.citizen.id,
    )
    assert tags[-4:] == [
        "livsmester:erasure:answer",
        *(f"livsmester:erasure:{category}" for category in ("guiding", "goals", "contact")),
    ]
    with transactions.read_transaction(engine) as db:
        assert all(chain.broken is None for chain in verify_chains(db))


def test_a_returning_person_can_be_erased_again(
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
        directory_store.change_person(context.db, msgspec.structs.replace(known, email="tilbage@example.dk"))
    assert decide_erasure(ended_citizen.citizen).gone == (DataCategory.CONTACT,)
    assert columns_containing(engine, "tilbage") == set()


def test_nothing_is_erased_when_the_tombstone_file_cannot_be_written(
    ended_citizen: CitizenFixture,
    engine: Engine,
    tmp_path: Path,
    decide_erasure: Callable[..., ErasureDecision],
) -> None:
    (tmp_path / "erased").mkdir()
    before = columns_containing(engine, ended_citizen.marker)
    with pytest.raises(InvalidTombstoneFile):
        decide_erasure(ended_citizen.citizen)
    assert columns_containing(engine, ended_citizen.marker) == before
    assert column_values(engine, "SELECT id FROM people_erasure_answer") == []


def test_what_is_kept_falls_due_at_its_retention_deadline(
    ended_citizen: CitizenFixture,
    engine: Engine,
    clock: FrozenClock,
    decide_erasure: Callable[..., ErasureDecision],
) -> None:
    decide_erasure(ended_citizen.citizen)
    later = clock.now.replace(year=2033)
    with transactions.read_transaction(engine) as db:
        due = plan_erasure(db, TIMES, later).due
    assert ended_citizen.records["grant"] in [record.id for record in due.records]
    assert ended_citizen.records["request"] not in [record.id for record in due.records]
    assert ended_citizen.citizen.id in due.people


def test_only_an_administrator_decides(people: PeopleFactory, tmp_path: Path) -> None:
    citizen = people.citizen("Asta")
    for role in Role:
        if role is Role.ADMINISTRATOR:
            continue
        with people.acting_as(people.add(role)) as context:
            for call in (
                lambda context=context: erasure_requests.find_requester(context, citizen.id),
                lambda context=context: erasure_requests.assess_person(context, citizen.id, TIMES),
                lambda context=context: erasure_requests.recent_decisions(context),
                lambda context=context: erasure_requests.get_decision(context, "answer"),
                lambda context=context: erasure_requests.decide(
                    context, "answer", citizen.id, (), "", TIMES, tmp_path / "erased"
                ),
            ):
                with pytest.raises(NotAllowed):
                    call()


def test_an_unknown_person_is_not_found(people: PeopleFactory, administrator: Person) -> None:
    with people.acting_as(administrator) as context:
        with pytest.raises(PersonNotIdentified):
            erasure_requests.find_requester(context, "Ingen Kendt")
        with pytest.raises(NotFound):
            erasure_requests.assess_person(context, "nobody", TIMES)


def test_a_decision_cannot_be_changed_in_the_database(
    people: PeopleFactory, engine: Engine, administrator: Person, clock: FrozenClock
) -> None:
    citizen = people.citizen("Asta")
    with transactions.write_transaction(engine) as db:
        decision = ErasureDecision(
            "answer-1", citizen.id, clock.now, administrator.id, (), (DataCategory.GOALS,), None, "Derfor."
        )
        decision_store.add(db, decision)
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
