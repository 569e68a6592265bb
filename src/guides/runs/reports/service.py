"""What a coordinator reads about a run beside its pairs, and what a decision would change before it is made.

report(visit, run) -> NamedReport | None            how it went for groups of people; None while it is being worked out
advice(visit, run) -> tuple[Advice, ...] | None     whom to look for next, in the areas that the coordinator covers
outlook(visit, run, request_id, question)           all possible guides of one request with what each would cost, and what
                                                    everyone would have after "Run again" with one more decision
"""

import msgspec

from foundation.clock import local_date
from guides.access import coordinator_filter
from guides.errors import RunNotReady
from guides.matching import Advice, Change, Effect, Moved, NextBest, Proposal, Report, effect_of, solved_pool
from guides.matching.explain.next_best import alternatives_in
from guides.matching.model import Pool
from guides.matching.what_if.changes import swaps_as_pins
from guides.pool import store as pool_store
from guides.runs import pool_store as runs_pool_store
from guides.runs import proposals
from guides.runs import store as runs_store
from guides.runs.access import can_manage_run
from guides.runs.model import Override, Run, RunReport
from guides.runs.review import REVIEWABLE_STATUSES, names_by_id
from people.errors import NotFound
from people.web.context import RequestContext

# Beyond so many allowed pairs a page would wait for the matching longer than a second or two.
PREVIEW_PAIRS_MAX = 300_000
GUIDES_SHOWN_MAX = 200
REASSIGNED_SHOWN_MAX = 200


class NamedReport(msgspec.Struct, frozen=True):
    """A report with the names of those in it whom the coordinator may see; the others stay counts."""

    report: Report
    names: dict[str, str]


class Impact(msgspec.Struct, frozen=True):
    """What one more decision would change for everyone. `moved` are those whom the coordinator covers."""

    moved: tuple[Moved, ...]
    hidden_count: int  # others who would have another guide
    matched: int  # requests with a guide, more than in the proposal
    points: int
    names: dict[str, str]


class HypotheticalChange(msgspec.Struct, frozen=True):
    """A decision that is only asked about."""

    kind: str  # "pin", "forbid" or "swap"
    other_id: str  # the guide's id; to swap, the other request's


class PairAlternatives(msgspec.Struct, frozen=True):
    """The guides whom one request could have, and what the decision in question would change."""

    guides: tuple[NextBest, ...]
    impact: Impact | None
    names: dict[str, str]


def report(context: RequestContext, run: Run) -> NamedReport | None:
    """The report of a draft or published run. Raises RunNotReady."""
    found = _run_report(context, run)
    if found is None:
        return None
    rather = found.report.rather
    pairs = [(one.request_id, one.guide_id) for one in rather]
    if found.report.lowest is not None:
        pairs.append(found.report.lowest[:2])
    known = names_by_id(context, [request_id for request_id, _ in pairs], [guide_id for _, guide_id in pairs])
    return NamedReport(found.report, known)


def advice(context: RequestContext, run: Run) -> tuple[Advice, ...] | None:
    """The recruiting advice of a draft or published run, for the areas that the coordinator covers. Raises RunNotReady."""
    found = _run_report(context, run)
    if found is None:
        return None
    admits = coordinator_filter(context.actor)
    return tuple(one for one in found.advice if admits("", one.area or None))


def _run_report(context: RequestContext, run: Run) -> RunReport | None:
    if run.status not in REVIEWABLE_STATUSES:
        raise RunNotReady(run.status)
    return runs_store.run_report(context.db, run.id)


def supports_preview(context: RequestContext, run: Run) -> bool:
    """Whether a page can match everyone in the run while it waits: a pool that is small enough and all the coordinator's."""
    small = run.totals is not None and run.totals.allowed_pairs <= PREVIEW_PAIRS_MAX
    return small and can_manage_run(context, run)


def alternatives(
    context: RequestContext, run: Run, request_id: str, hypothetical: HypotheticalChange | None = None
) -> PairAlternatives:
    """All guides whom the rules allow the request, and what a decision would change, against the best pairs with what is decided so far.

    The cheapest guides first; none for a request whose guide is decided, in the largest pools, and in a run that is not all the
    coordinator's. Nothing is stored. Raises MatchingError for a question about a pair that breaks a rule, RunNotReady, NotFound,
    NotAllowed.
    """
    if not supports_preview(context, run):
        return PairAlternatives((), None, {})
    found = proposals.proposal(context, run.id)
    before = runs_store.overrides(context.db, run.id)
    change = Change() if hypothetical is None else _change(context, found, request_id, hypothetical)
    kept = tuple(one for one in before if not _is_superseded(one, change))
    pool = _pool(context, (*kept, *(Override(*pair, "pin") for pair in change.pin)))
    undecided = tuple(pair for pair in pool.pinned if pair not in change.pin)
    known = solved_pool(msgspec.structs.replace(pool, pinned=undecided), found)
    best = alternatives_in(*known.engine_run, request_id)[:GUIDES_SHOWN_MAX] if kept == before else ()
    considered = None if hypothetical is None else _impact(context, effect_of(known, found, change))
    return PairAlternatives(best, considered, names_by_id(context, (), [one.guide_id for one in best]))


def _change(
    context: RequestContext, proposal: Proposal, request_id: str, hypothetical: HypotheticalChange
) -> Change:
    if hypothetical.kind == "swap":
        if hypothetical.other_id not in names_by_id(context, [hypothetical.other_id], ()):
            raise NotFound
        return Change(pin=swaps_as_pins(proposal, Change(swap=((request_id, hypothetical.other_id),))).pin)
    if pool_store.guide(context.db, hypothetical.other_id) is None:
        raise NotFound
    pair = ((request_id, hypothetical.other_id),)
    return Change(pin=pair) if hypothetical.kind == "pin" else Change(forbid=pair)


def _is_superseded(override: Override, change: Change) -> bool:
    """Whether the change decides what the ruling decided."""
    pair = override.request_id, override.guide_id
    decided = {request_id for request_id, _ in change.pin}
    return pair in (*change.pin, *change.forbid) or (
        override.kind == "pin" and override.request_id in decided
    )


def _impact(context: RequestContext, effect: Effect) -> Impact:
    known = names_by_id(
        context,
        [one.request_id for one in effect.moved[:REASSIGNED_SHOWN_MAX]],
        [id for one in effect.moved for id in (one.before, one.after)],
    )
    shown = tuple(one for one in effect.moved if one.request_id in known)
    return Impact(shown, len(effect.moved) - len(shown), effect.matched, effect.points, known)


def _pool(context: RequestContext, overrides: tuple[Override, ...]) -> Pool:
    pool, _ = runs_pool_store.read_pool(
        context.db,
        local_date(context.now),
        overrides=overrides,
        access_filter=coordinator_filter(context.actor),
    )
    return pool
