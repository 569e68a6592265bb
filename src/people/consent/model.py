"""Consent: what a citizen has said yes and no to, per kind of information and per use of it.

Rows only come on top of each other. Where nothing was said, the answer is no.
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

import msgspec

from foundation.i18n import N_


class InfoKind(StrEnum):
    """A kind of information that the citizen decides over."""

    EXPERIENCES = "experiences"  # what the citizen has lived through
    INTERESTS = "interests"  # likes, dislikes, what the citizen can give
    LANGUAGES = "languages"
    GENDER_WISH = "gender_wish"  # who the guide should be
    TIMES = "times"
    AREA = "area"  # where the citizen lives, as far as an area
    GOALS = "goals"
    PHOTO = "photo"


class Use(StrEnum):
    """Who gets it and what for."""

    MATCHING = "matching"  # coordinators and the matching, to find a guide
    GUIDE = "guide"  # the guide who is asked and the one who is the citizen's, to walk together


class ConsentMethod(StrEnum):
    """How the answer was given."""

    SELF = "self"  # by the citizen, signed in
    BY_REQUEST = "by_asking"  # with the wish for a guide, which says at each field who sees it
    ON_PAPER = "on_paper"  # signed on paper, seen by whoever wrote it down
    POWER_OF_ATTORNEY = "power_of_attorney"
    GUARDIAN = "guardian"


STAFF_METHODS = (
    ConsentMethod.ON_PAPER,
    ConsentMethod.POWER_OF_ATTORNEY,
    ConsentMethod.GUARDIAN,
)  # what a coordinator writes down

# The questions that make sense: nobody's photo is matched, and no guide is told what guide was wished for.
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
# What somebody who asks for a guide says yes to: the form says at each field who will see it.
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
    """One answer: to what, for which use, yes or no, from which day to which (the last day, or None: until taken back)."""

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
        """Whether it is a yes that counts on that day."""
        return self.agreed and self.starts_on <= today and (self.ends_on is None or today <= self.ends_on)


def latest_answers(consents: Iterable[Consent]) -> dict[tuple[InfoKind, Use], Consent]:
    """The answer that counts for each question that was answered; `consents` of one citizen, oldest first."""
    return {(info, one.use): one for one in consents for info in one.infos}


def allowed_kinds(consents: Iterable[Consent], use: Use, today: date) -> frozenset[InfoKind]:
    """The kinds of information that may be put to that use on that day; `consents` of one citizen, oldest first."""
    return frozenset(
        info for (info, of), one in latest_answers(consents).items() if of is use and one.is_valid(today)
    )


def unanswered(consents: Iterable[Consent], use: Use) -> frozenset[InfoKind]:
    """What asking for a guide says yes to and the citizen has never answered: an earlier no stays a no."""
    answered = latest_answers(consents)
    return frozenset(
        info for info in GRANTED_BY_REQUEST if use in QUESTIONS[info] and (info, use) not in answered
    )
