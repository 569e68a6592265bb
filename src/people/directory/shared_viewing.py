"""Looking together: a support worker is signed in as themselves while the citizen sits beside them and looks along.

It opens nothing more than the support worker sees anyway; the citizen's log says that they looked together.
"""

from datetime import datetime, timedelta

from people.access.model import DataKind, RelationKind
from people.directory import store
from people.web.context import Visit, record

LENGTH = timedelta(minutes=60)


def sitting_with(visit: Visit) -> dict[str, datetime]:
    """The citizens with whom the actor looks together now, and until when at most."""
    return store.relations_of(visit.db, RelationKind.TOGETHER, visit.person_id, visit.now)


def sit_down(visit: Visit, citizen_id: str) -> None:
    """From now on, for 60 minutes at most. Raises NotFound, NotAllowed."""
    visit.touch(citizen_id, DataKind.GOALS)
    if citizen_id in sitting_with(visit):
        return
    until = visit.now + LENGTH
    store.add_relation(
        visit.db, RelationKind.TOGETHER, visit.person_id, citizen_id, visit.now, visit.person_id, until
    )
    record(visit, "people:relation:together", citizen_id, {"holder": [None, visit.person_id]})


def stand_up(visit: Visit, citizen_id: str) -> None:
    """No longer. Raises NotFound, NotAllowed."""
    visit.touch(citizen_id, DataKind.GOALS)
    store.end_relation(visit.db, RelationKind.TOGETHER, visit.person_id, citizen_id, visit.now)
    record(visit, "people:relation:end_together", citizen_id, {"holder": [visit.person_id, None]})
