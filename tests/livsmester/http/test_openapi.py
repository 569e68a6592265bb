"""The OpenAPI document is complete, and the API conforms to it under generated requests."""

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

from livsmester.http.openapi_pages import API_ROUTES, OPENAPI_PATH, openapi_document
from livsmester.settings import read_settings
from people.access.model import Role
from people.access.scopes import ALL_SCOPES
from tests.conftest import FrozenClock
from tests.support.api_tokens import api_token
from tests.support.app_client import AppClient, make_app_with_middleware
from tests.support.people_factory import PeopleFactory
from tests.support.two_citizens import CitizenFixture, make_two_citizens

EXAMPLES = 12  # generated requests for each operation, sender and database


@pytest.mark.parametrize("role", Role)
def test_the_description_is_for_administrators(site: AppClient, people: PeopleFactory, role: Role) -> None:
    browser = site.signed_in(people.add(role))
    expected = 200 if role is Role.ADMINISTRATOR else 403
    assert browser.client.get(OPENAPI_PATH).status_code == expected
    assert browser.client.get("/api").status_code == expected


def test_the_document_and_the_page_hold_every_operation(site: AppClient, people: PeopleFactory) -> None:
    browser = site.signed_in(people.add(Role.ADMINISTRATOR))
    described = browser.client.get(OPENAPI_PATH).json()
    page = browser.get("/api")
    for handler in API_ROUTES:
        for path in handler.paths:
            address = path.replace(":str}", "}").replace(":int}", "}")
            assert address in described["paths"]
            assert address in page.text


def test_a_missing_path_is_a_problem_document_under_api_and_a_page_elsewhere(site: AppClient) -> None:
    for path, method, status in (
        ("/api/nowhere", "GET", 404),
        ("/api/me", "POST", 405),
        ("/api/me/x", "GET", 404),
    ):
        response = site.anonymous().client.request(method, path)
        assert response.status_code == status
        assert response.headers["content-type"].startswith("application/problem+json")
        problem = response.json()
        assert (problem["type"], problem["status"]) == ("about:blank", status)
        assert problem["title"]
        assert problem["detail"]
    assert "<h1>" in site.anonymous().client.get("/nowhere").text


@pytest.fixture
def home(people: PeopleFactory) -> CitizenFixture:
    """The citizen whose records half of the generated requests use."""
    return make_two_citizens(people)["nord"]


@pytest.fixture(params=["officer", "citizen", "supporter", "guide", ""])
def headers(request: pytest.FixtureRequest, people: PeopleFactory, home: CitizenFixture) -> dict[str, str]:
    """The API token of the person who sends the requests; none for anonymous requests."""
    if not request.param:
        return {}
    return {"Authorization": f"Bearer {api_token(people, getattr(home, request.param), *ALL_SCOPES)}"}


def addresses(operation: APIOperation, home: CitizenFixture) -> SearchStrategy[Case]:
    """Generated requests, half of them with the citizen's records as path parameters."""
    params = {parameter.name for parameter in operation.path_parameters}
    records = {"request": home.records["wish"]} | {
        name: home.records[name] for name in ("citizen", "fund", "grant", "movement")
    }
    own_params = {f"{name}_id": value for name, value in records.items() if f"{name}_id" in params}
    return one_of(operation.as_strategy(), operation.as_strategy(path_parameters=own_params))


def with_whole_numbers(body: object) -> object:
    """The body with floats converted to integers: for JSON Schema 1.0 is an integer, but the API rejects floats."""
    if not isinstance(body, dict):
        return body
    return {name: int(value) if isinstance(value, float) else value for name, value in body.items()}


@pytest.fixture
def server_url(
    engine: Engine, clock: FrozenClock, home: CitizenFixture
) -> Iterator[str]:  # home first: a server that starts ends the runs under way
    """The URL of a server that runs the app with its middleware."""
    app = make_app_with_middleware(read_settings({}), engine, clock)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="on"))
    with socket.create_server(("127.0.0.1", 0)) as server_socket:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [server_socket]})
        thread.start()
        yield f"http://127.0.0.1:{server_socket.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def test_every_operation_keeps_to_its_description(
    server_url: str, headers: dict[str, str], home: CitizenFixture
) -> None:
    document = json.loads(openapi_document())
    count = 0
    schema = schemathesis.openapi.from_dict(document)
    # Fields that are valid by themselves may be inconsistent with each other.
    schema.config.checks.positive_data_acceptance.expected_statuses.append("422")
    for operation in schema.get_all_operations():
        assert isinstance(operation, Ok), operation
        count += 1

        @given(case=addresses(operation.ok(), home))
        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def sends(case: Case) -> None:
            case.body = with_whole_numbers(case.body)
            case.call_and_validate(base_url=server_url, headers=headers)

        sends()
    assert count == sum(len(methods) for methods in document["paths"].values())
