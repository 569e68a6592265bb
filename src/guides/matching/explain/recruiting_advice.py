"""Which guides to recruit next: hypothetical guides are added to the pool and the matching is solved again.

Their profiles come from the waiting requests: areas, languages, preferred gender and the most wanted help.
"""

from collections import Counter
from datetime import date

import msgspec
import numpy as np

from foundation.i18n import N_
from guides.matching.capacity_slots import TieredProblem, cover_by_tier
from guides.matching.model import DEFAULT_CAPACITY, DEFAULT_LANGUAGE, Guide, Pool, Request, fold
from guides.matching.preparation import no_progress, prepare
from guides.matching.proposal import Proposal
from guides.matching.reasons import Reason
from guides.matching.scoring.arrays import word_set

PROFILES_MAX = 24
HELP_KINDS_MAX = 3
NEW_ID_PREFIX = "\x00new-"  # cannot collide: no file or form can contain such an id


class Advice(msgspec.Struct, frozen=True):
    """A profile to recruit, and how many more citizens would then have a guide."""

    area: str  # as spelled in the pool
    language: str
    gender: str
    helps_with: tuple[str, ...]
    citizens: int  # matched in addition with one such guide, of the default capacity
    urgent: int  # of these
    citizens_of_many: int  # matched in addition with enough such guides
    sentence: Reason
    sentence_many: Reason


def recruiting_advice(pool: Pool, proposal: Proposal, limit: int = 5) -> tuple[Advice, ...]:
    """At most `limit` profiles that would match most requests that wait in `proposal`, the best first.

    Each count is exact: the difference between the optimal assignments with and without the guide, under the
    policy's points and tiers. Its objectives for the lowest pair and for guides are not considered.
    """
    profiles = wanted_profiles(pool, {waiting.request_id for waiting in proposal.waiting})
    larger = msgspec.structs.replace(pool, guides=(*pool.guides, *profiles))
    prepared = prepare(larger, proposal.policy, proposal.seed, no_progress)
    columns = {guide.id: column for column, guide in enumerate(prepared.open_people.guides)}
    # All profiles are prepared once with capacity 0, so that the pairs are scored once, not once per profile.
    without = with_capacity(prepared.problem, {columns[profile.id]: 0 for profile in profiles})
    base = covered_by_tier(without, proposal)
    candidates = []
    for profile in profiles:
        column = columns[profile.id]
        gain = covered_by_tier(with_capacity(without, {column: DEFAULT_CAPACITY}), proposal) - base
        if gain.any():
            with_many = with_capacity(without, {column: len(pool.requests)})
            gain_of_many = covered_by_tier(with_many, proposal) - base
            rank = (*gain.tolist(), int(gain_of_many.sum()))
            candidates.append((rank, _advice(pool, profile, gain, gain_of_many, proposal)))
    candidates.sort(key=lambda entry: entry[0], reverse=True)
    return tuple(advice for _, advice in candidates[:limit])


def wanted_profiles(pool: Pool, waiting: set[str]) -> list[Guide]:
    """Hypothetical guides that suit the waiting requests, at most PROFILES_MAX, the most requested first."""
    count: Counter[tuple[str, str, str]] = Counter()
    spelling: dict[str, str] = {}
    for request in sorted((r for r in pool.requests if r.id in waiting), key=lambda r: r.id):
        for language, original in word_set(request, "languages").items():
            key = fold(request.area), language, fold(request.wanted_gender)
            count[key] += 1
            spelling.setdefault(key[0], request.area)
            spelling.setdefault(language, original)
            spelling.setdefault(key[2], request.wanted_gender)
    most_requested = sorted(count, key=lambda key: (-count[key], key))[:PROFILES_MAX]
    return [
        _profile(index, tuple(spelling[word] for word in key), _most_wanted_help(pool.requests, waiting, key))
        for index, key in enumerate(most_requested)
    ]


