"""Dates, times and amounts as people read them."""

from datetime import UTC, date, datetime

from markupsafe import Markup

from foundation.assets import collect
from foundation.clock import local_date
from foundation.rendering import day, day_and_time, screens
from foundation.resources import folder


def test_days_are_written_in_words() -> None:
    assert day(date(2026, 12, 31), "da") == "31. december 2026"
    assert day(date(2026, 12, 31), "en") == "31 December 2026"


def test_moments_are_shown_on_the_clock_in_copenhagen() -> None:
    assert day_and_time(datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "da") == "2. juli 2026 kl. 00.30"
    assert day_and_time(datetime(2026, 1, 1, 9, 5, tzinfo=UTC), "da") == "1. januar 2026 kl. 10.05"


def test_the_day_is_the_day_in_copenhagen_on_both_sides_of_summer_time() -> None:
    assert local_date(datetime(2026, 3, 29, 0, 59, tzinfo=UTC)) == date(2026, 3, 29)
    assert local_date(datetime(2026, 10, 24, 22, 0, tzinfo=UTC)) == date(2026, 10, 25)
    assert local_date(datetime(2026, 10, 25, 23, 0, tzinfo=UTC)) == date(2026, 10, 26)


def test_words_that_a_component_was_made_of_stay_words_when_it_is_remembered() -> None:
    environment = screens(folder("templates"), collect(folder("static")))["da"]
    template = environment.from_string(
        '{% from "components/more_link.html" import more_link %}'
        '{{ more_link("/a", safe) }}{{ more_link("/a", typed) }}'
    )
    html = template.render(safe=Markup("<b>ja</b>"), typed="<b>ja</b>")
    assert html.count("<b>ja</b>") == 1
    assert html.count("&lt;b&gt;ja&lt;/b&gt;") == 1
