"""The command `livsmester match`: files in, a proposal out; on errors clear messages and no output file."""

import argparse
import csv
import io
import json
import os
import pty
import random
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from guides.runs.export import PROPOSAL_HEADERS
from livsmester.cli.match import add_parser
from tests.support.paths import ROOT

EXAMPLES = ROOT / "examples"
TODAY = ("--today", "20-03-2026")
PROGRAM = """
import argparse, sys
from livsmester.cli.match import add_parser
parser = argparse.ArgumentParser(prog="livsmester")
add_parser(parser.add_subparsers())
arguments = parser.parse_args()
sys.exit(arguments.run(arguments))
"""


def match(*arguments: str | Path) -> int:
    """The exit code of `livsmester match` with these arguments."""
    parser = argparse.ArgumentParser(prog="livsmester")
    add_parser(parser.add_subparsers())
    parsed = parser.parse_args(["match", *map(str, arguments)])
    return int(parsed.run(parsed))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a copy of the example files."""
    for example in EXAMPLES.iterdir():
        (tmp_path / example.name).write_bytes(example.read_bytes())
    return tmp_path


def input_options(folder: Path) -> list[str | Path]:
    return ["--guides", folder / "guider.csv", "--requests", folder / "borgere.csv", *TODAY]


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_proposal_says_who_and_why_and_who_waits(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = folder / "forslag.csv"
    assert match(*input_options(folder), "--areas", folder / "omraader.csv", "--output", output) == 0
    proposal = rows(output.read_bytes())
    assert tuple(proposal[0]) == PROPOSAL_HEADERS
    pairs = {row["borger_id"]: row["guide_id"] for row in proposal if row["status"] == "foreslået"}
    assert pairs == {"B1": "G1", "B2": "G2", "B3": "G3", "B4": "G4", "B6": "G4"}
    assert all(row["begrundelse_borger"] and row["begrundelse_guide"] for row in proposal if row["guide_id"])
    (waiting,) = (row for row in proposal if row["status"] == "venter")
    assert waiting["borger_id"] == "B5"
    assert waiting["guide_id"] == waiting["point"] == waiting["begrundelse_guide"] == ""
    assert "polsk" in waiting["begrundelse_borger"]
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == (
        "guider.csv: Guider, der ikke kan matches nu, fordi uddannelse eller straffeattest ikke gælder længere: 1.\n"
    )


def test_json_holds_everything(folder: Path) -> None:
    output = folder / "forslag.json"
    with_policy: list[str | Path] = ["--policy", folder / "policy.toml", "--seed", "7", "--format", "json"]
    assert match(*input_options(folder), *with_policy, "--output", output) == 0
    proposal: dict[str, Any] = json.loads(output.read_bytes())
    assert (proposal["today"], proposal["seed"]) == ("2026-03-20", 7)
    assert proposal["policy"]["weights"]["help"] == 30
    assert proposal["totals"]["matched"] == len(proposal["pairs"]) == 5
    for pair in proposal["pairs"]:
        assert pair["points"] == sum(pair["points_by_reason"].values())
        assert all(
            reason["rule"] and reason["text"] for reason in pair["reasons_citizen"] + pair["reasons_guide"]
        )
    (waiting,) = proposal["waiting"]
    assert waiting["reason"]["rule"] == "language"
    assert "polsk" in waiting["reason"]["text"]


def test_the_order_of_the_rows_changes_nothing(folder: Path) -> None:
    first = folder / "first.csv"
    match(*input_options(folder), "--output", first)
    for seed in range(3):
        for name in ("guider.csv", "borgere.csv"):
            header, *people = (EXAMPLES / name).read_text(encoding="utf-8").splitlines()
            random.Random(seed).shuffle(people)
            (folder / name).write_text("\n".join([header, *people, ""]), encoding="utf-8")
        again = folder / "again.csv"
        assert match(*input_options(folder), "--output", again) == 0
        assert again.read_bytes() == first.read_bytes()


def test_reasons_and_messages_come_in_english_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = folder / "proposal.csv"
    assert match(*input_options(folder), "--language", "en", "--output", output) == 0
    assert "no guide with room speaks polsk" in output.read_text(encoding="utf-8-sig")
    assert "because training or record check has run out: 1." in capsys.readouterr().err


def test_data_errors_are_reported_line_by_line_and_nothing_is_written(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    guides = folder / "guider.csv"
    guides.write_text(
        guides.read_text(encoding="utf-8").replace("kvinde;2;1;", "kvinde;to;1;"), encoding="utf-8"
    )
    requests = folder / "borgere.csv"
    requests.write_text(requests.read_text(encoding="utf-8").replace("B2;", "B1;"), encoding="utf-8")
    output = folder / "forslag.csv"
    assert match(*input_options(folder), "--output", output) == 1
    assert capsys.readouterr().err.splitlines() == [
        "guider.csv, række 2, kolonne kapacitet: 'to' er ikke et tal. Skriv fx 2.",
        "borgere.csv, række 3, kolonne borger_id: 'B1' står allerede i række 2. Hver må kun stå én gang.",
        "Intet er skrevet.",
    ]
    assert not output.exists()
    output.write_text("from yesterday")
    assert match(*input_options(folder), "--output", output) == 1
    assert output.read_text() == "from yesterday"
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("guider.csv", b"", "guider.csv: Filen er tom."),
        ("borgere.csv", b"PK\x03\x04rest", "borgere.csv: Filen er en projektmappe (xlsx) eller en zip-fil."),
        ("guider.csv", random.Random(2).randbytes(10_000_000), "guider.csv: Filen er ikke en tekstfil"),
        ("guider.csv", b"a" * 11_000_000, "guider.csv: Filen er større end 10 MB."),
        ("borgere.csv", b"borger_id;fornavn\nB1;Test\n", "borgere.csv, kolonne område: Kolonnen mangler."),
    ],
    ids=["empty", "zip", "noise", "large", "columns"],
)
def test_a_broken_file_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes, message: str
) -> None:
    (folder / name).write_bytes(content)
    assert match(*input_options(folder), "--output", folder / "forslag.csv") == 1
    assert message in capsys.readouterr().err
    assert not (folder / "forslag.csv").exists()


def test_a_guide_missing_from_the_spreadsheet_is_an_error(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    requests = folder / "borgere.csv"
    requests.write_text(
        requests.read_text(encoding="utf-8").replace(";G4\n", ";G4 | G99\n"), encoding="utf-8"
    )
    assert match(*input_options(folder), "--output", folder / "forslag.csv") == 1
    assert "borgere.csv, række 3, kolonne ønsker_ikke_guide: Guiden 'G99'" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"[weights]\nhelpp = 3\n", b"weights =", b"\xff\xfe", b"name = 3\n"])
def test_an_invalid_policy_file_is_a_data_error(
    folder: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    (folder / "policy.toml").write_bytes(content)
    policy: list[str | Path] = ["--policy", folder / "policy.toml"]
    assert match(*input_options(folder), *policy, "--output", folder / "forslag.csv") == 1
    assert "policy.toml" in capsys.readouterr().err
    assert not (folder / "forslag.csv").exists()


def test_places_that_cannot_be_used_are_named_without_a_traceback(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "guider.csv").unlink()
    assert match(*input_options(folder), "--output", folder / "forslag.csv") == 2
    assert capsys.readouterr().err == f"{folder / 'guider.csv'} findes ikke.\n"
    (folder / "guider.csv").mkdir()
    assert match(*input_options(folder), "--output", folder / "forslag.csv") == 2
    assert capsys.readouterr().err == f"{folder / 'guider.csv'} er en mappe. Angiv en fil.\n"


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (".", "er en mappe. Angiv en fil."),
        ("no/such/forslag.csv", "findes ikke. Opret den først."),
        ("borgere.csv", "er en af de filer, der skal læses. Angiv en anden med --output."),
        ("x" * 300 + ".csv", "kan ikke åbnes: File name too long."),
    ],
)
def test_an_output_that_cannot_be_written_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str], output: str, message: str
) -> None:
    before = {path.name for path in folder.iterdir()}
    assert match(*input_options(folder), "--output", folder / output) == 2
    assert capsys.readouterr().err.strip().endswith(message)
    assert {path.name for path in folder.iterdir()} == before
    assert (folder / "borgere.csv").read_bytes() == (EXAMPLES / "borgere.csv").read_bytes()


def test_an_output_behind_a_link_is_replaced_and_the_link_and_the_permissions_stay(folder: Path) -> None:
    (folder / "real.csv").write_text("from yesterday")
    (folder / "real.csv").chmod(0o600)
    (folder / "forslag.csv").symlink_to(folder / "real.csv")
    assert match(*input_options(folder), "--output", folder / "forslag.csv") == 0
    assert (folder / "forslag.csv").is_symlink()
    assert rows((folder / "real.csv").read_bytes())
    assert (folder / "real.csv").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "wrong",
    [["--seed", "-1"], ["--seed", "x"], ["--today", "31-02-2026"], ["--format", "xml"], ["--nonsense"], []],
)
def test_wrong_usage_ends_with_2(folder: Path, capsys: pytest.CaptureFixture[str], wrong: list[str]) -> None:
    output: list[str | Path] = ["--output", folder / "forslag.csv"] if wrong else []
    with pytest.raises(SystemExit) as ended:
        match(*input_options(folder), *output, *wrong)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: livsmester")


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        match("--help")
    assert ended.value.code == 0
    output = capsys.readouterr().out
    assert "livsmester match --guides guider.csv --requests borgere.csv --output forslag.csv" in output
    assert "exit codes: 0 done; 1 the data is wrong" in output


def test_standard_output_takes_the_proposal_alone(folder: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, "match", *map(str, input_options(folder)), "--output", "-"]
    ended = subprocess.run(command, capture_output=True, check=False)
    assert ended.returncode == 0
    assert len(rows(ended.stdout)) == 6
    assert ended.stderr.decode().startswith("guider.csv: ")
    assert b"\r\x1b" not in ended.stderr


def test_a_reader_who_leaves_early_gets_no_traceback(folder: Path) -> None:
    command = shlex.join(
        [sys.executable, "-c", PROGRAM, "match", *map(str, input_options(folder)), "--output", "-"]
    )
    ended = subprocess.run(
        ["bash", "-c", f"{command} | true; exit ${{PIPESTATUS[0]}}"], capture_output=True, check=False
    )
    assert ended.returncode == 0
    assert b"Traceback" not in ended.stderr
    assert b"BrokenPipe" not in ended.stderr


def test_a_terminal_sees_how_far_the_work_is(folder: Path) -> None:
    terminal, end = pty.openpty()
    command = [
        sys.executable,
        "-c",
        PROGRAM,
        "match",
        *map(str, input_options(folder)),
        "--output",
        str(folder / "f.csv"),
    ]
    subprocess.run(command, stderr=end, check=True)
    os.close(end)
    output = os.read(terminal, 100_000).decode()
    os.close(terminal)
    assert " … 0%" in output
    assert output.endswith("\r\x1b[K5 af 6 borgere har fået foreslået en guide, 1 venter.\r\n")


def test_the_documented_command_runs(tmp_path: Path) -> None:
    document = (ROOT / "docs" / "reference" / "spreadsheets.md").read_text(encoding="utf-8")
    written = document.split("```sh\n")[1].split("```")[0].replace("\\\n", "")
    program, *arguments = shlex.split(written)
    assert program == "livsmester"
    output = tmp_path / arguments[-1]
    command = [sys.executable, "-c", PROGRAM, *arguments[:-1], str(output)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    for header in rows(output.read_bytes())[0]:
        assert f"| `{header}` |" in document
