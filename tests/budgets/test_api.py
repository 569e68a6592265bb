"""Money through the programming interface: a program does once what it was told, sees what its person may see, hears why not."""

from base64 import b64decode, b64encode
from datetime import date

import httpx
import pytest
from sqlalchemy import func, select

from budgets import tables as t
from budgets.model import RequestState
from foundation.db import transactions
from foundation.ids import new_id
from livsmester.demo.receipts import receipt_pdf
from people.access.model import Role
from people.access.scopes import Feature, Scope
from people.tables.rights import access
from plans import service as plans
from plans.model import Goal, GoalState, Theme
from tests.conftest import FrozenClock
from tests.support.api_client import ApiClient
from tests.support.app_client import AppClient
from tests.support.budget_factory import NOW
from tests.support.people_factory import PeopleFactory
from tests.support.route_crawler import UNUSED_ID

FUND = {
    "name": "Livsmestermidler 2026",
    "amount_ore": 100_000_00,
    "starts_on": "2026-01-01",
    "ends_on": "2026-12-31",
    "legal_basis": "Serviceloven § 85",
    "appeal": "Du kan klage til Opdigtet Kommune inden 4 uger.",
    "account_string": "5-38-52-4-300",
    "grant_max_ore": 50_000_00,
    "own_purchase_ore": 500_00,
    "own_month_ore": 800_00,
    "unspent": "returned",
}
PERIOD = {"starts_on": "2026-01-01", "ends_on": "2026-12-31", "legal_basis": "Serviceloven § 85"}
RECEIPT = b64encode(receipt_pdf("Svømmebriller", 249_50, date(2026, 3, 2))).decode()
READ = Scope(Feature.BUDGETS)


def problem_of(response: httpx.Response) -> tuple[int, str]:
    """Status and kind of a problem."""
    assert response.headers["content-type"].startswith("application/problem+json")
    body = response.json()
    assert body["status"] == response.status_code
    return response.status_code, body["type"].removeprefix("/api#")


class Town:
    """A budget officer's program, and a citizen with a program, a goal and a grant of 5,000 kr., 2,000 kr. for the goal."""

    def __init__(self, site: AppClient, people: PeopleFactory) -> None:
        self.odin = people.add(Role.BUDGET_OFFICER, "Odin")
        self.asta = people.citizen("Asta")
        goal = Goal(new_id(), self.asta.id, "Lær at svømme", "", Theme.SELF_CARE, GoalState.ACTIVE, NOW)
        with people.acting_as(self.asta) as context:
            plans.add_goal(context, goal)
        self.goal = goal.id
        self.officer, self.citizen = ApiClient(site, people, self.odin), ApiClient(site, people, self.asta)
        self.fund = self.officer.create("/funds", FUND)
        self.grant = self.officer.create(
            "/grants", PERIOD | {"fund_id": self.fund, "citizen_id": self.asta.id, "amount_ore": 5_000_00}
        )
        self.share = self.officer.create(
            f"/grants/{self.grant}/allocations", {"goal_id": self.goal, "amount_ore": 2_000_00}
        )

    def purchase_body(self, amount_ore: object = 249_50) -> dict[str, object]:
        return {
            "goal_id": self.goal,
            "amount_ore": amount_ore,
            "bought_on": "2026-03-02",
            "what": "Svømmebriller",
        }

    def request_body(self, amount_ore: int = 300_00) -> dict[str, object]:
        return {"grant_id": self.grant, "goal_id": self.goal, "what": "Briller", "amount_ore": amount_ore}


@pytest.fixture
def town(site: AppClient, people: PeopleFactory) -> Town:
    return Town(site, people)


def test_a_program_grants_shares_out_and_records_and_reads_where_the_money_stands(town: Town) -> None:
    town.officer.create(f"/grants/{town.grant}/purchases", town.purchase_body())
    found = town.officer.get(f"/grants/{town.grant}").json()
    assert (found["left_ore"], found["unallocated_ore"], found["spent_ore"]) == (4_750_50, 3_000_00, 249_50)
    assert found["goals"] == [
        {
            "goal_id": town.goal,
            "title": "Lær at svømme",
            "left_ore": 1_750_50,
            "reserved_ore": 0,
            "spent_ore": 249_50,
        }
    ]
    (line,) = town.officer.get("/grants", text="asta", fund=town.fund).json()["grants"]
    assert (line["grant"]["id"], line["left_ore"]) == (town.grant, 4_750_50)
    (fund,) = town.officer.get("/funds").json()
    assert (fund["fund"]["name"], fund["free_ore"]) == ("Livsmestermidler 2026", 95_000_00)
    statement = town.officer.get(f"/grants/{town.grant}/statement").json()
    assert (statement["came_in_ore"], statement["total"]["spent_ore"]) == (5_000_00, 249_50)


