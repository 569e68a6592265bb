"""What the pages about one proposal show: its pairs, the names in it, pending overrides and changes."""

from collections.abc import Collection, Iterable

import msgspec

from guides.access import coordinator_filter
from guides.errors import InvalidPair, RunNotReady
from guides.lifecycle import RunStatus
from guides.matching import NextBest, Pair, Proposal
from guides.pool import lists
from guides.pool import store as pool_store
from guides.pool.model import RequestRecord
from guides.runs import store as runs_store
from guides.runs.access import can_manage_run
from guides.runs.model import Override, Run
from guides.runs.proposals import PairRow, UnmatchedRow, pair_rows, unmatched_rows
from guides.runs.service import run_with_proposal
from guides.runs.validation import PairChange, diff, pair_of
from people.access.model import DataKind, Purpose
from people.directory import service as directory_service
from people.directory import store as directory_store
from people.directory.model import Person
from people.errors import NotFound
from people.web.context import RequestContext

PAGE_LENGTH = 10  # a pair with its reasons fills half a screen
REVIEWABLE_STATUSES = (RunStatus.DRAFT, RunStatus.PUBLISHED)


class ProposalPage(msgspec.Struct, frozen=True):
    """One page of a proposal, limited to the citizens whom the coordinator covers."""

    view: str  # "pairs", "waiting" or "changes"
    pairs: tuple[PairRow, ...]
    waiting: tuple[UnmatchedRow, ...]
    changes: tuple[PairChange, ...]
    count: int  # entries in this view, on all pages
    change_count: int
    overrides: tuple[Override, ...]
    pinned: dict[str, str]  # request id -> guide id, as overridden
    forbidden: frozenset[tuple[str, str]]
    has_pending_overrides: bool  # whether overrides were set after the proposal was made
    can_manage_run: bool
    matched: int
    unmatched: int
    names: dict[str, str]  # full names of everyone on the page, by request id and guide id
    area_names: dict[str, str]


class RunPage(msgspec.Struct, frozen=True):
    """The run and, if it is a draft or published, a page of its proposal."""

    run: Run
    proposal: ProposalPage | None


class PairSummary(msgspec.Struct, frozen=True):
    """A pair in one line."""

    request_id: str
    citizen: str
    guide: str
    pinned: bool


class PublishPreview(msgspec.Struct, frozen=True):
    """The offers that publishing a draft would send; `hidden_count` pairs are of citizens of other areas."""

    run: Run
    pairs: tuple[PairSummary, ...]
    hidden_count: int
    has_pending_overrides: bool


class PairOptions(msgspec.Struct, frozen=True):
    """A request of a proposal with the guides it could have, and the requests it could swap guides with."""

    record: RequestRecord
    citizen: Person
    guide_id: str  # "" for an unmatched request
    next_best: tuple[NextBest, ...]
    guides: tuple[tuple[str, str], ...]  # id and name, by name
    swap_options: tuple[tuple[str, str], ...]  # request id and "citizen – guide"
    names: dict[str, str]


def run_page(context: RequestContext, run_id: str, view: str, page: int) -> RunPage:
    """A run with one page (from 1) of its proposal; an unknown `view` is "pairs". Raises NotFound, NotAllowed."""
    run, proposal = run_with_proposal(context, run_id)
    if proposal is None or run.status not in REVIEWABLE_STATUSES:
        return RunPage(run, None)
    return RunPage(run, _proposal_page(context, run, proposal, view, page))


def _proposal_page(
    context: RequestContext, run: Run, proposal: Proposal, view: str, page: int
) -> ProposalPage:
    overrides = runs_store.overrides(context.db, run.id)
    previous = None if run.follows is None else runs_store.proposal(context.db, run.follows)
    changes = () if previous is None else diff(previous, proposal)
    pair_by_request = {pair.request_id: pair for pair in proposal.pairs}
    unmatched_by_request = {unmatched.request_id: unmatched for unmatched in proposal.waiting}
    ordered = lists.in_queue_order(
        context.db, [*pair_by_request, *unmatched_by_request], coordinator_filter(context.actor)
    )
    matched = [request_id for request_id in ordered if request_id in pair_by_request]
    unmatched = [request_id for request_id in ordered if request_id in unmatched_by_request]
    on_page = slice((page - 1) * PAGE_LENGTH, page * PAGE_LENGTH)
    pair_page: tuple[PairRow, ...] = ()
    unmatched_page: tuple[UnmatchedRow, ...] = ()
    change_page: tuple[PairChange, ...] = ()
    if view == "waiting":
        unmatched_page, count = (
            unmatched_rows(context, unmatched_by_request, unmatched[on_page]),
            len(unmatched),
        )
    elif view == "changes":
        change_page, count = changes[on_page], len(changes)
    else:
        view = "pairs"
        pair_page, count = pair_rows(context, pair_by_request, matched[on_page]), len(matched)
    return ProposalPage(
        view=view,
        pairs=pair_page,
        waiting=unmatched_page,
        changes=change_page,
        count=count,
        change_count=len(changes),
        overrides=overrides,
        pinned={entry.request_id: entry.guide_id for entry in overrides if entry.kind == "pin"},
        forbidden=frozenset(
            (entry.request_id, entry.guide_id) for entry in overrides if entry.kind == "forbid"
        ),
        has_pending_overrides=has_pending_overrides(proposal, overrides),
        can_manage_run=can_manage_run(context, run, proposal),
        matched=len(matched),
        unmatched=len(unmatched),
        names=_names_on_page(context, pair_page, unmatched_page, change_page, overrides),
        area_names={area.id: area.name for area in directory_service.areas(context)},
    )


