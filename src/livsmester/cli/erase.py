"""`livsmester erase`: erase what is due by the municipality's times, one person on request, or again after a restored backup."""

import argparse
from pathlib import Path

from foundation.clock import system_clock
from foundation.db.engine import make_engine
from foundation.db.transactions import read_transaction, write_transaction
from foundation.ids import new_id
from livsmester.cli.files import EXIT_DATA_ERROR, EXIT_OK, print_error
from livsmester.erasure.letter import BLOCKER_TEXTS
from livsmester.erasure.requests import assess_person_as_system, decide_as_system
from livsmester.erasure.service import (
    ErasurePlan,
    Replay,
    erase_due,
    plan_erasure,
    plan_replay,
    replay_after_restore,
)
from livsmester.erasure.tombstones import InvalidTombstoneFile, read_tombstones
from livsmester.settings import Settings, read_settings
from people.access.model import ANONYMOUS
from people.erasure.errors import ErasureBlocked
from people.erasure.labels import CATEGORY_NAMES
from people.erasure.model import Assessment, Blocker, DataCategory, partition
from people.errors import NotFound
from people.retention.model import retention_deadline
from people.web.context import RequestContext


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser(
        "erase",
        help="erase what is due, one person who asks for it, or what a restored backup brought back",
        description=(
            "Takes away words, files and identities whose time is over; amounts, days, the ledger and the chains stay. What goes "
            "is noted in a list beside the database, without identity: see docs/rights.md."
        ),
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--due", action="store_true", help="what is past the municipality's times")
    what.add_argument(
        "--person", metavar="ID", help="all that may go of somebody who asks for it, before its time"
    )
    what.add_argument("--again", action="store_true", help="what the list says was erased, after a restore")
    parser.add_argument("--dry-run", action="store_true", help="show what would go; nothing is changed")
    parser.add_argument(
        "--list", type=Path, metavar="FILE", help="the list of erasures, instead of LIVSMESTER_ERASURE_LIST"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Erase, or show what would go; gives the exit code."""
    settings = read_settings()
    erasure_list = arguments.list or settings.erasure_list
    try:
        if arguments.due:
            _run_due(settings, erasure_list, dry=arguments.dry_run)
        elif arguments.person:
            _run_person(settings, arguments.person, erasure_list, dry=arguments.dry_run)
        else:
            _run_replay(settings, erasure_list, dry=arguments.dry_run)
    except InvalidTombstoneFile as problem:
        print_error(str(problem))
        return EXIT_DATA_ERROR
    except ErasureBlocked as problem:
        print_error("\n".join([*(BLOCKER_TEXTS[one] for one in problem.blockers), "Nothing was changed."]))
        return EXIT_DATA_ERROR
    except NotFound:
        print_error(
            f"No person has the id {arguments.person}. It stands in the list of erasures and the logs."
        )
        return EXIT_DATA_ERROR
    return EXIT_OK


def _run_due(settings: Settings, erasure_list: Path, *, dry: bool) -> None:
    engine, now = make_engine(settings.database_url), system_clock()
    try:
        if dry:
            with read_transaction(engine) as db:
                found = plan_erasure(db, settings.retention, now)
        else:
            found = erase_due(engine, settings.retention, erasure_list, now)
    finally:
        engine.dispose()
    print("\n".join(format_plan(found, settings)))
    if not found.is_empty:
        print_error("Nothing was changed." if dry else f"Erased, and noted in {erasure_list}.")


def format_plan(plan: ErasurePlan, settings: Settings) -> list[str]:
    """What is due as a table: kind, record, person, the last day on which it was kept; then sums, and who waits."""
    rows = [
        (one.kind.value, one.id, one.person_id, str(retention_deadline(one, settings.retention)))
        for one in plan.due.records
    ]
    rows += [("person", person_id, person_id, str(last)) for person_id, last in plan.due.people.items()]
    lines = [f"{'kind':<8}{'record':<22}{'person':<22}kept until"] if rows else []
    lines += [f"{kind:<8}{record:<22}{person:<22}{last}" for kind, record, person, last in rows]
    sums = {
        "sign-ins, invitations, codes and keys that ran out": plan.expired.sign_ins,
        "old runs of the matching": plan.expired.runs,
        "old texts from the finance system": plan.expired.finance_lines,
    }
    lines += [f"{count} {what}" for what, count in sums.items() if count]
    lines += [f"Held back for person {person_id}: a legal hold." for person_id in plan.due.held_person_ids]
    return lines or ["Nothing is due."]


def _run_person(settings: Settings, person_id: str, erasure_list: Path, *, dry: bool) -> None:
    """Raises InvalidTombstoneFile, ErasureBlocked, NotFound. The same once more changes nothing."""
    engine, now = make_engine(settings.database_url), system_clock()
    made = None
    try:
        with (read_transaction if dry else write_transaction)(engine) as db:
            context = RequestContext(db, ANONYMOUS, now)
            found = assess_person_as_system(context, person_id, settings.retention)
            is_gone = Blocker.ALREADY_ERASED in found.blockers
            if found.blockers and not is_gone:
                raise ErasureBlocked(found.blockers)
            goes = not is_gone and bool(partition(found, ())[0])
            if goes and not dry:
                made = decide_as_system(
                    context, new_id(), person_id, (), "", settings.retention, erasure_list
                )
    finally:
        engine.dispose()
    print("\n".join(format_assessment(found)))
    if made is not None:
        print_error(f"Erased, and noted in {erasure_list}. The answer to send stands at /erasures/{made.id}.")
    elif goes:
        print_error("Nothing was changed.")


def format_assessment(assessment: Assessment) -> list[str]:
    """What goes of one person and what stays, line by line, each with how many things or why."""
    if Blocker.ALREADY_ERASED in assessment.blockers:
        return [BLOCKER_TEXTS[Blocker.ALREADY_ERASED]]
    gone, kept = partition(assessment, ())
    counts = {**assessment.counts, DataCategory.MONEY: len(assessment.grant_ids), DataCategory.NAME: 1}
    lines = [f"{'goes':<8}{CATEGORY_NAMES[piece]} ({counts[piece]})" for piece in gone]
    lines += [
        f"{'stays':<8}{CATEGORY_NAMES[piece]}: accounts, kept until {assessment.money_until}"
        for piece in kept
    ]
    return lines if gone else [*lines, "Nothing more can be erased now."]


def _run_replay(settings: Settings, erasure_list: Path, *, dry: bool) -> None:
    listed = read_tombstones(erasure_list)
    engine, now = make_engine(settings.database_url), system_clock()
    try:
        if dry:
            with read_transaction(engine) as db:
                found = plan_replay(db, listed, now)
        else:
            found = replay_after_restore(engine, listed, erasure_list, now)
    finally:
        engine.dispose()
    print("\n".join(format_replay(found)))
    if found.to_erase:
        print_error("Nothing was changed." if dry else "Erased again.")


def format_replay(replay: Replay) -> list[str]:
    """What the list brings about, line by line."""
    lines = [f"{one.kind:<8}{one.id:<22}erased on {one.erased_on}" for one in replay.to_erase]
    lines += [f"{one.kind:<8}{one.id:<22}stays: a legal hold" for one in replay.held]
    lines += [f"{one.kind:<8}{one.id:<22}runs again since the restore: end it" for one in replay.reopened]
    return [*lines, f"{replay.already_erased} of the list are erased here already, or were never known here."]