def test_the_same_again_after_a_cut_line_changes_nothing_and_gets_the_same_answer(
    town: Town, people: PeopleFactory
) -> None:
    path, key = f"/grants/{town.grant}/purchases", new_id()
    first = town.officer.post(path, town.purchase_body(), key=key)
    again = [town.officer.post(path, town.purchase_body(), key=one) for one in (key, f'"{key}"')]
    assert [(one.status_code, one.json()) for one in again] == [(201, first.json())] * 2
    assert town.officer.get(f"/grants/{town.grant}").json()["spent_ore"] == 249_50
    with transactions.read_transaction(people.engine) as db:
        purchases = db.execute(select(func.count()).where(t.movement.c.kind == "spend")).scalar_one()
    assert purchases == 1


def test_a_key_with_another_content_is_refused_and_without_one_nothing_is_done(town: Town) -> None:
    path, key = f"/grants/{town.grant}/purchases", new_id()
    town.officer.create(path, town.purchase_body(), key=key)
    assert problem_of(town.officer.post(path, town.purchase_body(1_00), key=key)) == (422, "key-used-before")
    for bad in (None, "to ord", '"', "ø" * 3, "x" * 129):
        answer = town.officer.post(path, town.purchase_body(1_00), key=bad if bad is None else bad.encode())  # type: ignore[arg-type]
        assert problem_of(answer) == (400, "about:blank")
        assert any("dempotency" in one for one in answer.json()["errors"]), answer.text
    assert town.officer.get(f"/grants/{town.grant}").json()["spent_ore"] == 249_50


def test_somebody_elses_key_is_no_matter(town: Town, site: AppClient, people: PeopleFactory) -> None:
    other = ApiClient(site, people, people.add(Role.BUDGET_OFFICER, "Olga"))
    path = f"/funds/{town.fund}/endowments"
    for program in (town.officer, other):
        program.create(path, {"amount_ore": 1_00, "why": "Mere"}, key="1")
    assert town.officer.get(f"/funds/{town.fund}").json()["free_ore"] == 95_002_00


WRONG_AMOUNTS = (0, -1, 1.0, 1.5, 1e9, "100", "1.250,00", True, None, 10**12 + 1, 2**64)
REFUSALS: tuple[tuple[str, dict[str, object], tuple[int, str]], ...] = (
    ("/grants/{grant}/purchases", {"amount_ore": 2_000_01}, (409, "overdrawn")),
    ("/grants/{grant}/purchases", {"bought_on": "2026-03-03"}, (409, "not-yet")),
    ("/grants/{grant}/purchases", {"bought_on": "2025-12-31"}, (409, "outside-period")),
    ("/grants/{grant}/purchases", {"goal_id": UNUSED_ID}, (404, "about:blank")),
    ("/grants/{grant}/purchases", {"what": "  "}, (400, "about:blank")),
    ("/grants/{grant}/purchases", {"price": 3}, (400, "about:blank")),
    ("/funds", {}, (409, "fund-name-taken")),
    ("/funds", {"name": "En til", "ends_on": "2025-12-31"}, (422, "fields-disagree")),
    ("/funds", {"name": "En til", "own_month_ore": 1}, (422, "fields-disagree")),
    ("/grants", {"amount_ore": 50_000_01}, (409, "over-limit")),
    ("/grants", {"starts_on": "2025-12-31"}, (409, "outside-period")),
    ("/funds/{fund}/closed-periods", {"through": "2026-03-02"}, (409, "not-yet")),
    ("/funds/{fund}/closed-periods", {"through": "9999-12-31"}, (409, "not-yet")),
    ("/grants/{grant}/notices", {"takes_effect_on": "2026-03-03", "why": "Slut"}, (409, "not-yet")),
    ("/grants/{grant}/closing", {"cause": "ended"}, (409, "not-yet")),
    ("/grants/{grant}/closing", {"cause": "moved"}, (409, "notice-needed")),
    ("/grants/{grant}/closing", {"cause": "withdrawn"}, (422, "fields-disagree")),
    ("/movements/{share}/refunds", {"refunded_on": "2026-03-02"}, (409, "wrong-accounts")),
)


