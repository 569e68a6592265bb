"""Minutes between areas: measured where the municipality measured them, else from the distance, else a fixed guess.

A direction is not kept: where both directions were measured, the longer one counts, because someone has to travel
both there and back.
"""

from collections.abc import Iterable
from math import asin, cos, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from guides.model import Area, Pool, TravelTime, fold

MINUTES_UNKNOWN = 30  # between different areas of which no distance is known
MINUTES_MAX = 24 * 60
MINUTES_TO_START = 5  # from door to stop, whatever the distance
MINUTES_PER_KM = 3  # 20 km/h as the crow flies: bus or bicycle in a Danish town
EARTH_RADIUS_KM = 6371.0


class AreaTable:
    """Area words to rows of `minutes`, an int array (areas, areas) that is symmetric with 0 on the diagonal.

    A word is an area's id or its name. A word that no area has is a place of its own, `MINUTES_UNKNOWN` from all
    others; the empty word is unknown even to itself.
    """

    def __init__(self, pool: Pool) -> None:
        self.row_of: dict[str, int] = {}
        for row, area in enumerate(pool.areas):
            self.row_of[fold(area.id)] = row
        for row, area in enumerate(pool.areas):
            self.row_of.setdefault(fold(area.name), row)
        used = {fold(guide.area) for guide in pool.guides} | {fold(request.area) for request in pool.requests}
        known = set(self.row_of)
        for row, word in enumerate(sorted(used - known), start=len(pool.areas)):
            self.row_of[word] = row
        self.minutes = area_minutes(pool.areas, len(pool.areas) + len(used - known))
        self._put_measured(pool.travel_times)
        if "" in self.row_of:
            unknown = self.row_of[""]
            self.minutes[unknown, unknown] = MINUTES_UNKNOWN

    def rows(self, words: Iterable[str]) -> NDArray[np.int32]:
        """The row of each area word, in the order given."""
        return np.array([self.row_of[fold(word)] for word in words], dtype=np.int32)

    def _put_measured(self, travel_times: tuple[TravelTime, ...]) -> None:
        longest: dict[tuple[int, int], int] = {}
        for travel in travel_times:
            start, end = self.row_of.get(fold(travel.start)), self.row_of.get(fold(travel.end))
            if start is None or end is None:
                continue  # an area where nobody lives
            for way in ((start, end), (end, start)):
                longest[way] = max(longest.get(way, 0), travel.minutes)
        for way, minutes in longest.items():
            self.minutes[way] = minutes


def area_minutes(areas: tuple[Area, ...], count: int) -> NDArray[np.int32]:
    """Minutes between `count` areas of which the first ones have coordinates, by distance."""
    minutes = np.full((count, count), MINUTES_UNKNOWN, dtype=np.int32)
    for row, one in enumerate(areas):
        for column, other in enumerate(areas[:row]):
            minutes[row, column] = minutes[column, row] = minutes_by_distance(distance_km(one, other))
    np.fill_diagonal(minutes, 0)
    return minutes


def minutes_by_distance(km: float) -> int:
    """Minutes to travel so far as the crow flies: 5 to get started and 3 per kilometre, at most a day."""
    return min(MINUTES_MAX, round(MINUTES_TO_START + MINUTES_PER_KM * km))


def distance_km(one: Area, other: Area) -> float:
    """Kilometres along the earth's surface (haversine)."""
    north = radians(other.latitude - one.latitude) / 2
    east = radians(other.longitude - one.longitude) / 2
    part = sin(north) ** 2 + cos(radians(one.latitude)) * cos(radians(other.latitude)) * sin(east) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(part)))
