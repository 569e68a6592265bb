"""What a machine may lack for the tests: named at the end of every run, an error where `CI=true`.

`lacking(what, remedy)` ends the test that needs it. On a developer's machine the test is skipped and the summary
names what to install; where `CI=true` it fails, so that no change passes on a machine that could not look.
"""

import gc
import os
import shutil
import tempfile
from pathlib import Path
from typing import NoReturn

import pytest

from tests.support.paths import ROOT

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Chromium as root in a container, with none of its own traffic.
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"

# Linux's folder in memory: a commit there takes microseconds, on a disk ten milliseconds.
SHARED_MEMORY = Path("/dev/shm")
SHARED_MEMORY_FREE_MIN_BYTES = 4_000_000_000

_MARK = "This machine lacks "


def pytest_configure() -> None:
    """Temporary files lie in memory where there is room, for this process, xdist's workers and what they start."""
    if "TMPDIR" in os.environ or not os.access(SHARED_MEMORY, os.W_OK):
        return
    if shutil.disk_usage(SHARED_MEMORY).free >= SHARED_MEMORY_FREE_MIN_BYTES:
        os.environ["TMPDIR"] = tempfile.tempdir = str(SHARED_MEMORY)


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end; the garbage collector need not look through it again and again."""
    gc.collect()
    gc.freeze()


def skip_or_fail(what: str, remedy: str) -> NoReturn:
    """Ends the test: skipped and named in the summary, or failed where `CI=true`."""
    message = f"{_MARK}{what}: {remedy}"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The browser that the machine has: Debian's, or the one that Playwright fetched."""
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return Path(found)
    from playwright.sync_api import sync_playwright  # slow to load, and rarely asked

    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    if own.is_file():
        return own
    skip_or_fail("Chromium", "apt-get install chromium, or python -m playwright install chromium")


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The script of axe-core, to be put into a page."""
    if not AXE.is_file():
        skip_or_fail("axe-core", "make test brings it (npm ci)")
    return AXE.read_text()


@pytest.fixture(scope="session")
def hledger() -> Path:
    """hledger, which checks the journals that we write."""
    if found := shutil.which("hledger"):
        return Path(found)
    skip_or_fail("hledger", "apt-get install hledger")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each thing that the machine lacks, with how many tests went without."""
    counts: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if _MARK in reason:
            message = reason[reason.index(_MARK) :]
            counts[message] = counts.get(message, 0) + 1
    if counts:
        terminalreporter.section("NOT TESTED ON THIS MACHINE", red=True, bold=True)
    for message, count in sorted(counts.items()):
        terminalreporter.line(f"{message} ({count} tests left out)", red=True)
