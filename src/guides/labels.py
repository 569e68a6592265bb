"""Labels of states, reasons and kinds of contact for each role; English, marked for translation.

Guides and citizens must not learn who said no, so declined, lapsed and withdrawn have the same label.
"""

from enum import StrEnum

from foundation.i18n import N_, LazyText
from guides.lifecycle import ActorRole, EndReason, RunStatus, State, Transition


class ContactKind(StrEnum):
    """How a guide and a citizen were in contact."""

    IN_PERSON = "met"
    PHONE = "phone"
    MESSAGE = "message"


_OFFER_CLOSED = N_("The offer is closed. You need do nothing.")
_SEARCHING = N_("We are looking for a guide for you.")

STATE_LABELS_FOR_GUIDE: dict[State, str] = {
    State.OFFERED: N_("You have been asked."),
    State.GUIDE_WILLING: N_("You said yes. Now we ask the citizen."),
    State.MEETING: N_("You both want to meet. The coordinator arranges the match meeting."),
    State.DECIDING: N_("You have met. Now each of you says yes or no."),
    State.GUIDE_CONFIRMED: N_("You said yes. We wait for the citizen."),
    State.CITIZEN_CONFIRMED: N_("You have met. Now each of you says yes or no."),
    State.RUNNING: N_("You are the citizen's guide."),
    State.ENDED: N_("The pairing has ended."),
    State.DECLINED: _OFFER_CLOSED,
    State.LAPSED: _OFFER_CLOSED,
    State.WITHDRAWN: _OFFER_CLOSED,
}
STATE_LABELS_FOR_CITIZEN: dict[State, str] = {
    State.OFFERED: _SEARCHING,
    State.GUIDE_WILLING: N_("We have a guide who would like to meet you."),
    State.MEETING: N_("You are going to meet your guide."),
    State.DECIDING: N_("You have met. Do you want this guide?"),
    State.GUIDE_CONFIRMED: N_("You have met. Do you want this guide?"),
    State.CITIZEN_CONFIRMED: N_("You said yes. We wait for the guide's answer."),
    State.RUNNING: N_("You have a guide."),
    State.ENDED: N_("You and your guide have said goodbye."),
    State.DECLINED: _SEARCHING,
    State.LAPSED: _SEARCHING,
    State.WITHDRAWN: _SEARCHING,
}
STATE_LABELS_FOR_COORDINATOR: dict[State, str] = {
    State.OFFERED: N_("Waits for the guide's answer"),
    State.GUIDE_WILLING: N_("Guide said yes, waits for the citizen"),
    State.MEETING: N_("Match meeting to be held"),
    State.DECIDING: N_("Have met, both to confirm"),
    State.GUIDE_CONFIRMED: N_("Guide has confirmed, waits for the citizen"),
    State.CITIZEN_CONFIRMED: N_("Citizen has confirmed, waits for the guide"),
    State.RUNNING: N_("Running"),
    State.ENDED: N_("Ended"),
    State.DECLINED: N_("Declined"),
    State.LAPSED: N_("Lapsed without an answer"),
    State.WITHDRAWN: N_("Withdrawn"),
}
_STATE_LABELS = {
    ActorRole.GUIDE: STATE_LABELS_FOR_GUIDE,
    ActorRole.CITIZEN: STATE_LABELS_FOR_CITIZEN,
    ActorRole.COORDINATOR: STATE_LABELS_FOR_COORDINATOR,
}

END_REASON_LABELS: dict[EndReason, str] = {
    EndReason.GOAL_REACHED: N_("The goal is reached"),
    EndReason.TIME: N_("The time we agreed on is over"),
    EndReason.NO_FAULT_REMATCH: N_("A new guide would be better"),
    EndReason.OTHER: N_("Something else"),
}
CONTACT_KIND_LABELS: dict[ContactKind, str] = {
    ContactKind.IN_PERSON: N_("We met"),
    ContactKind.PHONE: N_("Phone call"),
    ContactKind.MESSAGE: N_("Message"),
}
RUN_STATUS_LABELS: dict[RunStatus, str] = {
    RunStatus.QUEUED: N_("Waits to start"),
    RunStatus.RUNNING: N_("Is running"),
    RunStatus.DRAFT: N_("Proposal ready"),
    RunStatus.PUBLISHED: N_("Published"),
    RunStatus.DISCARDED: N_("Discarded"),
    RunStatus.FAILED: N_("Could not be done"),
}
TRANSITION_LABELS: dict[Transition, str] = {
    Transition.GUIDE_ACCEPTS: N_("The guide said yes to the offer"),
    Transition.GUIDE_ASKS: N_("The guide asked a question"),
    Transition.COORDINATOR_ANSWERS: N_("The coordinator answered the guide"),
    Transition.COORDINATOR_EXTENDS: N_("The deadline was moved"),
    Transition.DEADLINE_PASSES: N_("The offer lapsed"),
    Transition.CITIZEN_ACCEPTS: N_("The citizen said yes to meeting"),
    Transition.MEETING_PLANNED: N_("The match meeting was arranged"),
    Transition.MEETING_HELD: N_("The match meeting was held"),
    Transition.GUIDE_CONFIRMS: N_("The guide confirmed"),
    Transition.CITIZEN_CONFIRMS: N_("The citizen confirmed"),
    Transition.GUIDE_DECLINES: N_("The guide said no"),
    Transition.CITIZEN_DECLINES: N_("The citizen said no"),
    Transition.COORDINATOR_WITHDRAWS: N_("The offer was withdrawn"),
    Transition.CHECKED_IN: N_("The coordinator checked in"),
    Transition.END: N_("The pairing ended"),
}


def state_label(role: ActorRole, state: State) -> LazyText:
    """The label of a state as this role may read it."""
    return LazyText(_STATE_LABELS[role][state])
