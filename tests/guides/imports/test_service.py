"""Import of files: previewed, then stored completely or not at all."""

import pytest
from sqlalchemy.exc import IntegrityError

from foundation.db.transactions import read_transaction
from foundation.spreadsheets.errors import SpreadsheetErrors
from guides.errors import ImportChanged
from guides.for_guides import service as for_guides_service
from guides.imports import service as imports_service
from guides.imports import store as imports_store
from guides.imports.diff import ImportKind
from guides.lifecycle import EndReason, State
from guides.pool import store as pool_store
from guides.runs import pool_store as runs_pool_store
from guides.spreadsheets.files import write_guides, write_requests
from people.access.model import Role
from people.directory import store as directory_store
from people.errors import NotAllowed, NotFound
from tests.support.guide_files import AISHA, REQUESTS, import_text
from tests.support.guide_scenario import GuideScenario

pytestmark = pytest.mark.usefixtures("midtby")

GUIDES = (
    "guide_id;fornavn;område;sprog;køn;kapacitet;aktive;kan_hjælpe_med;erfaringer;interesser;kan_ikke_lide;"
    "vil_gerne_have;tider;rejse_minutter;uddannet_til;attest_til;pause_til\n"
)
JENS = "G1;Jens;Midtby;;mand;2;1;indkøb|it;;;;;man 09:00-12:00;;31-12-2026;31-12-2026;\n"
PIA = "G2;Pia;Midtby;;;2;0;samtaler;;;;;;;;;\n"


def test_guides_and_requests_come_in_and_take_part(scenario: GuideScenario) -> None:
    preview = import_text(scenario, ImportKind.GUIDES, GUIDES + JENS + PIA)
    assert [row.name for row in preview.new] == ["Jens", "Pia"]
    import_text(scenario, ImportKind.REQUESTS, REQUESTS + AISHA)
    with read_transaction(scenario.engine) as db:
        pool, _ = runs_pool_store.read_pool(db, scenario.today)
        people = directory_store.people_by_file_id(db, Role.GUIDE)
    jens, pia = people["G1"].id, people["G2"].id
    assert {guide.id: guide.active for guide in pool.guides} == {jens: 1, pia: 0}
    (aisha,) = pool.requests
    assert (aisha.urgent, aisha.area, aisha.excluded_guides) == (True, "midtby", (pia,))
    scenario.publish(scenario.run_matching())


def test_the_same_file_twice_changes_nothing(scenario: GuideScenario) -> None:
    import_text(scenario, ImportKind.GUIDES, GUIDES + JENS + PIA)
    import_text(scenario, ImportKind.REQUESTS, REQUESTS + AISHA)
    for kind, text, count in (
        (ImportKind.GUIDES, GUIDES + JENS + PIA, 2),
        (ImportKind.REQUESTS, REQUESTS + AISHA, 1),
    ):
        preview = import_text(scenario, kind, text)
        assert (preview.new, preview.changed, preview.missing, preview.unchanged) == ((), (), (), count)


def test_a_change_is_shown_field_by_field(scenario: GuideScenario) -> None:
    import_text(scenario, ImportKind.GUIDES, GUIDES + JENS + PIA)
    preview = import_text(
        scenario, ImportKind.GUIDES, GUIDES + JENS.replace(";2;1;", ";3;1;").replace("Jens", "Jens Ole")
    )
    (row,) = preview.changed
    assert [(field.column, field.before, field.after) for field in row.fields] == [
        ("fornavn", "Jens", "Jens Ole"),
        ("kapacitet", "2", "3"),
    ]
    assert [row.name for row in preview.missing] == ["Pia"]
    with read_transaction(scenario.engine) as db:
        person = directory_store.people_by_file_id(db, Role.GUIDE)["G1"]
        record = pool_store.guide(db, person.id)
        assert len(pool_store.guides(db)) == 2
    assert record is not None
    assert (person.given_name, record.guide.capacity, record.checked_noted_by) == (
        "Jens Ole",
        3,
        scenario.coordinator.id,
    )


def test_pairings_of_ours_are_not_counted_twice(scenario: GuideScenario) -> None:
    import_text(scenario, ImportKind.GUIDES, GUIDES + JENS)
    import_text(scenario, ImportKind.REQUESTS, REQUESTS + AISHA.replace("G2", ""))
    scenario.publish(scenario.run_matching())
    with read_transaction(scenario.engine) as db:
        (record,) = pool_store.guides(db).values()
    assert (record.guide.active, record.elsewhere) == (2, 1)
    preview = import_text(scenario, ImportKind.GUIDES, GUIDES + JENS.replace(";2;1;", ";2;2;"))
    assert preview.unchanged == 1
    import_text(scenario, ImportKind.GUIDES, GUIDES + JENS.replace(";2;1;", ";2;0;"))
    with read_transaction(scenario.engine) as db:
        (record,) = pool_store.guides(db).values()
    assert (record.guide.active, record.elsewhere) == (1, 0)


