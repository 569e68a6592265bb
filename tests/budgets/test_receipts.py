"""Receipts on pages: a photo loses its place on the way in, a bad file is refused at its field, nothing typed is lost."""

import re
from datetime import date

import pytest

from budgets.errors import UnknownReceipt
from budgets.records.receipt_files import clean_receipt, kind_of
from livsmester.demo.receipts import receipt
from people.directory.model import Person
from tests.budgets.test_pages import buy
from tests.foundation.test_uploads import from_a_phone, huge_png, pdf, with_code
from tests.site import Page, Site


@pytest.mark.parametrize(
    ("kind", "ending"), [("JPEG", "jpg"), ("HEIF", "jpg"), ("PNG", "png"), ("WEBP", "webp")]
)
def test_a_photo_is_given_out_without_where_it_was_taken(
    site: Site, asta: Person, grant: Page, kind: str, ending: str
) -> None:
    buy(grant, "Svømmekort", "350", {"receipt": ("IMG_0001.exe", from_a_phone(kind))})
    page = site.visitor(asta).get("/money/events")
    (address,) = {
        one.attributes["href"] for one in page.tree.css("a") if "/receipts/" in (one.attributes["href"] or "")
    }
    answered = site.visitor(asta).client.get(address)
    assert b"Hemmelig" not in answered.content
    assert re.fullmatch(
        rf'attachment; filename="bilag-\w+\.{ending}"', answered.headers["content-disposition"]
    )
    assert answered.headers["content-security-policy"].startswith("default-src 'none'; sandbox;")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<svg onload='alert(1)'/>", "Filen er ikke et billede eller en PDF."),
        (huge_png(50_000, 50_000), "Billedet har mere end 50 millioner punkter."),
        (pdf(with_code), "Der er programkode eller andre filer i PDF'en."),
    ],
)
def test_a_bad_file_is_refused_at_its_field_beside_the_other_faults(
    grant: Page, content: bytes, said: str
) -> None:
    page = buy(grant, "Svømmekort", "mange", {"receipt": ("bilag.pdf", content)})
    assert page.status == 422
    assert said in page.text
    assert {"#field-receipt", "#field-amount"} <= {
        one.attributes["href"] for one in page.tree.css(".error-summary a, [class*=summary] a")
    }
    assert page.tree.css_first("#field-what").attributes["value"] == "Svømmekort"


def test_the_demos_receipts_pass_the_door_unchanged() -> None:
    made = receipt("Svømmekort", 350_00, date(2026, 3, 1))
    assert clean_receipt(made) == made


def test_what_nobody_cleaned_is_no_receipt() -> None:
    with pytest.raises(UnknownReceipt):
        kind_of(b"MZ")
