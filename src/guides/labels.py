"""What a state, a reason or a kind of contact is called, to each who reads it. English, marked for translation.

What a guide and a citizen read never tells whether the other said no: declined, lapsed and withdrawn sound the same.
"""

from enum import StrEnum

from foundation.i18n import N_, Text
from guides.lifecycle import EndReason, Move, Party, RunStatus, State


class ContactKind(StrEnum):
    """How a guide and a citizen were in touch."""

    MET = "met"
    PHONE = "phone"
    MESSAGE = "message"


_CLOSED_GUIDE = N_("The offer is closed. You need do nothing.")
_LOOKING = N_("We are looking for a guide for you.")

TO_GUIDE: dict[State, str] = {
    State.OFFERED: N_("You have been asked."),
    State.GUIDE_WILLING: N_("You said yes. Now we ask the citizen."),
    State.MEETING: N_("You both want to meet. The coordinator arranges the match meeting."),
    State.DECIDING: N_("You have met. Now each of you says yes or no."),
    State.GUIDE_CONFIRMED: N_("You said yes. We wait for the citizen."),
    State.CITIZEN_CONFIRMED: N_("You have met. Now each of you says yes or no."),
    State.RUNNING: N_("You are the citizen's guide."),
    State.ENDED: N_("The pairing has ended."),
    State.DECLINED: _CLOSED_GUIDE,
    State.LAPSED: _CLOSED_GUIDE,
    State.WITHDRAWN: _CLOSED_GUIDE,
}
TO_CITIZEN: dict[State, str] = {
    State.OFFERED: _LOOKING,
    State.GUIDE_WILLING: N_("We have a guide who would like to meet you."),
    State.MEETING: N_("You are going to meet your guide."),
    State.DECIDING: N_("You have met. Do you want this guide?"),
    State.GUIDE_CONFIRMED: N_("You have met. Do you want this guide?"),
    State.CITIZEN_CONFIRMED: N_("You said yes. We wait for the guide's answer."),
    State.RUNNING: N_("You have a guide."),
    State.ENDED: N_("You and your guide have said goodbye."),
    State.DECLINED: _LOOKING,
    State.LAPSED: _LOOKING,
    State.WITHDRAWN: _LOOKING,
}
TO_COORDINATOR: dict[State, str] = {
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
_SAID = {Party.GUIDE: TO_GUIDE, Party.CITIZEN: TO_CITIZEN, Party.COORDINATOR: TO_COORDINATOR}

END_REASONS: dict[EndReason, str] = {
    EndReason.GOAL_REACHED: N_("The goal is reached"),
    EndReason.TIME: N_("The time we agreed on is over"),
    EndReason.NO_FAULT_REMATCH: N_("A new guide would be better"),
    EndReason.OTHER: N_("Something else"),
}
CONTACT_KINDS: dict[ContactKind, str] = {
    ContactKind.MET: N_("We met"),
    ContactKind.PHONE: N_("Phone call"),
    ContactKind.MESSAGE: N_("Message"),
}
RUN_STATUSES: dict[RunStatus, str] = {
    RunStatus.QUEUED: N_("Waits to start"),
    RunStatus.RUNNING: N_("Is running"),
    RunStatus.DRAFT: N_("Proposal ready"),
    RunStatus.PUBLISHED: N_("Published"),
    RunStatus.DISCARDED: N_("Discarded"),
    RunStatus.FAILED: N_("Could not be done"),
}
MOVES: dict[Move, str] = {
    Move.GUIDE_ACCEPTS: N_("The guide said yes to the offer"),
    Move.GUIDE_ASKS: N_("The guide asked a question"),
    Move.COORDINATOR_ANSWERS: N_("The coordinator answered the guide"),
    Move.COORDINATOR_EXTENDS: N_("The deadline was moved"),
    Move.DEADLINE_PASSES: N_("The offer lapsed"),
    Move.CITIZEN_ACCEPTS: N_("The citizen said yes to meeting"),
    Move.MEETING_PLANNED: N_("The match meeting was arranged"),
    Move.MEETING_HELD: N_("The match meeting was held"),
    Move.GUIDE_CONFIRMS: N_("The guide confirmed"),
    Move.CITIZEN_CONFIRMS: N_("The citizen confirmed"),
    Move.GUIDE_DECLINES: N_("The guide said no"),
    Move.CITIZEN_DECLINES: N_("The citizen said no"),
    Move.COORDINATOR_WITHDRAWS: N_("The offer was withdrawn"),
    Move.CHECKED_IN: N_("The coordinator checked in"),
    Move.END: N_("The pairing ended"),
}


def said_to(party: Party, state: State) -> Text:
    """What is true now, as that party may know it."""
    return Text(_SAID[party][state])
