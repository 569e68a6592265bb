"""Use cases on people: adding, searching, relating them."""

import msgspec
from sqlalchemy import Connection

from foundation.clock import local_date
from foundation.i18n import LANGUAGES
from people.access.model import DataKind, Purpose, RelationKind, Role
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
    """Add a person with a role. `area` limits a staff role to citizens of one area."""
    if person.file_id is None:  # so that the municipality's spreadsheets can refer to the person
        person = msgspec.structs.replace(person, file_id=person.id)
    store.add_person(context.db, person, context.now)
    store.add_roles(context.db, [person], role, context.now, context.actor.person_id, area)
    record_change(context, "people:person:add", person.id, {"role": role})


def identify_person(db: Connection, identifier: str) -> str:
    """The id of the person with that id, or of the citizen with that full name or number in the
    municipality's files.

    The transaction acts as the system. Raises PersonNotIdentified.
    """
    normalized = " ".join(identifier.split())
    person = store.person(db, normalized)
    ids = (person.id,) if person is not None else store.citizens_by_name_or_number(db, normalized)
    if len(ids) != 1:
        raise PersonNotIdentified(ambiguous=bool(ids))
    return ids[0]


def set_language(context: RequestContext, language: str) -> None:
    """Store the actor's language; nothing happens for an anonymous caller or an unknown language."""
    if language in LANGUAGES and context.actor.person_id is not None:
        person = store.person(context.db, context.person_id)
        store.set_language(context.db, context.person_id, language)
        if person is not None and person.language != language:
            record_change(
                context, "people:person:set_language", person.id, {"language": [person.language, language]}
            )


def start_relation(context: RequestContext, kind: RelationKind, holder_id: str, citizen_id: str) -> None:
    """Start a relation, which gives the holder access by the policy from now on."""
    store.add_relation(context.db, kind, holder_id, citizen_id, context.now, context.actor.person_id)
    record_change(context, f"people:relation:{kind}", citizen_id, {"holder": [None, holder_id]})


def end_relation(context: RequestContext, kind: RelationKind, holder_id: str, citizen_id: str) -> None:
    """End a relation; the next request no longer has the access that it gave."""
    store.end_relation(context.db, kind, holder_id, citizen_id, context.now)
    record_change(context, f"people:relation:end_{kind}", citizen_id, {"holder": [holder_id, None]})


def find_citizens(
    context: RequestContext, text: str, area: str | None, page: int
) -> tuple[tuple[Person, ...], int]:
    """Citizens whom the actor may know of, whose name contains `text`: one page (from 1) and the count of
    all.

    A coordinator or budget officer of one area finds the citizens of that area only. Every name returned is
    logged.
    """
    own_areas = {
        assignment.area
        for assignment in context.actor.roles
        if assignment.role in {Role.COORDINATOR, Role.BUDGET_OFFICER}
    }
    if None not in own_areas:
        area = area if area in own_areas else min((own for own in own_areas if own is not None), default="")
    people, count = store.search(
        context.db, Role.CITIZEN, text, area, limit=PAGE_LENGTH, offset=(page - 1) * PAGE_LENGTH
    )
    context.authorize_reads((person.id for person in people), DataKind.IDENTITY, Purpose.FIND)
    today = local_date(context.now)
    return tuple(without_area(person) if person.is_protected(today) else person for person in people), count


def without_area(person: Person) -> Person:
    """A person with a protected address, for readers who need not know where they live."""
    return msgspec.structs.replace(person, area=None)


def citizen(context: RequestContext, citizen_id: str, purpose: Purpose) -> Person:
    """A citizen, for pages about them. Raises NotFound, NotAllowed."""
    # Before the lookup, so that an absent citizen and a foreign one get the same answer for the same work.
    context.authorize_read(citizen_id, DataKind.IDENTITY, purpose)
    person = store.person(context.db, citizen_id)
    if person is None:
        raise NotFound
    return person


def my_citizens(context: RequestContext) -> tuple[Person, ...]:
    """The citizens whom the actor supports now, by name."""
    citizens = store.citizens_of(context.db, RelationKind.SUPPORT_WORKER, context.person_id, context.now)
    context.authorize_reads((person.id for person in citizens), DataKind.IDENTITY, Purpose.SUPPORT)
    return citizens


def find_people(context: RequestContext, role: Role, text: str, page: int) -> tuple[tuple[Person, ...], int]:
    """People with a role other than citizen, whose name contains `text`: one page (from 1) and the count of
    all.
    """
    return store.search(context.db, role, text, None, limit=PAGE_LENGTH, offset=(page - 1) * PAGE_LENGTH)


def areas(context: RequestContext) -> tuple[Area, ...]:
    """The municipality's areas by name."""
    return directory_areas.areas(context.db)
