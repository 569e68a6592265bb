"""The citizen's goals in the browser."""

from foundation.language import Text
from people.screens import NavigationLink

ROUTES = ()
NOTICES: dict[str, Text] = {}
NAVIGATION: tuple[NavigationLink, ...] = ()
