"""The commands `livsmester import` and `livsmester export`: a round trip changes nothing, errors store nothing."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from foundation.db.transactions import read_transaction, write_transaction
from guides.matching import propose
from guides.pool import store as pool_store
from guides.runs import execution
from guides.runs import pool_store as runs_pool_store
from guides.runs import service as runs_service
from guides.runs import store as runs_store
from guides.spreadsheets.files import SpreadsheetFile, read_pool
from livsmester.cli.data import export as data_export
from livsmester.cli.data import import_people
from livsmester.cli.demo import load_demo
from livsmester.demo.model import DemoSize
from livsmester.demo.personas import find_persona
from people.access.model import Role
from people.directory import areas as directory_areas
from people.directory import store as directory_store
from tests.conftest import A_MONDAY_MORNING, FrozenClock
from tests.support.people_factory import PeopleFactory

TODAY = A_MONDAY_MORNING.date()
AREAS = "område;navn;bredde;længde\nMidtby;Midtbyen;56,16;10,21\nSydby;Sydby Strand;56,11;10,22\n"
GUIDES = (
    "guide_id;fornavn;område;sprog;køn;kapacitet;aktive;kan_hjælpe_med;erfaringer;interesser;kan_ikke_lide;"
    "vil_gerne_have;tider;rejse_minutter;uddannet_til;attest_til;pause_til\n"
    "G1;Prøve-Asta;Midtby;;;2;0;bisidder;;;;;;;;;\n"
    "G2;Prøve-Bo;Sydby;;;2;1;it-hjælp;;;;;;;;;\n"
)
REQUESTS = (
    "borger_id;fornavn;område;sprog;køn;ønsket_siden;haster;ønsker_hjælp_til;erfaringer;interesser;kan_ikke_lide;"
    "kan_give;tider;rejse_minutter;ønsker_køn;ønsker_ikke_guide\n"
    "B1;Test-Amira;Midtby;;;12-01-2026;;bisidder;;;;;;;;G2\n"
)
TRAVEL = "fra;til;minutter\nMidtby;Sydby;16\n"
ALL = (("areas", AREAS), ("travel", TRAVEL), ("guides", GUIDES), ("requests", REQUESTS))

Command = Callable[..., int]


@pytest.fixture
def livsmester(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs `livsmester import …` and `livsmester export …` on the test's database."""
    monkeypatch.setenv("LIVSMESTER_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    for command in (import_people, data_export):
        command.add_parser(subparsers)

    def run(*words: object) -> int:
        arguments = parser.parse_args([str(word) for word in words])
        code: int = arguments.run(arguments)
        return code

    return run


def write_csv(folder: Path, content: str, name: str = "ark.csv") -> Path:
    """A file with that content."""
    path = folder / name
    path.write_text(content, "utf-8")
    return path


def file_ids(engine: Engine, role: Role) -> set[str]:
    with read_transaction(engine) as db:
        return set(directory_store.people_by_file_id(db, role))


def test_spreadsheets_import_areas_guides_and_requests(
    engine: Engine, livsmester: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for kind, content in ALL:
        assert livsmester("import", kind, write_csv(tmp_path, content)) == 0
    assert file_ids(engine, Role.GUIDE) == {"G1", "G2"}
    with read_transaction(engine) as db:
        pool, _ = runs_pool_store.read_pool(db, TODAY)
        assert len(directory_areas.travel_times(db)) == 1
    (request,) = pool.requests
    assert (request.given_name, len(request.excluded_guides)) == ("Test-Amira", 1)
    assert "Gemt. Nye: 2, ændrede: 0, uændrede: 0." in capsys.readouterr().out


def test_the_second_time_nothing_is_new(
    livsmester: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    areas = write_csv(tmp_path, AREAS)
    livsmester("import", "areas", areas)
    capsys.readouterr()
    livsmester("import", "areas", write_csv(tmp_path, AREAS.replace("Strand", "Havn")), "--language", "en")
    assert capsys.readouterr().out.startswith("Stored. New: 0, changed: 1, unchanged: 1.")


def test_a_dry_run_stores_nothing(
    engine: Engine, livsmester: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert livsmester("import", "areas", write_csv(tmp_path, AREAS), "--dry-run") == 0
    with read_transaction(engine) as db:
        assert directory_areas.areas(db) == ()
    assert "Intet blev gemt." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("kind", "content", "words"),
    [
        ("guides", GUIDES.replace("Sydby", "Atlantis"), ("ark.csv", "3", "Atlantis")),
        ("guides", GUIDES.replace("G2", "G1"), ("ark.csv", "G1")),
        ("guides", GUIDES.replace("guide_id", "nummer"), ("guide_id",)),
        ("areas", AREAS.replace("56,11", "nord"), ("3", "bredde", "nord")),
        ("requests", REQUESTS, ("G2",)),
        ("requests", "", ("ark.csv",)),
        ("guides", "PK\x03\x04 not a sheet \x00\x01", ("ark.csv",)),
    ],
)
def test_errors_are_reported_one_per_line_and_nothing_is_stored(
    engine: Engine,
    livsmester: Command,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    kind: str,
    content: str,
    words: tuple[str, ...],
) -> None:
    livsmester("import", "areas", write_csv(tmp_path, AREAS, "omraader.csv"))
    capsys.readouterr()
    assert livsmester("import", kind, write_csv(tmp_path, content)) == 1
    captured = capsys.readouterr()
    *errors, last = captured.err.splitlines()
    assert errors
    assert all(word in captured.err for word in words)
    assert last == "Intet blev gemt."
    assert captured.out == ""
    assert not file_ids(engine, Role.GUIDE) | file_ids(engine, Role.CITIZEN)


def test_a_file_that_is_not_there_is_wrong_usage(
    livsmester: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert livsmester("import", "guides", tmp_path / "væk.csv") == 2
    assert "væk.csv" in capsys.readouterr().err
    assert livsmester("export", "areas", "--output", tmp_path) == 2
    assert livsmester("export", "areas", "--output", tmp_path / "væk" / "omraader.csv") == 2


def test_export_and_import_round_trip(
    engine: Engine,
    sqlite_engine: Engine,
    livsmester: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kinds = ("areas", "travel", "guides", "requests")
    load_demo(sqlite_engine, A_MONDAY_MORNING, 1, DemoSize(citizens=40, guides=20))
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    here = engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("LIVSMESTER_DATABASE_URL", str(sqlite_engine.url))
    for kind in kinds:
        assert livsmester("export", kind, "--output", first / kind) == 0
    monkeypatch.setenv("LIVSMESTER_DATABASE_URL", here)
    for kind in kinds:
        assert livsmester("import", kind, first / kind) == 0
        assert livsmester("export", kind, "--output", second / kind) == 0
        assert (second / kind).read_bytes() == (first / kind).read_bytes()


def test_exported_spreadsheets_match_as_the_database_does(
    sqlite_engine: Engine, livsmester: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_demo(sqlite_engine, A_MONDAY_MORNING, 1, DemoSize(citizens=80, guides=30))
    monkeypatch.setenv("LIVSMESTER_DATABASE_URL", str(sqlite_engine.url))
    files = {}
    for kind in ("areas", "travel", "guides", "requests"):
        livsmester("export", kind, "--output", tmp_path / kind)
        files[kind] = SpreadsheetFile(kind, (tmp_path / kind).read_bytes())
    from_files, _ = read_pool(
        guides=files["guides"],
        requests=files["requests"],
        areas=files["areas"],
        travel_times=files["travel"],
        today=TODAY,
    )
    with read_transaction(sqlite_engine) as db:
        from_database, _ = runs_pool_store.read_pool(db, TODAY)
    assert propose(from_files).totals == propose(from_database).totals


def test_the_newest_proposal_is_exported_with_file_ids(
    engine: Engine,
    clock: FrozenClock,
    people: PeopleFactory,
    livsmester: Command,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    load_demo(engine, clock(), 1, DemoSize(citizens=40, guides=20))
    output = tmp_path / "forslag"
    assert livsmester("export", "proposal", "--output", output) == 1
    assert "Kør matchningen først" in capsys.readouterr().err
    with read_transaction(engine) as db:
        coordinator = find_persona(db, "coordinator")
    with people.acting_as(coordinator) as context:
        run_id = runs_service.start_run(context, seed=1)
    execution.execute_run(engine, clock, run_id)
    assert livsmester("export", "proposal", "--output", output) == 0
    rows = output.read_text("utf-8-sig").splitlines()
    assert rows[0].startswith("borger_id;guide_id;status;point")
    assert any(row.startswith("demo-citizen;demo-guide;foreslået;10000;") for row in rows)
    assert livsmester("export", "proposal", "--format", "json", "--output", output) == 0
    exported = json.loads(output.read_text("utf-8"))
    with read_transaction(engine) as db:
        proposal = runs_store.proposal(db, run_id)
        assert proposal is not None
        assert len(exported["pairs"]) == len(proposal.pairs)
        assert not set(pool_store.guides(db)) & {pair["guide_id"] for pair in exported["pairs"]}


def test_every_export_is_recorded_in_the_change_log(
    engine: Engine, livsmester: Command, tmp_path: Path
) -> None:
    for kind in ("guides", "requests"):
        livsmester("export", kind, "--output", tmp_path / kind)
    with write_transaction(engine) as db:
        tags = db.execute(text("SELECT tag FROM people_change ORDER BY sequence")).scalars().all()
    assert tags == ["livsmester:export:guides", "livsmester:export:requests"]
