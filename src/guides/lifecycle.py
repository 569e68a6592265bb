"""The state machine of an offer and pairing, as one table of transitions.

The database stores the same table and refuses every other transition.

offered ─guide_accepts→ guide_willing ─citizen_accepts→ meeting ─meeting_held→ deciding ─┬guide_confirms→ guide_confirmed ─┐
                                                                                         └citizen_confirms→ citizen_confirmed┴→ running ─end→ ended
Before running, guide and citizen may decline and the coordinator may withdraw; an offer without an answer lapses.
Declining needs no reason, and the other person never learns who declined.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

OFFER_DURATION = timedelta(days=7)  # for the guide's answer, from publishing, asking or extending


class State(StrEnum):
    """The state of an offer or pairing."""

    OFFERED = "offered"  # the guide is asked; the citizen does not know of it
    GUIDE_WILLING = "guide_willing"  # the citizen is asked
    MEETING = "meeting"  # both want to meet; the coordinator holds the match meeting
    DECIDING = "deciding"  # they have met; each says yes or no, apart
    GUIDE_CONFIRMED = "guide_confirmed"
    CITIZEN_CONFIRMED = "citizen_confirmed"
    RUNNING = "running"
    ENDED = "ended"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class ActorRole(StrEnum):
    """Who acts on a pairing."""

    GUIDE = "guide"
    CITIZEN = "citizen"
    COORDINATOR = "coordinator"


class Transition(StrEnum):
    """A step in the life of an offer or pairing."""

    GUIDE_ACCEPTS = "guide_accepts"
    GUIDE_ASKS = "guide_asks"  # the coordinator; the offer stays open
    COORDINATOR_ANSWERS = "coordinator_answers"
    COORDINATOR_EXTENDS = "coordinator_extends"
    # Made by the coordinator and not by a clock: a volunteer's yes on the eighth day is welcome.
    DEADLINE_PASSES = "deadline_passes"
    CITIZEN_ACCEPTS = "citizen_accepts"
    MEETING_PLANNED = "meeting_planned"
    MEETING_HELD = "meeting_held"
    GUIDE_CONFIRMS = "guide_confirms"
    CITIZEN_CONFIRMS = "citizen_confirms"
    GUIDE_DECLINES = "guide_declines"
    CITIZEN_DECLINES = "citizen_declines"
    COORDINATOR_WITHDRAWS = "coordinator_withdraws"
    CHECKED_IN = "checked_in"  # the coordinator has talked with both
    END = "end"


class EndReason(StrEnum):
    """Why a pairing ended. After NO_FAULT_REMATCH the citizen keeps their waiting time in the queue."""

    GOAL_REACHED = "goal_reached"
    TIME = "time"  # the agreed time is over
    NO_FAULT_REMATCH = "no_fault_rematch"  # a new guide, with no reason asked
    OTHER = "other"


class TransitionRule(NamedTuple):
    """In `from_state`, each of `roles` may make the transition, which leads to `to_state`."""

    from_state: State
    transition: Transition
    to_state: State
    roles: frozenset[ActorRole]


BEFORE_RUNNING = (
    State.OFFERED,
    State.GUIDE_WILLING,
    State.MEETING,
    State.DECIDING,
    State.GUIDE_CONFIRMED,
    State.CITIZEN_CONFIRMED,
)
OPEN = (*BEFORE_RUNNING, State.RUNNING)  # counts towards the guide's capacity, and the citizen does not wait
FINAL = tuple(state for state in State if state not in OPEN)
VISIBLE_TO_CITIZEN = tuple(state for state in OPEN if state is not State.OFFERED)

_GUIDE = frozenset({ActorRole.GUIDE})
_CITIZEN = frozenset({ActorRole.CITIZEN})
_COORDINATOR = frozenset({ActorRole.COORDINATOR})

TRANSITION_RULES: tuple[TransitionRule, ...] = (
    TransitionRule(State.OFFERED, Transition.GUIDE_ACCEPTS, State.GUIDE_WILLING, _GUIDE),
    TransitionRule(State.OFFERED, Transition.GUIDE_ASKS, State.OFFERED, _GUIDE),
    TransitionRule(State.OFFERED, Transition.COORDINATOR_ANSWERS, State.OFFERED, _COORDINATOR),
    TransitionRule(State.OFFERED, Transition.COORDINATOR_EXTENDS, State.OFFERED, _COORDINATOR),
    TransitionRule(State.OFFERED, Transition.DEADLINE_PASSES, State.LAPSED, _COORDINATOR),
    TransitionRule(State.GUIDE_WILLING, Transition.CITIZEN_ACCEPTS, State.MEETING, _CITIZEN),
    TransitionRule(State.MEETING, Transition.MEETING_PLANNED, State.MEETING, _COORDINATOR),
    TransitionRule(State.MEETING, Transition.MEETING_HELD, State.DECIDING, _COORDINATOR),
    TransitionRule(State.DECIDING, Transition.GUIDE_CONFIRMS, State.GUIDE_CONFIRMED, _GUIDE),
    TransitionRule(State.DECIDING, Transition.CITIZEN_CONFIRMS, State.CITIZEN_CONFIRMED, _CITIZEN),
    TransitionRule(State.GUIDE_CONFIRMED, Transition.CITIZEN_CONFIRMS, State.RUNNING, _CITIZEN),
    TransitionRule(State.CITIZEN_CONFIRMED, Transition.GUIDE_CONFIRMS, State.RUNNING, _GUIDE),
    TransitionRule(State.RUNNING, Transition.CHECKED_IN, State.RUNNING, _COORDINATOR),
    TransitionRule(State.RUNNING, Transition.END, State.ENDED, frozenset(ActorRole)),
    *(TransitionRule(state, Transition.GUIDE_DECLINES, State.DECLINED, _GUIDE) for state in BEFORE_RUNNING),
    *(
        TransitionRule(state, Transition.CITIZEN_DECLINES, State.DECLINED, _CITIZEN)
        for state in BEFORE_RUNNING
    ),
    *(
        TransitionRule(state, Transition.COORDINATOR_WITHDRAWS, State.WITHDRAWN, _COORDINATOR)
        for state in BEFORE_RUNNING
    ),
)
_NEXT_STATES = {
    (rule.from_state, rule.transition, role): rule.to_state
    for rule in TRANSITION_RULES
    for role in rule.roles
}
_RESULTS_OF_TRANSITIONS = frozenset(
    (rule.transition, rule.to_state) for rule in TRANSITION_RULES if rule.from_state is not rule.to_state
)


def next_state(state: State, transition: Transition, role: ActorRole) -> State | None:
    """The state that the transition leads to; None when the role cannot make it in this state."""
    return _NEXT_STATES.get((state, transition, role))


def allowed_transitions(state: State, role: ActorRole) -> tuple[Transition, ...]:
    """The transitions that the role can make in this state, in the order of the table."""
    return tuple(
        rule.transition for rule in TRANSITION_RULES if rule.from_state is state and role in rule.roles
    )


def is_already_applied(state: State, transition: Transition) -> bool:
    """Whether the transition leads to this state, so that a form that is sent twice is accepted and changes nothing."""
    return (transition, state) in _RESULTS_OF_TRANSITIONS


def answer_deadline(today: date) -> date:
    """The last day for an answer to an offer made or extended today."""
    return today + OFFER_DURATION


def is_overdue(state: State, deadline: date, today: date) -> bool:
    """Whether an offer's deadline has passed, so that the coordinator may let it lapse."""
    return state is State.OFFERED and today > deadline


def stays_in_queue(reason: EndReason) -> bool:
    """Whether the citizen's request stays open, with its waiting time, when a pairing ends for that reason."""
    return reason is EndReason.NO_FAULT_REMATCH


class RunStatus(StrEnum):
    """The status of a matching run."""

    QUEUED = "queued"
    RUNNING = "running"
    DRAFT = "draft"
    PUBLISHED = "published"
    DISCARDED = "discarded"
    FAILED = "failed"


RUN_TRANSITIONS: dict[RunStatus, frozenset[RunStatus]] = {
    RunStatus.QUEUED: frozenset({RunStatus.RUNNING, RunStatus.DISCARDED, RunStatus.FAILED}),
    RunStatus.RUNNING: frozenset({RunStatus.DRAFT, RunStatus.DISCARDED, RunStatus.FAILED}),
    RunStatus.DRAFT: frozenset({RunStatus.PUBLISHED, RunStatus.DISCARDED}),
    RunStatus.PUBLISHED: frozenset(),
    RunStatus.DISCARDED: frozenset(),
    RunStatus.FAILED: frozenset(),
}
