"""The contents of the wheel. `.ci/wheel` checks that it also starts outside a checkout."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import PurePosixPath
from zipfile import ZipFile

import pytest

from build_assets import TRAVELLING
from foundation.catalogues import COMPILED
from tests.support.paths import ROOT

BUNDLED = PurePosixPath("foundation/_resources")
ASSETS_MAX_BYTES = 1_000_000

pytestmark = pytest.mark.xdist_group("wheel")  # one worker builds it, once


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ZipFile]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", folder, ROOT], check=True)
    (built,) = folder.glob("livsmester-*-py3-none-any.whl")
    with ZipFile(built) as archive:
        yield archive


def test_it_holds_every_travelling_file_of_the_checkout(wheel: ZipFile) -> None:
    names = set(wheel.namelist())
    for folder in TRAVELLING:
        files = [
            path.parent / COMPILED if path.suffix == ".po" else path
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        ]
        assert files, f"{folder} is empty"
        assert {str(BUNDLED / path.relative_to(ROOT).as_posix()) for path in files} <= names


def test_it_holds_the_packages_and_nothing_of_the_workshop(wheel: ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    packages = {path.name for path in (ROOT / "src").iterdir() if (path / "__init__.py").is_file()}
    assert {top for top in tops if not top.endswith(".dist-info")} == packages
    assert not [name for name in wheel.namelist() if "__pycache__" in name or name.endswith((".pyc", ".map"))]


def test_every_address_in_a_style_sheet_is_in_the_wheel(wheel: ZipFile) -> None:
    names = set(wheel.namelist())
    sheets = [name for name in names if name.endswith(".css")]
    assert sheets
    for sheet in sheets:
        text = wheel.read(sheet).decode()
        for address in re.findall(r"url\([\"']?(?!data:|#)([^)\"'#?]+)", text):
            target = (ROOT / PurePosixPath(sheet).parent / address).resolve().relative_to(ROOT)
            assert target.as_posix() in names, f"{sheet} asks for {address}"


def test_the_design_system_is_there_with_its_licences_and_small(wheel: ZipFile) -> None:
    parts = [info for info in wheel.infolist() if info.filename.startswith(f"{BUNDLED}/static/dkfds/")]
    endings = (
        "LICENSE.md",
        "license.txt",
        "dkfds-borgerdk.min.css",
        "all-svg-icons.svg",
        "IBMPlexSans-Regular.woff2",
    )
    for ending in endings:
        assert [info for info in parts if info.filename.endswith(ending)], ending
    assert sum(info.file_size for info in parts) < ASSETS_MAX_BYTES
