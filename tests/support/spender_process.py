"""A process of its own that buys again and again until the envelope is empty, and prints each purchase that it was told of.

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
    """Begins when a line comes in, so that several processes begin together; ends when the database is gone, too."""
    engine = make_engine(url)
    teller = CommandQueue(engine, lambda: NOW)
    told = threading.Lock()

    def buy_again_and_again() -> None:
        command = RecordPurchase(GRANT.id, SWIM.id, amount_ore, TODAY, "Svømmekort")
        while True:
            try:
                bought = teller.submit(SubmittedCommand(ODIN, command, new_id())).id
            except (Overdrawn, DBAPIError):
                return
            with told:
                print(bought, flush=True)  # noqa: T201 - the parent process counts them

    print("ready", flush=True)  # noqa: T201 - the parent process waits for it
    sys.stdin.readline()
    workers = [threading.Thread(target=buy_again_and_again) for _ in range(threads)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    teller.close()
    engine.dispose()


if __name__ == "__main__":
    run(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
