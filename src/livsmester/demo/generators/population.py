"""Generates the people of the demo municipality: staff, guides, citizens, relations and requests."""

from collections.abc import Sequence
from datetime import timedelta

from guides.matching.model import Guide, Request
from guides.pool.model import GuideRecord, RequestRecord
from livsmester.demo import cast
from livsmester.demo.content import vocabulary
from livsmester.demo.content.areas import AREAS
from livsmester.demo.content.names import (
    DANISH,
    MAN,
    WOMAN,
    InventedName,
    invented_email,
    invented_name,
    invented_phone,
)
from livsmester.demo.model import DemoBuilder, DemoRelation, DemoSize, Population
from people.access.model import RelationKind, Role
from people.directory.model import Person

CITIZENS_PER_SUPPORT_WORKER = 25
# Areas in town are larger than those along the fjord.
AREA_WEIGHTS = (10, 7, 8, 6, 6, 5, 3, 4, 3, 3, 3, 2)


class _PopulationBuilder:
    """Collects people with their names and roles while they are generated."""

    def __init__(self, builder: DemoBuilder) -> None:
        self.builder = builder
        self.people: list[Person] = []
        self.names: list[InventedName] = []
        self.roles: dict[Role, list[str]] = {role: [] for role in Role}
        self.ids: dict[str, str] = {}

    def add(self, person: Person, role: Role, name: InventedName) -> None:
        self.people.append(person)
        self.names.append(name)
        self.roles[role].append(person.id)
        if person.file_id is not None:
            self.ids[person.file_id] = person.id

    def with_role(self, role: Role) -> list[tuple[Person, InventedName]]:
        person_ids = set(self.roles[role])
        return [
            (person, name)
            for person, name in zip(self.people, self.names, strict=True)
            if person.id in person_ids
        ]

    def add_invented(
        self, role: Role, file_id: str, helpers: Sequence[str], *, mail: bool, area: bool
    ) -> None:
        random = self.builder.random
        name = invented_name(random)
        person = Person(
            self.builder.new_id(),
            name.given,
            name.surname,
            area=random.choices(AREAS, AREA_WEIGHTS)[0].id if area else None,
            phone=invented_phone(len(self.people)),
            email=invented_email(name.given, name.surname, len(self.people)) if mail else "",
            file_id=file_id,
            helper_id=random.choice(helpers) if helpers else None,
        )
        self.add(person, role, name)


def make_population(builder: DemoBuilder, size: DemoSize) -> Population:
    """All people, the guides' profiles and the citizens' requests."""
    population = _add_people(builder, size)
    guides = tuple(
        _guide(builder, population, person, name) for person, name in population.with_role(Role.GUIDE)
    )
    return Population(
        tuple(population.people),
        {role: tuple(ids) for role, ids in population.roles.items() if ids},
        tuple(_relations(builder, population)),
        guides,
        tuple(_requests(builder, population, size)),
    )


