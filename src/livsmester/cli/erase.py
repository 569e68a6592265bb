"""`livsmester erase`: erase overdue data, one person on request, or again after a restored backup."""

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
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "erase",
        help="erase overdue data, one person on request, or what a restored backup brought back",
        description=(
            "Erases texts, files and identities past their retention; amounts, dates, the ledger and the hash chains stay. "
            "Erasures are listed in a file beside the database, without identity: see docs/concepts/data-protection.md."
        ),
    )
    scope = parser.add_mutually_exclusive_group(required=True)
    scope.add_argument("--due", action="store_true", help="what is past the municipality's retention periods")
    scope.add_argument("--person", metavar="ID", help="all that may be erased of a person who requests it")
    scope.add_argument(
        "--again", action="store_true", help="what the list of erasures names, after a restore"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would be erased; nothing is changed"
    )
    parser.add_argument(
        "--list", type=Path, metavar="FILE", help="the list of erasures, instead of LIVSMESTER_ERASURE_LIST"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Erase, or with --dry-run show what would be erased; returns the exit code."""
    settings = read_settings()
    erasure_list = arguments.list or settings.erasure_list
    try:
        if arguments.due:
            _run_due(settings, erasure_list, dry=arguments.dry_run)
        elif arguments.person:
            _run_person(settings, arguments.person, erasure_list, dry=arguments.dry_run)
        else:
            _run_replay(settings, erasure_list, dry=arguments.dry_run)
    except InvalidTombstoneFile as error:
        print_error(str(error))
        return EXIT_DATA_ERROR
    except ErasureBlocked as error:
        print_error(
            "\n".join([*(BLOCKER_TEXTS[blocker] for blocker in error.blockers), "Nothing was changed."])
        )
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
                plan = plan_erasure(db, settings.retention, now)
        else:
            plan = erase_due(engine, settings.retention, erasure_list, now)
    finally:
        engine.dispose()
    print("\n".join(format_plan(plan, settings)))
    if not plan.is_empty:
        print_error("Nothing was changed." if dry else f"Erased, and noted in {erasure_list}.")


def format_plan(plan: ErasurePlan, settings: Settings) -> list[str]:
    """The plan as lines: kind, record, person and retention deadline of each record; then counts, and people under a hold."""
    rows = [
        (record.kind.value, record.id, record.person_id, str(retention_deadline(record, settings.retention)))
        for record in plan.due.records
    ]
    rows += [
        ("person", person_id, person_id, str(last_day)) for person_id, last_day in plan.due.people.items()
    ]
    lines = [f"{'kind':<8}{'record':<22}{'person':<22}kept until"] if rows else []
    lines += [f"{kind:<8}{record:<22}{person:<22}{last_day}" for kind, record, person, last_day in rows]
    counts = {
        "sign-ins, invitations, codes and keys that ran out": plan.expired.sign_ins,
        "old runs of the matching": plan.expired.runs,
        "old texts from the finance system": plan.expired.finance_lines,
    }
    lines += [f"{count} {label}" for label, count in counts.items() if count]
    lines += [f"Held back for person {person_id}: a legal hold." for person_id in plan.due.held_person_ids]
    return lines or ["Nothing is due."]


def _run_person(settings: Settings, person_id: str, erasure_list: Path, *, dry: bool) -> None:
    """Idempotent. Raises InvalidTombstoneFile, ErasureBlocked, NotFound."""
    engine, now = make_engine(settings.database_url), system_clock()
    decision = None
    try:
        with (read_transaction if dry else write_transaction)(engine) as db:
            context = RequestContext(db, ANONYMOUS, now)
            # In the transaction that erases, so that the lines printed describe what was erased.
            assessment = assess_person_as_system(context, person_id, settings.retention)
            is_gone = Blocker.ALREADY_ERASED in assessment.blockers
            if assessment.blockers and not is_gone:
                raise ErasureBlocked(assessment.blockers)
            is_erasable = not is_gone and bool(partition(assessment, ())[0])
            if is_erasable and not dry:
                decision = decide_as_system(
                    context, new_id(), person_id, (), "", settings.retention, erasure_list
                )
    finally:
        engine.dispose()
    print("\n".join(format_assessment(assessment)))
    if decision is not None:
        print_error(
            f"Erased, and noted in {erasure_list}. The answer to send stands at /erasures/{decision.id}."
        )
    elif is_erasable:
        print_error("Nothing was changed.")


def format_assessment(assessment: Assessment) -> list[str]:
    """What is erased of a person and what is kept, one line per category with a count or the reason."""
    if Blocker.ALREADY_ERASED in assessment.blockers:
        return [BLOCKER_TEXTS[Blocker.ALREADY_ERASED]]
    erased, kept = partition(assessment, ())
    counts = {**assessment.counts, DataCategory.MONEY: len(assessment.grant_ids), DataCategory.NAME: 1}
    lines = [f"{'goes':<8}{CATEGORY_NAMES[category]} ({counts[category]})" for category in erased]
    lines += [
        f"{'stays':<8}{CATEGORY_NAMES[category]}: accounts, kept until {assessment.money_until}"
        for category in kept
    ]
    return lines if erased else [*lines, "Nothing more can be erased now."]


def _run_replay(settings: Settings, erasure_list: Path, *, dry: bool) -> None:
    tombstones = read_tombstones(erasure_list)
    engine, now = make_engine(settings.database_url), system_clock()
    try:
        if dry:
            with read_transaction(engine) as db:
                replay = plan_replay(db, tombstones, now)
        else:
            replay = replay_after_restore(engine, tombstones, erasure_list, now)
    finally:
        engine.dispose()
    print("\n".join(format_replay(replay)))
    if replay.to_erase:
        print_error("Nothing was changed." if dry else "Erased again.")


def format_replay(replay: Replay) -> list[str]:
    """The replay as lines: what is erased, held or open again."""
    lines = [
        f"{tombstone.kind:<8}{tombstone.id:<22}erased on {tombstone.erased_on}"
        for tombstone in replay.to_erase
    ]
    lines += [f"{tombstone.kind:<8}{tombstone.id:<22}stays: a legal hold" for tombstone in replay.held]
    lines += [
        f"{record.kind:<8}{record.id:<22}runs again since the restore: end it" for record in replay.reopened
    ]
    return [*lines, f"{replay.already_erased} of the list are erased here already, or were never known here."]
