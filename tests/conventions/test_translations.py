"""Every text has one Danish translation, and no translation is unused."""

import re
from collections import defaultdict

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from foundation.resources import resource_dir
from tests.support.paths import ROOT

PLACES = re.compile(r"%\((\w+)\)[sd]")
JINJA = {"extensions": "jinja2.ext.i18n,jinja2.ext.do", "newstyle_gettext": "true", "trimmed": "false"}


def texts_in_the_code() -> dict[str, str]:
    """Every English text → the first place that uses it."""
    place_of_text: dict[str, str] = {}
    for folder, method, options in (("src", "python", {}), ("templates", "jinja2", JINJA)):
        for name, line, message, _comments, _context in extract_from_dir(
            ROOT / folder,
            [("**.py" if folder == "src" else "**.html", method)],
            {"**.html": options},
            {"N_": None, "_": None, "gettext": None, "ngettext": (1, 2)},
        ):
            for text in message if isinstance(message, tuple) else (message,):
                if text:
                    place_of_text.setdefault(text, f"{folder}/{name}:{line}")
    return place_of_text


def danish() -> dict[str, list[tuple[str, str]]]:
    """English text → every Danish translation with its catalogue."""
    translations: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path in sorted((resource_dir("translations") / "da").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="da"):
                if not message.id:
                    continue
                ids = message.id if isinstance(message.id, tuple) else (message.id,)
                texts = message.string if isinstance(message.string, tuple) else (message.string,)
                for message_id, text in zip(ids, texts, strict=True):
                    translations[message_id].append((text or "", path.name))
    return translations


def test_every_text_is_translated() -> None:
    known = danish()
    missing = {
        text: place
        for text, place in texts_in_the_code().items()
        if not known.get(text) or not all(translation for translation, _ in known[text])
    }
    assert not missing, "\n".join(f"{place}: {text}" for text, place in missing.items())


def test_no_translation_is_left_over() -> None:
    used = texts_in_the_code()
    left = {text: where for text, where in danish().items() if text not in used}
    assert not left, "\n".join(f"{where[0][1]}: {text}" for text, where in left.items())


def test_the_same_text_has_one_translation() -> None:
    several = {
        text: where for text, where in danish().items() if len({translation for translation, _ in where}) > 1
    }
    assert not several, several


def test_translations_hold_the_same_places() -> None:
    for text, translations in danish().items():
        for translation, where in translations:
            assert set(PLACES.findall(text)) == set(PLACES.findall(translation)), (
                f"{where}: {text} → {translation}"
            )
