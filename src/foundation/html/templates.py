"""Rendering pages with Jinja: an undefined name is an error, every value is escaped."""

from collections.abc import Callable, MutableMapping
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from foundation.dates import format_day, format_day_and_time, format_time_of_day
from foundation.html.assets import Assets
from foundation.html.table_labels import add_cell_labels
from foundation.i18n import LANGUAGES, LazyText, format_number, format_numbers, translations
from foundation.money import format_ore

Environments = dict[str, Environment]

CACHED_RESULTS_MAX = 2_000  # rendered macros per component and language


class _Environment(Environment):
    """Jinja's environment with its globals in one plain dict: with its ChainMap an empty page took 180 µs,
    not 75.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


@lru_cache(4)
def make_environments(templates: Path, assets: Assets) -> Environments:
    """One environment per language. Cached, so that compiled templates last as long as the process."""
    return {language: _environment(templates, assets, language) for language in LANGUAGES}


def _environment(templates: Path, assets: Assets, language: str) -> Environment:
    environment = _Environment(
        loader=FileSystemLoader(templates),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    catalogue = translations(language)
    environment.install_gettext_callables(catalogue.gettext, catalogue.ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= {
        "kr": partial(format_ore, language=language),
        "day": partial(format_day, language=language),
        "time_of_day": partial(format_time_of_day, language=language),
        "day_and_time": partial(format_day_and_time, language=language),
        "add_cell_labels": add_cell_labels,
        "number": partial(format_number, language=language),
        "text": partial(_translate, language=language),
    }
    gettext = _make_gettext(language)
    environment.globals |= {
        "asset": assets.url,
        "language": language,
        "cached_macro": cached_macro,
        "_": gettext,
        "gettext": gettext,
        "ngettext": _make_ngettext(language),
    }
    return environment


def _make_gettext(language: str) -> Callable[..., Markup]:
    """The template's `_`. Jinja's own formats every text on each call, and a page has thirty constant ones."""
    gettext = translations(language).gettext

    @cache
    def plain(message: str) -> Markup:
        return Markup(gettext(message)) % {}  # noqa: S704 - our own texts

    def translate(message: str, /, **values: object) -> Markup:
        if not values:
            return plain(message)
        return Markup(gettext(message)) % format_numbers(values, language)  # noqa: S704

    return translate


def _make_ngettext(language: str) -> Callable[..., Markup]:
    """The template's `ngettext`: the singular or the plural text, by `num`."""
    ngettext = translations(language).ngettext

    def translate(singular: str, plural: str, num: int, /, **values: object) -> Markup:
        localized = format_numbers({"num": num, **values}, language)
        return Markup(ngettext(singular, plural, num)) % localized  # noqa: S704 - our own texts

    return translate


def cached_macro(macro: Callable[..., Markup]) -> Callable[..., Markup]:
    """The macro with its results cached by arguments: for components that every page has many of.

    The macro must have no `caller` and no arguments with personal data, because the results stay in memory.
    """
    # `typed`, because a str is escaped and an equal Markup is not.
    return lru_cache(CACHED_RESULTS_MAX, typed=True)(macro)


def _translate(value: LazyText | str, language: str) -> str:
    return value.render(language) if isinstance(value, LazyText) else translations(language).gettext(value)
