"""The report and the advice of a run, and what another guide for one request would change."""

import msgspec

from foundation.clock import local_date
from guides.access import coordinator_filter
from guides.errors import RunNotReady
from guides.matching import (
    Advice,
    Change,
    Effect,
    MatchingError,
    Moved,
    NextBest,
    Proposal,
    Reason,
    Report,
    effect_of,
    solved_pool,
)
from guides.matching.explain.next_best import alternatives_in
from guides.matching.model import Pool
from guides.matching.what_if.changes import swaps_as_pins
from guides.pool import store as pool_store
from guides.runs import pool_store as runs_pool_store
from guides.runs import store as runs_store
from guides.runs.access import can_manage_run
from guides.runs.model import Override, Run, RunReport
from guides.runs.review import (
    REVIEWABLE_STATUSES,
    PairOptions,
    draft_with_proposal,
    names_by_id,
    pair_options,
)
from guides.runs.service import require_coordinator
from people.errors import NotFound
from people.web.context import RequestContext

# With more allowed pairs the page would wait for the matching longer than two seconds.
PREVIEW_PAIRS_MAX = 300_000
GUIDES_SHOWN_MAX = 200
REASSIGNED_SHOWN_MAX = 200


class NamedReport(msgspec.Struct, frozen=True):
    """A run with its report, None until it is built, and the names in it that the coordinator may read."""

    run: Run
    report: Report | None
    names: dict[str, str]


class Impact(msgspec.Struct, frozen=True):
    """What one more decision would change for everyone. `moved` holds only citizens whom the coordinator covers."""

    moved: tuple[Moved, ...]
    hidden_count: int  # requests of other citizens whose guide would change
    matched: int  # change in the number of requests with a guide
    points: int  # change in the sum of points
    names: dict[str, str]


class HypotheticalChange(msgspec.Struct, frozen=True):
    """A decision to preview."""

    kind: str  # "pin", "forbid" or "swap"
    other_id: str  # the guide's id; for "swap" the other request's


class PairAlternatives(msgspec.Struct, frozen=True):
    """The guides that one request could have, and the impact of the decision to preview."""

    guides: tuple[NextBest, ...]
    impact: Impact | None
    names: dict[str, str]


class PairChoice(msgspec.Struct, frozen=True):
    """What the page shows on which a coordinator chooses a guide for one request of a draft."""

    run: Run
    options: PairOptions
    alternatives: PairAlternatives
    can_manage_run: bool
    supports_preview: bool
    problem: Reason | None  # the rule that the decision to preview breaks


NO_ALTERNATIVES = PairAlternatives((), None, {})


def report(context: RequestContext, run_id: str) -> NamedReport:
    """The report of a draft or published run. Raises RunNotReady, NotFound, NotAllowed."""
    run, stored = _run_with_report(context, run_id)
    if stored is None:
        return NamedReport(run, None, {})
    pairs = [(pair.request_id, pair.guide_id) for pair in stored.report.rather]
    if stored.report.lowest is not None:
        pairs.append(stored.report.lowest[:2])
    names = names_by_id(context, [request_id for request_id, _ in pairs], [guide_id for _, guide_id in pairs])
    return NamedReport(run, stored.report, names)


def advice(context: RequestContext, run_id: str) -> tuple[Run, tuple[Advice, ...] | None]:
    """A draft or published run with its advice for the coordinator's areas, None until it is built.

    Raises RunNotReady, NotFound, NotAllowed.
    """
    run, stored = _run_with_report(context, run_id)
    if stored is None:
        return run, None
    is_covered = coordinator_filter(context.actor)
    return run, tuple(entry for entry in stored.advice if is_covered("", entry.area or None))


def _run_with_report(context: RequestContext, run_id: str) -> tuple[Run, RunReport | None]:
    require_coordinator(context)
    run_and_report = runs_store.run_with_report(context.db, run_id)
    if run_and_report is None:
        raise NotFound
    run, report = run_and_report
    if run.status not in REVIEWABLE_STATUSES:
        raise RunNotReady(run.status)
    return run, report


def pair_choice(
    context: RequestContext, run_id: str, request_id: str, hypothetical: HypotheticalChange | None
) -> PairChoice:
    """The guides that one request of a draft could have, and the impact of a decision.

    Raises RunNotReady, NotFound, NotAllowed.
    """
    run, proposal = draft_with_proposal(context, run_id)
    options = pair_options(context, proposal, request_id)
    can_manage = can_manage_run(context, run, proposal)
    # The preview matches everyone in the run while the page waits.
    is_small = run.totals is not None and run.totals.allowed_pairs <= PREVIEW_PAIRS_MAX
    alternatives, problem = NO_ALTERNATIVES, None
    if can_manage and is_small:
        try:
            alternatives = _alternatives(context, run, proposal, request_id, hypothetical)
        except MatchingError as error:
            problem = error.reason
    return PairChoice(run, options, alternatives, can_manage, can_manage and is_small, problem)


def _alternatives(
    context: RequestContext,
    run: Run,
    proposal: Proposal,
    request_id: str,
    hypothetical: HypotheticalChange | None,
) -> PairAlternatives:
    """All guides that the rules allow, cheapest first, against the best pairs with the overrides so far.

    No guides for a request that is pinned, or when the decision replaces an override. Raises MatchingError for a
    decision that breaks a rule, NotFound.
    """
    overrides = runs_store.overrides(context.db, run.id)
    change = Change() if hypothetical is None else _change(context, proposal, request_id, hypothetical)
    remaining = tuple(override for override in overrides if not _is_superseded(override, change))
    pool = _pool(context, (*remaining, *(Override(*pair, "pin") for pair in change.pin)))
    undecided = tuple(pair for pair in pool.pinned if pair not in change.pin)
    solved = solved_pool(msgspec.structs.replace(pool, pinned=undecided), proposal)
    best = (
        alternatives_in(*solved.engine_run, request_id)[:GUIDES_SHOWN_MAX] if remaining == overrides else ()
    )
    impact = None if hypothetical is None else _impact(context, effect_of(solved, proposal, change))
    return PairAlternatives(best, impact, names_by_id(context, (), [guide.guide_id for guide in best]))


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
    """Whether the change decides what the override decided."""
    pair = override.request_id, override.guide_id
    pinned_ids = {request_id for request_id, _ in change.pin}
    return pair in (*change.pin, *change.forbid) or (
        override.kind == "pin" and override.request_id in pinned_ids
    )


def _impact(context: RequestContext, effect: Effect) -> Impact:
    names = names_by_id(
        context,
        [move.request_id for move in effect.moved[:REASSIGNED_SHOWN_MAX]],
        [guide_id for move in effect.moved for guide_id in (move.before, move.after)],
    )
    visible = tuple(move for move in effect.moved if move.request_id in names)
    return Impact(visible, len(effect.moved) - len(visible), effect.matched, effect.points, names)


def _pool(context: RequestContext, overrides: tuple[Override, ...]) -> Pool:
    pool, _ = runs_pool_store.read_pool(
        context.db,
        local_date(context.now),
        overrides=overrides,
        access_filter=coordinator_filter(context.actor),
    )
    return pool
