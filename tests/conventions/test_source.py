"""Conventions of this repository that no linter checks."""

import argparse
import ast
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from livsmester.cli.main import build_parser
from livsmester.settings import SETTINGS
from tests.support.paths import ROOT

MODULE_LINES_MAX = 300
TEMPLATE_LINES_MAX = 400  # of templates, style sheets and scripts
TEST_LINES_MAX = 400
FOLDER_FILES_MAX = 14
FOLDERS_OF_ALGORITHMS = frozenset({"guides/matching/solver"})  # one module per algorithm
# Words that only this project used → the field's own term. Domain terms (a legal hold, a meeting that was held) are fine.
REPLACED_WORDS = {
    "arrive": "complete sign-in",
    "desk": "context",
    "door": "middleware",
    "fault": "error",
    "gather": "collect",
    "house": "app state",
    "knock": "authorize route",
    "obey": "dispatch",
    "paper": "document",
    "said": "a noun such as text",
    "saying": "presenter",
    "seal": "encrypt",
    "shown": "a noun such as row",
    "stands": "is stored",
    "teller": "command queue",
    "told": "a noun such as notice",
    "unseal": "decrypt",
    "visit": "context",
    "wall": "row policy",
    "whoever": "the caller or the actor",
}
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
    """The repository's own files that match one of the patterns; all files without a pattern."""
    output = subprocess.run(
        ["git", "ls-files", *patterns], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return [ROOT / line for line in output.splitlines() if (ROOT / line).is_file()]


@pytest.mark.parametrize(
    ("patterns", "lines_max"),
    [
        (("src/*.py",), MODULE_LINES_MAX),
        (("templates/*.html", "static/*.css", "static/*.js"), TEMPLATE_LINES_MAX),
        (("tests/*.py",), TEST_LINES_MAX),
    ],
    ids=["modules", "templates", "tests"],
)
def test_no_file_is_too_long(patterns: tuple[str, ...], lines_max: int) -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in tracked(*patterns)}
    assert {path: count for path, count in lengths.items() if count > lines_max} == {}


def test_no_folder_has_too_many_python_files() -> None:
    counts = Counter(path.parent.relative_to(ROOT / "src").as_posix() for path in tracked("src/*.py"))
    too_many = {folder: count for folder, count in counts.items() if count > FOLDER_FILES_MAX}
    assert too_many.keys() <= FOLDERS_OF_ALGORITHMS, too_many


def test_no_test_module_imports_a_test_module() -> None:
    for path in tracked("tests/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            modules: list[str] = []
            if isinstance(node, ast.ImportFrom):
                modules = [node.module or "", *(alias.name for alias in node.names)]
            elif isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            imported = [name for name in modules if name.rpartition(".")[2].startswith("test_")]
            assert not imported, f"{path.relative_to(ROOT)}:{node.lineno} imports {imported}"


def defined_names(path: Path) -> Iterator[tuple[str, int]]:
    """Names of a module, its folders, classes, functions and parameters, each with its line."""
    for part in path.relative_to(ROOT / "src").with_suffix("").parts:
        yield part, 1
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno


def test_definitions_use_the_fields_terms() -> None:
    replaced = [
        f"{path.relative_to(ROOT)}:{line} {name}: use “{REPLACED_WORDS[word.lower()]}” instead of “{word.lower()}”"
        for path in tracked("src/*.py")
        for name, line in defined_names(path)
        for word in re.findall(r"[A-Z]?[a-z]+", name)
        if word.lower() in REPLACED_WORDS
    ]
    assert replaced == []


def test_every_template_is_used() -> None:
    sources = "".join(path.read_text() for path in tracked("src/*.py", "templates/*.html"))
    names = [path.relative_to(ROOT / "templates").as_posix() for path in tracked("templates/*.html")]
    assert [name for name in names if f'"{name}"' not in sources] == []


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "operations" / "configuration.md").read_text()
    assert [setting.name for setting in SETTINGS if f"`{setting.name}`" not in page] == []
    assert set(re.findall(r"LIVSMESTER_[A-Z_]+", page)) <= {setting.name for setting in SETTINGS} | {
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
        hosts = [host for host in REGISTRY_HOSTS if host in path.read_text(errors="ignore")]
        assert not hosts, f"{path}: {hosts}"


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


def test_links_between_documents_exist() -> None:
    for page in tracked("docs/*.md", "README.md"):
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"
