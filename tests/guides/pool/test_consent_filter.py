"""Information without consent appears nowhere: not in the pool, reasons, offers or exports."""

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from foundation.db import transactions
from guides.caseload import service as caseload_service
from guides.for_guides import service as for_guides_service
from guides.lifecycle import State
from guides.matching import propose
from guides.matching.model import Guide, Pool, Request, Slot
from guides.matching.scoring.points import POINTS
from guides.pool.consent_filter import FIELDS_BY_INFO, INFO_BY_RULE, redact_request
from guides.runs import pool_store
from livsmester.cli.data.export import export
from people.consent import service as consent_service
from people.consent.model import GRANTED_BY_REQUEST, InfoKind, Use
from people.directory.model import Person
from tests.support.guide_scenario import GuideScenario
from tests.support.people_factory import PeopleFactory

TODAY = date(2026, 3, 2)
MARKERS_BY_FIELD: dict[InfoKind, dict[str, tuple[str, ...]]] = {
    InfoKind.EXPERIENCES: {"experiences": ("mærkeerfaring",)},
    InfoKind.INTERESTS: {"interests": ("mærkeglæde",), "dislikes": ("mærkestøj",), "gives": ("mærkegave",)},
    InfoKind.LANGUAGES: {"languages": ("dansk", "mærkesprog")},
    InfoKind.GENDER_WISH: {"wanted_gender": ("mærkekøn",)},
}
WISHES = {
    "experiences": ("mærkeerfaring",),
    "interests": ("mærkeglæde",),
    "dislikes": ("mærkestøj",),
    "gives": ("mærkegave",),
    "languages": ("dansk", "mærkesprog"),
}
REQUEST = Request(
    id="r", given_name="Borgine", area="nord", waiting_since=TODAY, wants_help_with=("bus",), **WISHES,
    times=(Slot(0, 600, 720),), travel_minutes_max=20,
)  # fmt: skip
GUIDE = Guide(
    id="g", given_name="Vejle", area="nord", helps_with=("bus",), experiences=("mærkeerfaring",),
    interests=("mærkeglæde",), dislikes=("mærkestøj",), wants=("mærkegave",), languages=("dansk", "mærkesprog"),
    times=(Slot(0, 600, 720),), trained_until=date(2027, 1, 1), checked_until=date(2027, 1, 1),
)  # fmt: skip


def markers(info: InfoKind) -> tuple[str, ...]:
    """The tags that only this kind of information contains."""
    return tuple(
        tag for tags in MARKERS_BY_FIELD.get(info, {}).values() for tag in tags if tag.startswith("mærke")
    )


@given(st.frozensets(st.sampled_from(InfoKind)))
def test_what_was_not_consented_is_in_no_reason_of_the_matching(allowed: frozenset[InfoKind]) -> None:
    pool = Pool(guides=(GUIDE,), requests=(redact_request(REQUEST, allowed),), today=TODAY)
    proposal = msgspec.json.encode(propose(pool, seed=1)).decode()
    for info in set(InfoKind) - allowed:
        assert not [marker for marker in markers(info) if marker in proposal]
        # These rules give reasons also for a request without times, languages or an area.
        revealing = set(INFO_BY_RULE) - {"time", "language", "travel"}
        assert not [
            rule for rule in revealing if INFO_BY_RULE[rule] is info and f'"rule":"{rule}"' in proposal
        ]


@given(st.frozensets(st.sampled_from(InfoKind)))
def test_redacted_fields_are_empty_and_the_others_untouched(allowed: frozenset[InfoKind]) -> None:
    redacted = redact_request(REQUEST, allowed)
    for info, names in FIELDS_BY_INFO.items():
        for name in names:
            value = getattr(redacted, name)
            assert value == (
                getattr(REQUEST, name) if info in allowed else type(value)() if value is not None else None
            )
    assert redacted.wants_help_with == REQUEST.wants_help_with


