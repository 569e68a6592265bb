"""Who has read what about a citizen, and reads that are unusual."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from foundation.db.actor import as_system
from people.access.model import DataKind, Purpose, Role
from people.access_history import store as access_history_store
from people.access_history.anomalies import Finding, unusual
from people.access_history.model import SeenBy
from people.access_history.presenter import Looks
from people.audit import store as audit_store
from people.directory import store
from people.directory.model import Person
from people.directory.service import PAGE_LENGTH
from people.errors import NotAllowed
from people.web.context import Visit

LOOKED_BACK = timedelta(days=30)  # for unusual reads


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
    seen, count = access_history_store.access_lines(
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
        reads = access_history_store.reads_since(visit.db, visit.now - LOOKED_BACK)
    found = unusual(reads, many_in_an_hour)
    staff = store.people(visit.db, sorted({one.actor_id for one in found}))
    return tuple((one, staff[one.actor_id]) for one in found)


def _without_name(line: SeenBy) -> SeenBy:
    is_staff = line.actor_role not in {Role.CITIZEN, Role.GUIDE}
    return msgspec.structs.replace(line, actor_name="") if is_staff else line
