"""What the pages about one proposal show beside its pairs: who is who, which decisions wait to be worked in, what changed.

read_view(visit, run, view, page) -> View     one page of pairs, of those who wait, or of changes
all_pairs(visit, run_id)                      every pair of citizens whom the coordinator covers, for the check before publishing
one_pair(visit, run_id, request_id)           one request with its guide and the other guides to choose between
names(visit, request_ids, guide_ids)          full names by id; citizens of other areas are left out
"""

from collections.abc import Iterable

import msgspec

from guides.access import covers, log_many
from guides.errors import RunNotReady
from guides.lifecycle import RunStatus
from guides.matching import NextBest, Pair, Proposal
from guides.pool import lists
from guides.pool import store as pool_store
from guides.pool.model import KeptRequest
from guides.runs import proposals
from guides.runs import store as runs_store
from guides.runs.access import covers_run
from guides.runs.model import Ruling, Run
from guides.runs.proposals import PairShown, WaitingShown
from guides.runs.validation import Change, pair_of
from people.access.model import DataKind, Purpose
from people.directory import store as directory_store
from people.directory.model import Person
from people.errors import NotFound
from people.web.context import Visit

READY = (RunStatus.DRAFT, RunStatus.PUBLISHED)


class View(msgspec.Struct, frozen=True):
    """One page of a proposal. `pending`: there are decisions that the proposal was made without."""

    view: str
    pairs: tuple[PairShown, ...]
    waiting: tuple[WaitingShown, ...]
    changes: tuple[Change, ...]
    count: int  # of what this view lists
    change_count: int
    rulings: tuple[Ruling, ...]
    pinned: dict[str, str]  # request id -> guide id, as decided
    forbidden: frozenset[tuple[str, str]]
    pending: bool
    whole: bool  # whether everyone in the run is of the coordinator's areas
    matched: int  # of those who are
    unmatched: int
    names: dict[str, str]  # of everyone named on the page, by request id and guide id


class Line(msgspec.Struct, frozen=True):
    """A pair in one line."""

    request_id: str
    citizen: str
    guide: str
    pinned: bool


class Choice(msgspec.Struct, frozen=True):
    """A request of a proposal with the guides that could be chosen instead, and those it could change guides with."""

    kept: KeptRequest
    citizen: Person
    guide_id: str  # "" waits
    next_best: tuple[NextBest, ...]
    guides: tuple[tuple[str, str], ...]  # id and name with area, by name
    others: tuple[tuple[str, str], ...]  # request id and "citizen – guide"
    names: dict[str, str]


def read_view(visit: Visit, run: Run, view: str, page: int) -> View:
    """A page of a draft or published run; an unknown `view` is that of the pairs. Raises RunNotReady, NotAllowed."""
    found = proposals.proposal(visit, run.id)
    rulings = runs_store.rulings(visit.db, run.id)
    changes = proposals.changes(visit, run.id)
    pairs: tuple[PairShown, ...] = ()
    waiting: tuple[WaitingShown, ...] = ()
    shown: tuple[Change, ...] = ()
    if view == "waiting":
        waiting, count = proposals.waiting_page(visit, run.id, page)
    elif view == "changes":
        start = (page - 1) * proposals.PAGE_LENGTH
        shown, count = changes[start : start + proposals.PAGE_LENGTH], len(changes)
    else:
        view = "pairs"
        pairs, count = proposals.pair_page(visit, run.id, page)
    best = [one for shown_pair in pairs for one in shown_pair.pair.next_best]
    best += [one for shown_one in waiting for one in shown_one.waiting.next_best]
    known = names(
        visit,
        [
            *(move[0] for one in best for move in one.moves),
            *(one.request_id for one in rulings),
            *(one.request_id for one in shown),
        ],
        [
            *(shown_pair.pair.guide_id for shown_pair in pairs),
            *(one.guide_id for one in best),
            *(one.guide_id for one in rulings),
            *(move[1] for one in best for move in one.moves),
            *(id for one in shown for id in (one.before, one.after)),
        ],
    )
    return View(
        view,
        pairs,
        waiting,
        shown,
        count,
        len(changes),
        rulings,
        {one.request_id: one.guide_id for one in rulings if one.kind == "pin"},
        frozenset((one.request_id, one.guide_id) for one in rulings if one.kind == "forbid"),
        is_pending(found, rulings),
        covers_run(visit, run),
        len(lists.in_queue_order(visit.db, [one.request_id for one in found.pairs], covers(visit.actor))),
        len(lists.in_queue_order(visit.db, [one.request_id for one in found.waiting], covers(visit.actor))),
        known,
    )


