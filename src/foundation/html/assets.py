"""Static files under URLs that change with their content, so that browsers may cache them for ever."""

import hashlib
from pathlib import Path

import msgspec


class Assets(msgspec.Struct, frozen=True):
    """The static files as of the start of the app."""

    directory: Path
    version: str  # a short hash of all the files; part of every URL
    names: frozenset[str]

    def url(self, name: str) -> str:
        """The URL of a file, e.g. `/static/1f0c…/app.css`. Raises LookupError for a file that doesn't exist."""
        if name not in self.names:
            raise LookupError(f"no static file {name}")
        return f"/static/{self.version}/{name}"


def collect(folder: Path) -> Assets:
    """The static files of a folder. One hash for all of them keeps relative URLs inside CSS files valid."""
    digest = hashlib.sha256()
    names = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        names.append(path.relative_to(folder).as_posix())
        digest.update(names[-1].encode() + b"\0" + path.read_bytes())
    return Assets(folder, digest.hexdigest()[:16], frozenset(names))
