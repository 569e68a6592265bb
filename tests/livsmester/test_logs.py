"""The server's log holds nothing that somebody typed or carried: canaries in every field, header, cookie and address."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import structlog
from litestar.testing import TestClient
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, StatementError
from structlog.typing import EventDict

from livsmester.logging import Lines, trace, without_messages
from livsmester.settings import read_settings
from tests.livsmester.walking import everybody, knocks, token_of
from tests.people_factory import People
from tests.site import ADDRESS, DOMAIN, Site, whole_app

ROOT = Path(__file__).parents[2]
CANARY = "kanariefugl"
CPR = "0101585000"
NAMED = re.compile(
    r"""(?:text|texts|area|day|ore|number|choice|checked|read_\w+)\(\s*(?:posted,\s*)?["'](\w+)["']|name=["'](\w+)["']"""
)


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """What is logged is the same whatever database lies behind it."""
    return sqlite_engine


@pytest.fixture
def written(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Every line that the server writes, made as the server makes it."""
    lines: list[str] = []
    render = structlog.processors.JSONRenderer()

    def keep(logger: object, method: str, event: EventDict) -> EventDict:
        lines.append(str(render(logger, method, without_messages(logger, method, dict(event)))))
        raise structlog.DropEvent

    before = structlog.get_config()["processors"]
    structlog.configure(processors=[keep])
    caplog.handler.setFormatter(Lines("%(message)s"))
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
            found |= {one or two for one, two in NAMED.findall(path.read_text())}
    assert {"what", "amount", "password", "cpr", "words"} <= found
    return {name: CPR if name == "cpr" else f"{CANARY} {name}" for name in found - {"csrf_token", "key"}}


def test_no_form_header_cookie_or_address_reaches_the_log(
    site: Site, people: People, written: list[str]
) -> None:
    filled = fields()
    everyone = everybody(site, people)
    tokens = {role: token_of(visitor) for role, visitor in everyone.items()}
    app = TestClient(whole_app(read_settings({}), people.engine, people.clock), base_url=ADDRESS)
    app.blocking_portal = site.client.blocking_portal
    headers = {
        "user-agent": CANARY,
        "referer": f"https://{CANARY}.example",
        "x-forwarded-for": CANARY,
        "authorization": f"Bearer {CANARY}",
        "accept-language": CANARY,
    }
    for knock in knocks(site.app):
        visitor = everyone[knock.role()]
        app.cookies = visitor.client.cookies
        app.cookies.set("language", CANARY, domain=DOMAIN)
        app.cookies.set("notice", CANARY, domain=DOMAIN)
        body = filled | {"csrf_token": tokens[knock.role()], "key": "0" * 20}
        answer = app.request(
            knock.method,
            f"{knock.path}?text={CANARY}&page={CANARY}&citizen={CANARY}",
            data=body if knock.method == "POST" else None,
            files={"receipt": (f"{CANARY}.pdf", CANARY.encode())} if "purchases" in knock.path else None,
            headers=headers,
            follow_redirects=False,
        )
        assert answer.status_code < 500, f"{knock} {answer.status_code}"
    assert any('"route"' in line for line in written)


def test_a_refusal_says_who_was_refused_and_nothing_else_does(
    site: Site, people: People, written: list[str]
) -> None:
    bo = people.citizen("Bo")
    app = TestClient(whole_app(read_settings({}), people.engine, people.clock), base_url=ADDRESS)
    assert app.get("/nothing-here").status_code == 404
    app.cookies = site.visitor(bo).client.cookies
    assert app.get("/money").status_code == 200
    assert app.get("/funds").status_code == 403
    lines = [msgspec.json.decode(line) for line in written if '"request"' in line]
    told = [(one["route"], one["status"], one["who"]) for one in lines if "who" in one]
    assert told == [("-", 404, None), ("/funds", 403, bo.id)]
    assert ("/money", 200) in [(one["route"], one["status"]) for one in lines]


def test_what_an_error_repeats_stays_out_of_the_log(site: Site, people: People, written: list[str]) -> None:
    mine = site.visitor(people.citizen())
    token = token_of(mine)
    with people.engine.begin() as db:
        db.execute(text("ALTER TABLE plans_goal RENAME TO plans_gone"))
    answer = mine.client.post(
        "/goals", data={"title": CANARY, "theme": "mobility", "words": CPR, "csrf_token": token}
    )
    assert answer.status_code == 503
    assert answer.text.count(CANARY) == 1  # given back to whoever wrote it, to be sent again
    assert any("OperationalError" in line for line in written)


def test_a_trace_tells_where_and_which_kind_but_not_what_was_said() -> None:
    try:
        try:
            int(CANARY)
        except ValueError as problem:
            raise IntegrityError(
                f"INSERT {CANARY}", {"cpr": CPR}, Exception(f"Key (x)=({CANARY})")
            ) from problem
    except StatementError as problem:
        told = trace(problem)
    assert "test_logs.py" in told
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
    line = Lines("%(message)s").format(record)
    assert "went wrong" in line
    assert CANARY not in line


def test_sheets_leave_through_one_door_that_makes_formulas_harmless() -> None:
    """`write_sheet` is held to that in tests/foundation/test_sheets.py; here that nothing goes around it."""
    writers = [
        path.name
        for path in (ROOT / "src").rglob("*.py")
        if re.search(r"\bcsv\.writer|\bcsv\.DictWriter", path.read_text())
    ]
    assert writers == ["sheets.py"]
