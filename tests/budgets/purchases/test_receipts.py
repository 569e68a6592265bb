"""Receipts in the browser: a photo loses its GPS position, a bad file is refused at its field, no field is lost."""

import re
from datetime import date

import pytest
from sqlalchemy import Engine

from budgets.errors import InvalidReceipt
from budgets.records.receipt_files import media_type_of, sanitize_receipt
from livsmester.demo.receipts import receipt_pdf
from people.directory.model import Person
from tests.support.app_client import AppClient, Page
from tests.support.budget_pages import buy
from tests.support.upload_files import add_javascript, huge_png, pdf, phone_photo


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """Pages are tested on SQLite; their queries are tested on both databases elsewhere."""
    return sqlite_engine


@pytest.mark.parametrize(
    ("kind", "ending"), [("JPEG", "jpg"), ("HEIF", "jpg"), ("PNG", "png"), ("WEBP", "webp")]
)
def test_a_photo_is_given_out_without_where_it_was_taken(
    site: AppClient, asta: Person, grant: Page, kind: str, ending: str
) -> None:
    buy(grant, "Svømmekort", "350", {"receipt": ("IMG_0001.exe", phone_photo(kind))})
    page = site.signed_in(asta).get("/money/events")
    (address,) = {
        link.attributes["href"]
        for link in page.tree.css("a")
        if "/receipts/" in (link.attributes["href"] or "")
    }
    answered = site.signed_in(asta).client.get(address)
    assert b"Hemmelig" not in answered.content
    assert re.fullmatch(
        rf'attachment; filename="bilag-\w+\.{ending}"', answered.headers["content-disposition"]
    )
    assert answered.headers["content-security-policy"].startswith("default-src 'none'; sandbox;")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<svg onload='alert(1)'/>", "Filen er ikke et billede eller en PDF."),
        (huge_png(50_000, 50_000), "Billedet har mere end 50 millioner punkter."),
        (pdf(add_javascript), "Der er programkode eller andre filer i PDF'en."),
    ],
)
def test_a_bad_file_is_refused_at_its_field_beside_the_other_faults(
    grant: Page, content: bytes, message: str
) -> None:
    page = buy(grant, "Svømmekort", "mange", {"receipt": ("bilag.pdf", content)})
    assert page.status == 422
    assert message in page.text
    assert {"#field-receipt", "#field-amount"} <= {
        link.attributes["href"] for link in page.tree.css(".error-summary a, [class*=summary] a")
    }
    assert page.tree.css_first("#field-what").attributes["value"] == "Svømmekort"


def test_the_demos_receipts_pass_the_door_unchanged() -> None:
    receipt = receipt_pdf("Svømmekort", 350_00, date(2026, 3, 1))
    assert sanitize_receipt(receipt) == receipt


def test_what_nobody_cleaned_is_no_receipt() -> None:
    with pytest.raises(InvalidReceipt):
        media_type_of(b"MZ")
