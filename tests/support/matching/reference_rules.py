"""A reference implementation of the rules and points, pair by pair in plain Python."""

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


def minutes_apart(pool: Pool, start: str, end: str) -> int:
    here, there = area_id(pool, start), area_id(pool, end)
    if here == there:
        return 0 if here else 30
    measured = [
        travel.minutes
        for travel in pool.travel_times
        if {area_id(pool, travel.start), area_id(pool, travel.end)} == {here, there}
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


def area_id(pool: Pool, word: str) -> str:
    word_key = "".join(normalized((word,)))
    for area in pool.areas:
        if word_key in normalized((area.id, area.name)):
            return area.id
    return word_key


def overlapping_minutes(request: Request, guide: Guide) -> int:
    request_minutes, guide_minutes = (
        {slot.day * 1440 + minute for slot in person.times for minute in range(slot.start, slot.end)}
        for person in (request, guide)
    )
    if request.times and guide.times:
        return len(request_minutes & guide_minutes)
    return len(request_minutes | guide_minutes) or 7 * 1440


def violated_rules(pool: Pool, request: Request, guide: Guide) -> list[str]:
    apart = minutes_apart(pool, request.area, guide.area)
    help_wanted, offered = normalized(request.wants_help_with), normalized(guide.helps_with)
    gender = normalized((request.wanted_gender,))
    limits = [limit for limit in (request.travel_minutes_max, guide.travel_minutes_max) if limit is not None]
    conditions = {
        "room": guide.capacity > guide.active,
        "training": guide.trained_until is not None and guide.trained_until >= pool.today,
        "record_check": guide.checked_until is not None and guide.checked_until >= pool.today,
        "pause": guide.paused_until is None or guide.paused_until < pool.today,
        "language": bool(languages(request) & languages(guide)),
        "help": bool(help_wanted & offered) or not help_wanted or not offered,
        "gender": not gender or gender == normalized((guide.gender,)),
        "ruled_out": guide.id not in request.excluded_guides and (request.id, guide.id) not in pool.forbidden,
        "time": overlapping_minutes(request, guide) > 0,
        "travel": all(apart <= limit for limit in limits),
    }
    return [rule for rule, holds in conditions.items() if not holds]


def points(pool: Pool, request: Request, guide: Guide) -> dict[str, int]:
    """Points by reason under the standard policy, whose weights add up to 100."""
    help_wanted, offered = normalized(request.wants_help_with), normalized(guide.helps_with)
    shares = {
        "help": Fraction(len(help_wanted & offered), len(help_wanted)) if help_wanted else Fraction(1),
        "experiences": capped_share(2, len(normalized(request.experiences) & normalized(guide.experiences))),
        "dislikes": capped_share(2, len(normalized(request.dislikes) & normalized(guide.dislikes))),
        "interests": capped_share(2, len(normalized(request.interests) & normalized(guide.interests))),
        "reciprocity": capped_share(1, len(normalized(request.gives) & normalized(guide.wants)))
        if help_wanted & offered
        else Fraction(0),
        "time": capped_share(240, overlapping_minutes(request, guide)),
        "travel": Fraction(max(0, 60 - minutes_apart(pool, request.area, guide.area)), 60),
    }
    weights = Policy().weights
    return {name: floor(100 * weights[name] * share + Fraction(1, 2)) for name, share in shares.items()}


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
    """The optimum by exhaustive search: matched requests of each of 4 tiers, and the sum of points and days."""
    allowed = allowed_points(pool)
    room = {guide.id: max(0, guide.capacity - guide.active) for guide in pool.guides}
    ids = [guide.id for guide in pool.guides]
    best = (0, 0, 0, 0, 0)

    def extend(index: int, totals: tuple[int, ...]) -> None:
        nonlocal best
        if index == len(pool.requests):
            best = max(best, totals)
            return
        request = pool.requests[index]
        extend(index + 1, totals)
        for id in ids:
            if room[id] and (request.id, id) in allowed:
                room[id] -= 1
                worth = allowed[request.id, id] + bonus(pool, request)
                extend(index + 1, next_total(totals, tier(pool, request), worth))
                room[id] += 1

    extend(0, best)
    return best


def next_total(totals: tuple[int, ...], tier: int, worth: int) -> tuple[int, ...]:
    counts = list(totals)
    counts[tier] += 1
    counts[4] += worth
    return tuple(counts)
