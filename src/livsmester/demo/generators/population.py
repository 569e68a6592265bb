"""Everyone in the demo municipality: staff, guides, citizens, who stands to whom, who asks for what."""

from collections.abc import Sequence
from datetime import timedelta

from guides.matching.model import Guide, Request
from guides.pool.model import KeptGuide, KeptRequest
from livsmester.demo import cast
from livsmester.demo.content import vocabulary
from livsmester.demo.content.areas import AREAS
from livsmester.demo.content.names import (
    DANISH,
    MAN,
    WOMAN,
    Name,
    invented_mail,
    invented_name,
    invented_phone,
)
from livsmester.demo.model import Maker, Population, Size, Tie
from people.access.model import RelationKind, Role
from people.directory.model import Person

CITIZENS_PER_SUPPORT_WORKER = 25
# Areas in town are larger than those along the fjord.
AREA_WEIGHTS = (10, 7, 8, 6, 6, 5, 3, 4, 3, 3, 3, 2)


class _Crowd:
    """The people as they come to be."""

    def __init__(self, maker: Maker) -> None:
        self.maker = maker
        self.people: list[Person] = []
        self.names: list[Name] = []
        self.roles: dict[Role, list[str]] = {role: [] for role in Role}
        self.ids: dict[str, str] = {}

    def add(self, person: Person, role: Role, name: Name) -> None:
        self.people.append(person)
        self.names.append(name)
        self.roles[role].append(person.id)
        if person.file_id is not None:
            self.ids[person.file_id] = person.id

    def of(self, role: Role) -> list[tuple[Person, Name]]:
        mine = set(self.roles[role])
        return [(one, name) for one, name in zip(self.people, self.names, strict=True) if one.id in mine]

    def invent(self, role: Role, file_id: str, helpers: Sequence[str], *, mail: bool, area: bool) -> None:
        dice = self.maker.dice
        name = invented_name(dice)
        person = Person(
            self.maker.id(),
            name.given,
            name.surname,
            area=dice.choices(AREAS, AREA_WEIGHTS)[0].id if area else None,
            phone=invented_phone(len(self.people)),
            email=invented_mail(name.given, name.surname, len(self.people)) if mail else "",
            file_id=file_id,
            helper_id=dice.choice(helpers) if helpers else None,
        )
        self.add(person, role, name)


def make_population(maker: Maker, size: Size) -> Population:
    """All people and what the guides and the asking citizens have told."""
    crowd = _make_crowd(maker, size)
    guides = tuple(_guide(maker, crowd, person, name) for person, name in crowd.of(Role.GUIDE))
    return Population(
        tuple(crowd.people),
        {role: tuple(ids) for role, ids in crowd.roles.items() if ids},
        tuple(_ties(maker, crowd)),
        guides,
        tuple(_requests(maker, crowd, size)),
    )


