"""Which citizens a coordinator covers, decided once per area instead of once per citizen."""

from collections.abc import Callable

from people.access.model import Actor, DataKind, DataSubject, Role
from people.access.policy import Action, decide_access
from people.web.context import RequestContext

AccessFilter = Callable[[str, str | None], bool]  # (citizen id, area id) -> whether to include the citizen


def coordinator_filter(
    actor: Actor, action: Action = Action.READ, kind: DataKind = DataKind.WISHES
) -> AccessFilter:
    """A filter that accepts the citizens with whom the actor may do that as a coordinator."""
    granted: dict[str | None, bool] = {}

    def is_covered(_citizen_id: str, area: str | None) -> bool:
        if area not in granted:
            # A coordinator's relation is to the area, so the decision is the same for all its citizens.
            granted[area] = decide_access(actor, action, kind, DataSubject("", area)).granted
        return granted[area]

    return is_covered


def coordinator_area(context: RequestContext) -> str | None:
    """The coordinator's area id, None for all areas, "" for an actor who is not a coordinator."""
    areas = {assignment.area for assignment in context.actor.roles if assignment.role is Role.COORDINATOR}
    return None if None in areas else min((area for area in areas if area is not None), default="")
