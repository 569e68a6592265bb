"""Migrations and tables agree, and every migration can be reverted."""

import ast

from sqlalchemy import Engine, inspect

from foundation.db.engine import make_engine
from livsmester.migrations import downgrade, is_current, schema_differences, upgrade
from tests.support.paths import ROOT


def test_the_migrations_make_what_the_code_expects(engine: Engine) -> None:
    with engine.connect() as db:
        assert schema_differences(db) == []
    assert is_current(engine)


def test_the_database_goes_down_to_nothing_and_up_again(engine: Engine) -> None:
    downgrade(engine)
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    assert not is_current(engine)
    upgrade(engine)
    with engine.connect() as db:
        assert schema_differences(db) == []


def test_a_second_run_changes_nothing(engine: Engine) -> None:
    upgrade(engine)
    assert is_current(engine)


def test_a_new_sqlite_file_gets_its_folder(tmp_path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/a/b/c.sqlite")
    upgrade(engine)
    assert (tmp_path / "a/b/c.sqlite").exists()
    engine.dispose()


def test_a_migration_imports_nothing_that_lives_on() -> None:
    """Otherwise a change in `src/` would change what an old migration does."""
    packages = {path.name for path in (ROOT / "src").iterdir() if path.is_dir()}
    for path in sorted((ROOT / "migrations").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            live = [name for name in names if name.split(".")[0] in packages]
            assert not live, f"{path.relative_to(ROOT)} imports {live}"