def _make_crowd(maker: Maker, size: Size) -> _Crowd:
    crowd = _Crowd(maker)
    _add_cast(
        crowd, (Role.COORDINATOR, Role.SUPPORT_WORKER, Role.BUDGET_OFFICER, Role.LEADER, Role.ADMINISTRATOR)
    )
    for number in range(2, 2 + max(4, size.citizens // CITIZENS_PER_SUPPORT_WORKER)):
        crowd.invent(Role.SUPPORT_WORKER, f"S{number:04d}", (), mail=True, area=False)
    _add_cast(crowd, (Role.GUIDE, Role.CITIZEN))
    coordinators, helpers = crowd.roles[Role.COORDINATOR], crowd.roles[Role.SUPPORT_WORKER]
    for number in range(2, size.guides + 1):
        crowd.invent(Role.GUIDE, f"G{number:04d}", coordinators, mail=True, area=True)
    for number in range(len(crowd.roles[Role.CITIZEN]) + 1, size.citizens + 1):
        # Half of the citizens have a support worker; the others know a coordinator.
        near = helpers if maker.dice.random() < 0.5 else coordinators
        crowd.invent(Role.CITIZEN, f"B{number:05d}", near, mail=maker.dice.random() < 0.4, area=True)
    return crowd


def _add_cast(crowd: _Crowd, roles: Sequence[Role]) -> None:
    for member in cast.CAST:
        if member.role not in roles:
            continue
        helper = None
        if member.role is Role.CITIZEN:
            helper = crowd.ids[cast.SUPPORT_WORKER]
        elif member.role is Role.GUIDE:
            helper = crowd.ids[cast.COORDINATOR]
        person = cast.cast_person(member, crowd.maker.id(), len(crowd.people), helper)
        crowd.add(person, member.role, Name(member.given_name, member.surname, "", (DANISH,)))


def _ties(maker: Maker, crowd: _Crowd) -> list[Tie]:
    workers = set(crowd.roles[Role.SUPPORT_WORKER])
    return [
        Tie(
            RelationKind.SUPPORT_WORKER,
            person.helper_id,
            person.id,
            maker.now - timedelta(days=maker.dice.randint(400, 900)),
        )
        for person, _ in crowd.of(Role.CITIZEN)
        if person.helper_id in workers
    ]


def _guide(maker: Maker, crowd: _Crowd, person: Person, name: Name) -> KeptGuide:
    dice, today = maker.dice, maker.today
    coordinator_id = dice.choice(crowd.roles[Role.COORDINATOR])
    noted_at = maker.now - timedelta(days=dice.randint(30, 300))
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
        helps_with=vocabulary.some(dice, tuple(vocabulary.HELP), 2, 5),
        experiences=vocabulary.some(dice, vocabulary.EXPERIENCES, 1, 3),
        interests=vocabulary.some(dice, vocabulary.INTERESTS, 2, 5),
        dislikes=vocabulary.some(dice, vocabulary.DISLIKES, 1, 4),
        wants=vocabulary.some(dice, vocabulary.GIFTS, 0, 3),
        times=vocabulary.weekly_times(dice, 5),
        travel_minutes_max=dice.choice((None, 20, 30, 30, 45, 60)),
        trained_until=None if chance > 0.99 else trained,
        checked_until=checked,
        paused_until=today + timedelta(days=dice.randint(5, 90)) if 0.10 < chance < 0.16 else None,
    )
    return KeptGuide(guide, 0, coordinator_id, noted_at, coordinator_id, noted_at)


def _requests(maker: Maker, crowd: _Crowd, size: Size) -> list[KeptRequest]:
    """Wishes of the cast, then of the others: those who will have a pairing, those who had one, those who wait."""
    members = {member.file_id: member for member in cast.CAST}
    citizens = crowd.of(Role.CITIZEN)
    made = [cast.demo_request(maker.id(), crowd.ids[cast.CITIZEN], crowd.ids[cast.CITIZEN], maker.today)]
    for file_id in (cast.WITH_GUIDE, cast.ASKED_GUIDE):
        made.append(cast.easy_request(members[file_id], maker.id(), crowd.ids[file_id], maker.today))
    others = [(person, name) for person, name in citizens if person.file_id not in members]
    in_cast = len(made)
    for person, name in others[: size.asking + size.pairings + size.finished - in_cast]:
        made.append(_request(maker, person, name))
    return made


def _request(maker: Maker, person: Person, name: Name) -> KeptRequest:
    dice = maker.dice
    help_wanted = vocabulary.some(dice, tuple(vocabulary.HELP), 1, 3)
    request = Request(
        id=maker.id(),
        given_name=name.given,
        area=person.area or "",
        languages=name.languages,
        gender=name.gender,
        waiting_since=maker.today - timedelta(days=int(dice.triangular(2, 320, 30))),
        urgent=dice.random() < 0.07,
        wants_help_with=help_wanted,
        experiences=vocabulary.some(dice, vocabulary.EXPERIENCES, 0, 3),
        interests=vocabulary.some(dice, vocabulary.INTERESTS, 1, 4),
        dislikes=vocabulary.some(dice, vocabulary.DISLIKES, 0, 3),
        gives=vocabulary.some(dice, vocabulary.GIFTS, 0, 2),
        times=vocabulary.weekly_times(dice, 4),
        travel_minutes_max=dice.choice((None, None, 20, 30, 45)),
        wanted_gender=dice.choice((WOMAN, MAN)) if dice.random() < 0.12 else "",
    )
    own_words = dice.choice(vocabulary.HELP[help_wanted[0]])
    made_by = person.helper_id if dice.random() < 0.3 else person.id
    return KeptRequest(person.id, request, own_words=own_words, made_by=made_by)
