"""How somebody likes to read: easy words in larger type, and pictures or none; kept in a cookie of their browser. Pure."""

import msgspec

COOKIE = "reading"
COOKIE_SECONDS = 365 * 24 * 60 * 60

_EASY = "easy"
_NO_PICTURES = "no-pictures"


class ReadingPreference(msgspec.Struct, frozen=True):
    """What was chosen; the usual words with pictures until something else is."""

    easy: bool = False
    pictures: bool = True

    @property
    def classes(self) -> str:
        """The class names of the page, also what the cookie holds: `easy`, `no-pictures`, both or neither."""
        chosen = ((_EASY, self.easy), (_NO_PICTURES, not self.pictures))
        return " ".join(name for name, on in chosen if on)


def parse_reading_preference(classes: str) -> ReadingPreference:
    """The choice that a cookie holds; what it doesn't know counts for nothing."""
    chosen = classes.replace('"', "").split()
    return ReadingPreference(_EASY in chosen, _NO_PICTURES not in chosen)
