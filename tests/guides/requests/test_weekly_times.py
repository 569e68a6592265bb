"""Weekly times as text, and the parts of the week that a citizen can tick."""

from hypothesis import given
from hypothesis import strategies as st

from guides.matching.model import Slot
from guides.requests.weekly_times import WEEK_PARTS, format_times, parts_to_slots, slots_to_parts

PARTS = st.sets(st.sampled_from(sorted(WEEK_PARTS)))


def test_times_are_said_as_people_say_them() -> None:
    times = (Slot(0, 540, 720), Slot(3, 810, 1020), Slot(6, 0, 1440))
    assert format_times(times, "da") == ("Mandag 9–12", "Torsdag 13.30–17", "Søndag hele dagen")
    assert format_times(times, "en") == ("Monday 9–12", "Thursday 13:30–17", "Sunday all day")


@given(PARTS)
def test_what_was_ticked_stands_ticked_again(parts: set[str]) -> None:
    assert set(slots_to_parts(parts_to_slots(parts))) == parts


@given(PARTS)
def test_no_part_of_the_week_is_lost_or_made_up(parts: set[str]) -> None:
    hours = sum(slot.end - slot.start for slot in parts_to_slots(parts)) // 60
    lengths = {"mornings": 4, "afternoons": 5, "evenings": 5}
    days = {"weekday": 5, "weekend": 2}
    assert hours == sum(days[part.split("_")[0]] * lengths[part.split("_")[1]] for part in parts)


def test_a_finer_time_ticks_nothing() -> None:
    assert slots_to_parts((Slot(0, 540, 720),)) == ()