def is_pending(found: Proposal, rulings: Iterable[Ruling]) -> bool:
    """Whether the proposal says something else than what has been decided about its pairs."""
    guide_of = {pair.request_id: pair.guide_id for pair in found.pairs}
    pins = {one.request_id: one.guide_id for one in rulings if one.kind == "pin"}
    bans = {(one.request_id, one.guide_id) for one in rulings if one.kind == "forbid"}
    return (
        any(guide_of.get(request_id) != guide_id for request_id, guide_id in pins.items())
        or any(pair in bans for pair in guide_of.items())
        or any(pair.pinned and pins.get(pair.request_id) != pair.guide_id for pair in found.pairs)
    )


def all_pairs(visit: Visit, run_id: str) -> tuple[tuple[Line, ...], int, bool]:
    """The pairs that the coordinator may see, by the citizen's name; the count of all; whether decisions wait."""
    found = proposals.proposal(visit, run_id)
    known = names(visit, [one.request_id for one in found.pairs], [one.guide_id for one in found.pairs])
    lines = [
        Line(one.request_id, known[one.request_id], known[one.guide_id], one.pinned)
        for one in found.pairs
        if one.request_id in known and one.guide_id in known
    ]
    pending = is_pending(found, runs_store.rulings(visit.db, run_id))
    return tuple(sorted(lines, key=lambda line: (line.citizen, line.request_id))), len(found.pairs), pending


def one_pair(visit: Visit, run: Run, request_id: str) -> Choice:
    """One request of a draft. Raises RunNotReady, NotFound, NotAllowed."""
    if run.status is not RunStatus.DRAFT:
        raise RunNotReady(run.status)
    found = proposals.proposal(visit, run.id)
    pair = pair_of(found, request_id)
    best = next((one for one in found.waiting if one.request_id == request_id), None)
    kept = pool_store.request(visit.db, request_id)
    if kept is None or (pair is None and best is None):
        raise NotFound
    visit.look(kept.citizen_id, DataKind.WISHES, Purpose.MATCHING)
    person = directory_store.person(visit.db, kept.citizen_id)
    if person is None:
        raise NotFound
    next_best = pair.next_best if pair is not None else best.next_best if best is not None else ()
    guides = pool_store.guides(visit.db)
    # Any other pair may change guides with this one; only a citizen who has a guide here can.
    others: list[Pair] = [] if pair is None else [one for one in found.pairs if one.request_id != request_id]
    known = names(
        visit,
        [*(one.request_id for one in others), *(move[0] for one in next_best for move in one.moves)],
        list(guides),
    )
    return Choice(
        kept,
        person,
        pair.guide_id if pair is not None else "",
        next_best,
        tuple(sorted(((id, known[id]) for id in guides), key=lambda one: one[1])),
        tuple(
            sorted(
                (
                    (one.request_id, f"{known[one.request_id]} – {known.get(one.guide_id, '')}")
                    for one in others
                    if one.request_id in known
                ),
                key=lambda one: one[1],
            )
        ),
        known,
    )


def names(visit: Visit, request_ids: Iterable[str], guide_ids: Iterable[str]) -> dict[str, str]:
    """Full names by request id and guide id. Citizens whom the coordinator does not cover are left out, the others logged."""
    admits = covers(visit.actor)
    kept = {
        id: one
        for id, one in pool_store.requests(visit.db, sorted({*request_ids} - {""})).items()
        if admits(one.citizen_id, one.request.area or None)
    }
    people = directory_store.people(
        visit.db, sorted(({one.citizen_id for one in kept.values()} | {*guide_ids}) - {""})
    )
    log_many(
        visit,
        dict.fromkeys(one.citizen_id for one in kept.values()),
        DataKind.IDENTITY,
        Purpose.MATCHING,
    )
    found = {id: people[id].full_name for id in {*guide_ids} if id in people}
    return found | {
        id: people[one.citizen_id].full_name for id, one in kept.items() if one.citizen_id in people
    }
