"""Creates people for tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine

from foundation.crypto.encryption import new_key_line, parse_keys
from foundation.db import transactions
from foundation.ids import new_id
from people.access.model import ANONYMOUS, Actor, RelationKind, Role
from people.directory import areas as directory_areas
from people.directory import service as directory_service
from people.directory import store as directory_store
from people.directory.model import Area, Person
from people.sign_in import account_service
from people.web.context import RequestContext

PASSWORD = "fire grønne bænke"
KEY_LINE = new_key_line()  # also the key of the commands that tests start
KEYS = parse_keys(KEY_LINE)


class PeopleFactory:
    """Adds people to a database and opens request contexts as them."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self.engine = engine
        self.clock = clock

    def area(self, area_id: str, latitude: float = 56.15, longitude: float = 10.2) -> str:
        """Add an area; returns its id."""
        with transactions.write_transaction(self.engine) as db:
            directory_areas.upsert_areas(db, [Area(area_id, area_id.title(), latitude, longitude)])
        return area_id

    def add(
        self,
        role: Role,
        given_name: str = "Testine",
        *,
        surname: str = "Prøvesen",
        area: str | None = None,
        role_area: str | None = None,
        file_id: str | None = None,
        helper: Person | None = None,
        sign_in_name: str = "",
    ) -> Person:
        """Add a person with a role, living in `area`; a staff role may be limited to `role_area`."""
        person = Person(
            new_id(), given_name, surname, area=area, phone="00 00 00 01", file_id=file_id,
            helper_id=helper.id if helper else None,
        )  # fmt: skip
        with transactions.write_transaction(self.engine) as db:
            context = RequestContext(db, ANONYMOUS, self.clock(), keys=KEYS)
            directory_service.add_person(context, person, role, role_area)
            if sign_in_name:
                account_service.set_credentials(context, person.id, sign_in_name, PASSWORD)
        return person

    def citizen(self, given_name: str = "Borgine", **more: object) -> Person:
        """Add a citizen."""
        return self.add(Role.CITIZEN, given_name, **more)  # type: ignore[arg-type]

    def start_relation(self, kind: RelationKind, holder: Person, citizen: Person) -> None:
        """Start a relation."""
        with transactions.write_transaction(self.engine) as db:
            directory_service.start_relation(
                RequestContext(db, ANONYMOUS, self.clock(), keys=KEYS), kind, holder.id, citizen.id
            )

    def end_relation(self, kind: RelationKind, holder: Person, citizen: Person) -> None:
        """End a relation."""
        with transactions.write_transaction(self.engine) as db:
            directory_service.end_relation(
                RequestContext(db, ANONYMOUS, self.clock(), keys=KEYS), kind, holder.id, citizen.id
            )

    @contextmanager
    def acting_as(self, person: Person) -> Iterator[RequestContext]:
        """A write context of that person, committed at the end."""
        with transactions.write_transaction(self.engine) as db:
            actor = Actor(person.id, person.given_name, directory_store.roles(db, person.id))
            yield RequestContext(db, actor, self.clock(), keys=KEYS)
