"""Storing a demo municipality, through the rooms' own doors, in one transaction."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from budgets.imports import bulk as imports_bulk
from budgets.imports import model as imports_model
from guides.lifecycle import EndReason, Move, Party
from guides.pairings import store as pairings_store
from guides.pairings import transitions
from guides.pairings.model import Contact
from guides.pool import store as pool_store
from livsmester.demo import cast
from livsmester.demo.model import Municipality, Population, Step, Story
from livsmester.demo.requests import ask_for_some
from livsmester.demo.showcase_budget import OwnBudget
from people.access.model import NOBODY, Actor, RelationKind, Role, RoleHeld
from people.audit import store as audit_store
from people.consent.service import note_asking
from people.directory import areas as directory_areas
from people.directory import service as directory_service
from people.directory import store as directory_store
from people.sign_in import account_store
from people.sign_in import service as sign_in_service
from people.web import context as web_context
from people.web.context import Visit
from plans import store as plans_store

Progress = Callable[[str, float], None]
CHUNK = 2_000  # rows between two signs of life
BUDGETS_AT_ONCE = 200
ROLES = {Party.GUIDE: Role.GUIDE, Party.CITIZEN: Role.CITIZEN, Party.COORDINATOR: Role.COORDINATOR}
STAFF = (
    Role.COORDINATOR,
    Role.SUPPORT_WORKER,
    Role.BUDGET_OFFICER,
    Role.LEADER,
    Role.ADMINISTRATOR,
)


def load(db: Connection, made: Municipality, now: datetime, tell: Progress) -> None:
    """Store all of it. The database has the newest shape and holds nobody."""
    directory_areas.put_areas(db, made.areas)
    directory_areas.put_travel_times(db, made.travel_times)
    _load_people(db, made.population, now, tell)
    pool_store.add_guides(db, made.population.guides)
    _load_requests(db, made.population, now)
    _load_stories(db, made, tell)
    plans_store.add(db, made.goals)
    _load_money(db, made, now, tell)
    audit_store.add(db, made.looks)
    web_context.record(
        Visit(db, NOBODY, now), "livsmester:demo:load", made.population.person(cast.CITIZEN).id
    )


def _load_people(db: Connection, population: Population, now: datetime, tell: Progress) -> None:
    people = population.people
    for start in range(0, len(people), CHUNK):
        tell("People", start / len(people))
        directory_store.add_people(db, people[start : start + CHUNK], now)
    by_id = {person.id: person for person in people}
    for role, ids in population.roles.items():
        directory_store.add_roles(db, (by_id[person_id] for person_id in ids), role, now, None)
    in_cast = {member.file_id for member in cast.CAST}
    staff = {person_id for role in STAFF for person_id in population.roles.get(role, ())}
    for person in people:
        if person.file_id in in_cast or person.id in staff:
            # No password: whoever tries the demo comes in by its own door.
            account_store.set_account(db, person.id, sign_in_service.fold_name(person.email), None)
    for tie in population.ties:
        directory_store.add_relation(db, tie.kind, tie.holder_id, tie.citizen_id, tie.since, None)


def _load_requests(db: Connection, population: Population, now: datetime) -> None:
    pool_store.add_requests(db, population.requests, now)
    note_asking(Visit(db, NOBODY, now), list(dict.fromkeys(kept.citizen_id for kept in population.requests)))
    pool_store.add_exclusions(
        db,
        [
            (kept.citizen_id, guide_id)
            for kept in population.requests
            for guide_id in kept.request.excluded_guides
        ],
        None,
        now,
    )


def _load_stories(db: Connection, made: Municipality, tell: Progress) -> None:
    """Let everything happen in the order of time, so that the logs tell it in that order."""
    coordinator = _actor(made.population.roles[Role.COORDINATOR][0], Role.COORDINATOR)
    happenings: list[tuple[datetime, Callable[[], None]]] = []
    for story in made.stories:
        happenings += _happenings(db, story, coordinator)
    happenings.sort(key=lambda one: one[0])
    for number, (_, happen) in enumerate(happenings):
        if number % CHUNK == 0:
            tell("Pairings", number / len(happenings))
        happen()


def _happenings(
    db: Connection, story: Story, coordinator: Actor
) -> list[tuple[datetime, Callable[[], None]]]:
    offer = story.offer

    def begin() -> None:
        pairings_store.add_offers(db, [offer])
        visit = Visit(db, coordinator, offer.offered_at)
        directory_service.relate(visit, RelationKind.OFFERED_GUIDE, offer.guide_id, offer.citizen_id)

    def make(step: Step) -> None:
        visit = Visit(db, _actor(step.by, ROLES[step.party]), step.at)
        reason = step.values.get("end_reason")
        if step.move is Move.END and isinstance(reason, EndReason):
            transitions.end(visit, offer.id, step.party, reason)
        else:
            transitions.make_move(visit, offer.id, step.move, step.party, **step.values)

    def note(contact: Contact) -> None:
        pairings_store.put_contact(db, contact, contact.id, offer.guide_id)

    return [
        (offer.offered_at, begin),
        *((step.at, partial(make, step)) for step in story.steps),
        *((contact.made_at, partial(note, contact)) for contact in story.contacts),
    ]


def _load_money(db: Connection, made: Municipality, now: datetime, tell: Progress) -> None:
    population, money = made.population, made.money
    officer_id = population.roles[Role.BUDGET_OFFICER][0]
    officer = _actor(officer_id, Role.BUDGET_OFFICER)
    for fund, amount_ore in money.funds:
        imports_bulk.bring_in_fund(Visit(db, officer, now), fund, amount_ore)
    by_source: dict[tuple[str, str], list[imports_model.BulkBudget]] = defaultdict(list)
    for planned in money.budgets:
        by_source[planned.fund_id, planned.officer_id].append(planned.budget)
    grant_ids: dict[str, str] = {}
    done = 0
    for (fund_id, granted_by), budgets in by_source.items():
        for start in range(0, len(budgets), BUDGETS_AT_ONCE):
            tell("Budgets", done / len(money.budgets))
            some = budgets[start : start + BUDGETS_AT_ONCE]
            grant_ids |= imports_bulk.bring_in_budgets(
                Visit(db, _actor(granted_by, Role.BUDGET_OFFICER), now), fund_id, some, granted_by
            )
            done += len(some)
    ask_for_some(db, [fund for fund, _ in money.funds], money.budgets, grant_ids, now)
    citizen = _actor(population.person(cast.CITIZEN).id, Role.CITIZEN)
    OwnBudget(db, now, citizen, officer).live(money.funds[0][0], *made.own_goals)


def _actor(person_id: str, role: Role) -> Actor:
    return Actor(person_id, roles=(RoleHeld(role),))
