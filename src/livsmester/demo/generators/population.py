"""Everyone in the demo municipality: staff, guides, citizens, who stands to whom, who asks for what."""

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
    """The people as they come to be."""

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
        mine = set(self.roles[role])
        return [(one, name) for one, name in zip(self.people, self.names, strict=True) if one.id in mine]

    def add_invented(
        self, role: Role, file_id: str, helpers: Sequence[str], *, mail: bool, area: bool
    ) -> None:
        dice = self.builder.random
        name = invented_name(dice)
        person = Person(
            self.builder.new_id(),
            name.given,
            name.surname,
            area=dice.choices(AREAS, AREA_WEIGHTS)[0].id if area else None,
            phone=invented_phone(len(self.people)),
            email=invented_email(name.given, name.surname, len(self.people)) if mail else "",
            file_id=file_id,
            helper_id=dice.choice(helpers) if helpers else None,
        )
        self.add(person, role, name)


def make_population(builder: DemoBuilder, size: DemoSize) -> Population:
    """All people and what the guides and the asking citizens have told."""
    crowd = _add_people(builder, size)
    guides = tuple(_guide(builder, crowd, person, name) for person, name in crowd.with_role(Role.GUIDE))
    return Population(
        tuple(crowd.people),
        {role: tuple(ids) for role, ids in crowd.roles.items() if ids},
        tuple(_relations(builder, crowd)),
        guides,
        tuple(_requests(builder, crowd, size)),
    )


def _add_people(builder: DemoBuilder, size: DemoSize) -> _PopulationBuilder:
    crowd = _PopulationBuilder(builder)
    _add_cast(
        crowd, (Role.COORDINATOR, Role.SUPPORT_WORKER, Role.BUDGET_OFFICER, Role.LEADER, Role.ADMINISTRATOR)
    )
    for number in range(2, 2 + max(4, size.citizens // CITIZENS_PER_SUPPORT_WORKER)):
        crowd.add_invented(Role.SUPPORT_WORKER, f"S{number:04d}", (), mail=True, area=False)
    _add_cast(crowd, (Role.GUIDE, Role.CITIZEN))
    coordinators, helpers = crowd.roles[Role.COORDINATOR], crowd.roles[Role.SUPPORT_WORKER]
    for number in range(2, size.guides + 1):
        crowd.add_invented(Role.GUIDE, f"G{number:04d}", coordinators, mail=True, area=True)
    for number in range(len(crowd.roles[Role.CITIZEN]) + 1, size.citizens + 1):
        # Half of the citizens have a support worker; the others know a coordinator.
        near = helpers if builder.random.random() < 0.5 else coordinators
        crowd.add_invented(
            Role.CITIZEN, f"B{number:05d}", near, mail=builder.random.random() < 0.4, area=True
        )
    return crowd


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
    dice, today = builder.random, builder.today
    coordinator_id = dice.choice(population.roles[Role.COORDINATOR])
    noted_at = builder.now - timedelta(days=dice.randint(30, 300))
    if person.file_id == cast.GUIDE:
        return cast.demo_guide(person.id, coordinator_id, noted_at, today)
    chance = dice.random()
    trained, checked = (today + timedelta(days=dice.randint(40, 700)) for _ in range(2))
    if chance < 0.05:
        trained = today - timedelta(days=dice.randint(3, 90))
    elif chance < 0.09:
        checked = today - timedelta(days=dice.randint(3, 90))
    guide = Guide(
        id=person.id,
        given_name=name.given,
        area=person.area or "",
        languages=name.languages,
        gender=name.gender,
        capacity=dice.choices((0, 1, 2, 3, 4), (3, 14, 58, 20, 5))[0],
        helps_with=vocabulary.sample(dice, tuple(vocabulary.HELP), 2, 5),
        experiences=vocabulary.sample(dice, vocabulary.EXPERIENCES, 1, 3),
        interests=vocabulary.sample(dice, vocabulary.INTERESTS, 2, 5),
        dislikes=vocabulary.sample(dice, vocabulary.DISLIKES, 1, 4),
        wants=vocabulary.sample(dice, vocabulary.GIFTS, 0, 3),
        times=vocabulary.weekly_times(dice, 5),
        travel_minutes_max=dice.choice((None, 20, 30, 30, 45, 60)),
        trained_until=None if chance > 0.99 else trained,
        checked_until=checked,
        paused_until=today + timedelta(days=dice.randint(5, 90)) if 0.10 < chance < 0.16 else None,
    )
    return GuideRecord(guide, 0, coordinator_id, noted_at, coordinator_id, noted_at)


def _requests(builder: DemoBuilder, population: _PopulationBuilder, size: DemoSize) -> list[RequestRecord]:
    """Wishes of the cast, then of the others: those who will have a pairing, those who had one, those who wait."""
    members = {member.file_id: member for member in cast.CAST}
    citizens = population.with_role(Role.CITIZEN)
    made = [
        cast.demo_citizen_request(
            builder.new_id(), population.ids[cast.CITIZEN], population.ids[cast.CITIZEN], builder.today
        )
    ]
    for file_id in (cast.PAIRED_CITIZEN, cast.OFFERED_CITIZEN):
        made.append(
            cast.matched_request(members[file_id], builder.new_id(), population.ids[file_id], builder.today)
        )
    others = [(person, name) for person, name in citizens if person.file_id not in members]
    in_cast = len(made)
    for person, name in others[: size.waiting_citizens + size.pairings + size.ended_pairings - in_cast]:
        made.append(_request(builder, person, name))
    return made


def _request(builder: DemoBuilder, person: Person, name: InventedName) -> RequestRecord:
    dice = builder.random
    help_wanted = vocabulary.sample(dice, tuple(vocabulary.HELP), 1, 3)
    request = Request(
        id=builder.new_id(),
        given_name=name.given,
        area=person.area or "",
        languages=name.languages,
        gender=name.gender,
        waiting_since=builder.today - timedelta(days=int(dice.triangular(2, 320, 30))),
        urgent=dice.random() < 0.07,
        wants_help_with=help_wanted,
        experiences=vocabulary.sample(dice, vocabulary.EXPERIENCES, 0, 3),
        interests=vocabulary.sample(dice, vocabulary.INTERESTS, 1, 4),
        dislikes=vocabulary.sample(dice, vocabulary.DISLIKES, 0, 3),
        gives=vocabulary.sample(dice, vocabulary.GIFTS, 0, 2),
        times=vocabulary.weekly_times(dice, 4),
        travel_minutes_max=dice.choice((None, None, 20, 30, 45)),
        wanted_gender=dice.choice((WOMAN, MAN)) if dice.random() < 0.12 else "",
    )
    own_words = dice.choice(vocabulary.HELP[help_wanted[0]])
    made_by = person.helper_id if dice.random() < 0.3 else person.id
    return RequestRecord(person.id, request, own_words=own_words, made_by=made_by)
