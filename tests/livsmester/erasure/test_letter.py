"""The decision letter about a request for erasure: its content, and that it is easy to read."""

from datetime import UTC, date, datetime

import pytest

from foundation.pdf import Document, render_pdf
from livsmester.erasure.letter import decision_letter
from people.erasure.model import DataCategory, ErasureDecision
from tests.support.readability import LIX_OF_A_PAGE_MAX, lix

ALL = tuple(DataCategory)
BY_LAW = (DataCategory.MONEY, DataCategory.NAME)
WORDS_OF_A_SENTENCE_MAX = 15


def letter(
    *,
    gone: tuple[DataCategory, ...] = (),
    kept: tuple[DataCategory, ...] = (),
    why: str = "",
    language: str = "da",
) -> Document:
    until = date(2031, 12, 31) if DataCategory.MONEY in kept else None
    at = datetime(2026, 3, 2, 8, tzinfo=UTC)
    return decision_letter(
        ErasureDecision("answer-1", "asta", at, None, gone, kept, until, why), "Prøvekøbing", language
    )


def document_text(document: Document) -> str:
    return " ".join(
        [*document.lead, *(sentence for section in document.sections for sentence in section.sentences)]
    )


def test_it_states_the_retention_of_accounts_the_rule_and_how_to_complain() -> None:
    letter_text = document_text(letter(gone=(DataCategory.GOALS,), kept=BY_LAW))
    for text in ("31. december 2031", "artikel 17, stykke 3", "klage til Datatilsynet", "gå til retten"):
        assert text in letter_text
    assert "Dit navn står der ikke mere." not in letter_text


def test_full_erasure_states_that_only_figures_remain() -> None:
    document = letter(gone=ALL)
    assert "Det gemmer vi" not in [section.heading for section in document.sections]
    assert "Dit navn står der ikke mere." in document_text(document)


def test_a_refusal_says_why() -> None:
    output = document_text(letter(kept=ALL, why="Journalen"))
    assert "Vi har ikke slettet noget." in output
    assert "Grunden er: Journalen" in output


@pytest.mark.parametrize(
    "document", [letter(gone=ALL), letter(kept=ALL, why="Journalen."), letter(gone=ALL[:3], kept=BY_LAW)]
)
def test_it_reads_easily(document: Document) -> None:
    sentences = [sentence for sentence in document_text(document).replace("?", ".").split(". ") if sentence]
    assert lix(document_text(document)) <= LIX_OF_A_PAGE_MAX, document_text(document)
    assert [sentence for sentence in sentences if len(sentence.split()) > WORDS_OF_A_SENTENCE_MAX] == []


@pytest.mark.parametrize("language", ["da", "en"])
def test_it_is_a_pdf_in_both_languages(language: str) -> None:
    assert render_pdf("document", letter(gone=ALL[:1], kept=BY_LAW, language=language), language).startswith(
        b"%PDF-"
    )
