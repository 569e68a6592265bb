"""`livsmester export`: the sheets that `livsmester import` and `livsmester match` read, and the newest proposal."""

import argparse
from collections.abc import Mapping
from datetime import date, datetime

import msgspec
from sqlalchemy import Connection

from foundation.clock import local_date, system_clock
from foundation.db.engine import make_engine
from foundation.db.transactions import write_transaction
from foundation.i18n import DEFAULT_LANGUAGE, LANGUAGES, N_, LazyText
from guides.lifecycle import RunStatus
from guides.matching import NextBest, Proposal
from guides.matching.model import Pool
from guides.pool import store as pool_store
from guides.pool.consent_filter import redact_pair
from guides.runs import pool_store as runs_pool_store
from guides.runs import store as runs_store
from guides.runs.export import write_proposal, write_proposal_json
from guides.spreadsheets.files import write_areas, write_guides, write_requests, write_travel_times
from livsmester.cli.files import EXIT_DATA_ERROR, EXIT_OK, CliError, check_output, print_error, write_file
from livsmester.settings import read_settings
from people.access.model import ANONYMOUS
from people.consent import store as consent_store
from people.consent.model import Use
from people.directory import areas as directory_areas
from people.directory import store as directory_store
from people.web import context as web_context
from people.web.context import RequestContext

KINDS = ("guides", "requests", "areas", "travel", "proposal")
RUNS_SEARCHED_MAX = 100

DESCRIPTION = """\
Write a sheet out of the database, in the format of docs/files.md.

  guides    everybody who is a guide
  requests  the wishes that wait for a guide; who has said no to whom stands among the guides that are ruled out
  areas     the areas with coordinates
  travel    the travel times that were measured
  proposal  the newest proposal of the matching

What `guides`, `requests` and `areas` give, `livsmester import` takes and `livsmester match` matches on. The sheets hold
personal data: the log of changes notes every export."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser(
        "export",
        help="write guides, requests, areas or the newest proposal to a file",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("kind", choices=KINDS, help="what to write")
    parser.add_argument(
        "--output", required=True, metavar="FILE", help="where the sheet goes; - is standard output"
    )
    parser.add_argument(
        "--format", choices=("csv", "json"), default="csv", help="of the proposal; json holds everything"
    )
    parser.add_argument(
        "--language",
        choices=LANGUAGES,
        default=DEFAULT_LANGUAGE,
        help="of reasons and messages (default: da)",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the sheet; gives the exit code."""
    engine = make_engine(read_settings().database_url)
    try:
        check_output(arguments.output)
        with write_transaction(engine) as db:
            content = export(db, arguments.kind, system_clock(), arguments.format, arguments.language)
        write_file(arguments.output, content)  # after the commit: nothing leaves that is not noted
    except CliError as refused:
        print_error(refused.text.render(arguments.language))
        return refused.exit_code
    finally:
        engine.dispose()
    return EXIT_OK


def export(db: Connection, kind: str, now: datetime, output_format: str, language: str) -> bytes:
    """The content of a sheet, noted in the log of changes. Raises Refused."""
    today = local_date(now)
    try:
        match kind:
            case "areas":
                content = write_areas(directory_areas.areas(db))
            case "travel":
                content = write_travel_times(directory_areas.travel_times(db))
            case "guides":
                content = write_guides(_pool(db, today).guides)
            case "requests":
                content = write_requests(_pool(db, today).requests)
            case _:
                proposal = _newest_proposal(db, today)
                content = (
                    write_proposal_json(proposal, today=today, language=language)
                    if output_format == "json"
                    else write_proposal(proposal, language=language)
                )
    except ValueError as problem:  # a word that a sheet cannot hold
        raise CliError(
            EXIT_DATA_ERROR, LazyText(N_("The sheet cannot be written: %(why)s."), {"why": str(problem)})
        ) from None
    web_context.record_change(
        RequestContext(db, ANONYMOUS, now), f"livsmester:export:{kind}", "", {"bytes": len(content)}
    )
    return content


def _pool(db: Connection, today: date) -> Pool:
    """Everyone who takes part in the matching, by the ids of the municipality's own files."""
    pool, _ = runs_pool_store.read_pool(db, today)
    citizens = {kept.request.id: citizen_id for citizen_id, kept in pool_store.open_requests(db).items()}
    names = _file_ids(db, [*citizens.values(), *(guide.id for guide in pool.guides)])
    said_no = {request.id: set(request.excluded_guides) for request in pool.requests}
    for request_id, guide_id in pool.forbidden:
        said_no[request_id].add(guide_id)
    return msgspec.structs.replace(
        pool,
        guides=tuple(
            sorted(
                (msgspec.structs.replace(guide, id=names[guide.id]) for guide in pool.guides),
                key=lambda guide: guide.id,
            )
        ),
        requests=tuple(
            sorted(
                (
                    msgspec.structs.replace(
                        request,
                        id=names[citizens[request.id]],
                        excluded_guides=tuple(sorted(names[guide_id] for guide_id in said_no[request.id])),
                    )
                    for request in pool.requests
                ),
                key=lambda request: request.id,
            )
        ),
    )


def _newest_proposal(db: Connection, today: date) -> Proposal:
    """The newest proposal that was not thrown away, by the ids of the municipality's own files. Raises Refused.

    Its reasons tell nothing that a citizen has taken back since.
    """
    ready = {RunStatus.DRAFT, RunStatus.PUBLISHED}
    found = next((run for run in runs_store.newest(db, RUNS_SEARCHED_MAX) if run.status in ready), None)
    proposal = None if found is None else runs_store.proposal(db, found.id)
    if proposal is None:
        raise CliError(EXIT_DATA_ERROR, LazyText(N_("There is no proposal. Run the matching first.")))
    ids = [*(pair.request_id for pair in proposal.pairs), *(one.request_id for one in proposal.waiting)]
    requests = pool_store.requests(db, ids)
    guides = pool_store.guides(db)
    names = _file_ids(db, [*(kept.citizen_id for kept in requests.values()), *guides])
    asked = {request_id: names[kept.citizen_id] for request_id, kept in requests.items()}
    may_use = consent_store.allowed_kinds_by_citizen(
        db, [kept.citizen_id for kept in requests.values()], Use.MATCHING, today
    )

    def named(best: tuple[NextBest, ...]) -> tuple[NextBest, ...]:
        return tuple(msgspec.structs.replace(one, guide_id=names[one.guide_id]) for one in best)

    return msgspec.structs.replace(
        proposal,
        pairs=tuple(
            msgspec.structs.replace(
                redact_pair(pair, may_use[requests[pair.request_id].citizen_id]),
                request_id=asked[pair.request_id],
                guide_id=names[pair.guide_id],
                next_best=named(pair.next_best),
            )
            for pair in proposal.pairs
        ),
        waiting=tuple(
            msgspec.structs.replace(one, request_id=asked[one.request_id], next_best=named(one.next_best))
            for one in proposal.waiting
        ),
    )


def _file_ids(db: Connection, person_ids: list[str]) -> Mapping[str, str]:
    """What the municipality's files call these people; their own ids where no file knows them."""
    people = directory_store.people(db, sorted(set(person_ids)))
    return {person_id: person.file_id or person_id for person_id, person in people.items()}
