"""Malformed and hostile form data is stored as it is or rejected, and never causes a server error."""

import pytest
from sqlalchemy import Engine

from foundation.forms import FormData, FormReader, ValidationErrors
from tests.support.app_client import AppClient, Browser
from tests.support.people_factory import PeopleFactory

FORM = {"title": "Fremmed mål", "theme": "mobility", "words": ""}


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """SQLite alone: the checks do not depend on the database."""
    return sqlite_engine


def csrf_token_of(browser: Browser) -> str:
    return browser.get("/was").tree.css_first("[name=csrf_token]").attributes["value"] or ""


def test_a_token_with_letters_that_no_token_has_is_a_wrong_token(
    site: AppClient, people: PeopleFactory
) -> None:
    assert site.signed_in(people.citizen()).post("/goals", {"csrf_token": ["æ" * 64]}).status == 403


@pytest.mark.parametrize(
    "origin", ["http://[", "http://[::1", "//", "æ", "http://testserver.local@evil.example"]
)
def test_an_origin_that_is_no_address_is_another_site(
    site: AppClient, people: PeopleFactory, origin: str
) -> None:
    browser = site.signed_in(people.citizen())
    response = browser.client.post(
        "/goals", data=FORM | {"csrf_token": csrf_token_of(browser)}, headers={"origin": origin.encode()}
    )
    assert response.status_code == 403


@pytest.mark.parametrize(
    "charset", ["unicode_escape", "utf-7", "utf-16", "hex", "rot13", "idna", "raw_unicode_escape", "x"]
)
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
def test_a_form_is_read_as_browsers_write_it_whatever_it_calls_itself(
    site: AppClient, people: PeopleFactory, charset: str, kind: str
) -> None:
    browser = site.signed_in(people.citizen())
    fields = FORM | {"title": "mål \\ud800", "csrf_token": csrf_token_of(browser)}
    if kind.startswith("multipart"):
        body = "".join(
            f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n'
            f"Content-Type: text/plain; charset={charset}\r\n\r\n{value}\r\n"
            for name, value in fields.items()
        )
        body += "--b--\r\n"
    else:
        body = "&".join(f"{name}={value}" for name, value in fields.items())
    for content_type in (kind, f"{kind}; charset={charset}"):
        response = browser.client.post(
            "/goals", content=body.encode(), headers={"content-type": content_type}
        )
        assert response.status_code in {200, 303, 400, 403, 422}, response.status_code


def test_a_day_before_everybody_was_born_is_a_slip_of_the_finger() -> None:
    for typed in ("0001-01-01", "01-01-0026", "31-12-1899"):
        reader = FormReader(FormData({"day": (typed,)}))
        reader.local_date("day")
        with pytest.raises(ValidationErrors):
            reader.raise_if_invalid()


def test_names_and_values_that_no_keyboard_makes_are_stored_or_refused(
    site: AppClient, people: PeopleFactory
) -> None:
    browser = site.signed_in(people.citizen())
    for odd in (
        "\x00",
        "a\x00b",
        "\x01\x1b[31m",
        "\u202e",
        "\ufffe",
        "😀" * 60,
        "<b>&amp;",
        "%s %(x)s %",
        "{{ 7*7 }}",
    ):
        page = browser.post(
            "/goals",
            {name: [value] for name, value in (FORM | {"title": odd, odd: odd}).items()}
            | {"csrf_token": [csrf_token_of(browser)]},
        )
        assert page.status in {200, 422}
    page = browser.get("/goals")
    assert "49" not in page.text
    assert "<b>&amp;amp;" not in page.response.text
    assert "&lt;b&gt;&amp;amp;" in page.response.text
