"""`livsmester audit`: check that the logs are as they were written, take their heads out of the house, note a restore."""

import argparse
from pathlib import Path

from sqlalchemy import Engine

from foundation.clock import system_clock
from foundation.crypto.hash_chain import Fault
from foundation.db.engine import connect
from foundation.db.transactions import reading, writing
from livsmester.audit_verification import Anchor, BadAnchor, Checked, check, read_anchor, write_anchor
from livsmester.cli.files import (
    DATA_WRONG,
    DONE,
    USED_WRONGLY,
    Refused,
    check_output,
    read_file,
    tell,
    write_file,
)
from livsmester.keys import read_keys
from livsmester.settings import read_settings
from people.access.model import NOBODY
from people.audit import store as audit_store
from people.web import context as web_context
from people.web.context import Visit

FAULTS = {
    Fault.MISSING: "is missing, or stands there twice",
    Fault.OUT_OF_PLACE: "does not follow from the line before it",
    Fault.CHANGED: "was changed after it was written",
    Fault.REWRITTEN: "is not the line that the anchor knows: the log was written anew, or an older backup was restored",
    Fault.CUT_OFF: "is gone, and the anchor knows it: lines were cut off, or an older backup was restored",
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
    engine = connect(read_settings().database_url)
    try:
        anchor = _read_anchor(arguments.anchor) if arguments.anchor else None
        return DONE if _holds(engine, anchor) else DATA_WRONG
    except Refused as refused:
        tell(refused.text.render("en"))
        return refused.exit_code
    except BadAnchor as problem:
        tell(f"{arguments.anchor}: {problem}.")
        return USED_WRONGLY
    finally:
        engine.dispose()


def run_anchor(arguments: argparse.Namespace) -> int:
    """Write the heads of all chains, if they hold; gives the exit code."""
    engine = connect(read_settings().database_url)
    try:
        check_output(arguments.output)
        with reading(engine) as db:
            found = check(db)
        heads = {one.name: one.head for one in found if one.head is not None}
        if len(heads) < len(found):
            _tell_all(found)
            return DATA_WRONG
        write_file(arguments.output, write_anchor(Anchor(system_clock(), heads), read_keys()))
    except Refused as refused:
        tell(refused.text.render("en"))
        return refused.exit_code
    finally:
        engine.dispose()
    return DONE


def run_restored(arguments: argparse.Namespace) -> int:
    """Note a restore."""
    engine = connect(read_settings().database_url)
    try:
        with writing(engine) as db:
            visit = Visit(db, NOBODY, system_clock())
            web_context.record(
                visit, "livsmester:backup:restore", audit_store.RESTORES, {"why": arguments.why}
            )
    finally:
        engine.dispose()
    tell("Noted. Take a new anchor now: `livsmester audit anchor`.")
    return DONE


def _read_anchor(path: Path) -> Anchor:
    return read_anchor(read_file(path).content, read_keys())


def _holds(engine: Engine, anchor: Anchor | None) -> bool:
    with reading(engine) as db:
        found = check(db, anchor)
        restores = audit_store.restores(db)
    _tell_all(found)
    for at in restores:
        tell(f"A backup was restored, as noted on {at:%d-%m-%Y at %H:%M} UTC.")
    return all(one.broken is None for one in found)


def _tell_all(found: tuple[Checked, ...]) -> None:
    for one in found:
        if one.broken is not None:
            tell(f"{one.name}: BROKEN. Line {one.broken.sequence} {FAULTS[one.broken.fault]}.")
        elif one.head is not None:
            tell(f"{one.name}: {one.head.sequence} lines hold together, the last is {one.head.hash[:16]}…")