def test_every_reason_of_the_matching_has_its_kind_of_information() -> None:
    assert {point.name for point in POINTS} == set(INFO_BY_RULE) - {"language"} | {"help"}


def test_every_kind_that_asking_says_yes_to_has_its_fields() -> None:
    assert set(FIELDS_BY_INFO) == GRANTED_BY_REQUEST


Pair = tuple[GuideScenario, Person, Person]


@pytest.fixture
def pair(people: PeopleFactory) -> Pair:
    """A guide who is paired with a citizen who shares everything."""
    scenario = GuideScenario(people)
    people.area("nord")
    guide = scenario.guide(
        "Vejle", area="nord", helps_with=("bus",), experiences=("mærkeerfaring",), interests=("mærkeglæde",),
        dislikes=("mærkestøj",), wants=("mærkegave",), languages=("dansk", "mærkesprog"),
    )  # fmt: skip
    citizen = scenario.citizen("Borgine", area="nord", wants_help_with=("bus",), **WISHES)
    scenario.publish(scenario.run_matching())
    scenario.advance_to(guide, citizen, State.RUNNING)
    return scenario, guide, citizen


@pytest.mark.parametrize("info", sorted(GRANTED_BY_REQUEST))
def test_what_is_taken_back_is_gone_from_the_guides_card_on_the_next_request(
    pair: Pair, info: InfoKind
) -> None:
    scenario, guide, citizen = pair

    def offer_card() -> str:
        with scenario.people.acting_as(guide) as context:
            card = for_guides_service.my_pairings(context)[0]
            return msgspec.json.encode([card.area, card.times, card.reasons]).decode()

    before = offer_card()
    with scenario.people.acting_as(citizen) as context:
        consent_service.record_answers(context, citizen.id, {(info, Use.GUIDE): False})
    after = offer_card()
    assert not [marker for marker in markers(info) if marker in after]
    assert not [
        rule for rule, revealed in INFO_BY_RULE.items() if revealed is info and f'"rule":"{rule}"' in after
    ]
    if info is InfoKind.AREA:
        assert ("Nord" in before, "Nord" in after) == (True, False)
    others = {
        marker for other in GRANTED_BY_REQUEST - {info} for marker in markers(other) if marker in before
    }
    assert all(marker in after for marker in others)


@pytest.mark.parametrize("info", sorted(GRANTED_BY_REQUEST))
def test_what_is_taken_back_is_gone_from_the_pool_and_the_exports(
    pair: Pair, engine: Engine, info: InfoKind
) -> None:
    scenario, _, citizen = pair
    waiting = scenario.citizen(
        "Ventine", area="nord", wanted_gender="mærkekøn", wants_help_with=("bus",), **WISHES
    )
    with transactions.read_transaction(engine) as db:
        assert pool_store.read_pool(db, scenario.today)[0].requests[0].experiences
    for person in (citizen, waiting):
        with scenario.people.acting_as(person) as context:
            consent_service.record_answers(context, person.id, {(info, Use.MATCHING): False})
    with transactions.write_transaction(engine) as db:
        pool, _ = pool_store.read_pool(db, scenario.today)
        files = [
            export(db, kind, scenario.people.clock(), file_format, "da").decode("utf-8-sig")
            for kind, file_format in (("requests", "csv"), ("proposal", "csv"), ("proposal", "json"))
        ]
    assert len(pool.requests) == 1
    assert all(not getattr(pool.requests[0], name) for name in FIELDS_BY_INFO[info])
    for marker in markers(info):
        assert not [file for file in files if marker in file]


def test_a_coordinator_still_reads_the_request_itself(pair: Pair) -> None:
    scenario, _, citizen = pair
    with scenario.people.acting_as(citizen) as context:
        consent_service.withdraw_all(context)
    with scenario.people.acting_as(scenario.coordinator) as context:
        record = caseload_service.citizen(context, citizen.id).request
    assert record is not None
    assert record.request.experiences == ("mærkeerfaring",)
