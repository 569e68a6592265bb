"""Consent: a citizen's answers per kind of information and per use of it.

Answers are only ever added; the latest one counts. Without an answer, the answer is no. No I/O.
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

import msgspec

from foundation.i18n import N_


class InfoKind(StrEnum):
    """A kind of information that the citizen decides about."""

    EXPERIENCES = "experiences"  # life experiences
    INTERESTS = "interests"  # likes, dislikes, what the citizen has to offer
    LANGUAGES = "languages"
    GENDER_WISH = "gender_wish"  # the guide's gender
    TIMES = "times"
    AREA = "area"  # where the citizen lives, no more precisely
    GOALS = "goals"
    PHOTO = "photo"


class Use(StrEnum):
    """Who gets the information and what for."""

    MATCHING = "matching"  # coordinators and the matching, to find a guide
    GUIDE = "guide"  # the guide who has an offer, and the citizen's own guide


class ConsentMethod(StrEnum):
    """How the answer was given."""

    SELF = "self"  # by the citizen, signed in
    BY_REQUEST = "by_asking"  # with the request for a guide, whose form says at each field who sees it
    ON_PAPER = "on_paper"  # signed on paper, seen by whoever recorded it
    POWER_OF_ATTORNEY = "power_of_attorney"
    GUARDIAN = "guardian"


# Recorded by a coordinator.
STAFF_METHODS = (ConsentMethod.ON_PAPER, ConsentMethod.POWER_OF_ATTORNEY, ConsentMethod.GUARDIAN)

# Only the questions that make sense: photos aren't matched, and guides aren't told which guide was asked for.
QUESTIONS: dict[InfoKind, tuple[Use, ...]] = {
    InfoKind.EXPERIENCES: (Use.MATCHING, Use.GUIDE),
    InfoKind.INTERESTS: (Use.MATCHING, Use.GUIDE),
    InfoKind.LANGUAGES: (Use.MATCHING, Use.GUIDE),
    InfoKind.GENDER_WISH: (Use.MATCHING,),
    InfoKind.TIMES: (Use.MATCHING, Use.GUIDE),
    InfoKind.AREA: (Use.MATCHING, Use.GUIDE),
    InfoKind.GOALS: (Use.GUIDE,),
    InfoKind.PHOTO: (Use.GUIDE,),
}
# What asking for a guide consents to: its form says at each field who will see it.
GRANTED_BY_REQUEST = frozenset(QUESTIONS) - {InfoKind.GOALS, InfoKind.PHOTO}

INFO_NAMES = {
    InfoKind.EXPERIENCES: N_("What you have been through"),
    InfoKind.INTERESTS: N_("What you like and do not like"),
    InfoKind.LANGUAGES: N_("The languages you speak"),
    InfoKind.GENDER_WISH: N_("Who your guide should be"),
    InfoKind.TIMES: N_("When you can meet"),
    InfoKind.AREA: N_("The area you live in"),
    InfoKind.GOALS: N_("Your own goals"),
    InfoKind.PHOTO: N_("A picture of you"),
}
USE_NAMES = {Use.MATCHING: N_("To find a guide"), Use.GUIDE: N_("Seen by a guide")}
METHOD_NAMES = {
    ConsentMethod.SELF: N_("you said it yourself"),
    ConsentMethod.BY_REQUEST: N_("you said it when you asked for a guide"),
    ConsentMethod.ON_PAPER: N_("you signed on paper"),
    ConsentMethod.POWER_OF_ATTORNEY: N_("somebody with your power of attorney said it"),
    ConsentMethod.GUARDIAN: N_("your guardian said it"),
}


class Consent(msgspec.Struct, frozen=True):
    """One answer: about what, for which use, yes or no, from which day to which (None: until withdrawn)."""

    citizen_id: str
    infos: frozenset[InfoKind]
    use: Use
    agreed: bool
    starts_on: date
    ends_on: date | None
    given: ConsentMethod
    recorded_by: str | None
    at: datetime

    def is_valid(self, today: date) -> bool:
        """Whether it is a yes that applies on that day."""
        return self.agreed and self.starts_on <= today and (self.ends_on is None or today <= self.ends_on)


def latest_answers(consents: Iterable[Consent]) -> dict[tuple[InfoKind, Use], Consent]:
    """The latest answer to each answered question; `consents` of one citizen, oldest first."""
    return {(info, consent.use): consent for consent in consents for info in consent.infos}


def allowed_kinds(consents: Iterable[Consent], use: Use, today: date) -> frozenset[InfoKind]:
    """The kinds of information that may be used in that way on that day; `consents` of one citizen, oldest
    first.
    """
    return frozenset(
        info
        for (info, consented_use), consent in latest_answers(consents).items()
        if consented_use is use and consent.is_valid(today)
    )


def unanswered(consents: Iterable[Consent], use: Use) -> frozenset[InfoKind]:
    """What asking for a guide consents to and the citizen has never answered: an earlier no stays a no."""
    answered = latest_answers(consents)
    return frozenset(
        info for info in GRANTED_BY_REQUEST if use in QUESTIONS[info] and (info, use) not in answered
    )
