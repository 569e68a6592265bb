"""An HTTP client of the JSON API that acts as a person."""

import httpx

from foundation.ids import new_id
from people.access.scopes import Feature, Scope
from people.directory.model import Person
from tests.support.api_tokens import api_token
from tests.support.app_client import AppClient
from tests.support.people_factory import PeopleFactory

BUDGETS_WRITE = Scope(Feature.BUDGETS, writes=True)


class ApiClient:
    """An API client with a token of that person."""

    def __init__(
        self, site: AppClient, people: PeopleFactory, person: Person, scope: Scope = BUDGETS_WRITE
    ) -> None:
        self.client = site.anonymous().client
        self.headers = {"Authorization": f"Bearer {api_token(people, person, scope)}"}

    def get(self, path: str, **query: str | int) -> httpx.Response:
        return self.client.get(f"/api{path}", params=query, headers=self.headers)

    def post(self, path: str, body: object = None, *, key: str | None = "", **more: str) -> httpx.Response:
        """Post with that idempotency key, with a new one ("") or without one (None)."""
        header = {} if key is None else {"Idempotency-Key": key or new_id()}
        return self.client.post(f"/api{path}", json=body, headers=self.headers | header | more)

    def create(self, path: str, body: object = None, *, key: str = "") -> str:
        """Post a body that is accepted; returns the id of the new record."""
        answer = self.post(path, body, key=key)
        assert answer.status_code == 201, answer.text
        record_id: str = answer.json()["id"]
        return record_id
