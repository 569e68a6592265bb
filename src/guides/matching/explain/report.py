"""A report on a run: compared with first come, first served; by groups of people; and its weak spots.

Groups of fewer than five are suppressed to protect their members; if the suppressed ones together are fewer
than five, so is the next smallest group, because they could otherwise be inferred from the totals.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

import msgspec
import numpy as np

from foundation.i18n import N_
from guides.matching.capacity_slots import TieredProblem
from guides.matching.model import Pool, Request, fold
from guides.matching.preparation import PreparedPool, no_progress, prepare
from guides.matching.proposal import Pair, Proposal
from guides.matching.reasons import Reason
from guides.matching.scoring.arrays import word_set
from guides.matching.solver.problem import Ints

# With fewer, a mean would say something about single people.
GROUP_MIN = 5
BLOCKING_PAIRS_SHOWN_MAX = 10


class Spread(msgspec.Struct, frozen=True):
    """The distribution of points over a set of pairs; all 0 for no pairs."""

    matched: int
    points: int
    mean: int
    low: int  # 5th percentile
    lowest: int


class Group(msgspec.Struct, frozen=True):
    """A group of requests with mean points and mean days of waiting; None for means of fewer than five."""

    label: Reason
    requests: int
    matched: int
    points: int | None
    days: int | None
    days_still_waiting: int | None


class Grouping(msgspec.Struct, frozen=True):
    """The groups by one trait, the largest first; `hidden` is the number of groups that are suppressed."""

    title: str  # message id
    groups: tuple[Group, ...]
    hidden: int


class BlockingPair(msgspec.Struct, frozen=True):
    """An allowed pair with more points than both have now, so that both would prefer it.

    `gain` is the citizen's gain.
    """

    request_id: str
    guide_id: str
    points: int
    gain: int


class Report(msgspec.Struct, frozen=True):
    """A report on one run."""

    ours: Spread  # without pinned pairs
    # Each request, in order of waiting, with the best guide still free. None in the largest pools, of which
    # only the best pairs are stored; `rather` (the blocking pairs) is then limited to these.
    first_come: Spread | None
    groupings: tuple[Grouping, ...]
    lowest: tuple[str, str, int] | None  # request id, guide id, points
    load: dict[int, int]  # number of citizens after this run -> number of open guides
    rather_count: int
    rather: tuple[BlockingPair, ...]  # the blocking pairs with the largest gains


def report_on(pool: Pool, proposal: Proposal) -> Report:
    """The report on `proposal`, the proposal of `pool`."""
    prepared = prepare(pool, proposal.policy, proposal.seed, no_progress)
    problem = prepared.problem
    chosen = chosen_pairs(prepared, proposal)
    blocking = blocking_pairs(prepared, chosen)
    lowest = min(
        (pair for pair in proposal.pairs if not pair.pinned),
        key=lambda pair: (pair.points, pair.request_id),
        default=None,
    )
    return Report(
        ours=spread_of(chosen.points),
        # Where only the best pairs are stored, a greedy assignment would miss guides that are still free.
        first_come=spread_of(first_come_points(problem)) if prepared.complete else None,
        groupings=groupings(pool, proposal),
        lowest=(lowest.request_id, lowest.guide_id, lowest.points) if lowest else None,
        load=guides_by_load(problem, chosen),
        rather_count=len(blocking),
        rather=tuple(
            sorted(blocking, key=lambda pair: (-pair.gain, pair.request_id, pair.guide_id))[
                :BLOCKING_PAIRS_SHOWN_MAX
            ]
        ),
    )


class ChosenPairs(NamedTuple):
    """The pairs of a proposal that are not pinned, as arrays."""

    rows: Ints
    columns: Ints  # of open guides
    points: Ints


def chosen_pairs(prepared: PreparedPool, proposal: Proposal) -> ChosenPairs:
    """The pairs of the proposal that are not pinned, as rows and columns of the prepared pool."""
    row = {request.id: index for index, request in enumerate(prepared.people.requests)}
    column = {guide.id: index for index, guide in enumerate(prepared.open_people.guides)}
    pairs = [pair for pair in proposal.pairs if not pair.pinned]
    return ChosenPairs(
        np.array([row[pair.request_id] for pair in pairs], np.int64),
        np.array([column[pair.guide_id] for pair in pairs], np.int64),
        np.array([pair.points for pair in pairs], np.int64),
    )


def first_come_points(problem: TieredProblem) -> Ints:
    """The points of a greedy assignment: by waiting time, each request takes the best guide still free."""
    room = problem.capacity.copy()
    chosen_points = []
    for row in np.lexsort((problem.request_key, -problem.days)):
        pairs = slice(problem.points.indptr[row], problem.points.indptr[row + 1])
        columns = problem.points.indices[pairs]
        free = np.where(room[columns] > 0, problem.points.data[pairs], -1)
        if free.max(initial=-1) >= 0:
            best = np.argmax(free)
            chosen_points.append(int(free[best]))
            room[columns[best]] -= 1
    return np.array(chosen_points, np.int64)


def spread_of(points: Ints) -> Spread:
    """The distribution of the points."""
    if not len(points):
        return Spread(0, 0, 0, 0, 0)
    low = int(np.percentile(points, 5, method="lower"))
    return Spread(len(points), int(points.sum()), round(float(points.mean())), low, int(points.min()))


def guides_by_load(problem: TieredProblem, chosen: ChosenPairs) -> dict[int, int]:
    """Number of citizens, running pairings included -> number of open guides with that many."""
    load = problem.load + np.bincount(chosen.columns, minlength=len(problem.load))
    return {
        int(count): int(guides) for count, guides in zip(*np.unique(load, return_counts=True), strict=True)
    }


def blocking_pairs(prepared: PreparedPool, chosen: ChosenPairs) -> list[BlockingPair]:
    """The blocking pairs: allowed pairs with more points than the citizen's pair and the guide's lowest pair.

    A guide with a free slot would prefer any pair. Waiting requests are left out, because the priority tiers
    decided that they wait.
    """
    points = prepared.problem.points
    n, m = points.shape
    current = np.full(n, np.iinfo(np.int64).max)
    current[chosen.rows] = chosen.points
    lowest = np.full(m, np.iinfo(np.int64).max)
    np.minimum.at(lowest, chosen.columns, chosen.points)
    lowest[np.bincount(chosen.columns, minlength=m) < prepared.problem.capacity] = -1
    rows = np.repeat(np.arange(n), np.diff(points.indptr))
    blocking = np.flatnonzero((points.data > current[rows]) & (points.data > lowest[points.indices]))
    return [
        BlockingPair(
            prepared.people.requests[rows[k]].id,
            prepared.open_people.guides[points.indices[k]].id,
            int(points.data[k]),
            int(points.data[k] - current[rows[k]]),
        )
        for k in blocking
    ]


def groupings(pool: Pool, proposal: Proposal) -> tuple[Grouping, ...]:
    """The requests grouped by area, language, preferred gender and urgency."""
    names = {fold(area.id): area.name for area in pool.areas}
    traits: tuple[tuple[str, Callable[[Request], Iterable[Reason]]], ...] = (
        (N_("Area"), lambda request: [_word_label(names.get(fold(request.area), request.area))]),
        (N_("Language"), lambda request: [_word_label(word) for word in word_set(request, "languages")]),
        (N_("Wish for gender"), lambda request: [_word_label(fold(request.wanted_gender))]),
        (N_("Urgency"), lambda request: [URGENT if request.urgent else NOT_URGENT]),
    )
    pair_of = {pair.request_id: pair for pair in proposal.pairs}
    return tuple(grouping(pool, pair_of, title, trait) for title, trait in traits)


URGENT = Reason("urgent", N_("urgent"))
NOT_URGENT = Reason("urgent", N_("not urgent"))
UNSPECIFIED = Reason("none", N_("nothing said"))


def _word_label(word: str) -> Reason:
    return Reason("word", "%(word)s", {"word": word}) if word.strip() else UNSPECIFIED


def grouping(
    pool: Pool, pair_of: dict[str, Pair], title: str, trait: Callable[[Request], Iterable[Reason]]
) -> Grouping:
    """The groups of requests by `trait`; a request may be in several.

    Groups that are too small are suppressed.
    """
    members: dict[str, list[Request]] = defaultdict(list)
    labels: dict[str, Reason] = {}
    for request in pool.requests:
        for label in trait(request):
            key = label.message % label.values
            labels[key] = label
            members[key].append(request)
    shown = groups_to_show({key: len(requests) for key, requests in members.items()})
    groups = tuple(_group(pool, pair_of, labels[key], members[key]) for key in shown)
    return Grouping(title, groups, len(members) - len(groups))


def groups_to_show(sizes: dict[str, int]) -> list[str]:
    """The groups that may be shown, the largest first.

    The suppressed ones are at least five people together, or none.
    """
    largest_first = sorted(sizes, key=lambda key: (-sizes[key], key))
    shown = [key for key in largest_first if sizes[key] >= GROUP_MIN]
    hidden = sum(sizes.values()) - sum(sizes[key] for key in shown)
    return shown[:-1] if 0 < hidden < GROUP_MIN else shown


def _group(pool: Pool, pair_of: dict[str, Pair], label: Reason, requests: list[Request]) -> Group:
    # Of a group that is large enough, fewer than five may be matched or waiting: _mean checks again.
    matched = [pair_of[request.id].points for request in requests if request.id in pair_of]
    days = [max(0, (pool.today - request.waiting_since).days) for request in requests]
    waiting = [d for d, request in zip(days, requests, strict=True) if request.id not in pair_of]
    return Group(label, len(requests), len(matched), _mean(matched), _mean(days), _mean(waiting))


def _mean(numbers: list[int]) -> int | None:
    return round(sum(numbers) / len(numbers)) if len(numbers) >= GROUP_MIN else None
