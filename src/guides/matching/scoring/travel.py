"""Minutes between areas: measured where the municipality measured them, else from the distance, else a fixed guess.

A direction is not kept: where both directions were measured, the longer one counts, because someone has to travel
both there and back.
"""

from collections.abc import Iterable
from math import asin, cos, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from guides.matching.model import Pool, fold
from people.directory.model import Area, TravelTime

MINUTES_UNKNOWN = 30  # between different areas of which no distance is known
MINUTES_MAX = 24 * 60
MINUTES_TO_START = 5  # from door to stop, whatever the distance
MINUTES_PER_KM = 3  # 20 km/h as the crow flies: bus or bicycle in a Danish town
EARTH_RADIUS_KM = 6371.0


class AreaTable:
    """Area words to places, and `minutes` between places: int (places + 1, places + 1), symmetric, 0 on the diagonal.

    A word is an area's id or its name, or one of those between which minutes were measured. Any other word is a place
    of its own outside the table, whose last row and column stand for all of those: `MINUTES_UNKNOWN` from everywhere.
    """

    def __init__(self, pool: Pool) -> None:
        self.place_of: dict[str, int] = {}
        for place, area in enumerate(pool.areas):
            self.place_of[fold(area.id)] = place
        for place, area in enumerate(pool.areas):
            self.place_of.setdefault(fold(area.name), place)
        self.count = len(pool.areas)
        for word in sorted(
            {fold(word) for travel in pool.travel_times for word in (travel.start, travel.end)}
        ):
            if self.place_of.setdefault(word, self.count) == self.count:
                self.count += 1
        self.minutes = minutes_between_areas(pool.areas, self.count + 1)
        self._put_measured(pool.travel_times)
        self.place_of.pop("", None)

    def places(self, words: Iterable[str], unknown: int) -> NDArray[np.int32]:
        """The place of each area word: equal numbers are the same place, those from `count` on stand outside the table.

        The empty word gets the number `unknown`.
        """
        numbers = []
        for word in map(fold, words):
            numbers.append(
                self.place_of.setdefault(word, len(self.place_of) + self.count) if word else unknown
            )
        return np.array(numbers, dtype=np.int32)

    def _put_measured(self, travel_times: tuple[TravelTime, ...]) -> None:
        longest: dict[tuple[int, int], int] = {}
        for travel in travel_times:
            start, end = self.place_of[fold(travel.start)], self.place_of[fold(travel.end)]
            for way in ((start, end), (end, start)):
                longest[way] = max(longest.get(way, 0), travel.minutes)
        for way, minutes in longest.items():
            self.minutes[way] = minutes


def minutes_between_areas(areas: tuple[Area, ...], count: int) -> NDArray[np.int32]:
    """Minutes between `count` places of which the first ones have coordinates, by distance."""
    minutes = np.full((count, count), MINUTES_UNKNOWN, dtype=np.int32)
    for row, one in enumerate(areas):
        for column, other in enumerate(areas[:row]):
            minutes[row, column] = minutes[column, row] = minutes_by_distance(distance_km(one, other))
    np.fill_diagonal(minutes[:-1, :-1], 0)
    return minutes


def minutes_by_distance(km: float) -> int:
    """Minutes to travel so far as the crow flies: 5 to get started and 3 per kilometre, at most a day."""
    return min(MINUTES_MAX, round(MINUTES_TO_START + MINUTES_PER_KM * km))


def distance_km(start: Area, end: Area) -> float:
    """Kilometres along the earth's surface (haversine)."""
    north = radians(end.latitude - start.latitude) / 2
    east = radians(end.longitude - start.longitude) / 2
    part = sin(north) ** 2 + cos(radians(start.latitude)) * cos(radians(end.latitude)) * sin(east) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(part)))
