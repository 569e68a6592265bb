"""The programming interface, described and held to its description: generated requests, every check, no server error."""

import json
import socket
import threading
from collections.abc import Iterator

import pytest
import schemathesis.openapi
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy, one_of
from schemathesis.core.result import Ok
from schemathesis.generation.case import Case
from schemathesis.schemas import APIOperation
from sqlalchemy import Engine

from livsmester.http.openapi_pages import API_ROUTES, DOCUMENT, document
from livsmester.settings import read_settings
from people.access.model import Role
from people.access.scopes import ALL
from tests.conftest import StandingClock
from tests.households import Household, make_households
from tests.people.test_tokens import key_of
from tests.people_factory import People
from tests.site import Site, whole_app

EXAMPLES = 12  # generated requests for each operation, sender and database


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


@pytest.fixture
def home(people: People) -> Household:
    """Whose records stand in every other address."""
    return make_households(people)["nord"]


@pytest.fixture(params=["officer", "citizen", "supporter", "guide", ""])
def headers(request: pytest.FixtureRequest, people: People, home: Household) -> dict[str, str]:
    """Whose program sends the requests; nobody's without a key."""
    if not request.param:
        return {}
    return {"Authorization": f"Bearer {key_of(people, getattr(home, request.param), *ALL)}"}


def addresses(operation: APIOperation, home: Household) -> SearchStrategy[Case]:
    """Generated requests, as often with the household's records in their address as with anything."""
    places = {one.name for one in operation.path_parameters}
    known = {"request": home.records["wish"]} | {
        name: home.records[name] for name in ("citizen", "fund", "grant", "movement")
    }
    own = {f"{name}_id": value for name, value in known.items() if f"{name}_id" in places}
    return one_of(operation.as_strategy(), operation.as_strategy(path_parameters=own))


def whole(body: object) -> object:
    """The body with whole numbers written as such: JSON Schema counts 1.0 among them, and money here is never a float."""
    if not isinstance(body, dict):
        return body
    return {name: int(value) if isinstance(value, float) else value for name, value in body.items()}


@pytest.fixture
def address(engine: Engine, clock: StandingClock) -> Iterator[str]:
    """Where the whole app listens, its outer door included."""
    app = whole_app(read_settings({}), engine, clock)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="on"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def test_every_operation_keeps_to_its_description(
    address: str, headers: dict[str, str], home: Household
) -> None:
    described = json.loads(document())
    count = 0
    schema = schemathesis.openapi.from_dict(described)
    # Fields that are right each by itself may not go together.
    schema.config.checks.positive_data_acceptance.expected_statuses.append("422")
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        count += 1

        @given(case=addresses(found.ok(), home))
        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def sends(case: Case) -> None:
            case.body = whole(case.body)
            case.call_and_validate(base_url=address, headers=headers)

        sends()
    assert count == sum(len(methods) for methods in described["paths"].values())
