"""What makes one allowed pair better than another: the soft points, one entry each.

A pair has 0 to 10,000 points. A point with weight w of all weights W is worth at most its share of 10,000 (shares are
whole and add up to 10,000); the pair gets the part that `measure` tells, rounded half up, once. A new point is a new
entry in POINTS.

Shared dislikes weigh more than shared interests: they went with longer matches (Raposa and others 2018), and shared
experience more than both (Eby and others 2013).
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

Measure = Callable[[View, int], tuple[Any, Any]]  # (what there is, what would be enough), both whole numbers


class Explanation(NamedTuple):
    """What one point says about a pair: to the citizen, to the guide, and what was not met."""

    citizen: Reason | None = None
    guide: Reason | None = None
    unmet: Reason | None = None


class PairFacts:
    """One pair in plain values, for the sentences."""

    def __init__(self, request: Request, guide: Guide, minutes_apart: int, minutes_together: int) -> None:
        self.request = request
        self.guide = guide
        self.minutes_apart = minutes_apart
        self.minutes_together = minutes_together

    def words(self, kind: str) -> tuple[dict[str, str], dict[str, str]]:
        """The request's and the guide's words of one kind: folded word -> as typed."""
        left, right = WORD_KINDS[kind]
        return word_set(self.request, left), word_set(self.guide, right)

    @cached_property
    def any_time(self) -> bool:
        """Whether one of the two can meet at any time."""
        return not self.request.times or not self.guide.times


class Point(NamedTuple):
    """A soft wish. `enough` is the amount that gives all of its points; None: the request itself says how much."""

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
    """What the citizen can give and the guide would like, where the guide gives wanted help back."""
    return np.where(view.shared("help") > 0, np.minimum(view.shared("reciprocity"), enough), 0), enough


def _time(view: View, enough: int) -> tuple[Any, Any]:
    return np.minimum(view.minutes_together, enough), enough


def _travel(view: View, enough: int) -> tuple[Any, Any]:
    return np.maximum(enough - view.minutes_apart, 0), enough


def _explain_words(
    kind: str, to_citizen: str, to_guide: str, unmet: str = ""
) -> Callable[[PairFacts], Explanation]:
    def tell(facts: PairFacts) -> Explanation:
        wanted, given = facts.words(kind)
        both = [word for word in wanted if word in given][:WORDS_SHOWN_MAX]
        if both:
            return Explanation(
                Reason(kind, to_citizen, {"words": tuple(wanted[word] for word in both)}),
                Reason(kind, to_guide, {"words": tuple(given[word] for word in both)}),
            )
        return Explanation(unmet=Reason(kind, unmet) if unmet and wanted else None)

    return tell


def _explain_help(facts: PairFacts) -> Explanation:
    wanted, given = facts.words("help")
    if not wanted:
        return Explanation(
            Reason("help", N_("You are open to any help, and the guide would like to help.")),
            Reason("help", N_("The citizen is open to any help that you give.")),
        )
    told = _explain_words(
        "help", N_("The guide can help you with %(words)s."), N_("You can help the citizen with %(words)s.")
    )(facts)
    missing = tuple(typed for word, typed in wanted.items() if word not in given)
    if not missing:
        return told
    if not given:
        return told._replace(unmet=Reason("help", N_("The guide has not said what help they give.")))
    return told._replace(
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
        near = Reason("travel", N_("You live in the same area."))
        return Explanation(near, near)
    way = Reason("travel", N_("There are about %(minutes)s minutes between you."), {"minutes": apart})
    far = Reason("travel", N_("There are about %(minutes)s minutes between them."), {"minutes": apart})
    return Explanation(way, way, far if apart >= 30 else None)


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
    """What each point is worth at most: whole numbers in the ratio of the weights that add up to 10,000.

    Remainders go to the largest fractions, then to the earlier point. All 0 if every weight is 0.
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
    """Points of the pairs of `view` by the name of the point, each rounded half up to a whole number."""
    parts = {}
    for name, worth in shares(weights).items():
        if worth == 0:
            continue
        there_is, would_do = POINT_BY_NAME[name].measure(view, enough.get(name, 1))
        parts[name] = round_part(worth, there_is, would_do)
    return parts


def round_part(worth: int, amount: Any, enough: Any) -> Int32s:
    """worth x there_is / would_do, rounded half up; exact in float64 for the whole numbers that occur here."""
    part: NDArray[np.float64] = np.asarray(amount, np.float64) * worth / enough
    return np.floor(part + 0.5).astype(np.int32)
