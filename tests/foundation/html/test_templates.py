"""Dates, times and amounts as people read them."""

from datetime import UTC, date, datetime

from markupsafe import Markup

from foundation.clock import local_date
from foundation.dates import format_day, format_day_and_time
from foundation.html.assets import collect
from foundation.html.templates import make_environments
from foundation.i18n import LazyText
from foundation.resources import resource_dir


def test_days_are_written_in_words() -> None:
    assert format_day(date(2026, 12, 31), "da") == "31. december 2026"
    assert format_day(date(2026, 12, 31), "en") == "31 December 2026"


def test_moments_are_shown_on_the_clock_in_copenhagen() -> None:
    assert format_day_and_time(datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "da") == "2. juli 2026 kl. 00.30"
    assert format_day_and_time(datetime(2026, 1, 1, 9, 5, tzinfo=UTC), "da") == "1. januar 2026 kl. 10.05"


def test_the_day_is_the_day_in_copenhagen_on_both_sides_of_summer_time() -> None:
    assert local_date(datetime(2026, 3, 29, 0, 59, tzinfo=UTC)) == date(2026, 3, 29)
    assert local_date(datetime(2026, 10, 24, 22, 0, tzinfo=UTC)) == date(2026, 10, 25)
    assert local_date(datetime(2026, 10, 25, 23, 0, tzinfo=UTC)) == date(2026, 10, 26)


def test_words_that_a_component_was_made_of_stay_words_when_it_is_remembered() -> None:
    environment = make_environments(resource_dir("templates"), collect(resource_dir("static")))["da"]
    template = environment.from_string(
        '{% from "components/more_link.html" import more_link %}'
        '{{ more_link("/a", safe) }}{{ more_link("/a", typed) }}'
    )
    html = template.render(safe=Markup("<b>ja</b>"), typed="<b>ja</b>")
    assert html.count("<b>ja</b>") == 1
    assert html.count("&lt;b&gt;ja&lt;/b&gt;") == 1


def test_counts_over_999_are_written_as_people_of_that_language_write_them() -> None:
    every = make_environments(resource_dir("templates"), collect(resource_dir("static")))
    counted = '{{ _("%(total)s in all", total=12850) }} {{ 1200|number }} {{ -1200|number }} {{ 999|number }}'
    assert every["da"].from_string(counted).render() == "12.850 in all 1.200 −1.200 999"
    assert every["en"].from_string(counted).render() == "12,850 in all 1,200 −1,200 999"
    several = '{{ ngettext("One citizen", "%(num)s citizens", count) }}'
    assert every["da"].from_string(several).render(count=1200) == "1.200 borgere"
    assert every["da"].from_string(several).render(count=1) == "Én borger"


def test_a_count_in_a_message_is_written_the_same_way() -> None:
    assert LazyText("%(count)s", {"count": 5_000}).render("da") == "5.000"
    assert LazyText("%(year)s", {"year": "2026"}).render("da") == "2026"
