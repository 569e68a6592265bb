"""What the pages of guides say in the visitor's language: reasons as sentences, names of states as choices, addresses."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from foundation.i18n import translations
from guides.matching.reasons import Reason, render
from people.web.app_state import AppRequest
from people.web.responses import language

ReasonFormatter = Callable[[Reason], str]


def reason_formatter(request: AppRequest) -> ReasonFormatter:
    """Makes sentences of reasons, beginning with a capital letter."""
    gettext = translations(language(request)).gettext

    def tell(reason: Reason) -> str:
        sentence = render(reason, gettext)
        return sentence[:1].upper() + sentence[1:]

    return tell


def reasons_formatter(request: AppRequest) -> Callable[[Iterable[Reason]], list[str]]:
    """The same for several reasons at once."""
    tell = reason_formatter(request)
    return lambda reasons: [tell(reason) for reason in reasons]


def options(request: AppRequest, labels: Mapping[Any, str]) -> tuple[tuple[str, str], ...]:
    """Values with their names as a field of a form offers them."""
    gettext = translations(language(request)).gettext
    return tuple((str(value), gettext(name)) for value, name in labels.items())
