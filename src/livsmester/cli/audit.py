"""`livsmester audit`: check that the logs are as they were written, take their heads out of the house, note a restore."""

import argparse
from pathlib import Path

from sqlalchemy import Engine

from foundation.clock import system_clock
from foundation.crypto.hash_chain import ChainFault
from foundation.db.engine import make_engine
from foundation.db.transactions import read_transaction, write_transaction
from livsmester.audit_verification import (
    Anchor,
    InvalidAnchor,
    VerifiedChain,
    read_anchor,
    verify_chains,
    write_anchor,
)
from livsmester.cli.files import (
    EXIT_DATA_ERROR,
    EXIT_OK,
    EXIT_USAGE_ERROR,
    CliError,
    check_output,
    print_error,
    read_file,
    write_file,
)
from livsmester.keys import read_keys
from livsmester.settings import read_settings
from people.access.model import ANONYMOUS
from people.audit import store as audit_store
from people.web import context as web_context
from people.web.context import RequestContext

FAULT_TEXTS = {
    ChainFault.MISSING: "is missing, or stands there twice",
    ChainFault.OUT_OF_PLACE: "does not follow from the line before it",
    ChainFault.CHANGED: "was changed after it was written",
    ChainFault.REWRITTEN: "is not the line that the anchor knows: the log was written anew, or an older backup was restored",
    ChainFault.CUT_OFF: "is gone, and the anchor knows it: lines were cut off, or an older backup was restored",
}


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser(
        "audit",
        help="check that the logs are as they were written",
        description="The access log and the log of changes: see docs/logs.md.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    verify = actions.add_parser(
        "verify",
        help="check every line; exit code 1 says that a log was tampered with",
        description="Checks every line of every log and says where the first break is. Nothing is changed.",
    )
    verify.add_argument(
        "--anchor",
        type=Path,
        metavar="FILE",
        help="also against the heads in a file that `audit anchor` wrote",
    )
    verify.set_defaults(run=run_verify)
    anchor = actions.add_parser(
        "anchor",
        help="write the heads of all logs to a signed file",
        description=(
            "Checks the logs and writes their last lines' hashes to a signed file. Keep it where nobody who can write to the "
            "database can: a log that was rewritten from end to end is found by it alone."
        ),
    )
    anchor.add_argument("--output", required=True, metavar="FILE", help="where it goes; - is standard output")
    anchor.set_defaults(run=run_anchor)
    restored = actions.add_parser(
        "restored",
        help="note in the log that a backup was restored",
        description="Adds a line to the log of changes, which citizens read in the list of who has looked.",
    )
    restored.add_argument("--why", required=True, help="in a few words, without names")
    restored.set_defaults(run=run_restored)


def run_verify(arguments: argparse.Namespace) -> int:
    """Check all chains; gives the exit code."""
    engine = make_engine(read_settings().database_url)
    try:
        anchor = _read_anchor(arguments.anchor) if arguments.anchor else None
        return EXIT_OK if _verify_and_report(engine, anchor) else EXIT_DATA_ERROR
    except CliError as refused:
        print_error(refused.text.render("en"))
        return refused.exit_code
    except InvalidAnchor as problem:
        print_error(f"{arguments.anchor}: {problem}.")
        return EXIT_USAGE_ERROR
    finally:
        engine.dispose()


def run_anchor(arguments: argparse.Namespace) -> int:
    """Write the heads of all chains, if they hold; gives the exit code."""
    engine = make_engine(read_settings().database_url)
    try:
        check_output(arguments.output)
        with read_transaction(engine) as db:
            found = verify_chains(db)
        heads = {one.name: one.head for one in found if one.head is not None}
        if len(heads) < len(found):
            _print_results(found)
            return EXIT_DATA_ERROR
        write_file(arguments.output, write_anchor(Anchor(system_clock(), heads), read_keys()))
    except CliError as refused:
        print_error(refused.text.render("en"))
        return refused.exit_code
    finally:
        engine.dispose()
    return EXIT_OK


def run_restored(arguments: argparse.Namespace) -> int:
    """Note a restore."""
    engine = make_engine(read_settings().database_url)
    try:
        with write_transaction(engine) as db:
            context = RequestContext(db, ANONYMOUS, system_clock())
            web_context.record_change(
                context, "livsmester:backup:restore", audit_store.RESTORE_SUBJECT, {"why": arguments.why}
            )
    finally:
        engine.dispose()
    print_error("Noted. Take a new anchor now: `livsmester audit anchor`.")
    return EXIT_OK


def _read_anchor(path: Path) -> Anchor:
    return read_anchor(read_file(path).content, read_keys())


def _verify_and_report(engine: Engine, anchor: Anchor | None) -> bool:
    with read_transaction(engine) as db:
        found = verify_chains(db, anchor)
        restores = audit_store.restores(db)
    _print_results(found)
    for at in restores:
        print_error(f"A backup was restored, as noted on {at:%d-%m-%Y at %H:%M} UTC.")
    return all(one.broken is None for one in found)


def _print_results(chains: tuple[VerifiedChain, ...]) -> None:
    for one in chains:
        if one.broken is not None:
            print_error(f"{one.name}: BROKEN. Line {one.broken.sequence} {FAULT_TEXTS[one.broken.fault]}.")
        elif one.head is not None:
            print_error(
                f"{one.name}: {one.head.sequence} lines hold together, the last is {one.head.hash[:16]}…"
            )
