"""A process of its own that spends 100 kr. as often as it is told, and prints how often it was let.

python -m tests.budgets.spend_process DATABASE_URL TIMES
"""

import sys

from budgets import store
from budgets.errors import Overdrawn
from foundation.database import connect, writing
from tests.budgets.money_factory import spend


def run(url: str, times: int) -> int:
    """How many purchases went through. Begins when a line comes in, so that several processes begin together."""
    engine = connect(url)
    print("ready", flush=True)  # noqa: T201 - the parent process waits for it
    sys.stdin.readline()
    done = 0
    for _ in range(times):
        try:
            with writing(engine) as db:
                store.post(db, spend(100_00))
            done += 1
        except Overdrawn:
            pass
    engine.dispose()
    return done


if __name__ == "__main__":
    print(run(sys.argv[1], int(sys.argv[2])))  # noqa: T201
