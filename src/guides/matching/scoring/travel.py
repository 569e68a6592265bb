"""Travel minutes between areas: as measured by the municipality, else from the distance, else a default.

The times are symmetric: if both directions were measured the longer one counts, because a visit needs both.
"""

from collections.abc import Iterable
from math import asin, cos, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from guides.matching.model import Pool, fold
from people.directory.model import Area, TravelTime

MINUTES_UNKNOWN = 30  # between different areas whose distance is unknown
MINUTES_MAX = 24 * 60
MINUTES_TO_START = 5  # for every journey, from door to stop
MINUTES_PER_KM = 3  # 20 km/h as the crow flies: bus or bicycle in a Danish town
EARTH_RADIUS_KM = 6371.0


class AreaTable:
    """Numbers the areas of a pool; `minutes` between them is int32 (count + 1, count + 1), symmetric.

    A word refers to an area by its id or name, or by its spelling in a measured travel time. Any other word
    is a separate area outside the table; the last row and column apply to all of these: `MINUTES_UNKNOWN`
    from everywhere.
    """

    def __init__(self, pool: Pool) -> None:
        self.number_of: dict[str, int] = {}
        for number, area in enumerate(pool.areas):
            self.number_of[fold(area.id)] = number
        for number, area in enumerate(pool.areas):
            # After all ids: where one area's name is another's id, the id counts.
            self.number_of.setdefault(fold(area.name), number)
        self.count = len(pool.areas)
        for word in sorted(
            {fold(word) for travel in pool.travel_times for word in (travel.start, travel.end)}
        ):
            if self.number_of.setdefault(word, self.count) == self.count:
                self.count += 1
        self.minutes = minutes_between_areas(pool.areas, self.count + 1)
        self._apply_measured(pool.travel_times)
        self.number_of.pop("", None)

    def area_numbers(self, words: Iterable[str], unknown: int) -> NDArray[np.int32]:
        """The area number of each word; numbers from `count` on are outside the table.

        The empty word has the number `unknown`.
        """
        numbers = [
            self.number_of.setdefault(word, len(self.number_of) + self.count) if word else unknown
            for word in map(fold, words)
        ]
        return np.array(numbers, dtype=np.int32)

    def _apply_measured(self, travel_times: tuple[TravelTime, ...]) -> None:
        longest: dict[tuple[int, int], int] = {}
        for travel in travel_times:
            start, end = self.number_of[fold(travel.start)], self.number_of[fold(travel.end)]
            # A visit needs both directions, so the longer one counts for both.
            for pair in ((start, end), (end, start)):
                longest[pair] = max(longest.get(pair, 0), travel.minutes)
        for pair, minutes in longest.items():
            self.minutes[pair] = minutes


def minutes_between_areas(areas: tuple[Area, ...], count: int) -> NDArray[np.int32]:
    """Minutes (count, count): by distance between `areas`, which come first; MINUTES_UNKNOWN elsewhere."""
    minutes = np.full((count, count), MINUTES_UNKNOWN, dtype=np.int32)
    for row, start in enumerate(areas):
        for column, end in enumerate(areas[:row]):
            minutes[row, column] = minutes[column, row] = minutes_by_distance(distance_km(start, end))
    # Not the last one, which stands for all areas outside the table: two of these are not the same place.
    np.fill_diagonal(minutes[:-1, :-1], 0)
    return minutes


def minutes_by_distance(km: float) -> int:
    """Minutes to travel `km` as the crow flies: 5 to start and 3 per kilometre, at most a day."""
    return min(MINUTES_MAX, round(MINUTES_TO_START + MINUTES_PER_KM * km))


def distance_km(start: Area, end: Area) -> float:
    """The great-circle distance in kilometres (haversine formula)."""
    north = radians(end.latitude - start.latitude) / 2
    east = radians(end.longitude - start.longitude) / 2
    haversine = sin(north) ** 2 + cos(radians(start.latitude)) * cos(radians(end.latitude)) * sin(east) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(haversine)))
