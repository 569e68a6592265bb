"""What can be done with people: bring in, relate, find, read the access log."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection

from foundation.clock import local_date
from foundation.db.actor import as_system
from foundation.i18n import LANGUAGES
from people.access.model import (
    Area,
    ChangeLine,
    DataKind,
    Person,
    Purpose,
    RelationKind,
    Role,
    RoleHeld,
    SeenBy,
    User,
)
from people.access_history.anomalies import Finding, unusual
from people.access_history.presenter import Looks
from people.audit import store as audit_store
from people.directory import areas as directory_areas
from people.directory import store
from people.errors import NobodyCalled, NotAllowed, NotFound
from people.sign_in import account_store
from people.web.context import Visit

PAGE_LENGTH = 25
LOOKED_BACK = timedelta(days=30)  # for unusual reads


def change_line(
    at: datetime, actor_id: str | None, tag: str, subject_id: str, details: Mapping[str, object] | None
) -> ChangeLine:
    """A line for the log of changes: `tag` is `source:subject:action`, `details` holds no secrets and no free text.

    A value that was changed stands there as a list of two, before and after; of words only that they changed.
    """
    said = msgspec.json.encode(dict(details or {}), order="deterministic").decode()
    return ChangeLine(at, actor_id, tag, subject_id, said)


def record(visit: Visit, tag: str, subject_id: str, details: Mapping[str, object] | None = None) -> None:
    """Add to the log of changes what whoever acts has changed."""
    line = change_line(visit.now, visit.actor.person_id, tag, subject_id, details)
    audit_store.add(visit.db, [line])


def names_changed(before: msgspec.Struct, after: msgspec.Struct) -> list[str]:
    """The names of the fields that differ, in their order, for a line about words that must not stand in the log."""
    return [name for name in after.__struct_fields__ if getattr(before, name) != getattr(after, name)]


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


def user(visit: Visit, person_id: str) -> User:
    """A person who has a role other than citizen, as the administrator sees them. Raises NotFound for others."""
    person = store.person(visit.db, person_id)
    roles = store.roles(visit.db, person_id)
    if person is None or all(held.role is Role.CITIZEN for held in roles):
        raise NotFound
    return account_store.user(visit.db, person, roles)


def areas(visit: Visit) -> tuple[Area, ...]:
    """The municipality's areas by name."""
    return directory_areas.areas(visit.db)


def who_has_seen(
    visit: Visit,
    citizen_id: str,
    page: int,
    page_length: int = PAGE_LENGTH,
    *,
    staff_names: bool = False,
    own: bool = True,
) -> Looks:
    """The access log of one citizen, newest first: one page (from 1) and the count of all lines.

    Staff have names in it where the municipality wants it so; role and unit always stand there. `own`: also what the
    citizen looked at.
    """
    visit.look(citizen_id, DataKind.ACCESS_LOG, Purpose.OWN)
    seen, count = audit_store.access_lines(
        visit.db, citizen_id, own=own, limit=page_length, offset=(page - 1) * page_length
    )
    return Looks(told(seen, staff_names=staff_names), count, audit_store.restores(visit.db))


def told(seen: Sequence[SeenBy], *, staff_names: bool) -> tuple[SeenBy, ...]:
    """The lines as the citizen may read them: without the names of staff, unless the municipality wants them told."""
    return tuple(seen) if staff_names else tuple(_without_name(line) for line in seen)


def unusual_reads(visit: Visit, many_in_an_hour: int) -> tuple[tuple[Finding, Person], ...]:
    """What staff have read in the last 30 days that a leader should ask about: who and how much, never of whom.

    Raises NotAllowed.
    """
    if not visit.actor.has(Role.LEADER):
        raise NotAllowed("leaders only")
    with as_system(visit.db):  # reads of everybody; no citizen leaves
        reads = audit_store.reads_since(visit.db, visit.now - LOOKED_BACK)
    found = unusual(reads, many_in_an_hour)
    staff = store.people(visit.db, sorted({one.actor_id for one in found}))
    return tuple((one, staff[one.actor_id]) for one in found)


def _without_name(line: SeenBy) -> SeenBy:
    is_staff = line.actor_role not in {Role.CITIZEN, Role.GUIDE}
    return msgspec.structs.replace(line, actor_name="") if is_staff else line
