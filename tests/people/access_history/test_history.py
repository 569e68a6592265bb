"""Who has read, as the citizen sees it: on the page, printed and as PDF, in the same words."""

import io
import re

import pikepdf
import pytest
from sqlalchemy import Engine

from people.access.model import RelationKind, Role
from people.directory.model import Person
from tests.conftest import FrozenClock
from tests.support.app_client import AppClient, Browser
from tests.support.pdf_reader import tagged_text, tags
from tests.support.people_factory import PeopleFactory


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """Reading the log is tested on both databases in `tests/people/audit/test_store.py`."""
    return sqlite_engine


@pytest.fixture
def borgine(site: AppClient, people: PeopleFactory, clock: FrozenClock) -> Browser:
    """A citizen whom a support worker and a coordinator have read about, and who has read about herself."""
    helper = people.add(Role.COORDINATOR, "Karen")
    citizen: Person = people.citizen(helper=helper)
    worker = people.add(Role.SUPPORT_WORKER, "Støttine")
    people.start_relation(RelationKind.SUPPORT_WORKER, worker, citizen)
    site.signed_in(worker).get(f"/citizens/{citizen.id}/goals")
    clock.advance(minutes=1)
    site.signed_in(helper).get(f"/citizens/{citizen.id}")
    clock.advance(minutes=1)
    visitor = site.signed_in(citizen)
    visitor.get("/goals")
    clock.advance(minutes=1)
    return visitor


def test_screen_print_and_pdf_say_the_same(borgine: Browser) -> None:
    looks = borgine.get("/who-has-seen").all(".event-text")
    assert len(looks) == 2
    assert looks[0].startswith("En koordinator så")
    assert looks[1].startswith("En støtteperson så")
    printed = borgine.get("/who-has-seen/print")
    pdf = borgine.client.get("/who-has-seen.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    for look in looks:
        assert look in printed.text
        assert look in tagged_text(pdf.content)
    assert "Du så" not in printed.text + tagged_text(pdf.content)
    assert "Du kan ringe til Karen på 00 00 00 01." in tagged_text(pdf.content)


def test_looks_of_one_person_on_one_day_are_one_line_with_how_often(
    site: AppClient, people: PeopleFactory, clock: FrozenClock
) -> None:
    citizen = people.citizen()
    worker, other = people.add(Role.SUPPORT_WORKER, "Støttine"), people.add(Role.COORDINATOR, "Karen")
    people.start_relation(RelationKind.SUPPORT_WORKER, worker, citizen)
    for path in ("goals", "guide", "goals"):
        site.signed_in(worker).get(f"/citizens/{citizen.id}/{path}")
        clock.advance(minutes=1)
    site.signed_in(other).get(f"/citizens/{citizen.id}")
    clock.advance(minutes=1)
    site.signed_in(worker).get(f"/citizens/{citizen.id}/goals")
    visitor = site.signed_in(citizen)
    page = visitor.get("/who-has-seen")
    whens = page.all(".event-when")
    assert len(whens) == 3, "somebody else's look between two keeps them apart"
    assert "gange" not in whens[0] + whens[1]
    assert re.search(r"kl\. (\d\d\.\d\d)–(?!\1)\d\d\.\d\d, 3 gange", whens[2])
    assert (
        page.all(".event-text")[2]
        == "En støtteperson så dine mål, dit navn og dit telefonnummer, dit forløb med en guide og dine ønsker til en guide."
    )
    assert "3 gange" in tagged_text(visitor.client.get("/who-has-seen.pdf").content)


def test_looks_on_two_days_stay_apart(site: AppClient, people: PeopleFactory, clock: FrozenClock) -> None:
    citizen, worker = people.citizen(), people.add(Role.SUPPORT_WORKER, "Støttine")
    people.start_relation(RelationKind.SUPPORT_WORKER, worker, citizen)
    site.signed_in(worker).get(f"/citizens/{citizen.id}/goals")
    clock.advance(hours=24)
    site.signed_in(worker).get(f"/citizens/{citizen.id}/goals")
    assert len(site.signed_in(citizen).get("/who-has-seen").all(".event-when")) == 2


def test_what_one_has_looked_at_oneself_is_shown_on_wish_everywhere(borgine: Browser) -> None:
    page = borgine.get("/who-has-seen").click("Vis også dine egne besøg")
    own = re.compile(r"Du så [^.]*dine mål")
    assert own.search(page.text)
    assert own.search(page.click("Udskriv").text)
    assert own.search(tagged_text(borgine.client.get("/who-has-seen.pdf?own=yes").content))


def test_the_pdf_is_one_that_a_screen_reader_reads(borgine: Browser) -> None:
    pdf_bytes = borgine.client.get("/who-has-seen.pdf").content
    with pikepdf.open(io.BytesIO(pdf_bytes)) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang) == "da"
    assert [tag for tag in tags(pdf_bytes) if tag][:3] == ["Document", "H1", "P"]


def test_a_citizen_whom_nobody_has_looked_at_reads_so(site: AppClient, people: PeopleFactory) -> None:
    visitor = site.signed_in(people.citizen())
    assert "Ingen andre har kigget." in visitor.get("/who-has-seen").text
    assert "Ingen andre har kigget." in tagged_text(visitor.client.get("/who-has-seen.pdf").content)
