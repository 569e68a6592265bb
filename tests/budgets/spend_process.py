"""A process of its own that spends 100 kr. as often as it is told, from two threads, and prints how often it was let.

python -m tests.budgets.spend_process DATABASE_URL TIMES
"""

import sys
from concurrent.futures import ThreadPoolExecutor

from budgets.books import Order
from budgets.commands import RecordPurchase
from budgets.errors import Overdrawn
from budgets.teller import Teller
from foundation.database import connect
from foundation.ids import new_id
from people.model import Actor, Role, RoleHeld
from tests.budgets.money_factory import GRANT, NOW, OFFICER, SWIM, TODAY

ODIN = Actor(OFFICER.id, "Odin", (RoleHeld(Role.BUDGET_OFFICER),))
THREADS = 2


def run(url: str, times: int) -> int:
    """How many purchases went through. Begins when a line comes in, so that several processes begin together."""
    engine = connect(url)
    teller = Teller(engine, lambda: NOW)

    def spend(_: int) -> int:
        command = RecordPurchase(GRANT.id, SWIM.id, 100_00, TODAY, "Svømmekort")
        try:
            teller.carry_out(Order(ODIN, command, new_id()))
        except Overdrawn:
            return 0
        return 1

    print("ready", flush=True)  # noqa: T201 - the parent process waits for it
    sys.stdin.readline()
    with ThreadPoolExecutor(THREADS) as threads:
        done = sum(threads.map(spend, range(times)))
    teller.close()
    engine.dispose()
    return done


if __name__ == "__main__":
    print(run(sys.argv[1], int(sys.argv[2])))  # noqa: T201
