"""What can go wrong around people. Status codes are given once, in `livsmester.http.error_handlers`.

PeopleError
├── SignInRequired        nobody is signed in, or the sign-in has run out
├── InvalidCredentials         the name or the password is wrong (never says which)
├── InvalidCode           a one-time code is wrong, was used or has run out
├── TooManyAttempts        somebody has guessed too often and waits a little
├── ExternalSignInFailed       a sign-in outside led to nobody
├── NotAllowed          signed in and known, but without the right
├── NotFound            no such record, or none that this person may know of
├── InvitationInvalid     the invitation was used, has run out or never was
├── PersonNotIdentified        an administrator names no person whom we know, or several
├── ErasureBlocked           something has to end before somebody can be erased
├── ReasonRequired            somebody who asked to be erased isn't told why something stays
├── EmergencyAccessRefused           nothing was opened in an emergency: no such citizen, several, or no need to
├── AlreadyReviewed     another leader has said their word on an emergency
├── UsernameTaken           somebody else signs in with that name
├── CprTaken            somebody else has that CPR number
├── LastRole            a user would be left without any role
├── OwnAdministratorRole  administrators don't take that role from themselves
├── TooManyTokens       somebody has as many keys for programs as one may have
└── WeakPassword        too short or too common
"""

from datetime import datetime
from math import ceil

from foundation.i18n import N_, LazyText


class PeopleError(Exception):
    """The root of this package's errors."""


class SignInRequired(PeopleError):
    """Nobody is signed in, or the sign-in has run out."""


class InvalidCredentials(PeopleError):
    """The name or the password is wrong."""


class InvalidCode(PeopleError):
    """A one-time code is wrong, was used or has run out."""


class TooManyAttempts(PeopleError):
    """There were too many tries; the next one is taken at `wait_until`."""

    def __init__(self, wait_until: datetime, now: datetime) -> None:
        super().__init__(wait_until.isoformat())
        self.retry_after_seconds = max(1, ceil((wait_until - now).total_seconds()))
        minutes = ceil(self.retry_after_seconds / 60)
        self.text = (
            LazyText(N_("There have been many tries. Try again in one minute."))
            if minutes == 1
            else LazyText(
                N_("There have been many tries. Try again in %(minutes)s minutes."), {"minutes": minutes}
            )
        )


class ExternalSignInFailed(PeopleError):
    """A sign-in outside led to nobody. The reason is for the log only; `text` is what the person reads."""

    def __init__(
        self,
        reason: str,
        *,
        assurance_too_low: bool = False,
        unknown_person: bool = False,
        cancelled: bool = False,
    ) -> None:
        super().__init__(reason)
        self.text = LazyText(
            N_("Something went wrong on the way. Nothing has happened. Try again in a little while.")
        )
        if assurance_too_low:
            self.text = LazyText(
                N_("You need to sign in at a higher level there. Try again, and choose the safest way.")
            )
        if unknown_person:
            self.text = LazyText(
                N_("We don't know you here yet. Call your coordinator, or the one who invited you.")
            )
        if cancelled:
            self.text = LazyText(N_("You stopped on the way. You can try again, or sign in in another way."))


class NotAllowed(PeopleError):
    """Signed in and known, but without the right; `rule` says which rule refused, for the log only."""

    def __init__(self, rule: str = "") -> None:
        super().__init__(rule)
        self.rule = rule


class NotFound(PeopleError):
    """No such record, or none that this person may know of: the two look the same."""


class InvitationInvalid(PeopleError):
    """The invitation was used, has run out or never was."""


class PersonNotIdentified(PeopleError):
    """An administrator names no person whom we know, or several; `text` says what to write."""

    def __init__(self, *, ambiguous: bool) -> None:
        self.text = (
            LazyText(N_("More than one citizen is called that. Write the citizen's number or id."))
            if ambiguous
            else LazyText(N_("We know nobody by that. Write an id, a whole name or a number."))
        )
        super().__init__(self.text.message)


class EmergencyAccessRefused(PeopleError):
    """Nothing was opened in an emergency; `text` says why and what to do."""

    def __init__(self, text: LazyText) -> None:
        super().__init__(text.message)
        self.text = text


class AlreadyReviewed(PeopleError):
    """Another leader has said their word on an emergency."""


class UsernameTaken(PeopleError):
    """Somebody else signs in with that name."""


class CprTaken(PeopleError):
    """Somebody else has that CPR number; never says who, nor which number."""


class TooManyTokens(PeopleError):
    """Somebody has as many keys for programs as one may have; `text` says what to do."""

    def __init__(self, limit: int) -> None:
        self.text = LazyText(
            N_("You have %(most)s keys already. End one that you don't need."), {"most": limit}
        )
        super().__init__(self.text.message)


class WeakPassword(PeopleError):
    """The password is too short or too common; `text` says what to do."""

    def __init__(self, text: LazyText) -> None:
        super().__init__(text.message)
        self.text = text


class LastRole(PeopleError):
    """A user would be left without any role."""

    text = LazyText(N_("Choose at least one role. Close the account to shut the person out."))


class OwnAdministratorRole(PeopleError):
    """Somebody would take the role of administrator from themselves."""

    text = LazyText(N_("You can't take the role of administrator from yourself. Another administrator can."))
