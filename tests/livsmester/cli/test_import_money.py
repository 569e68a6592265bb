"""The command `livsmester import-money`: all or nothing, errors by row and column, importing a file again changes nothing."""

import argparse
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from budgets.commands.messages import AddFund
from budgets.commands.service import execute
from foundation.db.transactions import read_transaction
from livsmester.cli.data import import_money
from people.access.model import Role
from plans.model import Theme
from tests.support.budget_factory import FUND, add_goal, ledger_totals
from tests.support.people_factory import PeopleFactory

GRANTS = (
    "bevilling_id;borger_id;pulje;beløb;fra;til;lovgrundlag;mål\n"
    "V1;B1;Livsmestermidler 2026;5.000,00;01-01-2026;31-12-2026;§ 85;Lær at svømme\n"
    "V2;B2;livsmestermidler 2026;1000;01-02-2026;31-12-2026;§ 85;\n"
)
PURCHASES = (
    "køb_id;bevilling_id;mål;dato;beløb;hvad;udlæg\n"
    "K1;V1;Lær at svømme;01-03-2026;350,00;Svømmekort;nej\n"
    "K2;V1;lær at svømme;02-03-2026;49,95;Briller;ja\n"
)
Run = Callable[..., int]


@pytest.fixture
def run(engine: Engine, people: PeopleFactory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs `livsmester import-money KIND` on a spreadsheet with that text, as Odin."""
    odin = people.add(Role.BUDGET_OFFICER, "Odin", sign_in_name="odin")
    asta = people.citizen("Asta", file_id="B1")
    people.citizen("Bo", file_id="B2")
    add_goal(people, asta, "Lær at svømme", Theme.SELF_CARE)
    with people.acting_as(odin) as context:
        execute(context, AddFund(FUND, 100_000_00), "fund")
    monkeypatch.setenv("LIVSMESTER_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    parser = argparse.ArgumentParser()
    import_money.add_parser(parser.add_subparsers())

    def command(kind: str, sheet: str, *words: str, officer: str = "odin") -> int:
        file = tmp_path / f"{kind}.csv"
        file.write_text(sheet, encoding="utf-8")
        arguments = parser.parse_args(["import-money", kind, str(file), "--officer", officer, *words])
        code: int = arguments.run(arguments)
        return code

    return command


def movements(engine: Engine) -> int:
    with read_transaction(engine) as db:
        return int(db.execute(text("SELECT count(*) FROM budgets_movement")).scalar_one())


def test_importing_a_file_again_changes_nothing(
    engine: Engine, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("grants", GRANTS) == 0
    assert run("purchases", PURCHASES) == 0
    assert movements(engine) == 1 + 2 + 1 + 2
    before = ledger_totals(engine)
    for kind, sheet in (("grants", GRANTS), ("purchases", PURCHASES)):
        capsys.readouterr()
        assert run(kind, sheet) == 0
        assert capsys.readouterr().out == "Gemt. Nye: 0. Kommet ind før: 2.\n"
    assert ledger_totals(engine) == before
    assert before.total_ore == 0
    assert before.balances_ore == before.computed_balances_ore


def test_a_dry_run_reports_and_stores_nothing(
    engine: Engine, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("grants", GRANTS, "--dry-run") == 0
    assert capsys.readouterr().out == "Nye ville være: 2. Kommet ind før: 0. Intet er gemt.\n"
    assert movements(engine) == 1


def test_one_invalid_row_stores_none_and_every_error_names_its_cell(
    engine: Engine, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = GRANTS + (
        "V3;B9;Ukendt pulje;100;01-01-2026;31-12-2026;§ 85;\n"
        "V4;B1;Livsmestermidler 2026;60.000;01-01-2026;31-12-2026;§ 85;\n"
        "V5;B1;Livsmestermidler 2026;100;01-01-2025;31-12-2026;§ 85;\n"
        "V6;B1;Livsmestermidler 2026;100;01-01-2026;31-12-2026;§ 85;Flyve til månen\n"
    )
    assert run("grants", wrong) == 1
    lines = capsys.readouterr().err.replace("\xa0", " ").splitlines()
    assert lines == [
        "grants.csv, række 4, kolonne borger_id: Ingen borger har id'et 'B9'.",
        "grants.csv, række 4, kolonne pulje: Ingen pulje hedder 'Ukendt pulje'.",
        "grants.csv, række 5, kolonne beløb: En borger kan højst få 50.000 kr.",
        "grants.csv, række 6, kolonne fra: Vælg en dag fra 01-01-2026 til 31-12-2026.",
        "grants.csv, række 7, kolonne mål: Borgeren har intet mål, der hedder 'Flyve til månen'.",
        "Intet blev gemt.",
    ]
    assert movements(engine) == 1


def test_invalid_amounts_and_changed_rows_are_reported_by_cell(
    engine: Engine, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("grants", GRANTS) == 0
    before = movements(engine)
    assert run("grants", GRANTS.replace("V2;B2", "V2;B1")) == 1
    assert "kolonne bevilling_id: 'V2' er kommet ind før med andet indhold." in capsys.readouterr().err
    assert run("purchases", PURCHASES.replace("350,00", "1,350.00")) == 1
    assert "række 2, kolonne beløb" in capsys.readouterr().err
    assert run("purchases", PURCHASES.replace("350,00", "4.999,00")) == 1
    assert "række 3, kolonne beløb: Der er kun 1 kr. at tage af." in capsys.readouterr().err.replace(
        "\xa0", " "
    )
    assert run("purchases", PURCHASES.replace("K1;V1", "K1;V9")) == 1
    assert "kolonne bevilling_id: Ingen bevilling er kommet ind med id'et 'V9'." in capsys.readouterr().err
    assert movements(engine) == before


def test_only_a_budget_officer_imports_money(
    people: PeopleFactory, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    people.add(Role.COORDINATOR, "Kaj", sign_in_name="kaj")
    for name in ("kaj", "nobody"):
        assert run("grants", GRANTS, officer=name) == 2
        assert f"{name} er ikke en budgetansvarlig" in capsys.readouterr().err
