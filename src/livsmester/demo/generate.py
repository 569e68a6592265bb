"""Generates the demo municipality from a seed, a size and a time. No I/O."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from livsmester.demo import cast
from livsmester.demo.content.areas import AREAS, MUNICIPALITY, TRAVEL_TIMES
from livsmester.demo.generators.budgets import make_finances
from livsmester.demo.generators.pairings import make_pairing_histories
from livsmester.demo.generators.plans import make_goals
from livsmester.demo.generators.population import make_population
from livsmester.demo.model import DemoBuilder, DemoMunicipality, DemoSize, PairingHistory, Population
from people.access.model import DataKind, Purpose, Role
from people.audit.model import AccessEntry

# Days ago, actor, role, kind of data, purpose: what the demo citizen finds under "Hvem har set mine oplysninger".
_DEMO_ACCESSES = (
    (190, cast.COORDINATOR, Role.COORDINATOR, DataKind.IDENTITY, Purpose.FIND),
    (190, cast.COORDINATOR, Role.COORDINATOR, DataKind.WISHES, Purpose.MATCHING),
    (64, cast.SUPPORT_WORKER, Role.SUPPORT_WORKER, DataKind.GOALS, Purpose.SUPPORT),
    (62, cast.BUDGET_OFFICER, Role.BUDGET_OFFICER, DataKind.MONEY, Purpose.BUDGET),
    (30, cast.BUDGET_OFFICER, Role.BUDGET_OFFICER, DataKind.RECEIPTS, Purpose.BUDGET),
    (25, cast.SUPPORT_WORKER, Role.SUPPORT_WORKER, DataKind.MONEY, Purpose.SUPPORT),
    (8, cast.BUDGET_OFFICER, Role.BUDGET_OFFICER, DataKind.MONEY, Purpose.BUDGET),
    (1, cast.COORDINATOR, Role.COORDINATOR, DataKind.WISHES, Purpose.MATCHING),
)


def make_municipality(now: datetime, seed: int, size: DemoSize) -> DemoMunicipality:
    """The demo municipality as of `now`; the same seed and time give the same municipality."""
    population = make_population(DemoBuilder(seed, "people", now), size)
    histories, requests = make_pairing_histories(DemoBuilder(seed, "pairings", now), size, population)
    population = msgspec.structs.replace(population, requests=requests)
    goals, funded_goals = make_goals(DemoBuilder(seed, "goals", now), size, population)
    demo_citizen_id = population.person(cast.CITIZEN).id
    own_goals = tuple(goal for goal, _ in funded_goals.pop(demo_citizen_id))
    finances = make_finances(DemoBuilder(seed, "money", now), population, funded_goals)
    return DemoMunicipality(
        MUNICIPALITY,
        AREAS,
        TRAVEL_TIMES,
        population,
        histories,
        goals,
        own_goals,
        finances,
        tuple(sorted(_access_entries(now, population, histories), key=lambda entry: entry.at)),
    )


def _access_entries(
    now: datetime, population: Population, histories: Sequence[PairingHistory]
) -> Iterator[AccessEntry]:
    """Access entries about the demo citizen, and about the requests of citizens who were offered a guide."""
    demo_citizen_id = population.person(cast.CITIZEN).id
    for days, file_id, role, kind, purpose in _DEMO_ACCESSES:
        at = now - timedelta(days=days, minutes=12)
        actor_id = population.person(file_id).id
        yield AccessEntry(at, actor_id, role, None, demo_citizen_id, (kind,), (purpose,))
    coordinator_id = population.person(cast.COORDINATOR).id
    for history in histories:
        offer = history.offer
        yield AccessEntry(
            offer.offered_at,
            coordinator_id,
            Role.COORDINATOR,
            None,
            offer.citizen_id,
            (DataKind.WISHES,),
            (Purpose.MATCHING,),
        )
        for step in history.steps[:1]:
            if step.actor_id == offer.guide_id:
                yield AccessEntry(
                    step.at,
                    offer.guide_id,
                    Role.GUIDE,
                    None,
                    offer.citizen_id,
                    (DataKind.WISHES,),
                    (Purpose.OFFER,),
                )
