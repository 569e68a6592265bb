"""Static files under names that change with their content, so that browsers may keep them for ever."""

import hashlib
from pathlib import Path

import msgspec


class Assets(msgspec.Struct, frozen=True):
    """The folder of static files and the short hash of all that is in it, which stands in every address."""

    folder: Path
    version: str

    def address(self, name: str) -> str:
        """Where the browser finds a file, e.g. `/static/1f0c…/app.css`. Raises LookupError for a file that isn't there."""
        if not (self.folder / name).is_file():
            raise LookupError(f"no static file {name}")
        return f"/static/{self.version}/{name}"


def collect(folder: Path) -> Assets:
    """The static files as they are now. One hash for the tree keeps the addresses inside CSS files relative."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(path.read_bytes())
    return Assets(folder, digest.hexdigest()[:16])
