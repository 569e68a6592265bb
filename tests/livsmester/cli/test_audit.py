"""The command `livsmester audit`."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from foundation.db.transactions import write_transaction
from livsmester.cli.main import main
from tests.support.app_client import AppClient
from tests.support.people_factory import PeopleFactory


@pytest.fixture
def folder(tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with keys; the environment names the test's database."""
    monkeypatch.setenv("LIVSMESTER_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("LIVSMESTER_KEYS_FILE", str(tmp_path / "keys"))
    assert main(["keys", "new"]) == 0
    return tmp_path


def change_a_line(engine: Engine) -> None:
    with write_transaction(engine) as db:
        on = " ON people_change" if engine.dialect.name == "postgresql" else ""
        db.execute(text(f"DROP TRIGGER people_change_no_update{on}"))
        db.execute(text("UPDATE people_change SET tag = 'people:person:leave' WHERE sequence = 2"))


def test_verify_confirms_intact_logs(
    folder: Path, people: PeopleFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    people.citizen()
    assert main(["audit", "anchor", "--output", str(folder / "anchor")]) == 0
    people.citizen()
    assert main(["audit", "verify", "--anchor", str(folder / "anchor")]) == 0
    assert "change: 2 lines hold together" in capsys.readouterr().err


def test_a_changed_entry_is_reported_and_not_anchored(
    folder: Path, people: PeopleFactory, engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(3):
        people.citizen()
    change_a_line(engine)
    assert main(["audit", "verify"]) == 1
    assert "change: BROKEN. Line 2 was changed after it was written." in capsys.readouterr().err
    assert main(["audit", "anchor", "--output", str(folder / "anchor")]) == 1
    assert not (folder / "anchor").exists()


def test_an_unsigned_anchor_is_rejected_and_a_recorded_restore_is_reported(
    folder: Path, people: PeopleFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    anchor = folder / "anchor"
    people.citizen()
    assert main(["audit", "anchor", "--output", str(anchor)]) == 0
    payload, _, _ = anchor.read_text().partition("\n")
    assert main(["audit", "restored", "--why", "disk failed"]) == 0
    assert main(["audit", "verify"]) == 0
    assert "A backup was restored, as noted on" in capsys.readouterr().err
    anchor.write_text(payload + "\n")
    assert main(["audit", "verify", "--anchor", str(anchor)]) == 2


def test_citizens_read_that_a_backup_was_restored(
    folder: Path, site: AppClient, people: PeopleFactory
) -> None:
    citizen = people.citizen()
    assert "kopi" not in site.signed_in(citizen).get("/who-has-seen").text
    assert main(["audit", "restored", "--why", "disk failed"]) == 0
    assert "kopi" in site.signed_in(citizen).get("/who-has-seen").text
    assert "kopi" in site.signed_in(citizen).get("/who-has-seen/print").text
