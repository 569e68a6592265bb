"""A real server with the demo municipality, and a real Chromium."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.plugins.machine import CHROMIUM_FLAGS

EXIT_INTERRUPTED = 130  # the shell convention for a process that Ctrl-C has ended
LIVSMESTER = str(Path(sys.executable).with_name("livsmester"))


@pytest.fixture(scope="session")
def chromium(chromium_path: Path) -> Iterator[Browser]:
    """The browser, started once."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def filled_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a migrated database and the demo; every server works on a copy."""
    folder = tmp_path_factory.mktemp("filled")
    for command in ("migrate", "demo"):
        subprocess.run([LIVSMESTER, command], env=environment_of(folder), check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def demo_address(filled_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server with a new copy of the demo, as `make demo` starts it."""
    with demo_server(filled_demo, tmp_path_factory.mktemp("demo")) as address:
        yield address


def environment_of(folder: Path) -> dict[str, str]:
    """An environment in which `livsmester` stores everything in that folder."""
    return os.environ | {
        "LIVSMESTER_DATABASE_URL": f"sqlite:///{folder}/livsmester.sqlite",
        "LIVSMESTER_KEYS": "",
        "LIVSMESTER_KEYS_FILE": f"{folder}/livsmester.keys",
    }


@contextmanager
def demo_server(filled: Path, folder: Path) -> Iterator[str]:
    """Run a server on a copy of the demo in `folder`; yields its URL."""
    shutil.copytree(filled, folder, dirs_exist_ok=True)
    with subprocess.Popen(
        [LIVSMESTER, "serve", "--demo"],
        env=environment_of(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        assert server.stdout is not None
        for line in server.stdout:
            if url := re.search(r"http://127\.0\.0\.1:\d+", line):
                break
        else:
            pytest.fail("the server did not start")
        yield url.group()
        server.send_signal(signal.SIGINT)
        output = server.stdout.read()
        assert server.wait() == EXIT_INTERRUPTED, f"Ctrl-C ends the server cleanly: {output}"
        assert "Traceback" not in output, output
