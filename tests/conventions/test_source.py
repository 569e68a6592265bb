"""The rules of the house that no linter knows."""

import argparse
import ast
import re
import subprocess
from pathlib import Path

import pytest

from livsmester.cli.main import build_parser
from livsmester.settings import SETTINGS
from tests.support.paths import ROOT

LINES_MAX = 400
REGISTRY_HOSTS = (
    "py" + "pi.org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "registry." + "npm",
    "deb." + "debian.org",
)
MONEY_MODULES = [*sorted((ROOT / "src" / "budgets").rglob("*.py")), ROOT / "src" / "foundation" / "money.py"]


def tracked(*patterns: str) -> list[Path]:
    """The repository's own files of those kinds."""
    listed = subprocess.run(
        ["git", "ls-files", *patterns], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return [ROOT / line for line in listed.splitlines() if (ROOT / line).is_file()]


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    lengths = {
        path: len(path.read_text().splitlines())
        for path in tracked("src/*.py", "templates/*.html", "static/*.css", "static/*.js")
    }
    assert {str(path.relative_to(ROOT)): count for path, count in lengths.items() if count > LINES_MAX} == {}


def test_every_template_is_used() -> None:
    words = "".join(path.read_text() for path in tracked("src/*.py", "templates/*.html"))
    names = [path.relative_to(ROOT / "templates").as_posix() for path in tracked("templates/*.html")]
    assert [name for name in names if f'"{name}"' not in words] == []


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    assert [one.name for one in SETTINGS if f"`{one.name}`" not in page] == []
    assert set(re.findall(r"LIVSMESTER_[A-Z_]+", page)) <= {one.name for one in SETTINGS} | {
        "LIVSMESTER_TEST_DATABASE_URL"
    }


def test_every_command_is_documented() -> None:
    pages = "".join(path.read_text() for path in tracked("docs/*.md", "README.md"))
    subcommands = next(
        action for action in build_parser()._actions if isinstance(action, argparse._SubParsersAction)
    )
    assert [name for name in subcommands.choices if f"livsmester {name}" not in pages] == []


def test_no_file_names_a_package_registry() -> None:
    for path in tracked():
        if path.suffix in {".png", ".woff", ".woff2"} or path == Path(__file__):
            continue
        found = [host for host in REGISTRY_HOSTS if host in path.read_text(errors="ignore")]
        assert not found, f"{path}: {found}"


@pytest.mark.parametrize("path", MONEY_MODULES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_money_never_passes_through_a_float(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), (
            f"{path}:{node.lineno} a float"
        )
        assert not (isinstance(node, ast.Name) and node.id in {"float", "Decimal"}), (
            f"{path}:{node.lineno} {node.id}"
        )
        assert not (isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)), (
            f"{path}:{node.lineno} divides with a fraction"
        )


def test_the_pages_link_to_addresses_that_exist_in_the_documents() -> None:
    for page in tracked("docs/*.md", "README.md", "docs/decisions/*.md"):
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"
