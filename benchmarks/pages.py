"""The citizen's money page under load, compared with an empty page of the framework and with itself without its guards.

    .venv/bin/python benchmarks/pages.py [--seconds 5] [--connections 16] [--pairs 10]

Starts real servers on this machine: the demo municipality on SQLite and on PostgreSQL, and a Litestar app with one empty
page. One process sends requests over `--connections` connections, each of which waits for a response before the next.

The cost of policy, logs, headers and row-level security is measured in pairs: a second server without them runs in turn
with the first, a second each. They are patched out here; the product has no switch for it.
"""

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from sqlalchemy import make_url, text

sys.path.insert(0, str(Path(__file__).parents[1]))

from foundation.crypto.encryption import new_key_line
from foundation.db.app_role import grant_app_role
from foundation.db.engine import make_engine
from foundation.db.transactions import write_transaction

EMPTY_PAGE = """
import uvicorn
from litestar import Litestar, MediaType, get

@get("/", sync_to_thread=True, media_type=MediaType.HTML)
def empty() -> str:
    return "<!DOCTYPE html><title>Empty</title>"

uvicorn.run(Litestar([empty], openapi_config=None), port={port}, log_level="error", access_log=False)
"""
# The demo server as `livsmester serve` starts it, but without authorisation, access log and security headers.
PAGE_WITHOUT_GUARDS = """
import msgspec, uvicorn
from foundation.db import actor
from foundation.db.engine import make_engine
from livsmester.app import build_litestar
from livsmester.demo.content.areas import MUNICIPALITY
from livsmester.keys import demo_keys
from livsmester.logging import set_up_logging
from livsmester.settings import read_settings
from people.audit.writer import AccessLogWriter
from people.web.context import RequestContext

for owner, name in (
    (actor, "set_actor"),
    (RequestContext, "authorize_reads"),
    (RequestContext, "authorize_change"),
):
    assert hasattr(owner, name), name
    setattr(owner, name, lambda *_: None)
AccessLogWriter.write = lambda *_: None
settings = msgspec.structs.replace(read_settings(), municipality=MUNICIPALITY)
set_up_logging(quiet=True)
app = build_litestar(settings, make_engine(settings.database_url), demo=True, keys=demo_keys())
uvicorn.run(app, port={port}, log_config=None, access_log=False, server_header=False, proxy_headers=False, lifespan="on")
"""
APP_ROLE = "livsmester_pages"  # row policies apply to it; the owner of a test server bypasses them


