"""`livsmester erase`: erase what is due by the municipality's times, one person on request, or again after a restored backup."""

import argparse
from pathlib import Path

from foundation.clock import system_clock
from foundation.db.engine import connect
from foundation.db.transactions import reading, writing
from foundation.ids import new_id
from livsmester.cli.files import DATA_WRONG, DONE, tell
from livsmester.erasure.letter import OBSTACLES
from livsmester.erasure.requests import answer_now, weigh_now
from livsmester.erasure.service import Again, Plan, erase_again, erase_due, plan, plan_again
from livsmester.erasure.tombstones import BadList, read_list
from livsmester.settings import Settings, read_settings
from people.access.model import NOBODY
from people.erasure.errors import CantErase
from people.erasure.labels import PIECE_NAMES
from people.erasure.model import Obstacle, Piece, Weighed, split
from people.errors import NotFound
from people.retention.model import kept_until
from people.web.context import Visit


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
            _run_again(settings, erasure_list, dry=arguments.dry_run)
    except BadList as problem:
        tell(str(problem))
        return DATA_WRONG
    except CantErase as problem:
        tell("\n".join([*(OBSTACLES[one] for one in problem.obstacles), "Nothing was changed."]))
        return DATA_WRONG
    except NotFound:
        tell(f"No person has the id {arguments.person}. It stands in the list of erasures and the logs.")
        return DATA_WRONG
    return DONE


def _run_due(settings: Settings, erasure_list: Path, *, dry: bool) -> None:
    engine, now = connect(settings.database_url), system_clock()
    try:
        if dry:
            with reading(engine) as db:
                found = plan(db, settings.retention, now)
        else:
            found = erase_due(engine, settings.retention, erasure_list, now)
    finally:
        engine.dispose()
    print("\n".join(lines_of(found, settings)))
    if not found.is_empty:
        tell("Nothing was changed." if dry else f"Erased, and noted in {erasure_list}.")


def lines_of(found: Plan, settings: Settings) -> list[str]:
    """What is due as a table: kind, record, person, the last day on which it was kept; then sums, and who waits."""
    rows = [
        (one.matter.value, one.id, one.person_id, str(kept_until(one, settings.retention)))
        for one in found.due.matters
    ]
    rows += [("person", person_id, person_id, str(last)) for person_id, last in found.due.people.items()]
    lines = [f"{'kind':<8}{'record':<22}{'person':<22}kept until"] if rows else []
    lines += [f"{kind:<8}{record:<22}{person:<22}{last}" for kind, record, person, last in rows]
    sums = {
        "sign-ins, invitations, codes and keys that ran out": found.swept.sign_ins,
        "old runs of the matching": found.swept.runs,
        "old texts from the finance system": found.swept.finance_lines,
    }
    lines += [f"{count} {what}" for what, count in sums.items() if count]
    lines += [f"Held back for person {person_id}: a legal hold." for person_id in found.due.held]
    return lines or ["Nothing is due."]


def _run_person(settings: Settings, person_id: str, erasure_list: Path, *, dry: bool) -> None:
    """Raises BadList, CantErase, NotFound. The same once more changes nothing."""
    engine, now = connect(settings.database_url), system_clock()
    made = None
    try:
        with (reading if dry else writing)(engine) as db:
            visit = Visit(db, NOBODY, now)
            found = weigh_now(visit, person_id, settings.retention)
            is_gone = Obstacle.GONE in found.obstacles
            if found.obstacles and not is_gone:
                raise CantErase(found.obstacles)
            goes = not is_gone and bool(split(found, ())[0])
            if goes and not dry:
                made = answer_now(visit, new_id(), person_id, (), "", settings.retention, erasure_list)
    finally:
        engine.dispose()
    print("\n".join(lines_of_person(found)))
    if made is not None:
        tell(f"Erased, and noted in {erasure_list}. The answer to send stands at /erasures/{made.id}.")
    elif goes:
        tell("Nothing was changed.")


def lines_of_person(found: Weighed) -> list[str]:
    """What goes of one person and what stays, line by line, each with how many things or why."""
    if Obstacle.GONE in found.obstacles:
        return [OBSTACLES[Obstacle.GONE]]
    gone, kept = split(found, ())
    counts = {**found.counts, Piece.MONEY: len(found.grants), Piece.NAME: 1}
    lines = [f"{'goes':<8}{PIECE_NAMES[piece]} ({counts[piece]})" for piece in gone]
    lines += [f"{'stays':<8}{PIECE_NAMES[piece]}: accounts, kept until {found.money_until}" for piece in kept]
    return lines if gone else [*lines, "Nothing more can be erased now."]


def _run_again(settings: Settings, erasure_list: Path, *, dry: bool) -> None:
    listed = read_list(erasure_list)
    engine, now = connect(settings.database_url), system_clock()
    try:
        if dry:
            with reading(engine) as db:
                found = plan_again(db, listed, now)
        else:
            found = erase_again(engine, listed, erasure_list, now)
    finally:
        engine.dispose()
    print("\n".join(lines_again(found)))
    if found.to_erase:
        tell("Nothing was changed." if dry else "Erased again.")


def lines_again(found: Again) -> list[str]:
    """What the list brings about, line by line."""
    lines = [f"{one.kind:<8}{one.id:<22}erased on {one.on}" for one in found.to_erase]
    lines += [f"{one.kind:<8}{one.id:<22}stays: a legal hold" for one in found.held]
    lines += [f"{one.matter:<8}{one.id:<22}runs again since the restore: end it" for one in found.running]
    return [*lines, f"{found.done} of the list are erased here already, or were never known here."]
