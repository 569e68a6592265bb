"""The programming interface, described and held to its description: generated requests, every check, no server error."""

import json
import socket
import threading
from collections.abc import Iterator

import pytest
import schemathesis.openapi
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.result import Ok
from schemathesis.generation.case import Case
from sqlalchemy import Engine

from livsmester.app import build
from livsmester.pages_api import API_ROUTES, DOCUMENT, document
from livsmester.settings import read_settings
from people.model import Role
from people.scopes import ALL
from tests.conftest import StandingClock
from tests.people.test_tokens import key_of
from tests.people_factory import KEYS, People
from tests.site import Site

EXAMPLES = 40  # generated requests for each operation, sender and database


@pytest.mark.parametrize("role", Role)
def test_the_description_is_for_administrators(site: Site, people: People, role: Role) -> None:
    visitor = site.visitor(people.add(role))
    expected = 200 if role is Role.ADMINISTRATOR else 403
    assert visitor.client.get(DOCUMENT).status_code == expected
    assert visitor.client.get("/api").status_code == expected


def test_the_document_and_the_page_hold_every_operation(site: Site, people: People) -> None:
    visitor = site.visitor(people.add(Role.ADMINISTRATOR))
    described = visitor.client.get(DOCUMENT).json()
    page = visitor.get("/api")
    for handler in API_ROUTES:
        for path in handler.paths:
            address = path.replace(":str}", "}").replace(":int}", "}")
            assert address in described["paths"]
            assert address in page.text


def test_a_page_that_is_not_there_is_a_problem_for_programs_and_a_page_for_people(site: Site) -> None:
    for path, method, status in (
        ("/api/nowhere", "GET", 404),
        ("/api/me", "POST", 405),
        ("/api/me/x", "GET", 404),
    ):
        answer = site.stranger().client.request(method, path)
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith("application/problem+json")
        problem = answer.json()
        assert (problem["type"], problem["status"]) == ("about:blank", status)
        assert problem["title"]
        assert problem["detail"]
    assert "<h1>" in site.stranger().client.get("/nowhere").text


@pytest.fixture(params=["a program of an administrator", "a program of a citizen's guide", "nobody"])
def headers(request: pytest.FixtureRequest, people: People) -> dict[str, str]:
    """Who sends the requests."""
    if request.param == "nobody":
        return {}
    role = Role.ADMINISTRATOR if "administrator" in request.param else Role.GUIDE
    return {"Authorization": f"Bearer {key_of(people, people.add(role), *ALL)}"}


@pytest.fixture
def address(engine: Engine, clock: StandingClock) -> Iterator[str]:
    """Where the whole app listens, its outer door included."""
    app = build(read_settings({}), engine, clock=clock, keys=KEYS)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="on"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def test_every_operation_keeps_to_its_description(address: str, headers: dict[str, str]) -> None:
    described = json.loads(document())
    count = 0
    for found in schemathesis.openapi.from_dict(described).get_all_operations():
        assert isinstance(found, Ok), found
        count += 1

        @given(case=found.ok().as_strategy())
        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def sends(case: Case) -> None:
            case.call_and_validate(base_url=address, headers=headers)

        sends()
    assert count == sum(len(methods) for methods in described["paths"].values())
