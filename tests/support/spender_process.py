"""A process that purchases until the allocation is empty, and prints the id of each confirmed purchase.

python -m tests.support.spender_process DATABASE_URL AMOUNT_ORE THREADS
"""

import sys
import threading

from sqlalchemy.exc import DBAPIError

from budgets.commands.group_commit import CommandQueue
from budgets.commands.messages import RecordPurchase
from budgets.commands.working_set import SubmittedCommand
from budgets.errors import Overdrawn
from foundation.db.engine import make_engine
from foundation.ids import new_id
from people.access.model import Actor, Role, RoleAssignment
from tests.support.budget_factory import GRANT, NOW, OFFICER, SWIM, TODAY

ODIN = Actor(OFFICER.id, "Odin", (RoleAssignment(Role.BUDGET_OFFICER),))


def run(url: str, amount_ore: int, threads: int) -> None:
    """Start on a line from stdin, so that several processes start together; end when the money or the database is gone."""
    engine = make_engine(url)
    queue = CommandQueue(engine, lambda: NOW)
    output_lock = threading.Lock()

    def purchase_repeatedly() -> None:
        command = RecordPurchase(GRANT.id, SWIM.id, amount_ore, TODAY, "Svømmekort")
        while True:
            try:
                movement_id = queue.submit(SubmittedCommand(ODIN, command, new_id())).id
            except (Overdrawn, DBAPIError):
                return
            with output_lock:
                print(movement_id, flush=True)  # noqa: T201 - the parent process counts them

    print("ready", flush=True)  # noqa: T201 - the parent process waits for it
    sys.stdin.readline()
    workers = [threading.Thread(target=purchase_repeatedly) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    queue.close()
    engine.dispose()


if __name__ == "__main__":
    run(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
