"""Reasons as sentences and labels as form options, in the user's language."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from foundation.i18n import translations
from guides.matching.reasons import Reason, render
from people.web.app_state import AppRequest
from people.web.responses import language

ReasonFormatter = Callable[[Reason], str]


def reason_formatter(request: AppRequest) -> ReasonFormatter:
    """A function from a reason to a sentence that begins with a capital letter."""
    gettext = translations(language(request)).gettext

    def format_reason(reason: Reason) -> str:
        sentence = render(reason, gettext)
        return sentence[:1].upper() + sentence[1:]

    return format_reason


def reasons_formatter(request: AppRequest) -> Callable[[Iterable[Reason]], list[str]]:
    """A function from several reasons to their sentences."""
    format_reason = reason_formatter(request)
    return lambda reasons: [format_reason(reason) for reason in reasons]


def options(request: AppRequest, labels: Mapping[Any, str]) -> tuple[tuple[str, str], ...]:
    """Values with their translated labels, as the options of a form field."""
    gettext = translations(language(request)).gettext
    return tuple((str(value), gettext(label)) for value, label in labels.items())
