"""The errors of this package. `livsmester.http.error_handlers` maps them to status codes.

PeopleError
├── SignInRequired          nobody is signed in, or the session has expired
├── InvalidCredentials      wrong name or password (never says which)
├── InvalidCode             a one-time code is wrong, used or expired
├── TooManyAttempts         too many failed attempts; wait
├── ExternalSignInFailed    a sign-in at a provider identified nobody
├── NotAllowed              signed in, but without the right
├── NotFound                no such record, or none that this person may know of
├── InvitationInvalid       the invitation is used, expired or unknown
├── PersonNotIdentified     an administrator's search matches nobody, or several people
├── ErasureBlocked          something has to end before a person can be erased
├── ReasonRequired          a refusal to erase lacks a reason
├── EmergencyAccessRefused  no such citizen, several, or no need to
├── AlreadyReviewed         another leader has reviewed the emergency access
├── UsernameTaken           somebody else has that user name
├── CprTaken                somebody else has that CPR number
├── LastRole                a user would be left without any role
├── OwnAdministratorRole    an administrator would take that role from themselves
├── TooManyTokens           the person has as many API tokens as allowed
└── WeakPassword            too short or too common
"""

from datetime import datetime
from math import ceil

from foundation.i18n import N_, LazyText


class PeopleError(Exception):
    """The root of this package's errors."""


class SignInRequired(PeopleError):
    """Nobody is signed in, or the session has expired."""


class InvalidCredentials(PeopleError):
    """The name or the password is wrong."""


class InvalidCode(PeopleError):
    """A one-time code is wrong, used or expired."""


class TooManyAttempts(PeopleError):
    """There were too many attempts; the next one is accepted at `wait_until`."""

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
    """A sign-in at a provider identified nobody. The reason is for the log only; `text` is shown to the user."""

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
    """The user is signed in but may not do this; `rule` says which rule refused, for the log only."""

    def __init__(self, rule: str = "") -> None:
        super().__init__(rule)
        self.rule = rule


class NotFound(PeopleError):
    """No such record, or none that this person may know of; the two look the same."""


class InvitationInvalid(PeopleError):
    """The invitation is used, expired or unknown."""


class PersonNotIdentified(PeopleError):
    """An administrator's search matches nobody, or several people; `text` says what to write."""

    def __init__(self, *, ambiguous: bool) -> None:
        self.text = (
            LazyText(N_("More than one citizen is called that. Write the citizen's number or id."))
            if ambiguous
            else LazyText(N_("We know nobody by that. Write an id, a whole name or a number."))
        )
        super().__init__(self.text.message)


class EmergencyAccessRefused(PeopleError):
    """Emergency access was refused; `text` says why and what to do."""

    def __init__(self, text: LazyText) -> None:
        super().__init__(text.message)
        self.text = text


class AlreadyReviewed(PeopleError):
    """Another leader has reviewed the emergency access."""


class UsernameTaken(PeopleError):
    """Somebody else has that user name."""


class CprTaken(PeopleError):
    """Somebody else has that CPR number; never says who, nor which number."""


class TooManyTokens(PeopleError):
    """The person has as many API tokens as allowed; `text` says what to do."""

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
    """An administrator would take that role from themselves."""

    text = LazyText(N_("You can't take the role of administrator from yourself. Another administrator can."))
