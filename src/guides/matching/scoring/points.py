"""The soft criteria ("points") that make one allowed pair better than another, one entry each in POINTS.

A pair has 0 to 10,000 points. A point with weight w out of the sum of weights W is worth up to w / W of
10,000 (shares are whole numbers that add up to 10,000); a pair earns the fraction that `measure` returns,
rounded half up once.

Shared dislikes weigh more than shared interests because they were associated with longer matches (Raposa and
others 2018), and shared experience weighs more than both (Eby and others 2013).
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from foundation.i18n import N_
from guides.matching.model import Guide, Request
from guides.matching.reasons import Reason
from guides.matching.scoring.arrays import MINUTES_PER_WEEK, WORD_KINDS, Int32s, word_set
from guides.matching.scoring.views import View

POINTS_MAX = 10_000
WORDS_SHOWN_MAX = 3

Measure = Callable[[View, int], tuple[Any, Any]]  # (amount, enough), both whole numbers


class Explanation(NamedTuple):
    """The sentences of one point about a pair, for the citizen, the guide and (if unmet) the coordinator."""

    citizen: Reason | None = None
    guide: Reason | None = None
    unmet: Reason | None = None


class PairFacts:
    """The values of one pair that its sentences need."""

    def __init__(self, request: Request, guide: Guide, minutes_apart: int, minutes_together: int) -> None:
        self.request = request
        self.guide = guide
        self.minutes_apart = minutes_apart
        self.minutes_together = minutes_together

    def words(self, kind: str) -> tuple[dict[str, str], dict[str, str]]:
        """The request's and the guide's words of one kind: folded word -> original spelling."""
        left, right = WORD_KINDS[kind]
        return word_set(self.request, left), word_set(self.guide, right)

    @cached_property
    def any_time(self) -> bool:
        """Whether at least one of the two is available at any time."""
        return not self.request.times or not self.guide.times


class Point(NamedTuple):
    """A soft criterion. `enough` is the amount that earns it in full; None: it depends on the request."""

    name: str
    title: str
    weight: int  # of the default policy
    enough: int | None  # of the default policy
    unit: str  # what `enough` counts
    measure: Measure
    explain: Callable[[PairFacts], Explanation]


def _shared_words_measure(kind: str) -> Measure:
    return lambda view, enough: (np.minimum(view.shared(kind), enough), enough)


def _help(view: View, _enough: int) -> tuple[Any, Any]:
    words = view.people.words["help"]
    wanted = view.of_request(words.request_count)
    return np.where(wanted == 0, 1, view.shared("help")), np.maximum(wanted, 1)


def _reciprocity(view: View, enough: int) -> tuple[Any, Any]:
    """Words that the citizen offers and the guide would like; counts only if the guide offers wanted help."""
    return np.where(view.shared("help") > 0, np.minimum(view.shared("reciprocity"), enough), 0), enough


def _time(view: View, enough: int) -> tuple[Any, Any]:
    return np.minimum(view.minutes_together, enough), enough


def _travel(view: View, enough: int) -> tuple[Any, Any]:
    return np.maximum(enough - view.minutes_apart, 0), enough


def _explain_words(
    kind: str, to_citizen: str, to_guide: str, unmet: str = ""
) -> Callable[[PairFacts], Explanation]:
    def explain(facts: PairFacts) -> Explanation:
        wanted, offered = facts.words(kind)
        shared_words = [word for word in wanted if word in offered][:WORDS_SHOWN_MAX]
        if shared_words:
            return Explanation(
                Reason(kind, to_citizen, {"words": tuple(wanted[word] for word in shared_words)}),
                Reason(kind, to_guide, {"words": tuple(offered[word] for word in shared_words)}),
            )
        return Explanation(unmet=Reason(kind, unmet) if unmet and wanted else None)

    return explain


def _explain_help(facts: PairFacts) -> Explanation:
    wanted, offered = facts.words("help")
    if not wanted:
        return Explanation(
            Reason("help", N_("You are open to any help, and the guide would like to help.")),
            Reason("help", N_("The citizen is open to any help that you give.")),
        )
    explanation = _explain_words(
        "help", N_("The guide can help you with %(words)s."), N_("You can help the citizen with %(words)s.")
    )(facts)
    missing = tuple(typed for word, typed in wanted.items() if word not in offered)
    if not missing:
        return explanation
    if not offered:
        return explanation._replace(unmet=Reason("help", N_("The guide has not said what help they give.")))
    return explanation._replace(
        unmet=Reason("help", N_("The guide does not help with %(words)s."), {"words": missing})
    )


def _explain_time(facts: PairFacts) -> Explanation:
    hours = facts.minutes_together // 60
    if facts.any_time:
        return Explanation(
            Reason("time", N_("You can meet when it suits you both.")),
            Reason("time", N_("You can meet when it suits you both.")),
        )
    if hours < 2:
        return Explanation(unmet=Reason("time", N_("They have little time in common.")))
    together = Reason("time", N_("You both have time, up to %(hours)s hours a week."), {"hours": hours})
    return Explanation(together, together)


def _explain_travel(facts: PairFacts) -> Explanation:
    apart = facts.minutes_apart
    if apart == 0:
        same_area = Reason("travel", N_("You live in the same area."))
        return Explanation(same_area, same_area)
    distance = Reason("travel", N_("There are about %(minutes)s minutes between you."), {"minutes": apart})
    distance_unmet = Reason(
        "travel", N_("There are about %(minutes)s minutes between them."), {"minutes": apart}
    )
    return Explanation(distance, distance, distance_unmet if apart >= 30 else None)


POINTS: tuple[Point, ...] = (
    Point("help", N_("help that is wanted"), 30, None, "", _help, _explain_help),
    Point(
        "experiences",
        N_("shared experience"),
        25,
        2,
        N_("shared words"),
        _shared_words_measure("experiences"),
        _explain_words(
            "experiences",
            N_("You both know %(words)s from your own lives."),
            N_("You both know %(words)s from your own lives."),
            N_("They share none of the experiences that the citizen named."),
        ),
    ),
    Point(
        "dislikes",
        N_("shared dislikes"),
        15,
        2,
        N_("shared words"),
        _shared_words_measure("dislikes"),
        _explain_words(
            "dislikes", N_("Neither of you likes %(words)s."), N_("Neither of you likes %(words)s.")
        ),
    ),
    Point(
        "interests",
        N_("shared interests"),
        10,
        2,
        N_("shared words"),
        _shared_words_measure("interests"),
        _explain_words(
            "interests",
            N_("You both like %(words)s."),
            N_("You both like %(words)s."),
            N_("They share none of the interests that the citizen named."),
        ),
    ),
    Point(
        "reciprocity",
        N_("giving and getting both ways"),
        10,
        1,
        N_("shared words"),
        _reciprocity,
        _explain_words(
            "reciprocity",
            N_("You can give something that the guide would like: %(words)s."),
            N_("The citizen can give something that you would like: %(words)s."),
        ),
    ),
    Point("time", N_("time in common"), 5, 240, N_("minutes a week"), _time, _explain_time),
    Point(
        "travel",
        N_("a short way"),
        5,
        60,
        N_("minutes, from which on the way gives no points"),
        _travel,
        _explain_travel,
    ),
)
POINT_BY_NAME = {point.name: point for point in POINTS}
ENOUGH_MAX = MINUTES_PER_WEEK


def shares(weights: dict[str, int]) -> dict[str, int]:
    """The maximum of each point: whole numbers in proportion to the weights that add up to 10,000.

    Rounds by the largest remainder method; ties favour the earlier point. All 0 if every weight is 0.
    """
    total = sum(weights.values())
    if total == 0:
        return dict.fromkeys(weights, 0)
    worth = {name: POINTS_MAX * weight // total for name, weight in weights.items()}
    largest_rest_first = sorted(weights, key=lambda name: -(POINTS_MAX * weights[name] % total))
    for name in largest_rest_first[: POINTS_MAX - sum(worth.values())]:
        worth[name] += 1
    return worth


def point_parts(view: View, weights: dict[str, int], enough: dict[str, int]) -> dict[str, Int32s]:
    """The points of the pairs of `view` by criterion, each rounded half up to a whole number."""
    parts = {}
    for name, worth in shares(weights).items():
        if worth == 0:
            continue
        amount, full_amount = POINT_BY_NAME[name].measure(view, enough.get(name, 1))
        parts[name] = round_part(worth, amount, full_amount)
    return parts


def round_part(worth: int, amount: Any, enough: Any) -> Int32s:
    """worth * amount / enough, rounded half up; exact in float64 for the whole numbers that occur here."""
    part: NDArray[np.float64] = np.asarray(amount, np.float64) * worth / enough
    return np.floor(part + 0.5).astype(np.int32)
