"""Legal holds: an administrator sets whose data may not be erased, why and until when, and lifts holds again."""

from datetime import date

from foundation.clock import local_date
from foundation.db.actor import bypass_row_security
from people.access.model import Role
from people.directory.service import identify_person
from people.errors import NotAllowed, NotFound
from people.retention import hold_store
from people.retention.model import LegalHold
from people.web.context import RequestContext, record_change


def active_holds(context: RequestContext) -> tuple[LegalHold, ...]:
    """The active and future holds by their first day. Raises NotAllowed."""
    _require_administrator(context)
    # Row-level security shows a hold only to the person whom it concerns.
    with bypass_row_security(context.db):
        return hold_store.active_holds(context.db, local_date(context.now))


def set_hold(
    context: RequestContext, hold_id: str, identifier: str, why: str, starts_on: date, ends_on: date | None
) -> None:
    """Put a person's data under a legal hold; the person can read why. An existing id changes nothing.

    `identifier` is the person's id, or a citizen's full name or number in the municipality's files. Raises
    PersonNotIdentified, NotAllowed.
    """
    _require_administrator(context)
    with bypass_row_security(
        context.db
    ):  # an administrator sees nobody, but may name anybody by the full name
        person_id = identify_person(context.db, identifier)
        hold = LegalHold(hold_id, person_id, why, starts_on, ends_on, context.person_id)
        is_new = hold_store.add(context.db, hold, context.now)
    # A form that is sent twice has the same id; the second time nothing has changed.
    if is_new:
        record_change(context, "people:hold:set", person_id, {"id": hold_id, "until": str(ends_on or "")})


def lift(context: RequestContext, hold_id: str) -> None:
    """End a hold now; what is due is erased in the next run. Raises NotFound, NotAllowed."""
    _require_administrator(context)
    with bypass_row_security(context.db):
        person_id = hold_store.lift(context.db, hold_id, context.person_id, context.now)
    if person_id is None:
        raise NotFound
    record_change(context, "people:hold:lift", person_id, {"id": hold_id})


def _require_administrator(context: RequestContext) -> None:
    if not context.actor.has_role(Role.ADMINISTRATOR):
        raise NotAllowed("administrators only")