def _names_on_page(
    context: RequestContext,
    pairs: Iterable[PairRow],
    unmatched: Iterable[UnmatchedRow],
    changes: Iterable[PairChange],
    overrides: Iterable[Override],
) -> dict[str, str]:
    request_ids = {
        *(change.request_id for change in changes),
        *(override.request_id for override in overrides),
    }
    guide_ids = {
        *(row.pair.guide_id for row in pairs),
        *(guide_id for change in changes for guide_id in (change.before, change.after)),
        *(override.guide_id for override in overrides),
    }
    for next_best in (*(row.pair.next_best for row in pairs), *(row.waiting.next_best for row in unmatched)):
        for best in next_best:
            guide_ids |= {best.guide_id, *(guide_id for _, guide_id in best.moves)}
            request_ids |= {request_id for request_id, _ in best.moves}
    return names_by_id(context, request_ids, guide_ids)


def has_pending_overrides(proposal: Proposal, overrides: Iterable[Override]) -> bool:
    """Whether the proposal differs from what has been decided about its pairs."""
    guide_by_request = {pair.request_id: pair.guide_id for pair in proposal.pairs}
    pins = {override.request_id: override.guide_id for override in overrides if override.kind == "pin"}
    forbidden = {
        (override.request_id, override.guide_id) for override in overrides if override.kind == "forbid"
    }
    return (
        any(guide_by_request.get(request_id) != guide_id for request_id, guide_id in pins.items())
        or any(pair in forbidden for pair in guide_by_request.items())
        or any(pair.pinned and pins.get(pair.request_id) != pair.guide_id for pair in proposal.pairs)
    )


def publish_preview(context: RequestContext, run_id: str) -> PublishPreview:
    """The pairs of a draft by the citizen's name. Raises RunNotReady, NotFound, NotAllowed."""
    run, proposal = draft_with_proposal(context, run_id)
    names = names_of_pairs(context, proposal.pairs)
    summaries = [
        PairSummary(pair.request_id, names[pair.request_id], names[pair.guide_id], pair.pinned)
        for pair in proposal.pairs
        if pair.request_id in names and pair.guide_id in names
    ]
    return PublishPreview(
        run,
        tuple(sorted(summaries, key=lambda summary: (summary.citizen, summary.request_id))),
        len(proposal.pairs) - len(summaries),
        has_pending_overrides(proposal, runs_store.overrides(context.db, run_id)),
    )


def draft_with_proposal(context: RequestContext, run_id: str) -> tuple[Run, Proposal]:
    """A draft and its proposal. Raises RunNotReady, NotFound, NotAllowed."""
    run, proposal = run_with_proposal(context, run_id)
    if proposal is None or run.status is not RunStatus.DRAFT:
        raise RunNotReady(run.status)
    return run, proposal


def pair_options(context: RequestContext, proposal: Proposal, request_id: str) -> PairOptions:
    """The choices for one request of a proposal. Raises NotFound, NotAllowed."""
    pair = pair_of(proposal, request_id)
    unmatched = next((entry for entry in proposal.waiting if entry.request_id == request_id), None)
    record = pool_store.request(context.db, request_id)
    entry = pair or unmatched
    if record is None or entry is None:
        raise NotFound
    context.authorize_read(record.citizen_id, DataKind.WISHES, Purpose.MATCHING)
    citizen = directory_store.person(context.db, record.citizen_id)
    if citizen is None:
        raise NotFound
    guides = pool_store.guides(context.db)
    # Only a matched request can swap, with any other matched request.
    others: list[Pair] = []
    if pair is not None:
        others = [other for other in proposal.pairs if other.request_id != request_id]
    names = names_by_id(
        context,
        [
            *(other.request_id for other in others),
            *(moved_id for best in entry.next_best for moved_id, _ in best.moves),
        ],
        list(guides),
    )
    swap_options = [
        (other.request_id, f"{names[other.request_id]} – {names.get(other.guide_id, '')}")
        for other in others
        if other.request_id in names
    ]
    return PairOptions(
        record,
        citizen,
        "" if pair is None else pair.guide_id,
        entry.next_best,
        tuple(sorted(((guide_id, names[guide_id]) for guide_id in guides), key=lambda option: option[1])),
        tuple(sorted(swap_options, key=lambda option: option[1])),
        names,
    )


def names_of_pairs(context: RequestContext, pairs: Collection[Pair | InvalidPair]) -> dict[str, str]:
    """`names_by_id` for both sides of the pairs."""
    return names_by_id(context, [pair.request_id for pair in pairs], [pair.guide_id for pair in pairs])


def names_by_id(
    context: RequestContext, request_ids: Iterable[str], guide_ids: Iterable[str]
) -> dict[str, str]:
    """Full names by request id and guide id; "" is ignored.

    Leaves out citizens whom the coordinator does not cover, and records the read of the others.
    """
    is_covered = coordinator_filter(context.actor)
    citizen_by_request = {
        request_id: record.citizen_id
        for request_id, record in pool_store.requests(context.db, sorted({*request_ids} - {""})).items()
        if is_covered(record.citizen_id, record.request.area or None)
    }
    guide_ids = {*guide_ids} - {""}
    people = directory_store.people(context.db, sorted({*citizen_by_request.values(), *guide_ids}))
    context.authorize_reads(citizen_by_request.values(), DataKind.IDENTITY, Purpose.MATCHING)
    names = {guide_id: people[guide_id].full_name for guide_id in guide_ids if guide_id in people}
    for request_id, citizen_id in citizen_by_request.items():
        if citizen_id in people:
            names[request_id] = people[citizen_id].full_name
    return names
