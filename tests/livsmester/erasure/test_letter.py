"""The letter to somebody who asked to be erased: what it says, and that it reads easily."""

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
    return " ".join([*document.lead, *(one for part in document.sections for one in part.sentences)])


def test_it_says_until_when_accounts_are_kept_by_which_rule_and_how_to_complain() -> None:
    told = document_text(letter(gone=(DataCategory.GOALS,), kept=BY_LAW))
    for said in ("31. december 2031", "artikel 17, stykke 3", "klage til Datatilsynet", "gå til retten"):
        assert said in told
    assert "Dit navn står der ikke mere." not in told


def test_whoever_is_wholly_gone_is_told_that_nothing_but_figures_stays() -> None:
    told = letter(gone=ALL)
    assert "Det gemmer vi" not in [part.heading for part in told.sections]
    assert "Dit navn står der ikke mere." in document_text(told)


def test_a_refusal_says_why() -> None:
    told = document_text(letter(kept=ALL, why="Journalen"))
    assert "Vi har ikke slettet noget." in told
    assert "Grunden er: Journalen" in told


@pytest.mark.parametrize(
    "told", [letter(gone=ALL), letter(kept=ALL, why="Journalen."), letter(gone=ALL[:3], kept=BY_LAW)]
)
def test_it_reads_easily(told: Document) -> None:
    sentences = [one for one in document_text(told).replace("?", ".").split(". ") if one]
    assert lix(document_text(told)) <= LIX_OF_A_PAGE_MAX, document_text(told)
    assert [one for one in sentences if len(one.split()) > WORDS_OF_A_SENTENCE_MAX] == []


@pytest.mark.parametrize("language", ["da", "en"])
def test_it_is_a_pdf_in_both_languages(language: str) -> None:
    assert render_pdf("document", letter(gone=ALL[:1], kept=BY_LAW, language=language), language).startswith(
        b"%PDF-"
    )
