"""Whom a coordinator's work covers: the policy asked of many citizens at once, and one log line for each who was read."""

from collections.abc import Callable, Iterable

from people.access.model import Actor, DataKind, Purpose, Role, Subject
from people.access.policy import Verb, decide
from people.web.context import Visit

Admits = Callable[[str, str | None], bool]  # (citizen id, area) -> whether the request takes part


def covers(actor: Actor, verb: Verb = Verb.READ, kind: DataKind = DataKind.WISHES) -> Admits:
    """Whether the actor may do that as a coordinator, by the citizen's id and area."""
    answers: dict[str | None, bool] = {}

    def admits(_citizen_id: str, area: str | None) -> bool:
        if area not in answers:
            # A coordinator stands to every citizen of an area alike, so one answer serves for all of them.
            answers[area] = decide(actor, verb, kind, Subject("", area)).granted
        return answers[area]

    return admits


def log_many(visit: Visit, citizen_ids: Iterable[str], kind: DataKind, purpose: Purpose) -> None:
    """Give the visit a line of the access log for each citizen; the caller has asked the policy."""
    for citizen_id in citizen_ids:
        visit.note(Role.COORDINATOR, citizen_id, kind, purpose)


def area_of(visit: Visit) -> str | None:
    """The one area that the coordinator works for, or None for all of them; "" for no area at all."""
    areas = {held.area for held in visit.actor.roles if held.role is Role.COORDINATOR}
    return None if None in areas else min((area for area in areas if area is not None), default="")
