"""The command `livsmester erase`, also on a restored backup."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from foundation.db import transactions
from livsmester.audit_verification import verify_chains
from livsmester.cli.main import main
from people.access.model import Role
from people.directory.model import ERASED_NAME, Person
from people.retention import hold_store
from people.retention.model import LegalHold
from tests.conftest import FrozenClock
from tests.support.backups import make_backup
from tests.support.people_factory import PeopleFactory

LONG_AGO = datetime(2020, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the tombstone file; the environment names the test's database."""
    set_database_url(monkeypatch, engine)
    monkeypatch.setenv("LIVSMESTER_ERASURE_LIST", str(tmp_path / "erased"))
    return tmp_path


def set_database_url(monkeypatch: pytest.MonkeyPatch, engine: Engine) -> None:
    monkeypatch.setenv("LIVSMESTER_DATABASE_URL", engine.url.render_as_string(hide_password=False))


@pytest.fixture
def asta(people: PeopleFactory, clock: FrozenClock) -> Person:
    """A citizen without any activity since 2020."""
    clock.now = LONG_AGO
    return people.citizen("Asta", surname="Aldrigfødt")


def name_of(engine: Engine, person: Person) -> str:
    with transactions.read_transaction(engine) as db:
        query = text("SELECT given_name FROM people_person WHERE id = :id")
        return str(db.execute(query, {"id": person.id}).scalar_one())


def hold(engine: Engine, person: Person, people: PeopleFactory) -> None:
    lawyer = people.add(Role.ADMINISTRATOR, "Jura")
    with transactions.write_transaction(engine) as db:
        legal_hold = LegalHold("hold-1", person.id, "En klagesag kører.", LONG_AGO.date(), None, lawyer.id)
        hold_store.add(db, legal_hold, LONG_AGO)


def test_a_dry_run_lists_ids_and_changes_nothing(
    folder: Path, engine: Engine, asta: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["erase", "--due", "--dry-run"]) == 0
    output = capsys.readouterr()
    assert f"person  {asta.id}" in output.out
    assert "2022-03-02" in output.out
    assert "Asta" not in output.out
    assert "Nothing was changed." in output.err
    assert name_of(engine, asta) == "Asta"
    assert not (folder / "erased").exists()


def test_overdue_data_is_erased_once_and_recorded(
    folder: Path, engine: Engine, asta: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["erase", "--due"]) == 0
    assert name_of(engine, asta) == ERASED_NAME
    assert (folder / "erased").read_text().startswith(f"person {asta.id} ")
    assert main(["erase", "--due"]) == 0
    assert "Nothing is due." in capsys.readouterr().out
    with transactions.read_transaction(engine) as db:
        tags = db.execute(text("SELECT tag FROM people_change WHERE subject_id = :id"), {"id": asta.id})
        assert "livsmester:erasure:person" in tags.scalars().all()
        assert all(chain.broken is None for chain in verify_chains(db))


def test_a_person_under_a_legal_hold_is_not_erased(
    folder: Path, engine: Engine, asta: Person, people: PeopleFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    hold(engine, asta, people)
    assert main(["erase", "--due"]) == 0
    assert f"Held back for person {asta.id}" in capsys.readouterr().out
    assert name_of(engine, asta) == "Asta"


def test_a_restored_backup_is_erased_again_by_the_tombstones(
    folder: Path,
    engine: Engine,
    asta: Person,
    people: PeopleFactory,
    monkeypatch: pytest.MonkeyPatch,
    fresh_database: Callable[..., str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    backup = make_backup(engine, folder, fresh_database)
    assert main(["erase", "--due"]) == 0
    assert name_of(backup, asta) == "Asta"

    set_database_url(monkeypatch, backup)
    assert main(["erase", "--again", "--dry-run"]) == 0
    assert name_of(backup, asta) == "Asta"
    assert main(["erase", "--again"]) == 0
    assert name_of(backup, asta) == ERASED_NAME
    assert main(["erase", "--again"]) == 0
    assert "1 of the list are erased here already" in capsys.readouterr().out
    with transactions.read_transaction(backup) as db:
        assert all(chain.broken is None for chain in verify_chains(db))
    backup.dispose()


def test_another_tombstone_file_can_be_named_and_a_hold_prevents_its_erasure(
    folder: Path, engine: Engine, asta: Person, people: PeopleFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    hold(engine, asta, people)
    elsewhere = folder / "elsewhere"
    elsewhere.write_text(f"person {asta.id} 2026-01-01\nperson nobody-we-know 2026-01-01\n")
    assert main(["erase", "--again", "--list", str(elsewhere)]) == 0
    output = capsys.readouterr().out
    assert "stays: a legal hold" in output
    assert name_of(engine, asta) == "Asta"


def test_a_person_is_erased_on_request_before_retention_ends(
    folder: Path,
    engine: Engine,
    people: PeopleFactory,
    clock: FrozenClock,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bo = people.citizen("Bo", surname="Aldrigfødt")
    assert main(["erase", "--person", bo.id, "--dry-run"]) == 0
    output = capsys.readouterr()
    assert "goes    Name and CPR number" in output.out
    assert "Bo" not in output.out
    assert name_of(engine, bo) == "Bo"
    assert not (folder / "erased").exists()
    assert main(["erase", "--person", bo.id]) == 0
    assert "/erasures/" in capsys.readouterr().err
    assert name_of(engine, bo) == ERASED_NAME
    listed = (folder / "erased").read_text()
    assert f"person {bo.id} " in listed
    assert main(["erase", "--person", bo.id]) == 0
    assert "erased already" in capsys.readouterr().out
    assert (folder / "erased").read_text() == listed


def test_a_person_under_a_legal_hold_is_not_erased_on_request(
    folder: Path, engine: Engine, asta: Person, people: PeopleFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    hold(engine, asta, people)
    for more in ([], ["--dry-run"]):
        assert main(["erase", "--person", asta.id, *more]) == 1
        output = capsys.readouterr()
        assert "There is a legal hold on the person" in output.err
        assert output.out == ""
    assert name_of(engine, asta) == "Asta"


def test_an_unknown_person_id_is_reported(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["erase", "--person", "nobody"]) == 1
    assert "No person has the id nobody." in capsys.readouterr().err


@pytest.mark.parametrize("content", ["person\n", "everybody x 2026-01-01\n", "person x yesterday\n"])
def test_an_invalid_tombstone_line_prevents_the_whole_replay(
    folder: Path, engine: Engine, asta: Person, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "erased").write_text(f"person {asta.id} 2026-01-01\n{content}")
    assert main(["erase", "--again"]) == 1
    assert "line 2" in capsys.readouterr().err
    assert name_of(engine, asta) == "Asta"


def test_a_missing_tombstone_file_is_reported(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["erase", "--again"]) == 1
    assert "Name the list with --list." in capsys.readouterr().err
