"""Citizens' pages are easy to read: LIX at most 30 on a page as it is shown, never above 34 for a single text.

LIX (Björnsson 1968) = words per sentence + 100 × words of more than six letters per word. What a citizen or a guide wrote
in their own words, names and amounts don't count; the texts of the pages do.
"""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract

from budgets.money.presenter import EASY_CARRIED_SOME, EASY_UNSPENT
from foundation.i18n import translations
from tests.support.paths import ROOT
from tests.support.readability import LIX_OF_A_PAGE_MAX, lix

LIX_OF_AN_EASY_PAGE_MAX = 24
EASY_PAGES = (ROOT / "templates/budgets/money/overview_easy.html",)
WORDS_OF_AN_EASY_SENTENCE_MAX = 9
CITIZENS_PAGES = sorted(
    {
        *ROOT.glob("templates/plans/*.html"),
        *ROOT.glob("templates/guides/for_citizens/*.html"),
        ROOT / "templates/guides/requests/ask.html",
        *(
            ROOT / "templates/budgets" / f"{name}.html"
            for name in (
                "money/overview",
                "money/overview_easy",
                "money/movements",
                "money/_pace",
                "money/_overview_parts",
                "requests/citizen_list",
                "requests/attach_receipt",
                "requests/learning",
                "requests/ask_question",
                "requests/ask_check",
                "statements/statement",
            )
        ),
        *ROOT.glob("templates/print/*.html"),
        ROOT / "templates/livsmester/home/home.html",
        ROOT / "templates/livsmester/home/welcome.html",
        ROOT / "templates/livsmester/home/privacy.html",
        ROOT / "templates/people/sign_in/sign_in.html",
        ROOT / "templates/people/sign_in/invitation.html",
        ROOT / "templates/people/sign_in/letter_code.html",
        ROOT / "templates/people/sign_in/my_sign_in_method.html",
        ROOT / "templates/people/sign_in/sessions.html",
        ROOT / "templates/people/sign_in/second_factor_setup.html",
        ROOT / "templates/people/sign_in/second_factor.html",
        ROOT / "templates/people/sign_in/recovery_codes.html",
        ROOT / "templates/people/access_history/history.html",
    }
)


def danish_sentences(template: Path) -> list[str]:
    """The Danish sentences of a template, without placeholders."""
    gettext = translations("da").gettext
    options = {"extensions": "jinja2.ext.i18n,jinja2.ext.do"}
    with template.open("rb") as file:
        messages = [
            message for _, message, _, _ in extract("jinja2", file, keywords={"_": None}, options=options)
        ]
    texts = [gettext(message) for message in messages if isinstance(message, str)]
    return [re.sub(r"%\(\w+\)s", "", text) for text in texts if text.rstrip().endswith((".", "?", "!"))]


@pytest.mark.parametrize(
    "template", CITIZENS_PAGES, ids=lambda path: path.relative_to(ROOT / "templates").as_posix()
)
def test_a_citizens_page_reads_easily(template: Path) -> None:
    sentences = danish_sentences(template)
    if sentences:
        assert lix(" ".join(sentences)) <= LIX_OF_A_PAGE_MAX, sentences


@pytest.mark.parametrize("template", EASY_PAGES, ids=lambda path: path.name)
def test_an_easy_page_reads_very_easily(template: Path) -> None:
    sentences = [
        *danish_sentences(template),
        *(translations("da").gettext(text) for text in (*EASY_UNSPENT.values(), EASY_CARRIED_SOME)),
    ]
    assert lix(" ".join(sentences)) <= LIX_OF_AN_EASY_PAGE_MAX, sentences
    assert [sentence for sentence in sentences if len(sentence.split()) > WORDS_OF_AN_EASY_SENTENCE_MAX] == []


def test_lix_counts_as_it_is_defined() -> None:
    assert lix("Du ser din guide i dag. Det bliver godt.") == pytest.approx(9 / 2)
    assert lix("Kommunalbestyrelsen behandler henvendelser.") == pytest.approx(3 + 100)
