"""People and areas, as values."""

from datetime import date

import msgspec

PERSON_KIND = "person"  # in the list of erasures: a person who can no longer be identified
ERASED_TEXT = "–"  # replaces a text that may not be empty
ERASED_NAME = "Slettet person"  # not translated: it is stored in place of a name


class Person(msgspec.Struct, frozen=True):
    """A person known to the municipality."""

    id: str
    given_name: str
    surname: str
    area: str | None = None
    phone: str = ""
    email: str = ""
    file_id: str | None = None  # the id that the municipality's own files use
    helper_id: str | None = None
    language: str = "da"
    protected_until: date | None = None  # the last day on which name and address are protected

    def is_protected(self, today: date) -> bool:
        """Whether name and address are protected on that day (CPR-loven § 28: the protection ends by itself)."""
        return self.protected_until is not None and today <= self.protected_until

    @property
    def full_name(self) -> str:
        """Given name and surname, as staff see it."""
        return f"{self.given_name} {self.surname}".strip()


class Area(msgspec.Struct, frozen=True):
    """A part of the municipality."""

    id: str
    name: str
    latitude: float  # degrees, WGS 84
    longitude: float


class TravelTime(msgspec.Struct, frozen=True):
    """Minutes from one area to another, as the municipality measured them."""

    start: str  # area id
    end: str
    minutes: int
