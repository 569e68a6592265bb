"""What a coordinator reads about a run beside its pairs, and what a decision would change before it is made.

report(visit, run) -> ReportShown | None            how it went for groups of people; None while it is being worked out
advice(visit, run) -> tuple[Advice, ...] | None     whom to look for next, in the areas that the coordinator covers
outlook(visit, run, request_id, question)           all possible guides of one request with what each would cost, and what
                                                    everyone would have after "Run again" with one more decision
"""

import msgspec

from foundation.clock import local_date
from guides.access import covers
from guides.errors import RunNotReady
from guides.matching import Advice, Change, Effect, Moved, NextBest, Proposal, Report, basis, effect
from guides.matching.explain.next_best import every_guide
from guides.matching.model import Pool
from guides.matching.what_if.changes import with_swaps
from guides.pool import store as pool_store
from guides.runs import pool_store as runs_pool_store
from guides.runs import proposals
from guides.runs import store as runs_store
from guides.runs.access import covers_run
from guides.runs.model import Insight, Ruling, Run
from guides.runs.review import READY, names
from people.errors import NotFound
from people.web.context import Visit

# Beyond so many allowed pairs a page would wait for the matching longer than a second or two.
LIVE_PAIRS_MAX = 300_000
GUIDES_SHOWN_MAX = 200
MOVED_SHOWN_MAX = 200


class ReportShown(msgspec.Struct, frozen=True):
    """A report with the names of those in it whom the coordinator may see; the others stay counts."""

    report: Report
    names: dict[str, str]


class Considered(msgspec.Struct, frozen=True):
    """What one more decision would change for everyone. `moved` are those whom the coordinator covers."""

    moved: tuple[Moved, ...]
    unseen: int  # others who would have another guide
    matched: int  # requests with a guide, more than in the proposal
    points: int
    names: dict[str, str]


class Question(msgspec.Struct, frozen=True):
    """A decision that is only asked about."""

    kind: str  # "pin", "forbid" or "swap"
    other: str  # the guide's id; to swap, the other request's


class Outlook(msgspec.Struct, frozen=True):
    """The guides whom one request could have, and what the decision in question would change."""

    guides: tuple[NextBest, ...]
    considered: Considered | None
    names: dict[str, str]


def report(visit: Visit, run: Run) -> ReportShown | None:
    """The report of a draft or published run. Raises RunNotReady."""
    found = _insight(visit, run)
    if found is None:
        return None
    rather = found.report.rather
    pairs = [(one.request_id, one.guide_id) for one in rather]
    if found.report.lowest is not None:
        pairs.append(found.report.lowest[:2])
    known = names(visit, [request_id for request_id, _ in pairs], [guide_id for _, guide_id in pairs])
    return ReportShown(found.report, known)


def advice(visit: Visit, run: Run) -> tuple[Advice, ...] | None:
    """The recruiting advice of a draft or published run, for the areas that the coordinator covers. Raises RunNotReady."""
    found = _insight(visit, run)
    if found is None:
        return None
    admits = covers(visit.actor)
    return tuple(one for one in found.advice if admits("", one.area or None))


def _insight(visit: Visit, run: Run) -> Insight | None:
    if run.status not in READY:
        raise RunNotReady(run.status)
    return runs_store.insight(visit.db, run.id)


def is_live(visit: Visit, run: Run) -> bool:
    """Whether a page can match everyone in the run while it waits: a pool that is small enough and all the coordinator's."""
    small = run.totals is not None and run.totals.allowed_pairs <= LIVE_PAIRS_MAX
    return small and covers_run(visit, run)


def outlook(visit: Visit, run: Run, request_id: str, question: Question | None = None) -> Outlook:
    """All guides whom the rules allow the request, and what a decision would change, against the best pairs with what is decided so far.

    The cheapest guides first; none for a request whose guide is decided, in the largest pools, and in a run that is not all the
    coordinator's. Nothing is stored. Raises MatchingFault for a question about a pair that breaks a rule, RunNotReady, NotFound,
    NotAllowed.
    """
    if not is_live(visit, run):
        return Outlook((), None, {})
    found = proposals.proposal(visit, run.id)
    before = runs_store.rulings(visit.db, run.id)
    change = Change() if question is None else _change(visit, found, request_id, question)
    kept = tuple(one for one in before if not _is_asked_anew(one, change))
    pool = _pool(visit, (*kept, *(Ruling(*pair, "pin") for pair in change.pin)))
    undecided = tuple(pair for pair in pool.pinned if pair not in change.pin)
    known = basis(msgspec.structs.replace(pool, pinned=undecided), found)
    best = every_guide(*known.run, request_id)[:GUIDES_SHOWN_MAX] if kept == before else ()
    considered = None if question is None else _considered(visit, effect(known, found, change))
    return Outlook(best, considered, names(visit, (), [one.guide_id for one in best]))


def _change(visit: Visit, found: Proposal, request_id: str, question: Question) -> Change:
    if question.kind == "swap":
        if question.other not in names(visit, [question.other], ()):
            raise NotFound
        return Change(pin=with_swaps(found, Change(swap=((request_id, question.other),))).pin)
    if pool_store.guide(visit.db, question.other) is None:
        raise NotFound
    pair = ((request_id, question.other),)
    return Change(pin=pair) if question.kind == "pin" else Change(forbid=pair)


def _is_asked_anew(ruling: Ruling, change: Change) -> bool:
    """Whether the change decides what the ruling decided."""
    pair = ruling.request_id, ruling.guide_id
    decided = {request_id for request_id, _ in change.pin}
    return pair in (*change.pin, *change.forbid) or (ruling.kind == "pin" and ruling.request_id in decided)


def _considered(visit: Visit, found: Effect) -> Considered:
    known = names(
        visit,
        [one.request_id for one in found.moved[:MOVED_SHOWN_MAX]],
        [id for one in found.moved for id in (one.before, one.after)],
    )
    shown = tuple(one for one in found.moved if one.request_id in known)
    return Considered(shown, len(found.moved) - len(shown), found.matched, found.points, known)


def _pool(visit: Visit, rulings: tuple[Ruling, ...]) -> Pool:
    pool, _ = runs_pool_store.read_pool(
        visit.db, local_date(visit.now), rulings=rulings, admits=covers(visit.actor)
    )
    return pool
