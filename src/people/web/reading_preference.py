"""How a person prefers to read, stored in a cookie: easy or usual texts, with pictures or without. No I/O."""

import msgspec

COOKIE = "reading"
COOKIE_SECONDS = 365 * 24 * 60 * 60

_EASY = "easy"
_NO_PICTURES = "no-pictures"


class ReadingPreference(msgspec.Struct, frozen=True):
    """The choice; the usual texts with pictures by default."""

    easy: bool = False
    pictures: bool = True

    @property
    def classes(self) -> str:
        """The CSS classes of the page, also the value of the cookie: `easy`, `no-pictures`, both or neither."""
        chosen = ((_EASY, self.easy), (_NO_PICTURES, not self.pictures))
        return " ".join(name for name, on in chosen if on)


def parse_reading_preference(classes: str) -> ReadingPreference:
    """The choice in a cookie; unknown words are ignored."""
    # A cookie's value with a space in it is sent in quotation marks.
    chosen = classes.replace('"', "").split()
    return ReadingPreference(_EASY in chosen, _NO_PICTURES not in chosen)
