"""The citizen's money page under load, beside the framework's own empty page, and beside itself without its guards.

    .venv/bin/python benchmarks/pages.py [--seconds 5] [--connections 16] [--pairs 10]

Starts real servers on this machine: the demo municipality on SQLite and on PostgreSQL, and a Litestar app with one empty
page. One process sends requests over that many connections, each waiting for its answer before it asks again.

What policy, logs, headers and the wall in the database cost is measured in pairs: a second server with all of them taken out
answers in turn with the first, a second each. Taking them out is done here; the product has no switch for it.
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
# The demo's server as `livsmester serve` starts it, but nobody asks who may, nothing is written down, no header is added.
PAGE_WITHOUT_GUARDS = """
import msgspec, uvicorn
from foundation.db import actor
from foundation.db.engine import connect
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
app = build_litestar(settings, connect(settings.database_url), demo=True, keys=demo_keys())
uvicorn.run(app, port={port}, log_config=None, access_log=False, server_header=False, proxy_headers=False, lifespan="on")
"""
APP_ROLE = "livsmester_pages"  # stands before the wall; the owner of a test's server passes it by


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def server(command: list[str], port: int, environment: dict[str, str]) -> Iterator[int]:
    """A server process, from its first answer to its end; gives its id."""
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
    answer = connection.getresponse()
    answer.read()
    cookies = [value for name, value in answer.getheaders() if name.lower() == "set-cookie"]
    return next(cookie.split(";")[0] for cookie in cookies if cookie.startswith("livsmester="))


async def load(port: int, path: str, cookie: str, connections: int, seconds: float) -> list[float]:
    """How long each answer took, in seconds, over that many connections for that long. Every answer must be 200."""
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n".encode()
    took: list[float] = []
    end = time.perf_counter() + seconds

    async def ask_again_and_again() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (began := time.perf_counter()) < end:
            writer.write(head)
            answer = await reader.readuntil(b"\r\n\r\n")
            if not answer.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(answer.decode())
            length = answer.lower().split(b"content-length: ")[1].split(b"\r\n")[0]
            await reader.readexactly(int(length))
            took.append(time.perf_counter() - began)
        writer.close()

    await asyncio.gather(*(ask_again_and_again() for _ in range(connections)))
    return took


def measure(name: str, port: int, path: str, cookie: str, arguments: argparse.Namespace) -> float:
    """Print one row; gives the requests per second."""
    asyncio.run(load(port, path, cookie, arguments.connections, 1.0))
    took = sorted(asyncio.run(load(port, path, cookie, arguments.connections, arguments.seconds)))
    rate = len(took) / arguments.seconds
    print(
        f"{name:<28}{rate:>12,.0f}{took[len(took) // 2] * 1000:>10.1f}{took[int(len(took) * 0.99)] * 1000:>10.1f}",
        flush=True,
    )
    return rate


def money_page(name: str, url: str, arguments: argparse.Namespace) -> float:
    """The demo municipality on that database, and its citizen's money page, alone and beside itself without its guards."""
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
    """The same database as a role that row-level security holds; on SQLite the same address."""
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
    """Print how much more a page takes with its guards than without, by the clock and by the server's processor time."""
    cookies = [sign_in_as_citizen(port) for _, port in servers]
    clock_ratios, work_ratios = [], []
    for pair in range(arguments.pairs + 1):
        clock, work = [0.0, 0.0], [0.0, 0.0]
        for which in (0, 1) if pair % 2 else (1, 0):
            pid, port = servers[which]
            before = processor_seconds(pid)
            pages = len(asyncio.run(load(port, "/money", cookies[which], arguments.connections, 1.0)))
            clock[which] = 1.0 / pages
            work[which] = (processor_seconds(pid) - before) / pages
        if pair:  # the first warms up
            clock_ratios.append(clock[0] / clock[1])
            work_ratios.append(work[0] / work[1])
    print(
        f"{'':<4}with policy, logs, headers: {median(clock_ratios) - 1:+.0%} time, "
        f"{median(work_ratios) - 1:+.0%} of the server's processor time (aim: at most +20%)",
        flush=True,
    )


def processor_seconds(pid: int) -> float:
    """What a process has used of the processor so far."""
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
