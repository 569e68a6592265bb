"""What can be done with people: bring in, relate, find, read the access log."""

import msgspec
from sqlalchemy import Connection

from foundation.clock import local_date
from foundation.i18n import LANGUAGES
from people.access.model import DataKind, Purpose, RelationKind, Role, RoleHeld
from people.directory import areas as directory_areas
from people.directory import store
from people.directory.model import Area, Person
from people.errors import NobodyCalled, NotFound
from people.web.context import Visit, record

PAGE_LENGTH = 25


def add_person(
    visit: Visit,
    person: Person,
    role: Role,
    area: str | None = None,
) -> None:
    """Bring somebody in with a role. `area` limits a staff role to citizens of one area."""
    if person.file_id is None:  # known to the municipality's sheets by something from the first day
        person = msgspec.structs.replace(person, file_id=person.id)
    store.add_person(visit.db, person, visit.now)
    store.add_roles(visit.db, [person], role, visit.now, visit.actor.person_id, area)
    record(visit, "people:person:add", person.id, {"role": role})


def whom(db: Connection, called: str) -> str:
    """The id of the person whom an administrator names: by that id, or a citizen by the full name or the number in the
    municipality's files. The transaction acts as the system. Raises NobodyCalled."""
    named = " ".join(called.split())
    known = store.person(db, named)
    found = (known.id,) if known is not None else store.citizens_called(db, named)
    if len(found) != 1:
        raise NobodyCalled(several=bool(found))
    return found[0]


def set_language(visit: Visit, language: str) -> None:
    """Remember the language that whoever asks reads in."""
    if language in LANGUAGES and visit.actor.person_id is not None:
        found = store.person(visit.db, visit.person_id)
        store.set_language(visit.db, visit.person_id, language)
        if found is not None and found.language != language:
            record(visit, "people:person:set_language", found.id, {"language": [found.language, language]})


def relate(visit: Visit, kind: RelationKind, holder_id: str, citizen_id: str) -> None:
    """Begin a relation, which opens what the policy gives it from now on."""
    store.add_relation(visit.db, kind, holder_id, citizen_id, visit.now, visit.actor.person_id)
    record(visit, f"people:relation:{kind}", citizen_id, {"holder": [None, holder_id]})


def unrelate(visit: Visit, kind: RelationKind, holder_id: str, citizen_id: str) -> None:
    """End a relation; the next request no longer sees what it opened."""
    store.end_relation(visit.db, kind, holder_id, citizen_id, visit.now)
    record(visit, f"people:relation:end_{kind}", citizen_id, {"holder": [holder_id, None]})


def find_citizens(visit: Visit, text: str, area: str | None, page: int) -> tuple[tuple[Person, ...], int]:
    """Citizens whom the actor may know of, whose name holds `text`: one page (from 1) and the count of all.

    A coordinator or budget officer of one area finds the citizens of that area only. Every name shown is logged.
    """
    own = {held.area for held in visit.actor.roles if held.role in {Role.COORDINATOR, Role.BUDGET_OFFICER}}
    if None not in own:
        area = area if area in own else min((one for one in own if one is not None), default="")
    found, count = store.find(
        visit.db, Role.CITIZEN, text, area, limit=PAGE_LENGTH, offset=(page - 1) * PAGE_LENGTH
    )
    for person in found:
        visit.look(person.id, DataKind.IDENTITY, Purpose.FIND)
    today = local_date(visit.now)
    return tuple(without_area(person) if person.is_protected(today) else person for person in found), count


def without_area(person: Person) -> Person:
    """A person whose address is protected, as somebody sees them who need not know where they live."""
    return msgspec.structs.replace(person, area=None)


def citizen(visit: Visit, citizen_id: str, purpose: Purpose) -> Person:
    """A citizen, to say whom a page is about. Raises NotFound, NotAllowed."""
    visit.look(citizen_id, DataKind.IDENTITY, purpose)
    found = store.person(visit.db, citizen_id)
    if found is None:
        raise NotFound
    return found


def my_citizens(visit: Visit) -> tuple[Person, ...]:
    """The citizens whom the actor supports now, by name."""
    found = store.citizens_of(visit.db, RelationKind.SUPPORT_WORKER, visit.person_id, visit.now)
    for person in found:
        visit.look(person.id, DataKind.IDENTITY, Purpose.SUPPORT)
    return found


def find_people(visit: Visit, role: Role, text: str, page: int) -> tuple[tuple[Person, ...], int]:
    """People with a role other than citizen, whose name holds `text`: one page (from 1) and the count of all."""
    return store.find(visit.db, role, text, None, limit=PAGE_LENGTH, offset=(page - 1) * PAGE_LENGTH)


def roles_of(visit: Visit, person_id: str) -> tuple[RoleHeld, ...]:
    """The roles that a person holds."""
    return store.roles(visit.db, person_id)


def areas(visit: Visit) -> tuple[Area, ...]:
    """The municipality's areas by name."""
    return directory_areas.areas(visit.db)
