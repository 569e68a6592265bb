"""People who try to see or change what isn't theirs: by other ids, hidden fields, other areas, and what pages let slip."""

import pytest
from sqlalchemy import Engine

from guides import service_citizen
from guides.lifecycle import State
from tests.guides.neighbours import Neighbours
from tests.people_factory import People
from tests.site import Site


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """What is asked here is decided before the database is."""
    return sqlite_engine


@pytest.fixture
def neighbours(people: People) -> Neighbours:
    return Neighbours(people)


class TestBeforeBothSaidYes:
    """What two people may know of each other while one of them can still say no."""

    def test_a_guide_learns_no_experience_of_a_citizen_who_has_not_said_yes(
        self, site: Site, neighbours: Neighbours
    ) -> None:
        guide = neighbours.guide(experiences=("angst",), interests=("skak",))
        citizen = neighbours.citizen("Aisha", experiences=("angst",), interests=("skak",))
        offer = neighbours.walk(guide, citizen, State.GUIDE_WILLING)
        mine = site.visitor(guide)
        for path in ("/offers", f"/offers/{offer.id}", f"/offers/{offer.id}/no"):
            assert "angst" not in mine.get(path).answer.text, path
        assert "skak" in mine.get(f"/offers/{offer.id}").text
        with neighbours.people.acting(citizen) as visit:
            service_citizen.accept(visit, offer.id)
        assert "angst" in mine.get(f"/offers/{offer.id}").text

    def test_a_guides_look_does_not_tell_the_citizen_who_was_asked_and_said_no(
        self, site: Site, neighbours: Neighbours
    ) -> None:
        guide, citizen = neighbours.guide("Torben"), neighbours.citizen()
        offer = neighbours.offered(guide, citizen)
        site.visitor(guide).get(f"/offers/{offer.id}").follow("Nej").press("Sig nej")
        seen = site.visitor(citizen).get("/who-has-seen")
        assert "medborger-guide" in seen.text
        assert "Torben" not in seen.answer.text
        assert guide.id not in seen.answer.text

    def test_the_citizen_never_learns_the_guides_surname(self, site: Site, neighbours: Neighbours) -> None:
        guide, citizen = neighbours.guide("Torben"), neighbours.citizen()
        pairing = neighbours.walk(guide, citizen, State.RUNNING)
        site.visitor(guide).get(f"/my-pairings/{pairing.id}")
        mine = site.visitor(citizen)
        assert "Torben (medborger-guide)" in mine.get("/who-has-seen").text
        for path in ("/who-has-seen", "/guide", f"/guide/{pairing.id}/no", f"/guide/{pairing.id}/end"):
            assert "Torben Prøvesen" not in mine.get(path).text, path
