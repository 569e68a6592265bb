"""Benchmark `propose` on invented pools of people, from input to reasons for every pair and waiting request.

    python benchmarks/people_to_reasons.py                   three sizes, each in a separate process
    python benchmarks/people_to_reasons.py 20000 5000        one size, in this process

A small run first loads the compiled kernels. `mem` is the peak memory above that of the pool itself.
"""

import argparse
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from guides.matching import Policy, propose
from guides.matching.model import Guide, Pool, Request, Slot
from people.directory.model import Area

SIZES = ((1_000, 300), (20_000, 5_000), (100_000, 20_000))
PEOPLE_PER_AREA = 1_500  # requests
TODAY = date(2026, 11, 25)
LANGUAGES = ("dansk", "dansk", "dansk", "dansk", "arabisk", "somali", "polsk", "tyrkisk")
HELP = ("it", "bus", "indkøb", "samtaler", "post", "økonomi", "motion", "mad")
INTERESTS = tuple(f"interesse {number}" for number in range(40))
GENDERS = ("kvinde", "mand")


def make_pool(n: int, m: int) -> Pool:
    """A seeded pool of n requests and m guides; areas form a square, and guides travel for half an hour."""
    rng = np.random.default_rng(20_261_125)
    side = max(2, round((n / PEOPLE_PER_AREA) ** 0.5))
    areas = tuple(
        Area(f"a{x}-{y}", f"Område {x}-{y}", 56.0 + x * 0.08, 10.0 + y * 0.14)
        for x in range(side)
        for y in range(side)
    )

    def some(words: tuple[str, ...], count_max: int) -> tuple[str, ...]:
        return tuple(
            sorted({words[index] for index in rng.integers(0, len(words), rng.integers(0, count_max + 1))})
        )

    def times() -> tuple[Slot, ...]:
        return tuple(
            Slot(int(day), int(start), int(start) + 180)
            for day, start in zip(rng.integers(0, 7, 2), rng.integers(8, 18, 2) * 60, strict=True)
        )

    guides = tuple(
        Guide(
            id=f"guide-{number}",
            given_name="Guide",
            area=areas[rng.integers(len(areas))].id,
            languages=("dansk", *some(LANGUAGES, 1)),
            gender=GENDERS[rng.integers(2)],
            capacity=int(rng.integers(1, 5)),
            helps_with=some(HELP, 4),
            interests=some(INTERESTS, 5),
            times=times() if rng.random() < 0.5 else (),
            travel_minutes_max=30,
            trained_until=TODAY + timedelta(300),
            checked_until=TODAY + timedelta(300),
        )
        for number in range(m)
    )
    requests = tuple(
        Request(
            id=f"request-{number}",
            given_name="Borger",
            area=areas[rng.integers(len(areas))].id,
            languages=(LANGUAGES[rng.integers(len(LANGUAGES))],),
            gender=GENDERS[rng.integers(2)],
            waiting_since=TODAY - timedelta(int(rng.integers(0, 200))),
            urgent=bool(rng.random() < 0.1),
            wants_help_with=some(HELP, 3),
            interests=some(INTERESTS, 5),
            times=times() if rng.random() < 0.5 else (),
            travel_minutes_max=30 if rng.random() < 0.5 else None,
            wanted_gender=GENDERS[rng.integers(2)] if rng.random() < 0.2 else "",
        )
        for number in range(n)
    )
    return Pool(guides=guides, requests=requests, areas=areas, today=TODAY)


def _memory_mib(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith(name))


def measure(n: int, m: int) -> None:
    """Run one size and print a row."""
    propose(make_pool(50, 20), Policy())
    pool = make_pool(n, m)
    before = _memory_mib("VmRSS")
    wall, cpu = time.perf_counter(), time.process_time()
    proposal = propose(pool, Policy())
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(
        f"{n:>9,}{m:>8,}{len(proposal.pairs):>9,}{len(proposal.waiting):>9,}"
        f"{wall:>9.2f}{cpu:>9.2f}{_memory_mib('VmHWM') - before:>8,}{_memory_mib('VmHWM'):>8,}",
        flush=True,
    )


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("size", type=int, nargs="*", help="requests and guides")
    size = parser.parse_args().size
    if size:
        measure(*size)
        return
    print(
        f"{'requests':>9}{'guides':>8}{'pairs':>9}{'waiting':>9}{'wall s':>9}{'cpu s':>9}{'mem':>8}{'whole':>8}  MiB"
    )
    sys.stdout.flush()
    for n, m in SIZES:
        subprocess.run([sys.executable, __file__, str(n), str(m)], check=True)


if __name__ == "__main__":
    main()