def test_what_has_changed_since_the_look_is_not_stored(scenario: GuideScenario) -> None:
    with scenario.people.acting_as(scenario.coordinator) as context:
        upload = imports_service.stage_upload(context, ImportKind.GUIDES, "fil.csv", (GUIDES + JENS).encode())
        preview = imports_service.preview(context, upload)
    import_text(scenario, ImportKind.GUIDES, GUIDES + JENS.replace("Jens", "Jonas"))
    with scenario.people.acting_as(scenario.coordinator) as context:
        parsed = imports_service.parse_upload(context, upload)
        with pytest.raises(ImportChanged):
            imports_service.apply_upload(context, upload, parsed, preview.fingerprint)
    with read_transaction(scenario.engine) as db:
        assert [record.guide.given_name for record in pool_store.guides(db).values()] == ["Jonas"]


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        (ImportKind.GUIDES, GUIDES + JENS.replace("Midtby", "Atlantis"), "Atlantis"),
        (ImportKind.GUIDES, GUIDES + JENS.replace(";2;1;", ";to;1;"), "to"),
        (ImportKind.GUIDES, GUIDES + JENS + JENS, "G1"),
        (ImportKind.REQUESTS, REQUESTS + AISHA, "G2"),
        (ImportKind.GUIDES, "", "empty"),
    ],
)
def test_a_faulty_file_stores_nothing(
    scenario: GuideScenario, kind: ImportKind, text: str, words: str
) -> None:
    with scenario.people.acting_as(scenario.coordinator) as context:
        upload = imports_service.stage_upload(context, kind, "fil.csv", text.encode())
        with pytest.raises(SpreadsheetErrors) as error:
            imports_service.preview(context, upload)
    assert words in str(error.value)
    with read_transaction(scenario.engine) as db:
        assert pool_store.guides(db) == {}


def test_a_guide_and_a_citizen_may_have_the_same_number(scenario: GuideScenario) -> None:
    import_text(scenario, ImportKind.GUIDES, GUIDES + JENS.replace("G1", "17"))
    import_text(scenario, ImportKind.REQUESTS, REQUESTS + AISHA.replace("B1", "17").replace("G2", ""))
    with read_transaction(scenario.engine) as db:
        guide = directory_store.people_by_file_id(db, Role.GUIDE)["17"]
        citizen = directory_store.people_by_file_id(db, Role.CITIZEN)["17"]
    assert (guide.given_name, citizen.given_name) == ("Jens", "Aisha")


def test_two_guides_never_have_the_same_number(scenario: GuideScenario) -> None:
    scenario.people.add(Role.GUIDE, file_id="17")
    with pytest.raises(IntegrityError):
        scenario.people.add(Role.GUIDE, file_id="17")


def test_a_wish_that_was_closed_here_stays_closed(scenario: GuideScenario) -> None:
    import_text(scenario, ImportKind.GUIDES, GUIDES + JENS)
    import_text(scenario, ImportKind.REQUESTS, REQUESTS + AISHA.replace("G2", ""))
    with read_transaction(scenario.engine) as db:
        citizen = directory_store.people_by_file_id(db, Role.CITIZEN)["B1"]
        guide = directory_store.people_by_file_id(db, Role.GUIDE)["G1"]
    scenario.advance_to(guide, citizen, State.RUNNING)
    with scenario.people.acting_as(guide) as context:
        for_guides_service.end(context, scenario.pairing_of(citizen).id, EndReason.GOAL_REACHED)
    preview = import_text(scenario, ImportKind.REQUESTS, REQUESTS + AISHA.replace("G2", ""))
    assert (preview.new, preview.changed) == ((), ())
    assert len(preview.notices) == 1
    preview = import_text(
        scenario,
        ImportKind.REQUESTS,
        REQUESTS + AISHA.replace("01-02-2026", "02-03-2026").replace("G2", ""),
    )
    assert len(preview.new) == 1


def test_areas_and_travel_times(scenario: GuideScenario) -> None:
    areas = "område;navn;bredde;længde\nmidtby;Midtby;56,15;10,2\nhavnen;Havnen;56,16;10,22\n"
    assert len(import_text(scenario, ImportKind.AREAS, areas).new) == 1
    import_text(scenario, ImportKind.TRAVEL_TIMES, "fra;til;minutter\nMidtby;Havnen;12\n")
    with read_transaction(scenario.engine) as db:
        pool, _ = runs_pool_store.read_pool(db, scenario.today)
    assert [(time.start, time.end, time.minutes) for time in pool.travel_times] == [("midtby", "havnen", 12)]


def test_what_goes_out_comes_in_unchanged(scenario: GuideScenario) -> None:
    import_text(scenario, ImportKind.GUIDES, GUIDES + JENS + PIA)
    with read_transaction(scenario.engine) as db:
        written = write_guides(imports_store.guides_by_file_id(db)).decode("utf-8-sig")
    assert import_text(scenario, ImportKind.GUIDES, written).unchanged == 2
    assert write_requests(()).startswith(b"\xef\xbb\xbf")


def test_a_file_is_its_senders_own_and_forgotten_after_a_day(scenario: GuideScenario) -> None:
    other = scenario.people.add(Role.COORDINATOR, "Anden")
    with scenario.people.acting_as(scenario.coordinator) as context:
        upload = imports_service.stage_upload(context, ImportKind.GUIDES, "fil.csv", (GUIDES + JENS).encode())
    with scenario.people.acting_as(other) as context, pytest.raises(NotFound):
        imports_service.preview(context, upload)
    scenario.people.clock.advance(days=2)  # type: ignore[attr-defined]
    with scenario.people.acting_as(scenario.coordinator) as context:
        imports_service.stage_upload(context, ImportKind.GUIDES, "fil.csv", b"")
        with pytest.raises(NotFound):
            imports_service.preview(context, upload)


def test_a_coordinator_of_one_area_does_not_bring_in_all(scenario: GuideScenario) -> None:
    one_area = scenario.people.add(Role.COORDINATOR, "Områdine", role_area="midtby")
    with scenario.people.acting_as(one_area) as context, pytest.raises(NotAllowed):
        imports_service.stage_upload(context, ImportKind.GUIDES, "fil.csv", b"")
