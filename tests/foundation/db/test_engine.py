"""Engines: an SQLite file belongs to its owner alone."""

import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from foundation.db.engine import is_private, make_engine
from foundation.db.transactions import write_transaction


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_an_sqlite_file_can_be_read_by_its_owner_alone(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        engine = make_engine(f"sqlite:///{tmp_path}/new/folder/data.sqlite")
        with write_transaction(engine) as db:
            db.execute(text("CREATE TABLE t (n INTEGER)"))
            files = sorted((tmp_path / "new/folder").iterdir())
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in files}
    finally:
        os.umask(before)
    assert modes == {"data.sqlite": 0o600, "data.sqlite-shm": 0o600, "data.sqlite-wal": 0o600}
    assert stat.S_IMODE((tmp_path / "new/folder").stat().st_mode) == 0o700
    assert is_private(engine)
    engine.dispose()


def test_a_file_that_others_can_read_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "data.sqlite"
    engine = make_engine(f"sqlite:///{path}")
    path.chmod(0o640)
    assert not is_private(engine)
    path.chmod(0o604)
    assert not is_private(engine)
    path.chmod(0o600)
    assert is_private(engine)
