"""A pool of n requests and m guides as arrays, in an order that depends only on ids and seed.

Words become columns; only words that occur on both sides are encoded, because no other word can be shared.
Weekly times become elementary intervals, between consecutive moments at which a person's time starts or ends.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from foundation.i18n import N_
from guides.matching.model import (
    DAY_COUNT,
    DEFAULT_LANGUAGE,
    MINUTES_PER_DAY,
    Guide,
    Pool,
    Request,
    Slot,
    fold,
)
from guides.matching.reasons import PoolError, Reason
from guides.matching.scoring.travel import AreaTable
from guides.matching.solver.problem import Bools

Int32s = NDArray[np.int32]
Float32s = NDArray[np.float32]

Participant = Request | Guide

MINUTES_PER_WEEK = DAY_COUNT * MINUTES_PER_DAY
UNKNOWN_AREA = 1 << 30  # area number of a request without an area; a guide without one has the next number
NO_LIMIT = 1_000_000  # minutes

# Kind -> the field of a request and the field of a guide that are compared.
WORD_KINDS: dict[str, tuple[str, str]] = {
    "languages": ("languages", "languages"),
    "help": ("wants_help_with", "helps_with"),
    "experiences": ("experiences", "experiences"),
    "interests": ("interests", "interests"),
    "dislikes": ("dislikes", "dislikes"),
    "reciprocity": ("gives", "wants"),
}


class WordArrays(NamedTuple):
    """The words of one kind on both sides as incidence matrices; entries are 0 or 1."""

    of_request: csr_array  # float32 (n, words)
    of_guide: Float32s  # (words, m)
    request_count: Int32s  # (n,) distinct words, encoded or not
    guide_count: Int32s  # (m,)


class PoolArrays(NamedTuple):
    """The arrays of a pool; `select_guides` restricts the guides and the guide arrays."""

    requests: tuple[Request, ...]
    guides: tuple[Guide, ...]
    words: dict[str, WordArrays]
    minutes: Int32s  # (areas + 1, areas + 1), travel time
    request_area: Int32s  # (n,) area number; those beyond `minutes` use its last row
    guide_area: Int32s  # (m,)
    request_limit: Int32s  # (n,) minutes
    guide_limit: Int32s  # (m,) minutes
    request_time: csr_array  # float32 (n, intervals), 1 where available; the last interval is any time
    guide_time: Float32s  # (intervals, m), the interval's minutes where the guide is available
    wanted_gender: Int32s  # (n,) code, -1 no preference
    gender: Int32s  # (m,) code
    room: Int32s  # (m,) free capacity
    trained: Bools  # (m,)
    checked: Bools  # (m,)
    on_pause: Bools  # (m,)
    ruled_out: csr_array  # bool (n, m)

    def select_guides(self, chosen: NDArray[np.intp]) -> "PoolArrays":
        """The same requests with the guides of the columns `chosen`, in that order."""
        return self._replace(
            guides=tuple(self.guides[column] for column in chosen),
            words={
                kind: words._replace(
                    of_guide=np.ascontiguousarray(words.of_guide[:, chosen]),
                    guide_count=words.guide_count[chosen],
                )
                for kind, words in self.words.items()
            },
            guide_area=self.guide_area[chosen],
            guide_limit=self.guide_limit[chosen],
            guide_time=np.ascontiguousarray(self.guide_time[:, chosen]),
            gender=self.gender[chosen],
            room=self.room[chosen],
            trained=self.trained[chosen],
            checked=self.checked[chosen],
            on_pause=self.on_pause[chosen],
            ruled_out=csr_array(self.ruled_out[:, chosen]),
        )


def encode(pool: Pool, seed: int = 0) -> PoolArrays:
    """The pool as arrays; requests and guides are sorted by `lot`.

    Raises PoolError if two guides or two requests have the same id.
    """
    requests = tuple(sorted(pool.requests, key=lambda request: lot(seed, request.id)))
    guides = tuple(sorted(pool.guides, key=lambda guide: lot(seed, guide.id)))
    request_row = _row_numbers(request.id for request in requests)
    guide_row = _row_numbers(guide.id for guide in guides)
    areas = AreaTable(pool)
    request_time, guide_time = _encode_times(requests, guides)
    genders = {
        word: code for code, word in enumerate(sorted({fold(guide.gender) for guide in guides} - {""}))
    }
    return PoolArrays(
        requests=requests,
        guides=guides,
        words={
            kind: _encode_words([word_set(r, left) for r in requests], [word_set(g, right) for g in guides])
            for kind, (left, right) in WORD_KINDS.items()
        },
        minutes=areas.minutes,
        request_area=areas.area_numbers((request.area for request in requests), UNKNOWN_AREA),
        guide_area=areas.area_numbers((guide.area for guide in guides), UNKNOWN_AREA + 1),
        request_limit=_limits(requests),
        guide_limit=_limits(guides),
        request_time=request_time,
        guide_time=guide_time,
        # -2 for a gender that no guide has, -3 for a guide who states none: different, so never a match.
        wanted_gender=np.array(
            [genders.get(fold(r.wanted_gender), -2) if fold(r.wanted_gender) else -1 for r in requests],
            np.int32,
        ),
        gender=np.array([genders.get(fold(guide.gender), -3) for guide in guides], np.int32),
        room=np.array([room_left(guide) for guide in guides], np.int32),
        trained=np.array([bool(g.trained_until and g.trained_until >= pool.today) for g in guides], np.bool_),
        checked=np.array([bool(g.checked_until and g.checked_until >= pool.today) for g in guides], np.bool_),
        on_pause=np.array([bool(g.paused_until and g.paused_until >= pool.today) for g in guides], np.bool_),
        ruled_out=_ruled_out(pool, requests, request_row, guide_row),
    )


def lot(seed: int, id: str) -> bytes:
    """A sort key for drawing lots: a hash of seed and id, so that a random seed favours no id."""
    # The id follows the hash, so that even equal hashes give one order.
    return blake2b(f"{seed}:{id}".encode(), digest_size=8).digest() + id.encode()


def room_left(guide: Guide) -> int:
    """The number of further pairings that the guide has capacity for, 0 or more."""
    return max(0, guide.capacity - guide.active)


def word_set(person: Participant, field: str) -> dict[str, str]:
    """The distinct words of one field: folded word -> original spelling. Without a language, Danish."""
    words: dict[str, str] = {}
    for word in getattr(person, field):
        folded, typed = _normalized_word(word)
        if folded:
            words.setdefault(folded, typed)
    if not words and field == "languages":
        return {fold(DEFAULT_LANGUAGE): DEFAULT_LANGUAGE}
    return words


@lru_cache(maxsize=1 << 14)
def _normalized_word(word: str) -> tuple[str, str]:
    """The word folded, and in its original spelling with single spaces.

    Cached, because the same few words recur.
    """
    return fold(word), " ".join(word.split())


def _row_numbers(ids: Iterable[str]) -> dict[str, int]:
    rows: dict[str, int] = {}
    for id in ids:
        if id in rows:
            message = N_("The id %(id)s occurs twice. Give every person an id of their own.")
            raise PoolError(Reason("pool", message, {"id": id}))
        rows[id] = len(rows)
    return rows


def _limits(people: Sequence[Participant]) -> Int32s:
    limits = (person.travel_minutes_max for person in people)
    return np.array([NO_LIMIT if limit is None else min(limit, NO_LIMIT) for limit in limits], np.int32)


def _encode_words(request_words: list[dict[str, str]], guide_words: list[dict[str, str]]) -> WordArrays:
    shared = sorted(
        {w for words in request_words for w in words} & {w for words in guide_words for w in words}
    )
    column = {word: index for index, word in enumerate(shared)}
    of_request, of_guide = (
        _incidence([[column[word] for word in words if word in column] for words in side], len(shared))
        for side in (request_words, guide_words)
    )
    return WordArrays(
        of_request=of_request,
        of_guide=np.ascontiguousarray(of_guide.toarray().T),
        request_count=np.array([len(words) for words in request_words], np.int32),
        guide_count=np.array([len(words) for words in guide_words], np.int32),
    )


def _incidence(rows: list[list[int]], column_count: int) -> csr_array:
    ends = np.cumsum([0, *map(len, rows)])
    flat = np.array([index for row in rows for index in row], np.int32)
    return csr_array((np.ones(len(flat), np.float32), flat, ends), shape=(len(rows), column_count))


def _encode_times(requests: tuple[Request, ...], guides: tuple[Guide, ...]) -> tuple[csr_array, Float32s]:
    """Availability (n, intervals), 0 or 1, and minutes (intervals, m).

    The last interval is the whole week, for any time.
    """
    moments = {0, MINUTES_PER_WEEK}
    for slot in chain.from_iterable(person.times for person in chain[Participant](requests, guides)):
        moments.update(_minutes_of_week(slot))
    edges = sorted(moments)
    position = {moment: index for index, moment in enumerate(edges)}
    any_time = len(edges) - 1
    available = [_intervals(request, position) or [any_time] for request in requests]
    lengths = np.diff(np.array(edges, np.float32))
    minutes = np.zeros((len(guides), len(edges)), np.float32)
    for row, guide in enumerate(guides):
        intervals = _intervals(guide, position) or slice(0, any_time)
        minutes[row, intervals] = lengths[intervals]
    minutes[:, any_time] = minutes.sum(axis=1)
    return _incidence(available, len(edges)), np.ascontiguousarray(minutes.T)


def _intervals(person: Participant, position: dict[int, int]) -> list[int]:
    intervals: set[int] = set()
    for slot in person.times:
        start, end = _minutes_of_week(slot)
        intervals.update(range(position[start], position[end]))
    return sorted(intervals)


def _minutes_of_week(slot: Slot) -> tuple[int, int]:
    midnight = slot.day * MINUTES_PER_DAY
    return midnight + slot.start, midnight + slot.end


def _ruled_out(
    pool: Pool, requests: tuple[Request, ...], request_row: dict[str, int], guide_row: dict[str, int]
) -> csr_array:
    pairs = {
        (r, guide_row[id])
        for r, request in enumerate(requests)
        for id in request.excluded_guides
        if id in guide_row
    }
    pairs |= {
        (request_row[r], guide_row[g]) for r, g in pool.forbidden if r in request_row and g in guide_row
    }
    rows, columns = np.array(sorted(pairs), np.int64).reshape(-1, 2).T
    shape = (len(request_row), len(guide_row))
    return csr_array((np.ones(len(rows), np.bool_), (rows, columns)), shape=shape)
