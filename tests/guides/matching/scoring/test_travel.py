"""Minutes between areas."""

import numpy as np
import pytest

from guides.matching.scoring.arrays import encode
from guides.matching.scoring.travel import minutes_by_distance
from guides.matching.scoring.views import Block, Pairs
from people.directory.model import Area, TravelTime
from tests.support.matching.pools import guide, pool, request

AREAS = (Area("1", "Nord", 56.0, 10.0), Area("2", "Syd", 56.0, 10.1), Area("3", "Øst", 56.0, 10.2))


def minutes(start: str, end: str, areas: tuple[Area, ...] = AREAS, times: tuple[TravelTime, ...] = ()) -> int:
    people = encode(pool([guide("g", area=start)], [request("r", area=end)], areas=areas, travel_times=times))
    (in_list,) = Pairs(people, np.array([0]), np.array([0])).minutes_apart
    ((in_block,),) = Block(people, slice(0, 1)).minutes_apart
    assert in_list == in_block
    return int(in_list)


def test_with_no_list_of_areas_only_the_same_name_is_the_same_area() -> None:
    assert minutes("Nord", " nord ", areas=()) == 0
    assert minutes("Nord", "Syd", areas=()) == 30


def test_an_area_is_known_by_its_id_or_its_name() -> None:
    assert minutes("1", "NORD") == 0
    assert minutes("1", "Syd") == minutes("Nord", "2") == 24  # 6.2 km


def test_five_minutes_to_start_and_three_per_kilometre() -> None:
    assert [minutes_by_distance(km) for km in (0, 1, 10, 1000)] == [5, 8, 35, 1440]


def test_measured_minutes_take_precedence_and_the_longer_direction_counts() -> None:
    assert minutes("1", "2", times=(TravelTime("1", "2", 11),)) == 11
    assert minutes("2", "1", times=(TravelTime("1", "2", 11),)) == 11
    assert minutes("1", "2", times=(TravelTime("1", "2", 11), TravelTime("2", "1", 14))) == 14


@pytest.mark.parametrize(("start", "end"), [("1", "ukendt"), ("ukendt", "andet"), ("", "1"), ("", "")])
def test_the_travel_time_of_an_unknown_area_is_thirty_minutes(start: str, end: str) -> None:
    assert minutes(start, end) == 30


def test_measured_times_for_areas_where_nobody_lives_are_accepted() -> None:
    assert minutes("1", "2", times=(TravelTime("1", "9", 3),)) == 24


def test_measured_times_hold_between_names_with_no_list_of_areas() -> None:
    assert minutes("Nord", "Syd", areas=(), times=(TravelTime("Syd", "nord", 12),)) == 12


def test_as_many_areas_as_people_take_no_more_than_a_row_each() -> None:
    scattered = pool([guide(f"g{i}", area=f"a{i}") for i in range(2000)], [request("r", area="a7")])

    people = encode(scattered)

    assert people.minutes.size == 1
    apart = Block(people, slice(0, 1)).minutes_apart
    assert sorted(apart[0])[:2] == [0, 30]
