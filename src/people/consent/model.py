"""Consent: what a citizen has said yes and no to, per kind of information and per use of it.

Rows only come on top of each other. Where nothing was said, the answer is no.
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

import msgspec

from foundation.i18n import N_


class Info(StrEnum):
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


class Given(StrEnum):
    """How the answer was given."""

    SELF = "self"  # by the citizen, signed in
    BY_ASKING = "by_asking"  # with the wish for a guide, which says at each field who sees it
    ON_PAPER = "on_paper"  # signed on paper, seen by whoever wrote it down
    POWER_OF_ATTORNEY = "power_of_attorney"
    GUARDIAN = "guardian"


FOR_OTHERS = (Given.ON_PAPER, Given.POWER_OF_ATTORNEY, Given.GUARDIAN)  # what a coordinator writes down

# The questions that make sense: nobody's photo is matched, and no guide is told what guide was wished for.
QUESTIONS: dict[Info, tuple[Use, ...]] = {
    Info.EXPERIENCES: (Use.MATCHING, Use.GUIDE),
    Info.INTERESTS: (Use.MATCHING, Use.GUIDE),
    Info.LANGUAGES: (Use.MATCHING, Use.GUIDE),
    Info.GENDER_WISH: (Use.MATCHING,),
    Info.TIMES: (Use.MATCHING, Use.GUIDE),
    Info.AREA: (Use.MATCHING, Use.GUIDE),
    Info.GOALS: (Use.GUIDE,),
    Info.PHOTO: (Use.GUIDE,),
}
# What somebody who asks for a guide says yes to: the form says at each field who will see it.
BY_ASKING = frozenset(QUESTIONS) - {Info.GOALS, Info.PHOTO}

INFO_NAMES = {
    Info.EXPERIENCES: N_("What you have been through"),
    Info.INTERESTS: N_("What you like and do not like"),
    Info.LANGUAGES: N_("The languages you speak"),
    Info.GENDER_WISH: N_("Who your guide should be"),
    Info.TIMES: N_("When you can meet"),
    Info.AREA: N_("The area you live in"),
    Info.GOALS: N_("Your own goals"),
    Info.PHOTO: N_("A picture of you"),
}
USE_NAMES = {Use.MATCHING: N_("To find a guide"), Use.GUIDE: N_("Seen by a guide")}
GIVEN_NAMES = {
    Given.SELF: N_("you said it yourself"),
    Given.BY_ASKING: N_("you said it when you asked for a guide"),
    Given.ON_PAPER: N_("you signed on paper"),
    Given.POWER_OF_ATTORNEY: N_("somebody with your power of attorney said it"),
    Given.GUARDIAN: N_("your guardian said it"),
}


class Consent(msgspec.Struct, frozen=True):
    """One answer: to what, for which use, yes or no, from which day to which (the last day, or None: until taken back)."""

    citizen_id: str
    infos: frozenset[Info]
    use: Use
    agreed: bool
    starts_on: date
    ends_on: date | None
    given: Given
    recorded_by: str | None
    at: datetime

    def holds(self, today: date) -> bool:
        """Whether it is a yes that counts on that day."""
        return self.agreed and self.starts_on <= today and (self.ends_on is None or today <= self.ends_on)


def newest(consents: Iterable[Consent]) -> dict[tuple[Info, Use], Consent]:
    """The answer that counts for each question that was answered; `consents` of one citizen, oldest first."""
    return {(info, one.use): one for one in consents for info in one.infos}


def allowed(consents: Iterable[Consent], use: Use, today: date) -> frozenset[Info]:
    """The kinds of information that may be put to that use on that day; `consents` of one citizen, oldest first."""
    return frozenset(info for (info, of), one in newest(consents).items() if of is use and one.holds(today))


def unasked(consents: Iterable[Consent], use: Use) -> frozenset[Info]:
    """What asking for a guide says yes to and the citizen has never answered: an earlier no stays a no."""
    answered = newest(consents)
    return frozenset(info for info in BY_ASKING if use in QUESTIONS[info] and (info, use) not in answered)
