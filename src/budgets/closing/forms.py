"""Posted forms about notices and closings → commands."""

from datetime import date

from budgets.commands.messages import CloseGrant, GiveNotice
from budgets.model import CLOSING_CAUSE_LABELS, WHY_LENGTH_MAX, ClosingCause
from foundation.forms import FormData, FormReader
from foundation.i18n import N_


def parse_notice(posted: FormData, grant_id: str) -> GiveNotice:
    """A notice that money is withdrawn. Raises ValidationErrors."""
    reader = FormReader(posted)
    on = reader.local_date("on", required=N_("Write the day on which the money is taken back."))
    why = reader.text(
        "why", required=N_("Write why, so that the citizen understands it."), length_max=WHY_LENGTH_MAX
    )
    reader.raise_if_invalid()
    return GiveNotice(grant_id, on or date.max, why)


def parse_closing(posted: FormData, grant_id: str, later_grant_ids: tuple[str, ...]) -> CloseGrant:
    """How a grant is closed. Raises ValidationErrors."""
    reader = FormReader(posted)
    cause = reader.choice(
        "cause",
        {cause.value: cause for cause in CLOSING_CAUSE_LABELS},
        required=N_("Choose why the grant is closed."),
    )
    why = reader.text("why", length_max=WHY_LENGTH_MAX)
    if cause is ClosingCause.WITHDRAWN and not why:
        reader.add_error("why", N_("Write why the grant is withdrawn."))
    next_grant_id = posted.text("next")
    if next_grant_id and next_grant_id not in later_grant_ids:
        reader.add_error("next", N_("Choose a grant that ends later."))
    reader.raise_if_invalid()
    return CloseGrant(grant_id, cause, why, next_grant_id or None)
