"""The command `livsmester ledger`: exports are atomic and logged, verification finds tampering, reservations expire."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

from budgets.commands.messages import RequestSpending
from budgets.commands.service import execute_all
from budgets.commands.working_set import SubmittedCommand
from foundation.db.transactions import read_transaction, write_transaction
from livsmester.cli import ledger as cli_ledger
from livsmester.cli.main import main
from people.access.model import Actor, Role, RoleAssignment
from people.tables.rights import change
from tests.support import budget_factory


@pytest.fixture
def ledger(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The database that the command opens, with the ledger's test data."""
    with write_transaction(engine) as db:
        budget_factory.create_records(db)
        budget_factory.post_funding(db)
    monkeypatch.setenv("LIVSMESTER_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    return engine


@pytest.mark.parametrize("form", ["csv", "json", "hledger", "beancount"])
def test_an_export_is_written_and_recorded(ledger: Engine, tmp_path: Path, form: str) -> None:
    output = tmp_path / "ledger"

    assert main(["ledger", "export", "--format", form, "--output", str(output)]) == 0

    assert "100000" in output.read_text()
    with read_transaction(ledger) as db:
        assert db.execute(select(change.c.tag)).scalars().all() == ["livsmester:ledger:export"]


def test_a_day_before_everything_gives_a_ledger_in_which_nothing_has_moved(
    ledger: Engine, tmp_path: Path
) -> None:
    output = tmp_path / "ledger"
    assert main(["ledger", "export", "--as-of", "31-12-2025", "--output", str(output)]) == 0
    assert output.read_text("utf-8-sig").count("\n") == 1


def test_an_unknown_fund_is_reported_and_nothing_is_written(
    ledger: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "ledger"
    assert main(["ledger", "export", "--fund", "Guldpuljen", "--output", str(output)]) == 1
    assert capsys.readouterr().err == "Der er ingen pulje, der hedder “Guldpuljen”.\n"
    assert not output.exists()


def test_a_fund_name_ignores_case(ledger: Engine, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["ledger", "export", "--fund", "LIVSMESTERMIDLER 2026", "--format", "hledger"]) == 0
    assert b"Puljer:Livsmestermidler-2026:Kommunen" in capfdbinary.readouterr().out


def test_a_day_that_is_none_is_refused(ledger: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["ledger", "export", "--as-of", "i går"])
    assert ended.value.code == 2
    assert "er ikke en dato" in capsys.readouterr().err


def test_verify_confirms_an_unchanged_ledger(ledger: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ledger", "verify"]) == 0
    output = capsys.readouterr().out
    assert output.startswith("Livsmestermidler 2026: 3 movements, ")


def test_verify_reports_where_a_ledger_was_changed(
    ledger: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    if ledger.dialect.name == "postgresql":
        guards_down = ("SET LOCAL session_replication_role = replica",)
    else:
        guards = ("budgets_movement_fixed", "budgets_account_follows", "budgets_account_forward")
        guards_down = tuple(f"DROP TRIGGER {name}" for name in guards)
    with write_transaction(ledger) as db:
        for statement in guards_down:
            db.execute(text(statement))
        db.execute(text("UPDATE budgets_movement SET actor_id = NULL WHERE number = 2"))
        db.execute(
            text("UPDATE budgets_account SET balance_ore = balance_ore + 1 WHERE id = 'envelope-goal-swim'")
        )
    assert main(["ledger", "verify"]) == 1
    output = capsys.readouterr().err
    assert "the chain of Livsmestermidler 2026: line 2 is changed" in output
    assert (
        "every balance is what the account's newest entry says: 1 times, for example envelope-goal-swim"
        in output
    )


def test_an_expired_reservation_is_released_once(
    ledger: Engine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asta = Actor(budget_factory.CITIZEN.id, "Asta", (RoleAssignment(Role.CITIZEN),))
    command = RequestSpending(budget_factory.GRANT.id, budget_factory.SWIM.id, "Svømmebriller", 100_00)
    with write_transaction(ledger) as db:
        execute_all(db, [SubmittedCommand(asta, command, "ask")], budget_factory.NOW)
    assert budget_factory.balance(ledger, budget_factory.SWIMMING) == 1_750_00
    monkeypatch.setattr(cli_ledger, "system_clock", lambda: datetime(2026, 12, 31, 22, 59, tzinfo=UTC))
    assert main(["ledger", "lapse"]) == 0
    monkeypatch.setattr(cli_ledger, "system_clock", lambda: datetime(2026, 12, 31, 23, 0, tzinfo=UTC))
    for _ in range(2):
        assert main(["ledger", "lapse"]) == 0
    assert capsys.readouterr().out.split("\n") == [
        "0 requests lapsed", "1 requests lapsed", "0 requests lapsed", "",
    ]  # fmt: skip
    assert budget_factory.balance(ledger, budget_factory.SWIMMING) == 1_850_00
