"""What a coordinator reads about a run beside its pairs, and what a decision would change before it is made.

report(visit, run) -> ReportShown | None            how it went for groups of people; None while it is being worked out
advice(visit, run) -> tuple[Advice, ...] | None     whom to look for next, in the areas that the coordinator covers
guides_for(visit, run, request_id)                  all possible guides of one request with what each would cost
considered(visit, run, request_id, guide_id, kind)  what everyone would have after "Run again" with one more decision
"""

import msgspec

from foundation.clock import local_date
from guides import service_proposal, store, store_pool, store_runs
from guides.access import covers
from guides.errors import RunNotReady
from guides.lifecycle import RunStatus
from guides.matching import Advice, Change, Moved, NextBest, Report, consider, every_guide_for
from guides.model import Pool
from guides.records import Insight, Ruling, Run
from guides.service_review import READY, names
from people.errors import NotFound
from people.visits import Visit

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
    return store_runs.insight(visit.db, run.id)


def is_live(run: Run) -> bool:
    """Whether the pool is small enough to be matched anew while a page waits."""
    return run.totals is not None and run.totals.allowed_pairs <= LIVE_PAIRS_MAX


def guides_for(visit: Visit, run: Run, request_id: str) -> tuple[tuple[NextBest, ...], dict[str, str]]:
    """All guides whom the rules allow the request, against the best pairs with what is decided so far; and names.

    The cheapest first. None for a request whose guide is decided, and in the largest pools. Raises RunNotReady, NotAllowed.
    """
    if not is_live(run):
        return (), {}
    found = service_proposal.proposal(visit, run.id)
    pool = _pool(visit, store_runs.rulings(visit.db, run.id))
    best = every_guide_for(pool, found, request_id)[:GUIDES_SHOWN_MAX]
    return best, names(visit, (), [one.guide_id for one in best])


def considered(visit: Visit, run: Run, request_id: str, guide_id: str, kind: str) -> Considered:
    """What "Run again" would change if this pair were decided too; `kind` is "pin" or "forbid". Nothing is stored.

    Raises MatchingFault for a pair that breaks a rule, RunNotReady, NotFound, NotAllowed.
    """
    if run.status is not RunStatus.DRAFT or not is_live(run):
        raise RunNotReady(run.status)
    if store.guide(visit.db, guide_id) is None:
        raise NotFound
    found = service_proposal.proposal(visit, run.id)
    before = store_runs.rulings(visit.db, run.id)
    rulings = [one for one in before if (one.request_id, one.guide_id) != (request_id, guide_id)]
    if kind == "pin":
        rulings = [one for one in rulings if (one.request_id, one.kind) != (request_id, "pin")]
    # The decision comes with the pool, as it does in the next run, so there is nothing more to change.
    outcome = consider(_pool(visit, (*rulings, Ruling(request_id, guide_id, kind))), found, Change())
    known = names(
        visit,
        [one.request_id for one in outcome.moved[:MOVED_SHOWN_MAX]],
        [id for one in outcome.moved for id in (one.before, one.after)],
    )
    shown = tuple(one for one in outcome.moved if one.request_id in known)
    return Considered(shown, len(outcome.moved) - len(shown), outcome.matched, outcome.points, known)


def _pool(visit: Visit, rulings: tuple[Ruling, ...]) -> Pool:
    pool, _ = store_pool.read_pool(
        visit.db, local_date(visit.now), rulings=rulings, admits=covers(visit.actor)
    )
    return pool
