"""`livsmester serve`: run the web server."""

import argparse
import os
import socket
import sys
from collections.abc import Mapping

import msgspec
import uvicorn

from foundation.db.engine import is_private, make_engine
from livsmester.app import build_app
from livsmester.demo.content.areas import MUNICIPALITY
from livsmester.demo.personas import PERSONAS
from livsmester.keys import demo_keys, read_keys
from livsmester.logging import set_up_logging
from livsmester.migrations import is_current
from livsmester.settings import DEBUG_SWITCHES, LOOPBACK, InvalidSetting, Settings, read_settings

PORTS_TO_TRY = 20


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "serve",
        help="run the web server",
        description="Runs the web server until Ctrl-C.",
    )
    parser.add_argument("--port", type=int, help="the port, instead of LIVSMESTER_PORT")
    parser.add_argument(
        "--demo",
        action="store_true",
        help="let everyone on this machine sign in as the people of the demo municipality; takes the next free port",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted. Raises InvalidSetting where serving would be unsafe."""
    settings = read_settings()
    # Both are checked: behind a TLS proxy a server on 127.0.0.1 may be reachable from everywhere.
    if arguments.demo and (settings.host not in LOOPBACK or settings.secure):
        raise InvalidSetting(
            "The demo lets everyone sign in, so it runs on 127.0.0.1 only. Unset LIVSMESTER_HOST."
        )
    if not arguments.demo and settings.host not in LOOPBACK and not settings.secure:
        raise InvalidSetting(
            "LIVSMESTER_PUBLIC_URL is needed when the server listens beyond this machine: the https:// address that people type."
        )
    keys = demo_keys() if arguments.demo else read_keys()
    if not arguments.demo:
        require_no_debugging()
    engine = make_engine(settings.database_url)
    if not arguments.demo and not is_private(engine):
        raise InvalidSetting(
            f"Others on this machine can read {engine.url.database}. Run `chmod 600` on it first."
        )
    if not is_current(engine):
        raise InvalidSetting("The database doesn't have the newest shape. Run `livsmester migrate` first.")
    server_socket = _listen(
        settings, arguments.port or settings.port, tries=PORTS_TO_TRY if arguments.demo else 1
    )
    port = server_socket.getsockname()[1]
    set_up_logging(quiet=arguments.demo)
    if arguments.demo:
        settings = msgspec.structs.replace(settings, municipality=settings.municipality or MUNICIPALITY)
        print(_demo_table(settings.host, port), flush=True)
    else:
        print(f"Listening on http://{settings.host}:{port}", file=sys.stderr, flush=True)
    config = uvicorn.Config(
        build_app(settings, engine, demo=arguments.demo, keys=keys),
        log_config=None,
        # The middleware logs each request by its route's template; this log would hold paths with ids.
        access_log=False,
        server_header=False,
        # The app itself trusts X-Forwarded-For, and only from LIVSMESTER_TRUSTED_PROXY.
        proxy_headers=False,
        lifespan="on",
    )
    uvicorn.Server(config).run(sockets=[server_socket])
    return 0


def require_no_debugging(environment: Mapping[str, str] = os.environ) -> None:
    """Raises InvalidSetting when a debug switch is on: error pages would then show internals."""
    for switch in DEBUG_SWITCHES:
        if environment.get(switch, "0") not in {"", "0"}:
            raise InvalidSetting(f"{switch} is on. It is for developers: unset it.")


def _listen(settings: Settings, port: int, tries: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    for candidate in range(port, port + tries):
        server_socket = socket.socket(family, socket.SOCK_STREAM)
        server_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server_socket.bind((settings.host, candidate))
            server_socket.listen(2048)
        except OSError:
            server_socket.close()
            continue
        return server_socket
    raise InvalidSetting(
        f"Port {port} on {settings.host} is taken. Choose another with --port or LIVSMESTER_PORT."
    )


def _demo_table(host: str, port: int) -> str:
    address = f"http://{host}:{port}"
    rows = "\n".join(f"  {role:<16} {address}/demo/{key}" for key, role in PERSONAS.items())
    return f"\nThe demo municipality is open at {address}\n\n{rows}\n\nCtrl-C ends it.\n"
