"""Forms from other sites change nothing, oversized and malformed bodies get an error page, cookies are bound to the host."""

import pytest
from litestar.testing import TestClient

from livsmester.settings import read_settings
from people.access.model import Role
from tests.support.app_client import AppClient, make_app_with_middleware
from tests.support.people_factory import PeopleFactory

FORM = {"title": ["Fremmed mål"], "theme": ["mobility"], "words": [""]}


def test_a_form_without_the_sessions_token_is_refused(site: AppClient, people: PeopleFactory) -> None:
    browser = site.signed_in(people.citizen())
    assert browser.post("/goals", FORM).status == 403
    assert browser.post("/goals", FORM | {"csrf_token": ["0" * 64]}).status == 403
    assert "Fremmed mål" not in browser.get("/goals").text


def test_the_token_of_another_session_is_refused(site: AppClient, people: PeopleFactory) -> None:
    person = people.citizen()
    theirs = (
        site.signed_in(people.citizen()).get("/goals").tree.css_first("[name=csrf_token]").attributes["value"]
    )
    assert site.signed_in(person).post("/goals", FORM | {"csrf_token": [theirs]}).status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
def test_a_request_from_another_site_is_refused_even_with_the_token(
    site: AppClient, people: PeopleFactory, headers: dict[str, str]
) -> None:
    browser = site.signed_in(people.citizen())
    token = browser.get("/goals").tree.css_first("[name=csrf_token]").attributes["value"]
    response = browser.client.post(
        "/goals", data=FORM | {"csrf_token": [token]}, headers=headers, follow_redirects=False
    )
    assert response.status_code == 403
    good = browser.client.post(
        "/goals",
        data=FORM | {"csrf_token": [token]},
        headers={"sec-fetch-site": "same-origin"},
        follow_redirects=False,
    )
    assert good.status_code == 303


def test_opening_a_page_changes_nothing(site: AppClient, people: PeopleFactory) -> None:
    browser = site.signed_in(people.citizen())
    browser.get("/sign-out")
    assert browser.get("/goals").status == 200


def test_a_body_that_is_no_form_gets_a_calm_page(site: AppClient, people: PeopleFactory) -> None:
    browser = site.signed_in(people.citizen())
    for kind, body in (("multipart/form-data; boundary=x", b"--y\r\nnonsense"), ("multipart/form-data", b"")):
        response = browser.client.post("/goals", content=body, headers={"content-type": kind})
        assert response.status_code in {400, 403}
        assert "<h1>" in response.text


def test_a_file_that_is_too_large_gets_a_calm_page(site: AppClient, people: PeopleFactory) -> None:
    browser = site.signed_in(people.citizen())
    response = browser.client.post("/goals", data={"words": "x" * 13_000_000})
    assert response.status_code == 413
    assert "Filen er for stor" in response.text


def test_every_answer_carries_the_security_headers(sqlite_engine, clock) -> None:
    settings = read_settings({"LIVSMESTER_PUBLIC_URL": "https://livsmester.example"})
    with TestClient(make_app_with_middleware(settings, sqlite_engine, clock)) as client:
        for path in ("/", "/nowhere", "/goals", "/health", "/static/0/app.css"):
            headers = client.get(path).headers
            assert headers["content-security-policy"].startswith("default-src 'none'"), path
            assert headers["x-content-type-options"] == "nosniff", path
            assert headers["referrer-policy"] == "no-referrer", path
            assert headers["cross-origin-opener-policy"] == "same-origin", path
            assert "max-age" in headers["strict-transport-security"], path
            assert headers["cache-control"] == "no-store", path
        stylesheet = client.get("/").text.split('rel="stylesheet" href="')[1].split('"')[0]
        assert "immutable" in client.get(stylesheet).headers["cache-control"]


def test_the_cookie_is_tied_to_the_host_where_people_come_through_tls(sqlite_engine, clock) -> None:
    people = PeopleFactory(sqlite_engine, clock)
    people.citizen(sign_in_name="borgine@example.dk")
    settings = read_settings({"LIVSMESTER_PUBLIC_URL": "https://livsmester.example"})
    with TestClient(make_app_with_middleware(settings, sqlite_engine, clock)) as client:
        response = client.post(
            "/sign-in",
            data={"name": "borgine@example.dk", "password": "fire grønne bænke"},
            follow_redirects=False,
        )
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("__Host-livsmester=")
    assert all(part in cookie for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"))


def test_an_administrator_has_no_way_to_a_citizens_page(site: AppClient, people: PeopleFactory) -> None:
    administrator, citizen = site.signed_in(people.add(Role.ADMINISTRATOR)), people.citizen()
    assert administrator.get(f"/users/{citizen.id}").status == 404
    assert citizen.given_name not in administrator.get("/users?role=citizen").text