def _most_wanted_help(
    requests: tuple[Request, ...], waiting: set[str], key: tuple[str, str, str]
) -> tuple[str, ...]:
    area, language, gender = key
    count: Counter[str] = Counter()
    spelling: dict[str, str] = {}
    for request in requests:
        if (
            request.id in waiting
            and fold(request.area) == area
            and language in word_set(request, "languages")
        ):
            if fold(request.wanted_gender) not in ("", gender):
                continue
            wanted = word_set(request, "wants_help_with")
            count.update(wanted.keys())
            spelling = wanted | spelling
    return tuple(
        spelling[word] for word in sorted(count, key=lambda word: (-count[word], word))[:HELP_KINDS_MAX]
    )


def _profile(index: int, key: tuple[str, ...], helps_with: tuple[str, ...]) -> Guide:
    area, language, gender = key
    return Guide(
        id=f"{NEW_ID_PREFIX}{index}",
        given_name="",
        area=area,
        languages=(language, DEFAULT_LANGUAGE),
        gender=gender,
        capacity=DEFAULT_CAPACITY,
        helps_with=helps_with,
        # Without valid training and a record check the rules would allow this guide no pair.
        trained_until=date.max,
        checked_until=date.max,
    )


def with_capacity(problem: TieredProblem, capacities: dict[int, int]) -> TieredProblem:
    """The problem with other capacities for some guides (column -> capacity)."""
    capacity = problem.capacity.copy()
    capacity[list(capacities)] = list(capacities.values())
    return problem._replace(capacity=capacity)


def covered_by_tier(problem: TieredProblem, proposal: Proposal) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The number of requests matched in each tier of the policy, (tiers,), in an optimal assignment."""
    tiered = cover_by_tier(problem)
    covered = np.zeros(proposal.policy.tier_count, np.int64)
    covered[tiered.tiers] = tiered.covered
    return covered


def _advice(
    pool: Pool, profile: Guide, gain: np.ndarray, gain_of_many: np.ndarray, proposal: Proposal
) -> Advice:
    names = {fold(area.id): area.name for area in pool.areas}
    citizens = int(gain.sum())
    area = names.get(fold(profile.area), profile.area)
    singular, plural = MESSAGES[bool(area), bool(profile.gender)]
    values: dict[str, str | int | tuple[str, ...]] = {"language": (profile.languages[0],), "count": citizens}
    if area:
        values["area"] = area
    if profile.gender:
        values["gender"] = profile.gender
    return Advice(
        area=profile.area,
        language=profile.languages[0],
        gender=profile.gender,
        helps_with=profile.helps_with,
        citizens=citizens,
        urgent=int(gain[0]) if proposal.policy.urgent_first else 0,
        citizens_of_many=int(gain_of_many.sum()),
        sentence=Reason("recruit", singular if citizens == 1 else plural, values),
        sentence_many=Reason("recruit", MANY_MESSAGE, {"count": int(gain_of_many.sum())}),
    )


MANY_MESSAGE = N_("With enough guides like that, %(count)s more citizens would have a guide.")

# By (area known, gender preferred): the sentence for one citizen and for several.
MESSAGES: dict[tuple[bool, bool], tuple[str, str]] = {
    (True, False): (
        N_("One more guide in %(area)s who speaks %(language)s would give one citizen a guide."),
        N_("One more guide in %(area)s who speaks %(language)s would give %(count)s citizens a guide."),
    ),
    (True, True): (
        N_("One more guide in %(area)s (%(gender)s) who speaks %(language)s would give one citizen a guide."),
        N_(
            "One more guide in %(area)s (%(gender)s) who speaks %(language)s would give %(count)s citizens a guide."
        ),
    ),
    (False, False): (
        N_("One more guide who speaks %(language)s would give one citizen a guide."),
        N_("One more guide who speaks %(language)s would give %(count)s citizens a guide."),
    ),
    (False, True): (
        N_("One more guide (%(gender)s) who speaks %(language)s would give one citizen a guide."),
        N_("One more guide (%(gender)s) who speaks %(language)s would give %(count)s citizens a guide."),
    ),
}
