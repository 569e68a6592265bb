"""The server's log holds nothing that somebody typed or carried: canaries in every field, header, cookie and address."""

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
    """What is logged is the same whatever database lies behind it."""
    return sqlite_engine


@pytest.fixture
def log_lines(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Every line that the server writes, made as the server makes it."""
    lines: list[str] = []
    render = structlog.processors.JSONRenderer()

    def keep(logger: object, method: str, event: EventDict) -> EventDict:
        lines.append(str(render(logger, method, drop_exception_message(logger, method, dict(event)))))
        raise structlog.DropEvent

    before = structlog.get_config()["processors"]
    structlog.configure(processors=[keep])
    caplog.handler.setFormatter(RedactingFormatter("%(message)s"))
    caplog.set_level(logging.INFO)
    yield lines
    structlog.configure(processors=before)
    lines.append(caplog.text)
    assert not [line for line in lines if CANARY in line or CPR in line]


def fields() -> dict[str, str]:
    """Every name that a form of ours has, with a canary in it."""
    found: set[str] = set()
    for folder, ending in (("src", "*.py"), ("templates", "*.html")):
        for path in (ROOT / folder).rglob(ending):
            found |= {one or two for one, two in FIELD_NAMES.findall(path.read_text())}
    assert {"what", "amount", "password", "cpr", "words"} <= found
    return {name: CPR if name == "cpr" else f"{CANARY} {name}" for name in found - {"csrf_token", "key"}}


def test_no_form_header_cookie_or_address_reaches_the_log(
    site: AppClient, people: PeopleFactory, log_lines: list[str]
) -> None:
    filled = fields()
    everyone = browser_of_each_role(site, people)
    tokens = {role: csrf_token_of(visitor) for role, visitor in everyone.items()}
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
    for knock in route_requests(site.app):
        visitor = everyone[knock.admitted_role()]
        app.cookies = visitor.client.cookies
        app.cookies.set("language", CANARY, domain=DOMAIN)
        app.cookies.set("notice", CANARY, domain=DOMAIN)
        body = filled | {"csrf_token": tokens[knock.admitted_role()], "key": "0" * 20}
        answer = app.request(
            knock.method,
            f"{knock.path}?text={CANARY}&page={CANARY}&citizen={CANARY}",
            data=body if knock.method == "POST" else None,
            files={"receipt": (f"{CANARY}.pdf", CANARY.encode())} if "purchases" in knock.path else None,
            headers=headers,
            follow_redirects=False,
        )
        assert answer.status_code < 500, f"{knock} {answer.status_code}"
    assert any('"route"' in line for line in log_lines)


def test_a_refusal_says_who_was_refused_and_nothing_else_does(
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
    told = [(one["route"], one["status"], one["who"]) for one in lines if "who" in one]
    assert told == [("-", 404, None), ("/funds", 403, bo.id)]
    assert ("/money", 200) in [(one["route"], one["status"]) for one in lines]


def test_what_an_error_repeats_stays_out_of_the_log(
    site: AppClient, people: PeopleFactory, log_lines: list[str]
) -> None:
    mine = site.signed_in(people.citizen())
    token = csrf_token_of(mine)
    with people.engine.begin() as db:
        db.execute(text("ALTER TABLE plans_goal RENAME TO plans_gone"))
    answer = mine.client.post(
        "/goals", data={"title": CANARY, "theme": "mobility", "words": CPR, "csrf_token": token}
    )
    assert answer.status_code == 503
    assert answer.text.count(CANARY) == 1  # given back to whoever wrote it, to be sent again
    assert any("OperationalError" in line for line in log_lines)


def test_a_trace_tells_where_and_which_kind_but_not_what_was_said() -> None:
    try:
        try:
            int(CANARY)
        except ValueError as problem:
            raise IntegrityError(
                f"INSERT {CANARY}", {"cpr": CPR}, Exception(f"Key (x)=({CANARY})")
            ) from problem
    except StatementError as problem:
        told = safe_traceback(problem)
    assert "test_server_log_privacy.py" in told
    assert "sqlalchemy.exc.IntegrityError" in told
    assert "builtins.ValueError" in told
    assert CPR not in told
    assert f"({CANARY}" not in told.replace("int(CANARY", "")


def test_what_libraries_log_is_told_in_the_same_way() -> None:
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "went wrong", None, None)
    try:
        raise ValueError(CANARY)
    except ValueError as problem:
        record.exc_info = (ValueError, problem, problem.__traceback__)
    line = RedactingFormatter("%(message)s").format(record)
    assert "went wrong" in line
    assert CANARY not in line


def test_sheets_leave_through_one_door_that_makes_formulas_harmless() -> None:
    """`write_sheet` is held to that in tests/foundation/spreadsheets/test_reader.py; here that nothing goes around it."""
    writers = [
        path.name
        for path in (ROOT / "src").rglob("*.py")
        if re.search(r"\bcsv\.writer|\bcsv\.DictWriter", path.read_text())
    ]
    assert writers == ["writer.py"]
