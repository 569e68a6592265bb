"""The cost of row-level security on PostgreSQL: the same reads as a role that bypasses it and as the app's role.

    .venv/bin/python benchmarks/row_security.py [--citizens 2000] [--samples 200]

Loads the demo municipality and reads through the services, without and with row policies in turn, so that both see the
same load. "Without" connects as the owner of the benchmark's own server; the product has no such mode.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from sqlalchemy import Engine, make_url, text

sys.path.insert(0, str(Path(__file__).parents[1]))

from budgets.grants import service as grants_service
from budgets.money import service as money_service
from budgets.requests import service as requests_service
from foundation.clock import system_clock
from foundation.crypto.encryption import new_key_line
from foundation.db.actor import set_actor
from foundation.db.app_role import grant_app_role
from foundation.db.engine import make_engine
from foundation.db.transactions import read_transaction, write_transaction
from foundation.ids import new_id
from guides.board import service as board_service
from guides.caseload import service as caseload_service
from guides.caseload.model import ListQuery
from people.access.model import ANONYMOUS, Actor, Purpose, Role
from people.directory import areas
from people.directory import service as directory_service
from people.directory import store as directory_store
from people.directory.model import Person
from people.web.context import RequestContext

APP_ROLE = "livsmester_bench"
Read = Callable[[RequestContext, str], object]

OWN_PAIRS_SQL = "SELECT citizen_id, citizen_id FROM budgets_grant"
SUPPORT_PAIRS_SQL = (
    "SELECT r.holder_id, r.citizen_id FROM people_relation r JOIN budgets_grant g ON g.citizen_id = r.citizen_id"
    " WHERE r.kind = 'support_worker' AND r.ends_at IS NULL"
)
READS_OF_CITIZEN: dict[str, tuple[str, Read]] = {
    "money, citizen": (
        OWN_PAIRS_SQL,
        lambda context, citizen_id: money_service.budget_overview(context, citizen_id, Purpose.OWN),
    ),
    "money, support worker": (
        SUPPORT_PAIRS_SQL,
        lambda context, citizen_id: money_service.budget_overview(context, citizen_id, Purpose.SUPPORT),
    ),
}
READS_OF_LIST: dict[str, tuple[Role, Read]] = {
    "board, coordinator": (Role.COORDINATOR, lambda context, _: board_service.board(context)),
    "citizens, coordinator": (
        Role.COORDINATOR,
        lambda context, _: caseload_service.citizens(context, ListQuery(), 1),
    ),
    "requests, budget officer": (
        Role.BUDGET_OFFICER,
        lambda context, _: requests_service.pending(context, 1),
    ),
    "grants, budget officer": (
        Role.BUDGET_OFFICER,
        lambda context, _: grants_service.find_grants(context, "", None, True, 1),
    ),
}


def prepare(url: str, citizens: int) -> tuple[Engine, Engine]:
    """Load the demo; returns engines that connect as the database's owner and as the app's role."""
    environment = os.environ | {"LIVSMESTER_DATABASE_URL": url, "LIVSMESTER_KEYS": new_key_line()}
    livsmester = str(Path(sys.executable).with_name("livsmester"))
    for command in (["migrate"], ["demo", "--citizens", str(citizens), "--guides", str(citizens // 4)]):
        subprocess.run([livsmester, *command], env=environment, check=True, stdout=subprocess.DEVNULL)
    owner = make_engine(url)
    with write_transaction(owner) as db:
        db.execute(text(f"CREATE ROLE {APP_ROLE} NOLOGIN"))
        grant_app_role(db, APP_ROLE)
        db.execute(text("ANALYZE"))
    as_app = make_url(url).update_query_dict({"options": f"-c role={APP_ROLE}"})
    return owner, make_engine(as_app.render_as_string(hide_password=False))


def add_staff(owner: Engine, role: Role, area: str | None) -> str:
    """Add a person with that role, optionally limited to an area; returns their id."""
    person = Person(new_id(), "Målepind", "Opfundet")
    with write_transaction(owner) as db:
        directory_service.add_person(RequestContext(db, ANONYMOUS, system_clock()), person, role, area)
    return person.id


def seconds_taken(
    engine: Engine, with_row_security: bool, person_id: str, citizen_id: str, read: Read
) -> float:
    """The duration of one read in seconds, including setting the actor for the row policies."""
    now = system_clock()
    with read_transaction(engine) as db:
        actor = Actor(person_id, "", directory_store.roles(db, person_id))
        started = time.perf_counter()
        if with_row_security:
            set_actor(db, person_id, now)
        read(RequestContext(db, actor, now), citizen_id)
        return time.perf_counter() - started


def measure(
    name: str, engines: tuple[Engine, Engine], pairs: Sequence[tuple[str, str]], read: Read, samples: int
) -> None:
    """Print one row: the median in milliseconds without and with row policies, and the difference in percent."""
    random_numbers = random.Random(4)
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(samples + 20):
        person_id, citizen_id = pairs[random_numbers.randrange(len(pairs))]
        for restricted in (False, True) if number % 2 else (True, False):
            seconds = seconds_taken(engines[restricted], restricted, person_id, citizen_id, read)
            if number >= 20:  # the first ones warm up: statements are prepared
                times[restricted].append(seconds)
    without, with_policies = (median(seconds) * 1000 for seconds in times)
    print(
        f"{name:<36}{without:>10.2f}{with_policies:>10.2f}{with_policies / without - 1:>+10.0%}", flush=True
    )


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--citizens", type=int, default=2_000)
    parser.add_argument("--samples", type=int, default=200)
    arguments = parser.parse_args()
    from tests.plugins.databases import new_database, running_server

    with running_server() as url:
        engines = prepare(new_database(url), arguments.citizens)
        print(f"{'read':<36}{'without':>10}{'with':>10}{'more':>10}   ms, median")
        for name, (pairs, read) in READS_OF_CITIZEN.items():
            with read_transaction(engines[0]) as db:
                id_pairs = [(row[0], row[1]) for row in db.execute(text(pairs))]
            measure(name, engines, id_pairs, read, arguments.samples)
        with read_transaction(engines[0]) as db:
            area = areas.areas(db)[0].id
        for name, (role, read) in READS_OF_LIST.items():
            for role_area in (None, area):
                person_id = add_staff(engines[0], role, role_area)
                measure(
                    f"{name} of {'an area' if role_area else 'all'}",
                    engines,
                    [(person_id, "")],
                    read,
                    arguments.samples // 4,
                )
        for engine in engines:
            engine.dispose()


if __name__ == "__main__":
    main()
