"""The API answers requests for another citizen's records exactly as requests for records that do not exist."""

from base64 import b64encode
from datetime import date

import httpx

from budgets.closing import api as closing_api
from budgets.funds import api as funds_api
from budgets.grants import api as grants_api
from budgets.purchases import api as purchases_api
from budgets.purchases import receipt_api
from budgets.requests import api as requests_api
from livsmester.demo.receipts import receipt_pdf
from people.access.model import Role
from tests.support.api_client import ApiClient
from tests.support.app_client import AppClient
from tests.support.people_factory import PeopleFactory
from tests.support.route_crawler import UNUSED_ID
from tests.support.two_citizens import CitizenFixture, make_two_citizens

_MODULES = (closing_api, funds_api, grants_api, purchases_api, receipt_api, requests_api)
_BODIES: dict[str, dict[str, object]] = {
    "allocations": {"goal_id": "{goal}", "amount_ore": 1},
    "moves": {"from_goal_id": "{goal}", "amount_ore": 1},
    "notices": {"takes_effect_on": "2026-12-01", "why": "Slut"},
    "closing": {"cause": "died"},
    "purchases": {"goal_id": "{goal}", "amount_ore": 1, "bought_on": "2026-03-02", "what": "Bold"},
    "refunds": {"amount_ore": 1, "refunded_on": "2026-03-02", "why": "Fejl"},
    "reversal": {"why": "Fejl"},
    "decision": {"yes": True},
    "learnt": {"words": "Noget"},
    "receipts": {"content": b64encode(receipt_pdf("Bold", 1, date(2026, 3, 2))).decode()},
}
_PATH_PARAMS = {
    "citizen_id": "citizen",
    "grant_id": "grant",
    "movement_id": "movement",
    "receipt_id": "receipt",
    "request_id": "wish",
}


def test_another_citizens_record_is_indistinguishable_from_a_missing_one(
    site: AppClient, people: PeopleFactory
) -> None:
    homes = make_two_citizens(people)
    home, away = homes["nord"], homes["syd"]
    strangers = {
        Role.CITIZEN: away.citizen,
        Role.SUPPORT_WORKER: away.supporter,
        Role.BUDGET_OFFICER: away.officer,
    }
    clients = {role: ApiClient(site, people, person) for role, person in strangers.items()}
    checked = 0
    for handler in (route for module in _MODULES for route in module.ROUTES):
        for path in handler.paths:
            params = [part[1:-5] for part in path.split("/") if part.startswith("{")]
            if not set(params) & _PATH_PARAMS.keys():
                continue
            for role in sorted(handler.opt["access"].roles):
                responses = [
                    _request(clients[role], handler.http_methods, path, home, unused=unused)
                    for unused in (False, True)
                ]
                assert responses[0].status_code == 404, f"{path} as {role}: {responses[0].text}"
                assert responses[0].text == responses[1].text
                checked += 1
    assert checked > 20


def _request(
    client: ApiClient, methods: set[str], path: str, home: CitizenFixture, *, unused: bool
) -> httpx.Response:
    address = path.removeprefix("/api")
    for param, record in _PATH_PARAMS.items():
        address = address.replace(f"{{{param}:str}}", UNUSED_ID if unused else home.records[record])
    if "GET" in methods:
        return client.get(address, **({"cause": "died"} if address.endswith("/closing") else {}))
    body = {
        name: home.records["goal"] if value == "{goal}" else value
        for name, value in _BODIES.get(address.rsplit("/", 1)[1], {}).items()
    }
    return client.post(address, body or None)