def test_an_amount_is_whole_ore_and_nothing_else(town: Town) -> None:
    for amount_ore in WRONG_AMOUNTS:
        answer = town.officer.post(f"/grants/{town.grant}/purchases", town.purchase_body(amount_ore))
        assert problem_of(answer) == (400, "about:blank"), amount_ore
        assert [one.partition(":")[0] for one in answer.json()["errors"]] == ["amount_ore"], answer.text
    assert town.officer.get(f"/grants/{town.grant}").json()["spent_ore"] == 0


def test_what_cannot_be_done_is_named(town: Town) -> None:
    whole: dict[str, dict[str, object]] = {
        "purchases": town.purchase_body(),
        "funds": FUND,
        "grants": PERIOD | {"fund_id": town.fund, "citizen_id": town.asta.id, "amount_ore": 1_00},
        "refunds": {"amount_ore": 1_00, "why": "Gik i stykker"},
    }
    for path, body, expected in REFUSALS:
        answer = town.officer.post(path.format(**vars(town)), whole.get(path.rsplit("/", 1)[1], {}) | body)
        assert problem_of(answer) == expected, f"{path} {body}: {answer.text}"
        assert "%(" not in answer.json()["detail"]


def test_a_refund_and_a_reversal_stand_in_the_chain_with_their_hashes(town: Town) -> None:
    bought = town.officer.create(f"/grants/{town.grant}/purchases", town.purchase_body())
    back = {"amount_ore": 49_50, "refunded_on": "2026-03-02", "why": "En var i stykker"}
    refund = town.officer.create(f"/movements/{bought}/refunds", back)
    undone = town.officer.create(f"/movements/{refund}/reversal", {"why": "Forkert borger"})
    assert problem_of(town.officer.post(f"/movements/{refund}/reversal", {"why": "Igen"})) == (
        409,
        "already-reversed",
    )
    links = town.officer.get(f"/funds/{town.fund}/movements").json()
    assert [one["number"] for one in links["movements"]] == [1, 2, 3, 4, 5, 6]
    assert links["after"] is None
    assert len({one["hash"] for one in links["movements"]}) == 6
    of_grant = town.officer.get(f"/grants/{town.grant}/movements", after=4).json()["movements"]
    assert [(one["id"], one["reverses"]) for one in of_grant] == [(refund, None), (undone, refund)]
    assert town.officer.get(f"/movements/{undone}").json() == of_grant[1]


def test_a_long_chain_is_read_in_parts_each_movement_once(town: Town) -> None:
    for _ in range(105):
        town.officer.create(f"/funds/{town.fund}/endowments", {"amount_ore": 1, "why": "Drypvis"})
    numbers, after = [], 0
    while after is not None:
        links = town.officer.get(f"/funds/{town.fund}/movements", after=after).json()
        numbers += [one["number"] for one in links["movements"]]
        after = links["after"]
    assert numbers == list(range(1, 109))


def test_a_citizens_program_asks_for_its_own_and_for_nobody_elses(
    town: Town, site: AppClient, people: PeopleFactory
) -> None:
    (budget,) = town.citizen.get(f"/citizens/{town.asta.id}/budgets").json()
    assert budget["grant"]["id"] == town.grant
    wish = town.citizen.create("/requests", town.request_body())
    assert town.citizen.get(f"/requests/{wish}").json()["request"]["state"] == RequestState.RESERVED
    stranger = ApiClient(site, people, people.citizen("Bo"))
    for answer in (
        stranger.post("/requests", town.request_body()),
        stranger.post(f"/requests/{wish}/give-up"),
        stranger.post(f"/requests/{wish}/learnt", {"words": "Noget"}),
        stranger.get(f"/requests/{wish}"),
        stranger.get(f"/grants/{town.grant}"),
        stranger.get(f"/citizens/{town.asta.id}/budgets"),
    ):
        assert problem_of(answer) == (404, "about:blank")
    assert problem_of(town.officer.post("/requests", town.request_body())) == (403, "about:blank")
    town.citizen.create(f"/requests/{wish}/give-up")
    assert problem_of(town.citizen.post(f"/requests/{wish}/give-up")) == (409, "request-settled")
    (story,) = town.citizen.get(f"/citizens/{town.asta.id}/requests").json()
    assert story["request"]["state"] == RequestState.WITHDRAWN


