"""`livsmester ledger export` on the command line: a file whole or none, and a line in the log of changes before it."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from foundation.database import reading, writing
from livsmester.commands import main
from people.tables import change
from tests.budgets import money_factory as town


@pytest.fixture
def filled(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The small municipality with money, as the database that the command opens."""
    with writing(engine) as db:
        town.settle(db)
        town.fill(db)
    monkeypatch.setenv("LIVSMESTER_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    return engine


@pytest.mark.parametrize("form", ["csv", "json", "hledger", "beancount"])
def test_the_ledger_is_written_to_a_file_and_noted(filled: Engine, tmp_path: Path, form: str) -> None:
    output = tmp_path / "ledger"

    assert main(["ledger", "export", "--format", form, "--output", str(output)]) == 0

    assert "100000" in output.read_text()
    with reading(filled) as db:
        assert db.execute(select(change.c.tag)).scalars().all() == ["livsmester:ledger:export"]


def test_a_day_before_everything_gives_a_ledger_in_which_nothing_has_moved(
    filled: Engine, tmp_path: Path
) -> None:
    output = tmp_path / "ledger"
    assert main(["ledger", "export", "--as-of", "31-12-2025", "--output", str(output)]) == 0
    assert output.read_text("utf-8-sig").count("\n") == 1


def test_a_fund_that_nobody_knows_is_said_and_nothing_is_written(
    filled: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "ledger"
    assert main(["ledger", "export", "--fund", "Guldpuljen", "--output", str(output)]) == 1
    assert capsys.readouterr().err == "Der er ingen pulje, der hedder “Guldpuljen”.\n"
    assert not output.exists()


def test_a_fund_is_found_whatever_the_case(filled: Engine, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["ledger", "export", "--fund", "LIVSMESTERMIDLER 2026", "--format", "hledger"]) == 0
    assert b"Puljer:Livsmestermidler-2026:Kommunen" in capfdbinary.readouterr().out


def test_a_day_that_is_none_is_refused(filled: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["ledger", "export", "--as-of", "i går"])
    assert ended.value.code == 2
    assert "er ikke en dato" in capsys.readouterr().err
