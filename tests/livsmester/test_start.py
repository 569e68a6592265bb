"""Keys are read from the environment or a private file, and the server refuses to start where that is unsafe."""

import re
import stat
from pathlib import Path

import pytest

from livsmester.cli.main import main
from livsmester.keys import EXAMPLE_KEY, demo_keys, prepend_key, read_keys
from livsmester.settings import DEBUG_SWITCHES, InvalidSetting
from tests.support.paths import ROOT

DOCS = ROOT / "docs"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"LIVSMESTER_KEYS_FILE": str(tmp_path / "etc" / "keys")}


def test_a_new_key_goes_first_and_the_file_is_its_owners_alone(environment: dict[str, str]) -> None:
    path = Path(environment["LIVSMESTER_KEYS_FILE"])
    first = prepend_key(path)
    second = prepend_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    keys = read_keys(environment)
    assert (keys.current_id, list(keys.by_id)) == (second, [second, first])


def test_keys_in_the_environment_go_before_the_file(environment: dict[str, str]) -> None:
    path = Path(environment["LIVSMESTER_KEYS_FILE"])
    prepend_key(path)
    key_line = path.read_text().replace(path.read_text()[:8], "fromenv0")
    assert read_keys(environment | {"LIVSMESTER_KEYS": key_line}).current_id == "fromenv0"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_file_that_others_can_read_is_refused(environment: dict[str, str], mode: int) -> None:
    path = Path(environment["LIVSMESTER_KEYS_FILE"])
    prepend_key(path)
    path.chmod(mode)
    with pytest.raises(InvalidSetting, match="chmod 600"):
        read_keys(environment)


def test_the_example_key_is_refused_whatever_it_is_called(environment: dict[str, str]) -> None:
    for key_line in (EXAMPLE_KEY, EXAMPLE_KEY.replace("example", "mine")):
        with pytest.raises(InvalidSetting, match="example key") as caught:
            read_keys(environment | {"LIVSMESTER_KEYS": key_line})
        assert EXAMPLE_KEY.split(":")[1] not in str(caught.value)


def test_every_key_in_the_documents_is_the_example() -> None:
    keys = {key for page in DOCS.rglob("*.md") for key in re.findall(r"\w+:[\w-]{43}=", page.read_text())}
    assert keys == {EXAMPLE_KEY}


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff\xfe"])
def test_a_file_without_keys_is_reported_without_its_content(
    environment: dict[str, str], content: bytes
) -> None:
    path = Path(environment["LIVSMESTER_KEYS_FILE"])
    prepend_key(path)
    path.write_bytes(content)
    with pytest.raises(InvalidSetting) as caught:
        read_keys(environment)
    assert "nonsense" not in str(caught.value)


def test_without_keys_the_message_says_how_to_make_them(environment: dict[str, str]) -> None:
    with pytest.raises(InvalidSetting, match="livsmester keys new"):
        read_keys(environment)


def test_a_demo_makes_itself_keys_once(environment: dict[str, str]) -> None:
    assert demo_keys(environment) == demo_keys(environment) == read_keys(environment)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"LIVSMESTER_KEYS": EXAMPLE_KEY}, "example key"),
        ({"LIVSMESTER_KEYS_FILE": "/nowhere/keys"}, "livsmester keys new"),
        ({"LIVSMESTER_HOST": "0.0.0.0"}, "LIVSMESTER_PUBLIC_URL is needed"),
        *(({switch: "1"}, f"{switch} is on") for switch in DEBUG_SWITCHES),
    ],
)
def test_the_server_does_not_start_where_that_would_be_unsafe(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    changed: dict[str, str],
    message: str,
) -> None:
    prepend_key(tmp_path / "keys")
    settings = {
        "LIVSMESTER_DATABASE_URL": f"sqlite:///{tmp_path}/no.sqlite",
        "LIVSMESTER_KEYS": "",
        "LIVSMESTER_KEYS_FILE": str(tmp_path / "keys"),
    }
    for name, value in (settings | changed).items():
        monkeypatch.setenv(name, value)
    assert main(["serve"]) == 2
    assert message in capsys.readouterr().err


def test_the_server_does_not_open_a_database_that_others_can_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    prepend_key(tmp_path / "keys")
    path = tmp_path / "data.sqlite"
    path.touch()
    path.chmod(0o644)
    monkeypatch.setenv("LIVSMESTER_DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.setenv("LIVSMESTER_KEYS", "")
    monkeypatch.setenv("LIVSMESTER_KEYS_FILE", str(tmp_path / "keys"))
    assert main(["serve"]) == 2
    assert "`chmod 600` on it first" in capsys.readouterr().err


def test_the_command_makes_a_key_file_without_showing_the_key(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], environment: dict[str, str]
) -> None:
    monkeypatch.setenv("LIVSMESTER_KEYS_FILE", environment["LIVSMESTER_KEYS_FILE"])
    assert main(["keys", "new"]) == 0
    key = Path(environment["LIVSMESTER_KEYS_FILE"]).read_text().strip().split(":")[1]
    assert key not in capsys.readouterr().out