def test_above_the_citizens_own_word_an_officers_program_decides(town: Town) -> None:
    wish = town.citizen.create("/requests", town.request_body(600_00))
    inbox = town.officer.get("/requests").json()
    assert [(one["id"], one["citizen_name"]) for one in inbox["requests"]] == [(wish, "Asta Prøvesen")]
    assert problem_of(town.citizen.post(f"/requests/{wish}/decision", {"yes": True})) == (403, "about:blank")
    assert problem_of(town.officer.post(f"/requests/{wish}/decision", {"yes": False})) == (
        409,
        "reasons-needed",
    )
    town.officer.create(f"/requests/{wish}/decision", {"yes": True})
    bought = town.purchase_body(550_00) | {"request_id": wish}
    town.officer.create(f"/grants/{town.grant}/purchases", bought)
    town.citizen.create(f"/requests/{wish}/learnt", {"words": "Jeg kan svømme."})
    found = town.citizen.get(f"/requests/{wish}").json()
    assert (found["request"]["state"], found["request"]["learnt"]) == ("bought", "Jeg kan svømme.")
    assert [one["yes"] for one in found["answers"]] == [True]


def test_a_closing_does_what_its_preview_said(town: Town, clock: FrozenClock) -> None:
    town.officer.create(
        f"/grants/{town.grant}/moves", {"from_goal_id": town.goal, "amount_ore": 500_00, "why": "Mindre"}
    )
    town.officer.create(
        f"/grants/{town.grant}/notices", {"takes_effect_on": "2026-04-10", "why": "Du flytter"}
    )
    clock.advance(days=29)  # the program's key holds for 30
    assert problem_of(town.officer.get(f"/grants/{town.grant}/closing", cause="moved")) == (409, "not-yet")
    steps = town.officer.get(f"/grants/{town.grant}/closing", cause="died").json()
    assert [(one["kind"], one["end"], one["amount_ore"]) for one in steps] == [
        ("return", "returned", 5_000_00)
    ]
    assert town.officer.get(f"/grants/{town.grant}").json()["closing"] is None
    town.officer.create(f"/grants/{town.grant}/closing", {"cause": "died"})
    found = town.officer.get(f"/grants/{town.grant}").json()
    assert (found["left_ore"], found["closing"]["cause"]) == (0, "died")
    more = {"goal_id": town.goal, "amount_ore": 1_00}
    assert problem_of(town.officer.post(f"/grants/{town.grant}/allocations", more)) == (409, "grant-closed")
    town.officer.create(f"/funds/{town.fund}/closed-periods", {"through": "2026-03-01"})


def test_a_program_sends_the_receipt_of_a_purchase_and_of_a_wish_and_fetches_it(town: Town) -> None:
    bought = town.officer.create(f"/grants/{town.grant}/purchases", town.purchase_body())
    kept = town.officer.create(f"/movements/{bought}/receipts", {"content": RECEIPT}, key="once")
    assert town.officer.create(f"/movements/{bought}/receipts", {"content": RECEIPT}, key="once") == kept
    found = town.citizen.get(f"/receipts/{kept}").json()
    assert (found["grant_id"], found["media_type"]) == (town.grant, "application/pdf")
    assert b64decode(found["content"]) == b64decode(RECEIPT)
    wish = town.citizen.create("/requests", town.request_body())
    town.citizen.create(f"/requests/{wish}/receipts", {"content": RECEIPT})
    assert town.officer.get(f"/requests/{wish}").json()["receipt_count"] == 1


@pytest.mark.parametrize("content", ["abcd", "abcde", b64encode(b"<svg onload='x'/>").decode()])
def test_what_is_no_picture_and_no_pdf_is_no_receipt(town: Town, content: str) -> None:
    bought = town.officer.create(f"/grants/{town.grant}/purchases", town.purchase_body())
    answer = town.officer.post(f"/movements/{bought}/receipts", {"content": content})
    assert problem_of(answer) == (409, "unknown-receipt")


def test_a_key_that_only_reads_changes_nothing(town: Town, site: AppClient, people: PeopleFactory) -> None:
    reader = ApiClient(site, people, town.odin, READ)
    assert reader.get(f"/grants/{town.grant}").status_code == 200
    answer = reader.post(f"/grants/{town.grant}/purchases", town.purchase_body())
    assert problem_of(answer) == (403, "about:blank")


def test_what_a_program_reads_stands_in_the_citizens_log(town: Town, people: PeopleFactory) -> None:
    for path in ("", "/statement", "/movements"):
        with transactions.write_transaction(people.engine) as db:
            before = db.execute(select(func.count()).select_from(access)).scalar_one()
        assert town.officer.get(f"/grants/{town.grant}{path}").status_code == 200
        with transactions.read_transaction(people.engine) as db:
            lines = db.execute(select(access).order_by(access.c.sequence)).all()
        assert len(lines) == before + 1
        assert {(line.citizen_id, line.actor_id) for line in lines} == {(town.asta.id, town.odin.id)}
