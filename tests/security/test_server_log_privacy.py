"""The server log holds nothing that a user sent: canaries in every field, header, cookie and URL."""

import logging
import re
from collections.abc import Iterator

import msgspec
import pytest
import structlog
from litestar.testing import TestClient
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, StatementError
from structlog.typing import EventDict

from livsmester.logging import RedactingFormatter, drop_exception_message, safe_traceback
from livsmester.settings import read_settings
from tests.support.app_client import BASE_URL, DOMAIN, AppClient, make_app_with_middleware
from tests.support.paths import ROOT
from tests.support.people_factory import PeopleFactory
from tests.support.route_crawler import browser_of_each_role, csrf_token_of, route_requests

CANARY = "kanariefugl"
CPR = "0101585000"
FIELD_NAMES = re.compile(
    r"""(?:text|texts|area|local_date|amount_ore|number|choice|custom|parse_\w+)\(\s*(?:(?:posted|form|form_data),\s*)?["'](\w+)["']|name=["'](\w+)["']"""
)


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """SQLite alone: logging does not depend on the database."""
    return sqlite_engine


@pytest.fixture
def log_lines(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Every line that the server logs, rendered as the server renders it."""
    lines: list[str] = []
    render = structlog.processors.JSONRenderer()

    def keep(logger: object, method: str, event: EventDict) -> EventDict:
        lines.append(str(render(logger, method, drop_exception_message(logger, method, dict(event)))))
        raise structlog.DropEvent

    processors_before = structlog.get_config()["processors"]
    structlog.configure(processors=[keep])
    caplog.handler.setFormatter(RedactingFormatter("%(message)s"))
    caplog.set_level(logging.INFO)
    yield lines
    structlog.configure(processors=processors_before)
    lines.append(caplog.text)
    assert not [line for line in lines if CANARY in line or CPR in line]


def fields() -> dict[str, str]:
    """Every form field name of the app → a canary."""
    names: set[str] = set()
    for folder, ending in (("src", "*.py"), ("templates", "*.html")):
        for path in (ROOT / folder).rglob(ending):
            names |= {called or attribute for called, attribute in FIELD_NAMES.findall(path.read_text())}
    assert {"what", "amount", "password", "cpr", "words"} <= names
    return {name: CPR if name == "cpr" else f"{CANARY} {name}" for name in names - {"csrf_token", "key"}}


def test_no_form_header_cookie_or_address_reaches_the_log(
    site: AppClient, people: PeopleFactory, log_lines: list[str]
) -> None:
    filled = fields()
    browsers = browser_of_each_role(site, people)
    tokens = {role: csrf_token_of(browser) for role, browser in browsers.items()}
    app = TestClient(
        make_app_with_middleware(read_settings({}), people.engine, people.clock), base_url=BASE_URL
    )
    app.blocking_portal = site.client.blocking_portal
    headers = {
        "user-agent": CANARY,
        "referer": f"https://{CANARY}.example",
        "x-forwarded-for": CANARY,
        "authorization": f"Bearer {CANARY}",
        "accept-language": CANARY,
    }
    for route in route_requests(site.app):
        browser = browsers[route.admitted_role()]
        app.cookies = browser.client.cookies
        app.cookies.set("language", CANARY, domain=DOMAIN)
        app.cookies.set("notice", CANARY, domain=DOMAIN)
        body = filled | {"csrf_token": tokens[route.admitted_role()], "key": "0" * 20}
        response = app.request(
            route.method,
            f"{route.path}?text={CANARY}&page={CANARY}&citizen={CANARY}",
            data=body if route.method == "POST" else None,
            files={"receipt": (f"{CANARY}.pdf", CANARY.encode())} if "purchases" in route.path else None,
            headers=headers,
            follow_redirects=False,
        )
        assert response.status_code < 500, f"{route} {response.status_code}"
    assert any('"route"' in line for line in log_lines)


def test_only_refused_requests_log_the_actor(
    site: AppClient, people: PeopleFactory, log_lines: list[str]
) -> None:
    bo = people.citizen("Bo")
    app = TestClient(
        make_app_with_middleware(read_settings({}), people.engine, people.clock), base_url=BASE_URL
    )
    assert app.get("/nothing-here").status_code == 404
    app.cookies = site.signed_in(bo).client.cookies
    assert app.get("/money").status_code == 200
    assert app.get("/funds").status_code == 403
    lines = [msgspec.json.decode(line) for line in log_lines if '"request"' in line]
    with_actor = [(line["route"], line["status"], line["who"]) for line in lines if "who" in line]
    assert with_actor == [("-", 404, None), ("/funds", 403, bo.id)]
    assert ("/money", 200) in [(line["route"], line["status"]) for line in lines]


def test_what_an_error_repeats_stays_out_of_the_log(
    site: AppClient, people: PeopleFactory, log_lines: list[str]
) -> None:
    browser = site.signed_in(people.citizen())
    token = csrf_token_of(browser)
    with people.engine.begin() as db:
        db.execute(text("ALTER TABLE plans_goal RENAME TO plans_gone"))
    response = browser.client.post(
        "/goals", data={"title": CANARY, "theme": "mobility", "words": CPR, "csrf_token": token}
    )
    assert response.status_code == 503
    assert response.text.count(CANARY) == 1  # returned to the user for resubmission, and nowhere else
    assert any("OperationalError" in line for line in log_lines)


def test_a_traceback_keeps_places_and_types_but_no_messages() -> None:
    try:
        try:
            int(CANARY)
        except ValueError as problem:
            raise IntegrityError(
                f"INSERT {CANARY}", {"cpr": CPR}, Exception(f"Key (x)=({CANARY})")
            ) from problem
    except StatementError as problem:
        trace = safe_traceback(problem)
    assert "test_server_log_privacy.py" in trace
    assert "sqlalchemy.exc.IntegrityError" in trace
    assert "builtins.ValueError" in trace
    assert CPR not in trace
    assert f"({CANARY}" not in trace.replace("int(CANARY", "")


def test_library_logs_drop_exception_messages_too() -> None:
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "went wrong", None, None)
    try:
        raise ValueError(CANARY)
    except ValueError as problem:
        record.exc_info = (ValueError, problem, problem.__traceback__)
    line = RedactingFormatter("%(message)s").format(record)
    assert "went wrong" in line
    assert CANARY not in line


def test_all_csv_files_are_written_by_the_writer_that_escapes_formulas() -> None:
    """That the writer escapes formulas is tested in tests/foundation/spreadsheets; here that nothing bypasses it."""
    writers = [
        path.name
        for path in (ROOT / "src").rglob("*.py")
        if re.search(r"\bcsv\.writer|\bcsv\.DictWriter", path.read_text())
    ]
    assert writers == ["writer.py"]
