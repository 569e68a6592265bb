"""People and a grant that the tests of pages share."""

import pytest

from budgets.commands.messages import AddFund
from budgets.commands.service import execute
from people.access.model import RelationKind, Role
from people.directory.model import Person
from plans.model import Theme
from tests.support.app_client import AppClient, Browser, Page
from tests.support.budget_factory import FUND, add_goal
from tests.support.budget_pages import allocate
from tests.support.people_factory import PeopleFactory


@pytest.fixture
def maria(people: PeopleFactory) -> Person:
    return people.add(Role.SUPPORT_WORKER, "Maria")


@pytest.fixture
def asta(people: PeopleFactory, maria: Person) -> Person:
    citizen = people.citizen("Asta", helper=maria)
    people.start_relation(RelationKind.SUPPORT_WORKER, maria, citizen)
    add_goal(people, citizen, "Lær at svømme", Theme.SELF_CARE)
    add_goal(people, citizen, "Bage med Bo", Theme.RELATIONS)
    return citizen


@pytest.fixture
def officer(site: AppClient, people: PeopleFactory) -> Browser:
    odin = people.add(Role.BUDGET_OFFICER, "Odin")
    with people.acting_as(odin) as context:
        execute(context, AddFund(FUND, 100_000_00), "fund")
    return site.signed_in(odin)


@pytest.fixture
def grant(officer: Browser, asta: Person) -> Page:
    """The budget officer's page of a grant of 5,000 kr. to Asta, 1,850 kr. of them for swimming."""
    page = officer.get("/grants/new").submit("Find", text="asta").click("Asta Prøvesen")
    page = page.submit(
        "Bevilg pengene", amount="5.000", starts_on="2026-01-01", ends_on="31-12-2026", legal_basis="§ 85"
    )
    assert page.heading == "Penge til Asta Prøvesen"
    return allocate(page, "Lær at svømme", "1.850,00 kr.")
