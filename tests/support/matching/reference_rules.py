"""The rules and points once more, pair by pair in plain Python, as the tests' own reading of what they say."""

from fractions import Fraction
from itertools import product
from math import asin, cos, floor, radians, sin, sqrt
from unicodedata import normalize

from guides.matching import Policy
from guides.matching.model import Guide, Pool, Request


def normalized(words: tuple[str, ...]) -> set[str]:
    return {w for w in (" ".join(normalize("NFC", word).split()).casefold() for word in words) if w}


def languages(person: Guide | Request) -> set[str]:
    return normalized(person.languages) or {"dansk"}


def minutes_apart(pool: Pool, one: str, other: str) -> int:
    here, there = place(pool, one), place(pool, other)
    if here == there:
        return 0 if here else 30
    measured = [
        travel.minutes
        for travel in pool.travel_times
        if {place(pool, travel.start), place(pool, travel.end)} == {here, there}
    ]
    if measured:
        return max(measured)
    known = {area.id: area for area in pool.areas}
    if here not in known or there not in known:
        return 30
    a, b = known[here], known[there]
    half = (
        sin(radians(b.latitude - a.latitude) / 2) ** 2
        + cos(radians(a.latitude))
        * cos(radians(b.latitude))
        * sin(radians(b.longitude - a.longitude) / 2) ** 2
    )
    return round(5 + 3 * 2 * 6371 * asin(sqrt(half)))


def place(pool: Pool, word: str) -> str:
    said = "".join(normalized((word,)))
    for area in pool.areas:
        if said in normalized((area.id, area.name)):
            return area.id
    return said


def overlapping_minutes(request: Request, guide: Guide) -> int:
    mine, yours = (
        {slot.day * 1440 + minute for slot in person.times for minute in range(slot.start, slot.end)}
        for person in (request, guide)
    )
    if request.times and guide.times:
        return len(mine & yours)
    return len(mine | yours) or 7 * 1440


def violated_rules(pool: Pool, request: Request, guide: Guide) -> list[str]:
    apart = minutes_apart(pool, request.area, guide.area)
    wanted, given = normalized(request.wants_help_with), normalized(guide.helps_with)
    gender = normalized((request.wanted_gender,))
    limits = [limit for limit in (request.travel_minutes_max, guide.travel_minutes_max) if limit is not None]
    kept = {
        "room": guide.capacity > guide.active,
        "training": guide.trained_until is not None and guide.trained_until >= pool.today,
        "record_check": guide.checked_until is not None and guide.checked_until >= pool.today,
        "pause": guide.paused_until is None or guide.paused_until < pool.today,
        "language": bool(languages(request) & languages(guide)),
        "help": bool(wanted & given) or not wanted or not given,
        "gender": not gender or gender == normalized((guide.gender,)),
        "ruled_out": guide.id not in request.excluded_guides and (request.id, guide.id) not in pool.forbidden,
        "time": overlapping_minutes(request, guide) > 0,
        "travel": all(apart <= limit for limit in limits),
    }
    return [rule for rule, holds in kept.items() if not holds]


def points(pool: Pool, request: Request, guide: Guide) -> dict[str, int]:
    """Points by reason under the standard policy, whose weights add up to 100."""
    wanted, given = normalized(request.wants_help_with), normalized(guide.helps_with)
    part = {
        "help": Fraction(len(wanted & given), len(wanted)) if wanted else Fraction(1),
        "experiences": capped_share(2, len(normalized(request.experiences) & normalized(guide.experiences))),
        "dislikes": capped_share(2, len(normalized(request.dislikes) & normalized(guide.dislikes))),
        "interests": capped_share(2, len(normalized(request.interests) & normalized(guide.interests))),
        "reciprocity": capped_share(1, len(normalized(request.gives) & normalized(guide.wants)))
        if wanted & given
        else Fraction(0),
        "time": capped_share(240, overlapping_minutes(request, guide)),
        "travel": Fraction(max(0, 60 - minutes_apart(pool, request.area, guide.area)), 60),
    }
    weights = Policy().weights
    return {name: floor(100 * weights[name] * share + Fraction(1, 2)) for name, share in part.items()}


def capped_share(enough: int, count: int) -> Fraction:
    return Fraction(min(count, enough), enough)


def allowed_points(pool: Pool) -> dict[tuple[str, str], int]:
    """The points of every allowed pair, by request id and guide id."""
    return {
        (request.id, guide.id): sum(points(pool, request, guide).values())
        for request, guide in product(pool.requests, pool.guides)
        if not violated_rules(pool, request, guide)
    }


def tier(pool: Pool, request: Request) -> int:
    days = (pool.today - request.waiting_since).days
    return 0 if request.urgent else 1 if days >= 180 else 2 if days >= 90 else 3


def bonus(pool: Pool, request: Request) -> int:
    return min(365, max(0, (pool.today - request.waiting_since).days))


def best_outcome(pool: Pool) -> tuple[int, int, int, int, int]:
    """By trying everything: how many of each tier, and the sum of points and days, of the best proposal."""
    allowed = allowed_points(pool)
    room = {guide.id: max(0, guide.capacity - guide.active) for guide in pool.guides}
    ids = [guide.id for guide in pool.guides]
    best = (0, 0, 0, 0, 0)

    def extend(index: int, so_far: tuple[int, ...]) -> None:
        nonlocal best
        if index == len(pool.requests):
            best = max(best, so_far)
            return
        request = pool.requests[index]
        extend(index + 1, so_far)
        for id in ids:
            if room[id] and (request.id, id) in allowed:
                room[id] -= 1
                worth = allowed[request.id, id] + bonus(pool, request)
                extend(index + 1, next_total(so_far, tier(pool, request), worth))
                room[id] += 1

    extend(0, best)
    return best


def next_total(so_far: tuple[int, ...], tier: int, worth: int) -> tuple[int, ...]:
    counts = list(so_far)
    counts[tier] += 1
    counts[4] += worth
    return tuple(counts)
