"""Steps that tests share on the pages of money: allocating, purchasing, requesting."""

from people.directory.model import Person
from tests.support.app_client import AppClient, Page


def allocate(page: Page, goal: str, amount: str) -> Page:
    form = page.click("Fordel penge")
    options = {
        option.text(): option.attributes["value"] or "" for option in form.tree.css("#field-to option")
    }
    goal_option = next(value for text, value in options.items() if text.startswith(goal))
    return form.submit("Flyt pengene", to=goal_option, amount=amount)


def buy(page: Page, what: str, amount: str, files: dict[str, tuple[str, bytes]] | None = None) -> Page:
    form = page.click("Registrér et køb")
    (goal,) = (field.attributes["value"] or "" for field in form.tree.css("[name=goal]"))
    return form.submit("Registrér købet", files, goal=goal, what=what, amount=amount, bought_on="01-03-2026")


def page_text(page: Page) -> str:
    return page.text.replace("\xa0", " ")


def next_step(page: Page, **typed: str) -> Page:
    return page.submit("Fortsæt", **typed)


def reserve(site: AppClient, citizen: Person, what: str, amount: str) -> None:
    page = next_step(site.signed_in(citizen).get("/money/ask"), what=what)
    page = next_step(next_step(page, amount=amount), together_with="Bo")
    next_step(page, wanted_when="").submit("Læg pengene til side")