def free_port() -> int:
    """A free TCP port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def server(command: list[str], port: int, environment: dict[str, str]) -> Iterator[int]:
    """Run a server process; yields its process id once it accepts connections."""
    process = subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def sign_in_as_citizen(port: int) -> str:
    """The session cookie of the demo citizen."""
    connection = HTTPConnection("127.0.0.1", port)
    connection.request(
        "POST", "/demo/citizen", urlencode({}), {"Content-Type": "application/x-www-form-urlencoded"}
    )
    response = connection.getresponse()
    response.read()
    cookies = [value for name, value in response.getheaders() if name.lower() == "set-cookie"]
    return next(cookie.split(";")[0] for cookie in cookies if cookie.startswith("livsmester="))


async def load(port: int, path: str, cookie: str, connections: int, seconds: float) -> list[float]:
    """The latency of each response in seconds. Raises RuntimeError for a response other than 200."""
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n".encode()
    latencies: list[float] = []
    end = time.perf_counter() + seconds

    async def request_repeatedly() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (started := time.perf_counter()) < end:
            writer.write(head)
            response = await reader.readuntil(b"\r\n\r\n")
            if not response.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(response.decode())
            length = response.lower().split(b"content-length: ")[1].split(b"\r\n")[0]
            await reader.readexactly(int(length))
            latencies.append(time.perf_counter() - started)
        writer.close()

    await asyncio.gather(*(request_repeatedly() for _ in range(connections)))
    return latencies


def measure(name: str, port: int, path: str, cookie: str, arguments: argparse.Namespace) -> float:
    """Print one row; returns the requests per second."""
    asyncio.run(load(port, path, cookie, arguments.connections, 1.0))
    latencies = sorted(asyncio.run(load(port, path, cookie, arguments.connections, arguments.seconds)))
    rate = len(latencies) / arguments.seconds
    print(
        f"{name:<28}{rate:>12,.0f}{latencies[len(latencies) // 2] * 1000:>10.1f}{latencies[int(len(latencies) * 0.99)] * 1000:>10.1f}",
        flush=True,
    )
    return rate


def money_page(name: str, url: str, arguments: argparse.Namespace) -> float:
    """Load the demo into a database and measure the money page, with and without guards; returns requests per second."""
    environment = {"LIVSMESTER_DATABASE_URL": url, "LIVSMESTER_KEYS": new_key_line()}
    livsmester = str(Path(sys.executable).with_name("livsmester"))
    for command in ("migrate", "demo"):
        subprocess.run(
            [livsmester, command], env=os.environ | environment, check=True, stdout=subprocess.DEVNULL
        )
    guarded_url = url_of_app_role(url)
    port, unguarded = free_port(), free_port()
    with (
        server(
            [livsmester, "serve", "--demo", "--port", str(port)],
            port,
            environment | {"LIVSMESTER_DATABASE_URL": guarded_url},
        ) as pid,
        server(
            [sys.executable, "-c", PAGE_WITHOUT_GUARDS.format(port=unguarded)], unguarded, environment
        ) as bare_pid,
    ):
        rate = measure(name, port, "/money", sign_in_as_citizen(port), arguments)
        compare_guard_cost(((pid, port), (bare_pid, unguarded)), arguments)
        return rate


def url_of_app_role(url: str) -> str:
    """The URL that connects as a role to which the row policies apply; on SQLite the URL itself."""
    engine = make_engine(url)
    if engine.dialect.name == "postgresql":
        with write_transaction(engine) as db:
            db.execute(text(f"CREATE ROLE {APP_ROLE} NOLOGIN"))
            grant_app_role(db, APP_ROLE)
        as_app = make_url(url).update_query_dict({"options": f"-c role={APP_ROLE}"})
        url = as_app.render_as_string(hide_password=False)
    engine.dispose()
    return url


def compare_guard_cost(
    servers: tuple[tuple[int, int], tuple[int, int]], arguments: argparse.Namespace
) -> None:
    """Print how much more wall-clock and processor time a page takes with its guards than without."""
    cookies = [sign_in_as_citizen(port) for _, port in servers]
    clock_ratios, work_ratios = [], []
    for pair in range(arguments.pairs + 1):
        clock, processor = [0.0, 0.0], [0.0, 0.0]
        for index in (0, 1) if pair % 2 else (1, 0):
            pid, port = servers[index]
            before = processor_seconds(pid)
            pages = len(asyncio.run(load(port, "/money", cookies[index], arguments.connections, 1.0)))
            clock[index] = 1.0 / pages
            processor[index] = (processor_seconds(pid) - before) / pages
        if pair:  # the first pair warms up
            clock_ratios.append(clock[0] / clock[1])
            work_ratios.append(processor[0] / processor[1])
    print(
        f"{'':<4}with policy, logs, headers: {median(clock_ratios) - 1:+.0%} time, "
        f"{median(work_ratios) - 1:+.0%} of the server's processor time (aim: at most +20%)",
        flush=True,
    )


def processor_seconds(pid: int) -> float:
    """The processor time that a process has used, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--pairs", type=int, default=10)
    arguments = parser.parse_args()
    print(f"{'page':<28}{'requests/s':>12}{'p50 ms':>10}{'p99 ms':>10}")
    port = free_port()
    with server([sys.executable, "-c", EMPTY_PAGE.format(port=port)], port, {}):
        empty = measure("Litestar's empty page", port, "/", "", arguments)
    with tempfile.TemporaryDirectory() as folder:
        sqlite = money_page("money page, SQLite", f"sqlite:///{folder}/livsmester.sqlite", arguments)
    from tests.plugins.databases import new_database, running_server

    with running_server() as url:
        postgres = money_page("money page, PostgreSQL", new_database(url), arguments)
    print(
        f"\nof the empty page: SQLite 1/{empty / sqlite:.1f}, PostgreSQL 1/{empty / postgres:.1f} (aim: 1/8 or better)"
    )


if __name__ == "__main__":
    main()
