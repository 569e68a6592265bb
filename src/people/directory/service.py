"""What can be done with people: bring in, relate, find, read the access log."""

import msgspec
from sqlalchemy import Connection

from foundation.clock import local_date
from foundation.i18n import LANGUAGES
from people.access.model import DataKind, Purpose, RelationKind, Role, RoleAssignment
from people.directory import areas as directory_areas
from people.directory import store
from people.directory.model import Area, Person
from people.errors import NotFound, PersonNotIdentified
from people.web.context import RequestContext, record_change

PAGE_LENGTH = 25


def add_person(
    context: RequestContext,
    person: Person,
    role: Role,
    area: str | None = None,
) -> None:
    """Bring somebody in with a role. `area` limits a staff role to citizens of one area."""
    if person.file_id is None:  # known to the municipality's sheets by something from the first day
        person = msgspec.structs.replace(person, file_id=person.id)
    store.add_person(context.db, person, context.now)
    store.add_roles(context.db, [person], role, context.now, context.actor.person_id, area)
    record_change(context, "people:person:add", person.id, {"role": role})


def identify_person(db: Connection, identifier: str) -> str:
    """The id of the person whom an administrator names: by that id, or a citizen by the full name or the number in the
    municipality's files. The transaction acts as the system. Raises PersonNotIdentified."""
    named = " ".join(identifier.split())
    known = store.person(db, named)
    found = (known.id,) if known is not None else store.citizens_by_name_or_number(db, named)
    if len(found) != 1:
        raise PersonNotIdentified(ambiguous=bool(found))
    return found[0]


def set_language(context: RequestContext, language: str) -> None:
    """Remember the language that whoever asks reads in."""
    if language in LANGUAGES and context.actor.person_id is not None:
        found = store.person(context.db, context.person_id)
        store.set_language(context.db, context.person_id, language)
        if found is not None and found.language != language:
            record_change(
                context, "people:person:set_language", found.id, {"language": [found.language, language]}
            )


def start_relation(context: RequestContext, kind: RelationKind, holder_id: str, citizen_id: str) -> None:
    """Begin a relation, which opens what the policy gives it from now on."""
    store.add_relation(context.db, kind, holder_id, citizen_id, context.now, context.actor.person_id)
    record_change(context, f"people:relation:{kind}", citizen_id, {"holder": [None, holder_id]})


def end_relation(context: RequestContext, kind: RelationKind, holder_id: str, citizen_id: str) -> None:
    """End a relation; the next request no longer sees what it opened."""
    store.end_relation(context.db, kind, holder_id, citizen_id, context.now)
    record_change(context, f"people:relation:end_{kind}", citizen_id, {"holder": [holder_id, None]})


def find_citizens(
    context: RequestContext, text: str, area: str | None, page: int
) -> tuple[tuple[Person, ...], int]:
    """Citizens whom the actor may know of, whose name holds `text`: one page (from 1) and the count of all.

    A coordinator or budget officer of one area finds the citizens of that area only. Every name shown is logged.
    """
    own = {held.area for held in context.actor.roles if held.role in {Role.COORDINATOR, Role.BUDGET_OFFICER}}
    if None not in own:
        area = area if area in own else min((one for one in own if one is not None), default="")
    found, count = store.search(
        context.db, Role.CITIZEN, text, area, limit=PAGE_LENGTH, offset=(page - 1) * PAGE_LENGTH
    )
    context.authorize_reads((person.id for person in found), DataKind.IDENTITY, Purpose.FIND)
    today = local_date(context.now)
    return tuple(without_area(person) if person.is_protected(today) else person for person in found), count


def without_area(person: Person) -> Person:
    """A person whose address is protected, as somebody sees them who need not know where they live."""
    return msgspec.structs.replace(person, area=None)


def citizen(context: RequestContext, citizen_id: str, purpose: Purpose) -> Person:
    """A citizen, to say whom a page is about. Raises NotFound, NotAllowed."""
    context.authorize_read(citizen_id, DataKind.IDENTITY, purpose)
    found = store.person(context.db, citizen_id)
    if found is None:
        raise NotFound
    return found


def my_citizens(context: RequestContext) -> tuple[Person, ...]:
    """The citizens whom the actor supports now, by name."""
    found = store.citizens_of(context.db, RelationKind.SUPPORT_WORKER, context.person_id, context.now)
    context.authorize_reads((person.id for person in found), DataKind.IDENTITY, Purpose.SUPPORT)
    return found


def find_people(context: RequestContext, role: Role, text: str, page: int) -> tuple[tuple[Person, ...], int]:
    """People with a role other than citizen, whose name holds `text`: one page (from 1) and the count of all."""
    return store.search(context.db, role, text, None, limit=PAGE_LENGTH, offset=(page - 1) * PAGE_LENGTH)


def roles_of(context: RequestContext, person_id: str) -> tuple[RoleAssignment, ...]:
    """The roles that a person holds."""
    return store.roles(context.db, person_id)


def areas(context: RequestContext) -> tuple[Area, ...]:
    """The municipality's areas by name."""
    return directory_areas.areas(context.db)
