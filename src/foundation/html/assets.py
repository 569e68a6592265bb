"""Static files under names that change with their content, so that browsers may keep them for ever."""

import hashlib
from pathlib import Path

import msgspec


class Assets(msgspec.Struct, frozen=True):
    """The static files as they were when the app started."""

    directory: Path
    version: str  # the short hash of all that is in the folder; stands in every address
    names: frozenset[str]

    def url(self, name: str) -> str:
        """Where the browser finds a file, e.g. `/static/1f0c…/app.css`. Raises LookupError for one that isn't there."""
        if name not in self.names:
            raise LookupError(f"no static file {name}")
        return f"/static/{self.version}/{name}"


def collect(folder: Path) -> Assets:
    """The static files as they are now. One hash for the tree keeps the addresses inside CSS files relative."""
    digest = hashlib.sha256()
    names = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        names.append(path.relative_to(folder).as_posix())
        digest.update(names[-1].encode() + b"\0" + path.read_bytes())
    return Assets(folder, digest.hexdigest()[:16], frozenset(names))
