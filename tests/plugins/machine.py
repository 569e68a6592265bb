"""Tools that a machine may lack for the tests: reported at the end of every run, an error where `CI=true`.

`skip_or_fail(what, remedy)` ends a test that needs such a tool. On a developer's machine the test is skipped and the
summary names what to install; where `CI=true` it fails, so that no change passes unchecked.
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
# Run as root in a container, without network traffic of its own.
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

# A folder in memory on Linux: a commit there takes microseconds, on a disk ten milliseconds.
SHARED_MEMORY = Path("/dev/shm")
SHARED_MEMORY_FREE_MIN_BYTES = 4_000_000_000

_MARK = "This machine lacks "


def pytest_configure() -> None:
    """Put temporary files of this process, xdist's workers and their children in memory where there is room."""
    if "TMPDIR" in os.environ or not os.access(SHARED_MEMORY, os.W_OK):
        return
    if shutil.disk_usage(SHARED_MEMORY).free >= SHARED_MEMORY_FREE_MIN_BYTES:
        os.environ["TMPDIR"] = tempfile.tempdir = str(SHARED_MEMORY)


def pytest_collection_finish() -> None:
    """Exclude everything loaded so far from garbage collection: it lives until the end."""
    gc.collect()
    gc.freeze()


def skip_or_fail(what: str, remedy: str) -> NoReturn:
    """End the test: skipped and reported in the summary, or failed where `CI=true`."""
    message = f"{_MARK}{what}: {remedy}"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The path of Chromium: Debian's, or the one that Playwright downloaded."""
    for name in CHROMIUM_NAMES:
        if path := shutil.which(name):
            return Path(path)
    from playwright.sync_api import sync_playwright  # slow to import, and rarely needed

    with sync_playwright() as playwright:
        downloaded = Path(playwright.chromium.executable_path)
    if downloaded.is_file():
        return downloaded
    skip_or_fail("Chromium", "apt-get install chromium, or python -m playwright install chromium")


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The source of axe-core, to inject into a page."""
    if not AXE.is_file():
        skip_or_fail("axe-core", "make test brings it (npm ci)")
    return AXE.read_text()


@pytest.fixture(scope="session")
def hledger() -> Path:
    """The path of hledger, which checks exported journals."""
    if path := shutil.which("hledger"):
        return Path(path)
    skip_or_fail("hledger", "apt-get install hledger")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report each missing tool with the number of tests that were skipped."""
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
