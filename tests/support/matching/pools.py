"""Invented people for the matching tests: builders for one person and Hypothesis strategies for pools."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from guides.matching.model import Guide, Pool, Request, Slot
from people.directory.model import Area, TravelTime

TODAY = date(2026, 1, 15)
VALID = date(2026, 12, 31)


def guide(id: str, **values: Any) -> Guide:
    defaults = {
        "given_name": "Guide",
        "area": "Nord",
        "trained_until": VALID,
        "checked_until": VALID,
        "capacity": 1,
    }
    return Guide(**{"id": id, **defaults, **values})


def request(id: str, **values: Any) -> Request:
    defaults = {"given_name": "Borger", "area": "Nord", "waiting_since": TODAY}
    return Request(**{"id": id, **defaults, **values})


def pool(guides: list[Guide], requests: list[Request], **values: Any) -> Pool:
    return Pool(**{"guides": tuple(guides), "requests": tuple(requests), "today": TODAY, **values})


def days_ago(days: int) -> date:
    return TODAY - timedelta(days)


def word_tuples(*choice: str, size_max: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(choice), max_size=size_max).map(tuple)


AREAS = (Area("n", "Nord", 56.20, 10.20), Area("s", "Syd", 56.10, 10.20), Area("ø", "Ø", 56.15, 10.60))
LANGUAGES = word_tuples("dansk", "Dansk ", "arabisk", "ARABISK", "somali")
HELP = word_tuples("it", "bus", " Bus", "indkøb", "samtaler")
GENDERS = st.sampled_from(["", "kvinde", "Kvinde", "mand"])
SLOTS = st.builds(
    lambda day, start, length: Slot(day, start, min(1440, start + length)),
    st.integers(0, 1),
    st.sampled_from([0, 480, 485, 540, 719, 720, 1020, 1435]),
    st.sampled_from([1, 5, 60, 240, 1440]),
)
TIMES = st.lists(SLOTS, max_size=2).map(tuple)
LIMITS = st.sampled_from([None, None, 0, 20, 30, 45])
AREA_WORDS = st.sampled_from(["n", "s", "nord", "ø", "ukendt", ""])
DATES = st.sampled_from([None, TODAY - timedelta(1), TODAY, VALID, VALID, VALID])


def guides(index: int) -> st.SearchStrategy[Guide]:
    return st.builds(
        Guide,
        id=st.just(f"g{index}"),
        given_name=st.just("Guide"),
        area=AREA_WORDS,
        languages=LANGUAGES,
        gender=GENDERS,
        capacity=st.integers(0, 3),
        active=st.integers(0, 1),
        helps_with=HELP,
        experiences=word_tuples("a", "b", "c", "d"),
        interests=word_tuples("a", "b", "c"),
        dislikes=word_tuples("a", "b"),
        wants=word_tuples("x", "y"),
        times=TIMES,
        travel_minutes_max=LIMITS,
        trained_until=DATES,
        checked_until=DATES,
        paused_until=st.sampled_from([None, None, None, TODAY - timedelta(1), TODAY, VALID]),
    )


def requests(index: int) -> st.SearchStrategy[Request]:
    return st.builds(
        Request,
        id=st.just(f"r{index}"),
        given_name=st.just("Borger"),
        area=AREA_WORDS,
        languages=LANGUAGES,
        waiting_since=st.sampled_from([TODAY + timedelta(3), *map(days_ago, (0, 1, 30, 89, 90, 200, 400))]),
        urgent=st.booleans(),
        wants_help_with=HELP,
        experiences=word_tuples("a", "b", "c", "d"),
        interests=word_tuples("a", "b", "c"),
        dislikes=word_tuples("a", "b"),
        gives=word_tuples("x", "y"),
        times=TIMES,
        travel_minutes_max=LIMITS,
        wanted_gender=GENDERS,
        excluded_guides=word_tuples("g0", "g1", "nobody", size_max=1),
    )


@st.composite
def pools(draw: st.DrawFn, guides_max: int = 4, requests_max: int = 5) -> Pool:
    guide_count, request_count = draw(st.integers(0, guides_max)), draw(st.integers(0, requests_max))
    all_pairs = tuple((f"r{i}", f"g{j}") for i in range(request_count) for j in range(guide_count))
    return Pool(
        guides=tuple(draw(guides(index)) for index in range(guide_count)),
        requests=tuple(draw(requests(index)) for index in range(request_count)),
        areas=draw(st.sampled_from([(), AREAS])),
        travel_times=draw(st.sampled_from([(), (TravelTime("n", "s", 25), TravelTime("s", "n", 12))])),
        forbidden=draw(st.lists(st.sampled_from(all_pairs), max_size=2).map(tuple)) if all_pairs else (),
        today=TODAY,
    )
