"""Posted forms about what comes after: refunds, notices, closings → commands."""

from datetime import date

from budgets.commands.messages import CloseGrant, GiveNotice
from budgets.model import CAUSE_NAMES, WHY_LENGTH_MAX, Cause
from foundation.forms import FormReader, Posted
from foundation.i18n import N_


def read_notice(posted: Posted, grant_id: str) -> GiveNotice:
    """What a citizen is told in advance. Raises FormFaults."""
    reader = FormReader(posted)
    on = reader.day("on", required=N_("Write the day on which the money is taken back."))
    why = reader.text(
        "why", required=N_("Write why, so that the citizen understands it."), longest=WHY_LENGTH_MAX
    )
    reader.finish()
    return GiveNotice(grant_id, on or date.max, why)


def read_close(posted: Posted, grant_id: str, later_ids: tuple[str, ...]) -> CloseGrant:
    """How a grant is closed. Raises FormFaults."""
    reader = FormReader(posted)
    cause = reader.choice(
        "cause", {one.value: one for one in CAUSE_NAMES}, required=N_("Choose why the grant is closed.")
    )
    why = reader.text("why", longest=WHY_LENGTH_MAX)
    if cause is Cause.WITHDRAWN and not why:
        reader.fault("why", N_("Write why the grant is withdrawn."))
    following = posted.text("next")
    if following and following not in later_ids:
        reader.fault("next", N_("Choose a grant that ends later."))
    reader.finish()
    return CloseGrant(grant_id, cause, why, following or None)
