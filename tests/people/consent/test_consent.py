"""A citizen's consents: the rules, what is stored, the pages."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from foundation.db import transactions
from people.access.model import RelationKind, Role
from people.consent import service as consent_service
from people.consent import store as consent_store
from people.consent.model import (
    GRANTED_BY_REQUEST,
    QUESTIONS,
    Consent,
    ConsentMethod,
    InfoKind,
    Use,
    allowed_kinds,
    latest_answers,
    unanswered,
)
from people.errors import NotAllowed, NotFound
from tests.support.app_client import AppClient
from tests.support.people_factory import PeopleFactory

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)

days = st.integers(-5, 5).map(lambda count: TODAY + timedelta(count))
answers = st.builds(
    Consent,
    citizen_id=st.just("c"),
    infos=st.frozensets(st.sampled_from(InfoKind), min_size=1, max_size=3),
    use=st.sampled_from(Use),
    agreed=st.booleans(),
    starts_on=days,
    ends_on=st.none() | days,
    given=st.sampled_from(ConsentMethod),
    recorded_by=st.none(),
    at=st.just(NOW),
)


@given(st.lists(answers, max_size=12), st.sampled_from(Use), st.sampled_from(InfoKind))
def test_the_newest_answer_counts_and_nothing_said_is_no(
    consents: list[Consent], use: Use, info: InfoKind
) -> None:
    about = [consent for consent in consents if consent.use is use and info in consent.infos]
    assert (info in allowed_kinds(consents, use, TODAY)) == bool(about and about[-1].is_valid(TODAY))


@given(st.lists(answers, max_size=12), st.sampled_from(Use))
def test_asking_overrules_no_answer(consents: list[Consent], use: Use) -> None:
    new = unanswered(consents, use)
    assert new <= GRANTED_BY_REQUEST
    assert not {(info, use) for info in new} & latest_answers(consents).keys()


def test_a_yes_counts_from_its_first_day_to_its_last() -> None:
    yes = Consent(
        "c",
        frozenset({InfoKind.AREA}),
        Use.GUIDE,
        True,
        TODAY,
        date(2026, 3, 4),
        ConsentMethod.SELF,
        None,
        NOW,
    )
    assert [yes.is_valid(TODAY + timedelta(day)) for day in (-1, 0, 2, 3)] == [False, True, True, False]


def test_every_answer_is_kept_and_the_database_refuses_to_change_one(
    people: PeopleFactory, engine: Engine
) -> None:
    citizen = people.citizen()
    for agreed in (True, False, True):
        with people.acting_as(citizen) as context:
            consent_service.record_answers(context, citizen.id, {(InfoKind.AREA, Use.GUIDE): agreed})
    with people.acting_as(citizen) as context:
        assert [
            consent.agreed for consent in consent_service.consent_status(context, citizen.id).history
        ] == [
            True,
            False,
            True,
        ]
    for command in ("UPDATE people_consent SET agreed = TRUE", "DELETE FROM people_consent"):
        with (
            pytest.raises(DatabaseError, match="never changed or deleted"),
            transactions.write_transaction(engine) as db,
        ):
            db.execute(text(command))


def test_asking_for_a_guide_says_yes_once_and_never_again(people: PeopleFactory) -> None:
    citizen = people.citizen()
    with people.acting_as(citizen) as context:
        consent_service.record_request_consent(context, [citizen.id])
        consent_service.withdraw_all(context)
        consent_service.record_request_consent(context, [citizen.id])
        consents = consent_service.consent_status(context, citizen.id)
    assert not any(consents.is_allowed(info, use) for info, uses in QUESTIONS.items() for use in uses)
    assert {consent.given for consent in consents.history} == {ConsentMethod.SELF, ConsentMethod.BY_REQUEST}


@pytest.mark.parametrize(
    ("role", "way"),
    [
        (Role.COORDINATOR, ConsentMethod.SELF),
        (Role.COORDINATOR, ConsentMethod.BY_REQUEST),
        (Role.SUPPORT_WORKER, ConsentMethod.ON_PAPER),
        (Role.ADMINISTRATOR, ConsentMethod.GUARDIAN),
        (Role.GUIDE, ConsentMethod.ON_PAPER),
    ],
)
def test_nobody_says_yes_in_the_citizens_place(people: PeopleFactory, role: Role, way: ConsentMethod) -> None:
    citizen, other = people.citizen(), people.add(role)
    people.start_relation(RelationKind.SUPPORT_WORKER, other, citizen)
    with people.acting_as(other) as context, pytest.raises((NotAllowed, NotFound)):
        consent_service.record_answers(context, citizen.id, {(InfoKind.AREA, Use.GUIDE): True}, way)


def test_of_many_citizens_each_has_their_own_answer(people: PeopleFactory, engine: Engine) -> None:
    yes, no, silent = (people.citizen(name) for name in ("Ja", "Nej", "Tavs"))
    for citizen, agreed in ((yes, True), (no, False)):
        with people.acting_as(citizen) as context:
            consent_service.record_answers(context, citizen.id, {(InfoKind.TIMES, Use.MATCHING): agreed})
    with transactions.read_transaction(engine) as db:
        allowed = consent_store.allowed_kinds_by_citizen(db, [yes.id, no.id, silent.id], Use.MATCHING, TODAY)
    assert allowed == {yes.id: {InfoKind.TIMES}, no.id: set(), silent.id: set()}


class TestOnScreen:
    """The pages of citizens and coordinators."""

    @pytest.fixture
    def engine(self, sqlite_engine: Engine) -> Engine:
        return sqlite_engine

    def test_the_citizen_says_yes_until_a_day_and_takes_all_of_it_back(
        self, site: AppClient, people: PeopleFactory
    ) -> None:
        citizen = people.citizen()
        visitor = site.signed_in(citizen)
        question = visitor.get("/consent").tree.css_first("a[href='/consent/area']")
        assert question is not None
        page = visitor.get("/consent/area")
        assert page.submit("Gem mit svar", matching="yes").status == 422
        late = page.submit("Gem mit svar", matching="yes", guide="no", ends_on="2026-03-01")
        assert "Den dag er gået" in late.text
        saved = page.submit("Gem mit svar", matching="yes", guide="no", ends_on="2026-03-10")
        assert "til og med 10. marts" in saved.text
        with transactions.read_transaction(people.engine) as db:
            may_use = consent_store.allowed_kinds_by_citizen(
                db, [citizen.id], Use.MATCHING, date(2026, 3, 10)
            )
        assert may_use == {citizen.id: {InfoKind.AREA}}
        assert (
            "Du kan sige ja igen senere"
            in saved.tree.css_first("details form[action$='take-back']").parent.text()
        )
        taken = saved.submit("Sig nej til det hele")
        assert "Du har sagt nej til det hele" in taken.all("body")[0]
        assert "til og med" not in taken.text
        history = taken.click("Se, hvad jeg sagde før")
        assert history.text.index("Nej") < history.text.index("Ja, til og med")
        assert visitor.get("/consent/nonsense").status == 404

    def test_a_coordinator_writes_down_what_they_saw_on_paper(
        self, site: AppClient, people: PeopleFactory
    ) -> None:
        citizen, staff = people.citizen(), people.add(Role.COORDINATOR, "Koordine")
        page = site.signed_in(staff).get(f"/citizens/{citizen.id}/consent")
        assert page.submit("Skriv det ned", info="photo").status == 422
        done = page.submit("Skriv det ned", info="photo", uses=["guide"], agreed="yes", given="on_paper")
        assert "du skrev under på papir" in done.text
        mine = site.signed_in(citizen).get("/consent/history")
        assert "Et billede af dig" in mine.text
        assert "Skrevet ned af Koordine Prøvesen" in mine.text
        log = site.signed_in(citizen).get("/who-has-seen")
        assert "det, du har sagt ja og nej til" in log.text
