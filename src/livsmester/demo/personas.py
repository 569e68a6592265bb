"""The people whom a visitor can sign in to the demo as: one per role."""

from sqlalchemy import Connection, select

from foundation.i18n import N_
from people.access.model import Role
from people.directory import store as directory_store
from people.directory.model import Person
from people.errors import NotFound
from people.tables import directory as directory_tables

# Key in the address → role. Their `file_id` in the database is `demo-<key>`.
PERSONAS: dict[str, str] = {
    "coordinator": N_("Coordinator"),
    "guide": N_("Peer guide"),
    "citizen": N_("Citizen"),
    "budget-officer": N_("Budget officer"),
    "support-worker": N_("Support worker"),
    "leader": N_("Leader"),
    "administrator": N_("Administrator"),
}

PERSONA_ROLES = {
    "coordinator": Role.COORDINATOR,
    "guide": Role.GUIDE,
    "citizen": Role.CITIZEN,
    "budget-officer": Role.BUDGET_OFFICER,
    "support-worker": Role.SUPPORT_WORKER,
    "leader": Role.LEADER,
    "administrator": Role.ADMINISTRATOR,
}


def persona_file_id(key: str) -> str:
    """The `file_id` under which the persona is stored."""
    return f"demo-{key}"


def find_persona(db: Connection, key: str) -> Person:
    """The person with that key. Raises NotFound when the database holds no demo."""
    person_id = db.execute(
        select(directory_tables.person.c.id).where(directory_tables.person.c.file_id == persona_file_id(key))
    ).scalar_one_or_none()
    person = directory_store.person(db, person_id) if person_id is not None else None
    if person is None:
        raise NotFound
    return person
