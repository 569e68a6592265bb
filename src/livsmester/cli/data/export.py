"""`livsmester export`: the spreadsheets that `livsmester import` and `match` read, and the newest proposal."""

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
Export a spreadsheet from the database, in the format of docs/reference/spreadsheets.md.

  guides    all guides
  requests  the open requests for a guide; declined offers are listed among the excluded guides
  areas     the areas with coordinates
  travel    the measured travel times
  proposal  the newest proposal of the matching

`livsmester import` and `livsmester match` read the exports of `guides`, `requests` and `areas`. The files hold personal
data: the change log records every export."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command's parser."""
    parser = subparsers.add_parser(
        "export",
        help="write guides, requests, areas or the newest proposal to a file",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("kind", choices=KINDS, help="what to write")
    parser.add_argument(
        "--output", required=True, metavar="FILE", help="the file to write; - is standard output"
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
    """Write the sheet; returns the exit code."""
    engine = make_engine(read_settings().database_url)
    try:
        check_output(arguments.output)
        with write_transaction(engine) as db:
            content = export(db, arguments.kind, system_clock(), arguments.format, arguments.language)
        write_file(arguments.output, content)  # after the commit: nothing is exported without a log entry
    except CliError as error:
        print_error(error.text.render(arguments.language))
        return error.exit_code
    finally:
        engine.dispose()
    return EXIT_OK


def export(db: Connection, kind: str, now: datetime, output_format: str, language: str) -> bytes:
    """The content of an export; records it in the change log. Raises CliError."""
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
    except ValueError as error:  # a value that the CSV format cannot hold
        raise CliError(
            EXIT_DATA_ERROR, LazyText(N_("The sheet cannot be written: %(why)s."), {"why": str(error)})
        ) from None
    web_context.record_change(
        RequestContext(db, ANONYMOUS, now), f"livsmester:export:{kind}", "", {"bytes": len(content)}
    )
    return content


def _pool(db: Connection, today: date) -> Pool:
    """Guides and requests of the next matching, with the ids from the municipality's own files."""
    pool, _ = runs_pool_store.read_pool(db, today)
    citizens = {record.request.id: citizen_id for citizen_id, record in pool_store.open_requests(db).items()}
    file_ids = _file_ids(db, [*citizens.values(), *(guide.id for guide in pool.guides)])
    excluded = {request.id: set(request.excluded_guides) for request in pool.requests}
    for request_id, guide_id in pool.forbidden:
        excluded[request_id].add(guide_id)
    return msgspec.structs.replace(
        pool,
        guides=tuple(
            sorted(
                (msgspec.structs.replace(guide, id=file_ids[guide.id]) for guide in pool.guides),
                key=lambda guide: guide.id,
            )
        ),
        requests=tuple(
            sorted(
                (
                    msgspec.structs.replace(
                        request,
                        id=file_ids[citizens[request.id]],
                        excluded_guides=tuple(
                            sorted(file_ids[guide_id] for guide_id in excluded[request.id])
                        ),
                    )
                    for request in pool.requests
                ),
                key=lambda request: request.id,
            )
        ),
    )


def _newest_proposal(db: Connection, today: date) -> Proposal:
    """The newest draft or published proposal, with the ids from the municipality's own files. Raises CliError.

    Reasons that a citizen has withdrawn consent for since are removed.
    """
    exportable = {RunStatus.DRAFT, RunStatus.PUBLISHED}
    run = next((run for run in runs_store.newest(db, RUNS_SEARCHED_MAX) if run.status in exportable), None)
    proposal = None if run is None else runs_store.proposal(db, run.id)
    if proposal is None:
        raise CliError(EXIT_DATA_ERROR, LazyText(N_("There is no proposal. Run the matching first.")))
    ids = [
        *(pair.request_id for pair in proposal.pairs),
        *(unmatched.request_id for unmatched in proposal.waiting),
    ]
    requests = pool_store.requests(db, ids)
    guides = pool_store.guides(db)
    file_ids = _file_ids(db, [*(record.citizen_id for record in requests.values()), *guides])
    citizen_file_ids = {request_id: file_ids[record.citizen_id] for request_id, record in requests.items()}
    may_use = consent_store.allowed_kinds_by_citizen(
        db, [record.citizen_id for record in requests.values()], Use.MATCHING, today
    )

    def with_file_ids(alternatives: tuple[NextBest, ...]) -> tuple[NextBest, ...]:
        return tuple(
            msgspec.structs.replace(alternative, guide_id=file_ids[alternative.guide_id])
            for alternative in alternatives
        )

    return msgspec.structs.replace(
        proposal,
        pairs=tuple(
            msgspec.structs.replace(
                redact_pair(pair, may_use[requests[pair.request_id].citizen_id]),
                request_id=citizen_file_ids[pair.request_id],
                guide_id=file_ids[pair.guide_id],
                next_best=with_file_ids(pair.next_best),
            )
            for pair in proposal.pairs
        ),
        waiting=tuple(
            msgspec.structs.replace(
                unmatched,
                request_id=citizen_file_ids[unmatched.request_id],
                next_best=with_file_ids(unmatched.next_best),
            )
            for unmatched in proposal.waiting
        ),
    )


def _file_ids(db: Connection, person_ids: list[str]) -> Mapping[str, str]:
    """Person id → id in the municipality's own files, or the person id where they have none."""
    people = directory_store.people(db, sorted(set(person_ids)))
    return {person_id: person.file_id or person_id for person_id, person in people.items()}
