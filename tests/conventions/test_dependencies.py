"""Dependencies are documented, locked with hashes, and not bound to a package host."""

import ast
import json
import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.support.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
NPM = json.loads((ROOT / "package.json").read_text())
DISTRIBUTIONS = {"argon2": "argon2-cffi", "PIL": "pillow"}  # module → distribution, where the names differ
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)


def plain(name: str) -> str:
    """The normalized name, as lock files write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def required(*extras: str) -> list[Requirement]:
    """The requirements in pyproject.toml, including those of the extras."""
    project = PROJECT["project"]
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return [Requirement(line) for line in lines]


def locked(name: str) -> dict[str, str]:
    """Package → version in one of the lock files."""
    return {
        plain(package): version for package, version in PINNED.findall((ROOT / "locks" / name).read_text())
    }


def imported(path: Path) -> set[str]:
    """The top-level names of all modules that a file imports, also within functions."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and not node.level:
            names.add(str(node.module))
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {name.split(".")[0] for name in names}


def test_each_direct_dependency_has_its_line_in_the_docs_and_no_line_is_left_over() -> None:
    named = re.findall(
        r"^\| `([^`]+)`", (ROOT / "docs" / "development" / "dependencies.md").read_text(), re.MULTILINE
    )
    extras = PROJECT["project"]["optional-dependencies"]
    direct = {plain(requirement.name) for requirement in required(*extras)}
    assert set(named) == direct | set(NPM["dependencies"]) | set(NPM["devDependencies"])
    assert len(named) == len(set(named))


@pytest.mark.parametrize(
    ("lock", "extras"),
    [("runtime.txt", ()), ("build.txt", ("build",)), ("dev.txt", ("build", "test", "benchmark"))],
)
def test_the_lock_satisfies_what_pyproject_asks_for(lock: str, extras: tuple[str, ...]) -> None:
    versions = locked(lock)
    for requirement in required(*extras):
        version = versions.get(plain(requirement.name), "nothing")
        assert requirement.specifier.contains(version, prereleases=True), (
            f"{requirement}: locked {version}; run make lock"
        )


@pytest.mark.parametrize(
    ("folder", "extras"), [("src", ()), ("tests", ("test",)), ("benchmarks", ("test", "benchmark"))]
)
def test_the_code_imports_only_what_pyproject_names(folder: str, extras: tuple[str, ...]) -> None:
    own = {path.name for path in (ROOT / "src").iterdir()} | {"tests", "benchmarks", "build_assets"}
    own |= {path.stem for path in (ROOT / "benchmarks").glob("*.py")}
    named = {plain(requirement.name) for requirement in required(*extras)}
    for path in (ROOT / folder).rglob("*.py"):
        for top in imported(path) - own - sys.stdlib_module_names:
            assert plain(DISTRIBUTIONS.get(top, top)) in named, f"{path} imports {top}"


def test_an_operator_runs_what_the_tests_ran_on() -> None:
    runtime, build, dev = locked("runtime.txt"), locked("build.txt"), locked("dev.txt")
    assert runtime.items() <= build.items() <= dev.items()


def test_the_build_asks_for_what_the_lock_holds() -> None:
    assert sorted(PROJECT["build-system"]["requires"]) == sorted(
        PROJECT["project"]["optional-dependencies"]["build"]
    )


@pytest.mark.parametrize(
    "lock", ["locks/runtime.txt", "locks/build.txt", "locks/dev.txt", "package-lock.json"]
)
def test_a_lock_names_no_host_and_every_package_has_a_hash(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    if lock.endswith(".txt"):
        assert len(re.findall(r"^[a-z0-9._-]+==.*\\\n    --hash=sha256:", text, re.MULTILINE)) == len(
            PINNED.findall(text)
        )
    else:
        packages = {name: package for name, package in json.loads(text)["packages"].items() if name}
        assert all(package["integrity"].startswith("sha512-") for package in packages.values())
