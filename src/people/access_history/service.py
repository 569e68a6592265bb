"""Who has read what about a citizen, and reads that are unusual."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from foundation.db.actor import bypass_row_security
from people.access.model import DataKind, Purpose, Role
from people.access_history import store as access_history_store
from people.access_history.anomalies import Finding, find_unusual
from people.access_history.model import AccessEntryView
from people.access_history.presenter import AccessHistory
from people.audit import store as audit_store
from people.directory import store
from people.directory.model import Person
from people.directory.service import PAGE_LENGTH
from people.errors import NotAllowed
from people.web.context import RequestContext

UNUSUAL_READS_PERIOD = timedelta(days=30)  # for unusual reads


def access_history(
    context: RequestContext,
    citizen_id: str,
    page: int,
    page_length: int = PAGE_LENGTH,
    *,
    staff_names: bool = False,
    include_own: bool = True,
) -> AccessHistory:
    """The access log of one citizen, newest first: one page (from 1) and the count of all lines.

    Staff have names in it where the municipality wants it so; role and unit always stand there. `own`: also what the
    citizen looked at.
    """
    context.authorize_read(citizen_id, DataKind.ACCESS_LOG, Purpose.OWN)
    seen, count = access_history_store.access_entries(
        context.db, citizen_id, include_own=include_own, limit=page_length, offset=(page - 1) * page_length
    )
    return AccessHistory(
        redact_staff_names(seen, staff_names=staff_names), count, audit_store.restores(context.db)
    )


def redact_staff_names(
    entries: Sequence[AccessEntryView], *, staff_names: bool
) -> tuple[AccessEntryView, ...]:
    """The lines as the citizen may read them: without the names of staff, unless the municipality wants them told."""
    return tuple(entries) if staff_names else tuple(_redact_name(line) for line in entries)


def unusual_reads(context: RequestContext, many_in_an_hour: int) -> tuple[tuple[Finding, Person], ...]:
    """What staff have read in the last 30 days that a leader should ask about: who and how much, never of whom.

    Raises NotAllowed.
    """
    if not context.actor.has_role(Role.LEADER):
        raise NotAllowed("leaders only")
    with bypass_row_security(context.db):  # reads of everybody; no citizen leaves
        reads = access_history_store.reads_since(context.db, context.now - UNUSUAL_READS_PERIOD)
    found = find_unusual(reads, many_in_an_hour)
    staff = store.people(context.db, sorted({one.actor_id for one in found}))
    return tuple((one, staff[one.actor_id]) for one in found)


def _redact_name(entry: AccessEntryView) -> AccessEntryView:
    is_staff = entry.actor_role not in {Role.CITIZEN, Role.GUIDE}
    return msgspec.structs.replace(entry, actor_name="") if is_staff else entry
