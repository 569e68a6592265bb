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

ROOT = Path(__file__).parents[2]
LIX_OF_A_PAGE_MAX = 30
LIX_OF_AN_EASY_PAGE_MAX = 24
EASY_PAGES = (ROOT / "templates/budgets/money_easy.html",)
WORDS_OF_AN_EASY_SENTENCE_MAX = 9
CITIZENS_PAGES = sorted(
    {
        *ROOT.glob("templates/plans/*.html"),
        *ROOT.glob("templates/guides/citizen/*.html"),
        *(
            ROOT / "templates/budgets" / f"{name}.html"
            for name in (
                "money",
                "money_easy",
                "events",
                "requests",
                "request_receipt",
                "request_learnt",
                "question",
                "check_request",
                "statement",
                "_pace_words",
                "_money_pieces",
            )
        ),
        *ROOT.glob("templates/print/*.html"),
        ROOT / "templates/livsmester/home.html",
        ROOT / "templates/livsmester/welcome.html",
        ROOT / "templates/livsmester/privacy.html",
        ROOT / "templates/people/sign_in.html",
        ROOT / "templates/people/invitation.html",
        ROOT / "templates/people/code.html",
        ROOT / "templates/people/my_way_in.html",
        ROOT / "templates/people/sessions.html",
        ROOT / "templates/people/second_factor_set_up.html",
        ROOT / "templates/people/second_factor.html",
        ROOT / "templates/people/recovery_codes.html",
        ROOT / "templates/people/who_has_seen.html",
    }
)


def lix(text: str) -> float:
    """The LIX of a text whose sentences end in a full stop, a question mark, an exclamation mark or a colon."""
    words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text)
    sentences = max(1, len(re.findall(r"[.!?:](?:\s|$)", text)))
    return len(words) / sentences + 100 * sum(len(word) > 6 for word in words) / len(words)


def danish_sentences(template: Path) -> list[str]:
    """The Danish of every text in the template that is a sentence, without its places for values."""
    gettext = translations("da").gettext
    options = {"extensions": "jinja2.ext.i18n,jinja2.ext.do"}
    with template.open("rb") as file:
        messages = [
            message for _, message, _, _ in extract("jinja2", file, keywords={"_": None}, options=options)
        ]
    texts = [gettext(one) for one in messages if isinstance(one, str)]
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
        *(translations("da").gettext(one) for one in (*EASY_UNSPENT.values(), EASY_CARRIED_SOME)),
    ]
    assert lix(" ".join(sentences)) <= LIX_OF_AN_EASY_PAGE_MAX, sentences
    assert [one for one in sentences if len(one.split()) > WORDS_OF_AN_EASY_SENTENCE_MAX] == []


def test_lix_counts_as_it_is_defined() -> None:
    assert lix("Du ser din guide i dag. Det bliver godt.") == pytest.approx(9 / 2)
    assert lix("Kommunalbestyrelsen behandler henvendelser.") == pytest.approx(3 + 100)
