"""A scenario of guides and citizens for tests of offers and pairings."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import Engine

from foundation.clock import local_date
from foundation.db import transactions
from foundation.ids import new_id
from guides.for_citizens import service as for_citizens_service
from guides.for_guides import service as for_guides_service
from guides.lifecycle import State
from guides.matching.model import Guide, Request
from guides.pairings import service as pairings_service
from guides.pairings import store as pairings_store
from guides.pairings.model import Pairing
from guides.pool import store as pool_store
from guides.pool.model import GuideRecord, RequestRecord
from guides.runs import execution
from guides.runs import service as runs_service
from people.access.model import ANONYMOUS, Role
from people.consent.service import record_request_consent
from people.directory.model import Person
from people.web.context import RequestContext
from tests.support.people_factory import PeopleFactory


class GuideScenario:
    """Adds guides and waiting citizens, and advances a pairing to any state through the services."""

    def __init__(self, people: PeopleFactory) -> None:
        self.people = people
        self.engine: Engine = people.engine
        self.coordinator = people.add(Role.COORDINATOR, "Koordine")

    @property
    def today(self) -> date:
        return local_date(self.people.clock())

    def guide(self, given_name: str = "Vejle", *, area: str | None = None, **values: Any) -> Person:
        """Add a guide whose training and record check are valid for a year and who helps with everything."""
        person = self.people.add(Role.GUIDE, given_name, area=area)
        until = self.today + timedelta(days=365)
        defaults: dict[str, Any] = {"trained_until": until, "checked_until": until}
        guide = Guide(id=person.id, given_name=given_name, area=area or "", **(defaults | values))
        with transactions.write_transaction(self.engine) as db:
            pool_store.add_guides(db, [GuideRecord(guide)])
        return person

    def citizen(
        self, given_name: str = "Borgine", *, area: str | None = None, days: int = 0, **values: Any
    ) -> Person:
        """Add a citizen who has waited `days` days for a guide."""
        person = self.people.citizen(given_name, area=area)
        request = Request(
            id=new_id(),
            given_name=given_name,
            area=area or "",
            waiting_since=self.today - timedelta(days),
            **values,
        )
        with transactions.write_transaction(self.engine) as db:
            pool_store.add_requests(db, [RequestRecord(person.id, request)], self.people.clock())
            record_request_consent(RequestContext(db, ANONYMOUS, self.people.clock()), [person.id])
        return person

    def request_of(self, citizen: Person) -> RequestRecord:
        """The citizen's open request."""
        with transactions.read_transaction(self.engine) as db:
            record = pool_store.open_request(db, citizen.id)
        assert record is not None
        return record

    def run_matching(self) -> str:
        """Run the matching to its end; returns the run's id."""
        with self.people.acting_as(self.coordinator) as context:
            run_id = runs_service.start_run(context, seed=1)
        execution.execute_run(self.engine, self.people.clock, run_id)
        return run_id

    def publish(self, run_id: str) -> None:
        """Publish a run."""
        with self.people.acting_as(self.coordinator) as context:
            runs_service.publish(context, run_id)

    def pairing_of(self, citizen: Person) -> Pairing:
        """The citizen's newest offer or pairing."""
        with transactions.read_transaction(self.engine) as db:
            return pairings_store.of_citizen(db, citizen.id)[0]

    def make_offer(self, guide: Person, citizen: Person) -> Pairing:
        """Match, publish and return the citizen's offer, which must go to this guide."""
        self.publish(self.run_matching())
        pairing = self.pairing_of(citizen)
        assert pairing.guide_id == guide.id
        return pairing

    def advance_to(self, guide: Person, citizen: Person, state_wanted: State) -> Pairing:
        """Make an offer and advance it to a state before its end."""
        offer = self.make_offer(guide, citizen)
        steps = {
            State.GUIDE_WILLING: (guide, for_guides_service.accept_offer),
            State.MEETING: (citizen, for_citizens_service.accept),
            State.DECIDING: (self.coordinator, pairings_service.meeting_held),
            State.GUIDE_CONFIRMED: (guide, for_guides_service.confirm),
            State.RUNNING: (citizen, for_citizens_service.confirm),
        }
        for state, (person, step) in steps.items():
            if self.pairing_of(citizen).state is state_wanted:
                break
            with self.people.acting_as(person) as context:
                step(context, offer.id)
            assert self.pairing_of(citizen).state is state
        return self.pairing_of(citizen)