def _add_people(builder: DemoBuilder, size: DemoSize) -> _PopulationBuilder:
    population = _PopulationBuilder(builder)
    _add_cast(
        population,
        (Role.COORDINATOR, Role.SUPPORT_WORKER, Role.BUDGET_OFFICER, Role.LEADER, Role.ADMINISTRATOR),
    )
    for number in range(2, 2 + max(4, size.citizens // CITIZENS_PER_SUPPORT_WORKER)):
        population.add_invented(Role.SUPPORT_WORKER, f"S{number:04d}", (), mail=True, area=False)
    _add_cast(population, (Role.GUIDE, Role.CITIZEN))
    coordinators, helpers = population.roles[Role.COORDINATOR], population.roles[Role.SUPPORT_WORKER]
    for number in range(2, size.guides + 1):
        population.add_invented(Role.GUIDE, f"G{number:04d}", coordinators, mail=True, area=True)
    for number in range(len(population.roles[Role.CITIZEN]) + 1, size.citizens + 1):
        # Half of the citizens have a support worker; the others a coordinator.
        possible_helpers = helpers if builder.random.random() < 0.5 else coordinators
        population.add_invented(
            Role.CITIZEN, f"B{number:05d}", possible_helpers, mail=builder.random.random() < 0.4, area=True
        )
    return population


def _add_cast(population: _PopulationBuilder, roles: Sequence[Role]) -> None:
    for member in cast.CAST:
        if member.role not in roles:
            continue
        helper = None
        if member.role is Role.CITIZEN:
            helper = population.ids[cast.SUPPORT_WORKER]
        elif member.role is Role.GUIDE:
            helper = population.ids[cast.COORDINATOR]
        person = cast.cast_person(member, population.builder.new_id(), len(population.people), helper)
        population.add(person, member.role, InventedName(member.given_name, member.surname, "", (DANISH,)))


def _relations(builder: DemoBuilder, population: _PopulationBuilder) -> list[DemoRelation]:
    workers = set(population.roles[Role.SUPPORT_WORKER])
    return [
        DemoRelation(
            RelationKind.SUPPORT_WORKER,
            person.helper_id,
            person.id,
            builder.now - timedelta(days=builder.random.randint(400, 900)),
        )
        for person, _ in population.with_role(Role.CITIZEN)
        if person.helper_id in workers
    ]


def _guide(
    builder: DemoBuilder, population: _PopulationBuilder, person: Person, name: InventedName
) -> GuideRecord:
    random, today = builder.random, builder.today
    coordinator_id = random.choice(population.roles[Role.COORDINATOR])
    recorded_at = builder.now - timedelta(days=random.randint(30, 300))
    if person.file_id == cast.GUIDE:
        return cast.demo_guide(person.id, coordinator_id, recorded_at, today)
    chance = random.random()
    trained, checked = (today + timedelta(days=random.randint(40, 700)) for _ in range(2))
    if chance < 0.05:
        trained = today - timedelta(days=random.randint(3, 90))
    elif chance < 0.09:
        checked = today - timedelta(days=random.randint(3, 90))
    guide = Guide(
        id=person.id,
        given_name=name.given,
        area=person.area or "",
        languages=name.languages,
        gender=name.gender,
        capacity=random.choices((0, 1, 2, 3, 4), (3, 14, 58, 20, 5))[0],
        helps_with=vocabulary.sample(random, tuple(vocabulary.HELP), 2, 5),
        experiences=vocabulary.sample(random, vocabulary.EXPERIENCES, 1, 3),
        interests=vocabulary.sample(random, vocabulary.INTERESTS, 2, 5),
        dislikes=vocabulary.sample(random, vocabulary.DISLIKES, 1, 4),
        wants=vocabulary.sample(random, vocabulary.GIFTS, 0, 3),
        times=vocabulary.weekly_times(random, 5),
        travel_minutes_max=random.choice((None, 20, 30, 30, 45, 60)),
        trained_until=None if chance > 0.99 else trained,
        checked_until=checked,
        paused_until=today + timedelta(days=random.randint(5, 90)) if 0.10 < chance < 0.16 else None,
    )
    return GuideRecord(guide, 0, coordinator_id, recorded_at, coordinator_id, recorded_at)


def _requests(builder: DemoBuilder, population: _PopulationBuilder, size: DemoSize) -> list[RequestRecord]:
    """Requests of the cast, then of the others: with an open pairing, with an ended one, waiting."""
    members = {member.file_id: member for member in cast.CAST}
    citizens = population.with_role(Role.CITIZEN)
    requests = [
        cast.demo_citizen_request(
            builder.new_id(), population.ids[cast.CITIZEN], population.ids[cast.CITIZEN], builder.today
        )
    ]
    for file_id in (cast.PAIRED_CITIZEN, cast.OFFERED_CITIZEN):
        requests.append(
            cast.matched_request(members[file_id], builder.new_id(), population.ids[file_id], builder.today)
        )
    others = [(person, name) for person, name in citizens if person.file_id not in members]
    cast_count = len(requests)
    for person, name in others[: size.waiting_citizens + size.pairings + size.ended_pairings - cast_count]:
        requests.append(_request(builder, person, name))
    return requests


def _request(builder: DemoBuilder, person: Person, name: InventedName) -> RequestRecord:
    random = builder.random
    help_wanted = vocabulary.sample(random, tuple(vocabulary.HELP), 1, 3)
    request = Request(
        id=builder.new_id(),
        given_name=name.given,
        area=person.area or "",
        languages=name.languages,
        gender=name.gender,
        waiting_since=builder.today - timedelta(days=int(random.triangular(2, 320, 30))),
        urgent=random.random() < 0.07,
        wants_help_with=help_wanted,
        experiences=vocabulary.sample(random, vocabulary.EXPERIENCES, 0, 3),
        interests=vocabulary.sample(random, vocabulary.INTERESTS, 1, 4),
        dislikes=vocabulary.sample(random, vocabulary.DISLIKES, 0, 3),
        gives=vocabulary.sample(random, vocabulary.GIFTS, 0, 2),
        times=vocabulary.weekly_times(random, 4),
        travel_minutes_max=random.choice((None, None, 20, 30, 45)),
        wanted_gender=random.choice((WOMAN, MAN)) if random.random() < 0.12 else "",
    )
    own_words = random.choice(vocabulary.HELP[help_wanted[0]])
    made_by = person.helper_id if random.random() < 0.3 else person.id
    return RequestRecord(person.id, request, own_words=own_words, made_by=made_by)
