"""The generated demo municipality is invented, plausible and reproducible."""

import re
from collections import Counter

import msgspec
import pytest

from foundation.clock import local_date
from guides.spreadsheets.files import write_guides, write_requests
from livsmester.demo import cast
from livsmester.demo.content.goals import GoalText, goal_texts
from livsmester.demo.generate import make_municipality
from livsmester.demo.model import DemoMunicipality, DemoSize
from livsmester.demo.receipts import receipt_pdf
from people.access.model import Role
from plans.model import TITLE_LENGTH_MAX, Theme
from tests.conftest import A_MONDAY_MORNING

CPR = re.compile(r"\b[0-3]\d[01]\d\d\d[- ]?\d{4}\b")


@pytest.fixture(scope="module")
def municipality() -> DemoMunicipality:
    """The demo municipality with its default seed and size."""
    return make_municipality(A_MONDAY_MORNING, 1, DemoSize())


def test_goals_sound_like_many_people() -> None:
    texts = goal_texts()
    assert len({text.title for text in texts}) == len({text.words for text in texts}) == len(texts) >= 120
    assert min(Counter(text.theme for text in texts).values()) >= 20
    assert {text.theme for text in texts} == set(Theme)


@pytest.mark.parametrize("text", goal_texts(), ids=lambda text: text.title)
def test_a_goal_is_short_and_its_purchases_are_plausible(text: GoalText) -> None:
    assert len(text.title) <= TITLE_LENGTH_MAX / 2
    assert text.words.endswith((".", "?", "!"))
    assert text.learnt.endswith((".", "?", "!"))
    assert text.buys
    assert all(20 <= kroner <= 2_000 for kroner in text.buys.values())


def test_it_has_the_size_that_is_promised(municipality: DemoMunicipality) -> None:
    assert len(municipality.areas) == 12
    assert len(municipality.population.guides) == 120
    assert len(municipality.population.roles[Role.CITIZEN]) == 400
    assert len(municipality.finances.budgets) + 1 == 80
    assert len(municipality.finances.funds) == 3
    assert len({goal.title for goal in municipality.goals}) >= 120


def test_areas_lie_in_denmark_apart_from_each_other(municipality: DemoMunicipality) -> None:
    assert all(54.5 < area.latitude < 57.8 and 8 < area.longitude < 12.7 for area in municipality.areas)
    assert len({(area.latitude, area.longitude) for area in municipality.areas}) == len(municipality.areas)


def test_nobody_in_it_can_be_reached_or_has_a_cpr_number(municipality: DemoMunicipality) -> None:
    people = municipality.population.people
    assert all(person.phone.startswith("+45 00 ") for person in people)
    assert all(person.email.endswith(".example") for person in people if person.email)
    texts = [person.full_name for person in people] + [person.phone for person in people]
    texts += [goal.words for goal in municipality.goals] + [
        record.own_words for record in municipality.population.requests
    ]
    texts += [text.what for planned in municipality.finances.budgets for text in planned.budget.purchases]
    assert not [text for text in texts if CPR.search(text)]


def test_people_have_unique_ids_and_contacts(municipality: DemoMunicipality) -> None:
    people = municipality.population.people
    for values in (
        [person.id for person in people],
        [person.file_id for person in people],
        [person.phone for person in people],
        [person.email for person in people if person.email],
    ):
        assert len(set(values)) == len(values)


def test_the_same_seed_makes_the_same_and_another_one_another(municipality: DemoMunicipality) -> None:
    again = make_municipality(A_MONDAY_MORNING, 1, DemoSize())
    other = make_municipality(A_MONDAY_MORNING, 2, DemoSize())
    assert msgspec.json.encode(municipality) == msgspec.json.encode(again)
    assert municipality.population.people[20:] != other.population.people[20:]
    assert cast.CAST[0].surname in {person.surname for person in other.population.people}


def test_every_value_can_be_written_to_a_spreadsheet(municipality: DemoMunicipality) -> None:
    assert write_guides(record.guide for record in municipality.population.guides)
    assert write_requests(record.request for record in municipality.population.requests)


def test_nothing_happens_in_the_future(municipality: DemoMunicipality) -> None:
    now = A_MONDAY_MORNING
    assert all(step.at <= now for history in municipality.pairing_histories for step in history.steps)
    assert all(
        contact.made_at <= now for history in municipality.pairing_histories for contact in history.contacts
    )
    assert all(entry.at <= now for entry in municipality.access_entries)
    purchase_dates = [
        purchase.bought_on
        for planned in municipality.finances.budgets
        for purchase in planned.budget.purchases
    ]
    assert max(purchase_dates) < local_date(now)


def test_contacts_come_while_the_pairing_runs(municipality: DemoMunicipality) -> None:
    for history in municipality.pairing_histories:
        started_at = max((step.at for step in history.steps if "confirms" in step.transition), default=None)
        assert not history.contacts or (
            started_at is not None and all(contact.made_at > started_at for contact in history.contacts)
        )


def test_nobody_waits_for_a_guide_from_after_the_offer(municipality: DemoMunicipality) -> None:
    waiting_since = {
        record.request.id: record.request.waiting_since for record in municipality.population.requests
    }
    assert all(
        waiting_since[history.offer.request_id] < history.offer.offered_at.date()
        for history in municipality.pairing_histories
    )


def test_a_receipt_is_a_pdf_that_says_what_was_bought() -> None:
    content = receipt_pdf("Badetøj (blåt)", 229_00, local_date(A_MONDAY_MORNING))
    assert content.startswith(b"%PDF-1.4")
    assert "Badetøj \\(blåt\\)".encode("cp1252") in content
    start = int(content.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    assert content[start:].startswith(b"xref")
