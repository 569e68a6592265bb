"""A legal hold: why somebody's data stays although its time is over."""

from datetime import date

import msgspec


class Hold(msgspec.Struct, frozen=True):
    """Nothing about the person is erased from the first day to the last (None: until it is lifted)."""

    id: str
    person_id: str
    why: str  # read by that person
    starts_on: date
    ends_on: date | None
    made_by: str
