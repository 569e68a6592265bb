"""PostgreSQL engines for the tests of row-level security."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, make_url, text

from foundation.db import engine as db_engine
from foundation.db import transactions
from foundation.db.app_role import grant_app_role

APP_ROLE = "livsmester_app"


@pytest.fixture
def owner_engine(postgres_template: str, fresh_database: Callable[[str], str]) -> Iterator[Engine]:
    """An engine that signs in as the database's owner, who can bypass row-level security."""
    engine = db_engine.make_engine(fresh_database(postgres_template))
    with transactions.write_transaction(engine) as db:
        db.execute(
            text(
                f"DO $$ BEGIN CREATE ROLE {APP_ROLE} NOLOGIN; "
                "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
            )
        )
        grant_app_role(db, APP_ROLE)
    yield engine
    engine.dispose()


@pytest.fixture
def app_role_engine(owner_engine: Engine) -> Iterator[Engine]:
    """An engine on the same database that works as the app's role, which cannot bypass the policies."""
    engine = db_engine.make_engine(
        make_url(owner_engine.url)
        .update_query_dict({"options": f"-c role={APP_ROLE}"})
        .render_as_string(hide_password=False)
    )
    yield engine
    engine.dispose()
