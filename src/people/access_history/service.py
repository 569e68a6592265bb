"""Who has read about a citizen, and unusual reads."""

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

UNUSUAL_READS_PERIOD = timedelta(days=30)


def access_history(
    context: RequestContext,
    citizen_id: str,
    page: int,
    page_length: int = PAGE_LENGTH,
    *,
    staff_names: bool = False,
    include_own: bool = True,
) -> AccessHistory:
    """The access log of one citizen, newest first: one page (from 1) and the count of all entries.

    Names of staff are included where the municipality wants it; role and unit always are. `include_own`: also
    the citizen's own reads. Raises NotFound, NotAllowed.
    """
    context.authorize_read(citizen_id, DataKind.ACCESS_LOG, Purpose.OWN)
    entries, count = access_history_store.access_entries(
        context.db, citizen_id, include_own=include_own, limit=page_length, offset=(page - 1) * page_length
    )
    return AccessHistory(
        redact_staff_names(entries, staff_names=staff_names), count, audit_store.restores(context.db)
    )


def redact_staff_names(
    entries: Sequence[AccessEntryView], *, staff_names: bool
) -> tuple[AccessEntryView, ...]:
    """The entries as the citizen may read them: without names of staff, unless the municipality shows them."""
    return tuple(entries) if staff_names else tuple(_redact_name(entry) for entry in entries)


def unusual_reads(context: RequestContext, many_in_an_hour: int) -> tuple[tuple[Finding, Person], ...]:
    """Reads by staff in the last 30 days that a leader should ask about: who and how many, never of whom.

    Raises NotAllowed.
    """
    if not context.actor.has_role(Role.LEADER):
        raise NotAllowed("leaders only")
    with bypass_row_security(context.db):  # reads about everybody are counted, no citizen is returned
        reads = access_history_store.reads_since(context.db, context.now - UNUSUAL_READS_PERIOD)
    findings = find_unusual(reads, many_in_an_hour)
    staff = store.people(context.db, sorted({finding.actor_id for finding in findings}))
    return tuple((finding, staff[finding.actor_id]) for finding in findings)


def _redact_name(entry: AccessEntryView) -> AccessEntryView:
    is_staff = entry.actor_role not in {Role.CITIZEN, Role.GUIDE}
    return msgspec.structs.replace(entry, actor_name="") if is_staff else entry
