"""`livsmester audit`: verify the hash chains, write a signed anchor of their heads, record a restored backup."""

import argparse
from pathlib import Path

from sqlalchemy import Engine

from foundation.clock import system_clock
from foundation.crypto.hash_chain import ChainDefect
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
    ChainDefect.MISSING: "is missing, or stands there twice",
    ChainDefect.OUT_OF_PLACE: "does not follow from the line before it",
    ChainDefect.CHANGED: "was changed after it was written",
    ChainDefect.REWRITTEN: "is not the line that the anchor knows: the log was written anew, or an older backup was restored",
    ChainDefect.CUT_OFF: "is gone, and the anchor knows it: lines were cut off, or an older backup was restored",
}


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "audit",
        help="verify that the logs are unchanged",
        description="The access log and the change log: see docs/reference/audit-logs.md.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    verify = actions.add_parser(
        "verify",
        help="check every entry; exit code 1 when a log was tampered with",
        description="Checks every entry of every log and reports the first break. Nothing is changed.",
    )
    verify.add_argument(
        "--anchor",
        type=Path,
        metavar="FILE",
        help="also compare with the heads in a file that `audit anchor` wrote",
    )
    verify.set_defaults(run=run_verify)
    anchor = actions.add_parser(
        "anchor",
        help="write the heads of all logs to a signed file",
        description=(
            "Checks the logs and writes the hashes of their last entries to a signed file. Keep it where nobody who can write "
            "to the database can: only an anchor detects a log that was rewritten from end to end."
        ),
    )
    anchor.add_argument("--output", required=True, metavar="FILE", help="where it goes; - is standard output")
    anchor.set_defaults(run=run_anchor)
    restored = actions.add_parser(
        "restored",
        help="record in the log that a backup was restored",
        description="Adds an entry to the change log, which citizens see in their access history.",
    )
    restored.add_argument("--why", required=True, help="in a few words, without names")
    restored.set_defaults(run=run_restored)


def run_verify(arguments: argparse.Namespace) -> int:
    """Verify all chains; returns the exit code."""
    engine = make_engine(read_settings().database_url)
    try:
        anchor = _read_anchor(arguments.anchor) if arguments.anchor else None
        return EXIT_OK if _verify_and_report(engine, anchor) else EXIT_DATA_ERROR
    except CliError as error:
        print_error(error.text.render("en"))
        return error.exit_code
    except InvalidAnchor as error:
        print_error(f"{arguments.anchor}: {error}.")
        return EXIT_USAGE_ERROR
    finally:
        engine.dispose()


def run_anchor(arguments: argparse.Namespace) -> int:
    """Write the heads of all chains if none is broken; returns the exit code."""
    engine = make_engine(read_settings().database_url)
    try:
        check_output(arguments.output)
        with read_transaction(engine) as db:
            results = verify_chains(db)
        heads = {chain.name: chain.head for chain in results if chain.head is not None}
        # A signed anchor of a broken chain would vouch for what had been tampered with.
        if len(heads) < len(results):
            _print_results(results)
            return EXIT_DATA_ERROR
        write_file(arguments.output, write_anchor(Anchor(system_clock(), heads), read_keys()))
    except CliError as error:
        print_error(error.text.render("en"))
        return error.exit_code
    finally:
        engine.dispose()
    return EXIT_OK


def run_restored(arguments: argparse.Namespace) -> int:
    """Record in the change log that a backup was restored; returns the exit code."""
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
        results = verify_chains(db, anchor)
        restores = audit_store.restores(db)
    _print_results(results)
    for restored_at in restores:
        print_error(f"A backup was restored, as noted on {restored_at:%d-%m-%Y at %H:%M} UTC.")
    return all(chain.broken is None for chain in results)


def _print_results(chains: tuple[VerifiedChain, ...]) -> None:
    for chain in chains:
        if chain.broken is not None:
            print_error(
                f"{chain.name}: BROKEN. Line {chain.broken.sequence} {FAULT_TEXTS[chain.broken.defect]}."
            )
        elif chain.head is not None:
            print_error(
                f"{chain.name}: {chain.head.sequence} lines hold together, the last is {chain.head.hash[:16]}…"
            )
