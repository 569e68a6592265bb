"""People as the rest of the program sees them, and the areas they live in."""

from datetime import date

import msgspec

PERSON_KIND = "person"  # on the list of erasures: somebody of whom nothing is left that says who they were
ERASED_TEXT = "–"  # stands where words stood that may not be empty
ERASED_NAME = "Slettet person"  # as data: it is stored in the place of a name


class Person(msgspec.Struct, frozen=True):
    """Somebody known to the municipality."""

    id: str
    given_name: str
    surname: str
    area: str | None = None
    phone: str = ""
    email: str = ""
    file_id: str | None = None  # the id that the municipality's own files use
    helper_id: str | None = None
    language: str = "da"
    protected_until: date | None = None  # name and address are protected until and with that day

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
