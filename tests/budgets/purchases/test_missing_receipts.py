"""The list of missing receipts: the oldest first, of the officer's own citizens, as a page and as a CSV file."""

from datetime import date

import msgspec
import pytest
from sqlalchemy import Engine, insert

from budgets import tables as t
from budgets.ledger import store as ledger_store
from budgets.ledger.double_entry import MovementKind, transfer
from budgets.purchases.missing_receipts_store import count_missing, missing_receipts
from foundation.db.transactions import read_transaction, write_transaction
from people.access.model import Role
from tests.support import budget_factory
from tests.support.app_client import AppClient
from tests.support.people_factory import PeopleFactory


@pytest.fixture
def purchases(engine: Engine) -> Engine:
    """Three purchases without a receipt, one of them reversed, and an allocation, which needs none."""
    with write_transaction(engine) as db:
        budget_factory.create_records(db)
        budget_factory.post_funding(db)
        undone = budget_factory.spend(300)
        later = msgspec.structs.replace(budget_factory.spend(200_00), why="Badehætte")
        earlier = msgspec.structs.replace(
            budget_factory.spend(100_00), effective_on=date(2026, 2, 1), why="Briller"
        )
        ledger_store.bulk_post(db, [undone, later, earlier])
        back = transfer(budget_factory.SWIM_SPENT.id, budget_factory.SWIMMING.id, 300)
        ledger_store.bulk_post(db, [budget_factory.movement(MovementKind.REVERSE, *back, reverses=undone.id)])
    return engine


def test_the_oldest_comes_first_and_what_was_undone_does_not_come(purchases: Engine) -> None:
    with read_transaction(purchases) as db:
        purchases = missing_receipts(db, None, limit=None)
        assert count_missing(db, None) == 2
        assert missing_receipts(db, ["another-area"], limit=None) == ()
        assert missing_receipts(db, None, limit=1, offset=1) == purchases[1:]
    assert [(purchase.why, purchase.amount_ore) for purchase in purchases] == [
        ("Briller", 100_00),
        ("Badehætte", 200_00),
    ]
    assert {(purchase.grant_id, purchase.citizen_name, purchase.fund_name) for purchase in purchases} == {
        (budget_factory.GRANT.id, budget_factory.CITIZEN.full_name, budget_factory.FUND.name)
    }


def test_a_receipt_that_came_later_is_not_missing(purchases: Engine) -> None:
    with write_transaction(purchases) as db:
        oldest, _ = missing_receipts(db, None, limit=None)
        receipt = {
            "id": "receipt",
            "grant_id": budget_factory.GRANT.id,
            "sha256": "0" * 64,
            "media_type": "image/png",
        }
        db.execute(insert(t.receipt).values(**receipt, content=b"png", made_at=budget_factory.NOW))
        late = {"id": "late", "receipt_id": "receipt", "movement_id": oldest.movement_id}
        db.execute(insert(t.late_receipt).values(**late, made_at=budget_factory.NOW))

        assert [purchase.why for purchase in missing_receipts(db, None, limit=None)] == ["Badehætte"]


def test_the_officer_sees_them_with_a_link_and_the_citizen_sees_who_looked(
    purchases: Engine, site: AppClient, people: PeopleFactory
) -> None:
    visitor = site.signed_in(people.add(Role.BUDGET_OFFICER, "Odin"))
    page = visitor.get("/missing-receipts")
    assert "2 køb har intet bilag." in page.text
    assert [link.attributes["href"] for link in page.tree.css("main tbody a")] == [
        f"/grants/{budget_factory.GRANT.id}"
    ] * 2
    rows = visitor.get("/missing-receipts.csv").response.content.decode("utf-8-sig").splitlines()
    assert rows[1].startswith(
        "01-02-2026;100,00;Briller;Asta Aldrigfødt;Livsmestermidler 2026;5-38-52-4-300;"
    )
    assert (
        "En budgetansvarlig så dine penge" in site.signed_in(budget_factory.CITIZEN).get("/who-has-seen").text
    )


def test_an_officer_of_another_area_sees_none(
    purchases: Engine, site: AppClient, people: PeopleFactory
) -> None:
    officer = people.add(Role.BUDGET_OFFICER, "Olga", role_area=people.area("nordby"))
    assert "Der mangler ingen bilag" in site.signed_in(officer).get("/missing-receipts").text
