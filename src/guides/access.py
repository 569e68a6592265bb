"""Whom a coordinator's work covers: the policy asked of an area, and so of all its citizens, at once."""

from collections.abc import Callable

from people.access.model import Actor, DataKind, DataSubject, Role
from people.access.policy import Action, decide_access
from people.web.context import RequestContext

AccessFilter = Callable[[str, str | None], bool]  # (citizen id, area) -> whether the request takes part


def coordinator_filter(
    actor: Actor, action: Action = Action.READ, kind: DataKind = DataKind.WISHES
) -> AccessFilter:
    """Whether the actor may do that as a coordinator, by the citizen's id and area."""
    answers: dict[str | None, bool] = {}

    def admits(_citizen_id: str, area: str | None) -> bool:
        if area not in answers:
            # A coordinator stands to every citizen of an area alike, so one answer serves for all of them.
            answers[area] = decide_access(actor, action, kind, DataSubject("", area)).granted
        return answers[area]

    return admits


def coordinator_area(context: RequestContext) -> str | None:
    """The one area that the coordinator works for, or None for all of them; "" for no area at all."""
    areas = {held.area for held in context.actor.roles if held.role is Role.COORDINATOR}
    return None if None in areas else min((area for area in areas if area is not None), default="")
