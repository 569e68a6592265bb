"""Stores a demo municipality through the packages' services and stores, in one transaction."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from budgets.imports import bulk as imports_bulk
from budgets.imports import model as imports_model
from guides.lifecycle import ActorRole, EndReason, Transition
from guides.pairings import store as pairings_store
from guides.pairings import transitions
from guides.pairings.model import Contact
from guides.pool import store as pool_store
from livsmester.demo import cast
from livsmester.demo.model import DemoMunicipality, HistoryStep, PairingHistory, Population
from livsmester.demo.requests import add_pending_requests
from livsmester.demo.showcase_budget import ShowcaseBudget
from people.access.model import ANONYMOUS, Actor, RelationKind, Role, RoleAssignment
from people.audit import store as audit_store
from people.consent.service import record_request_consent
from people.credentials import account_store
from people.directory import areas as directory_areas
from people.directory import service as directory_service
from people.directory import store as directory_store
from people.sign_in import service as sign_in_service
from people.web import context as web_context
from people.web.context import RequestContext
from plans import store as plans_store

Progress = Callable[[str, float], None]
ROWS_PER_CHUNK = 2_000  # between two progress reports
BUDGETS_PER_CHUNK = 200
ROLE_OF_ACTOR = {
    ActorRole.GUIDE: Role.GUIDE,
    ActorRole.CITIZEN: Role.CITIZEN,
    ActorRole.COORDINATOR: Role.COORDINATOR,
}
STAFF_ROLES = (
    Role.COORDINATOR,
    Role.SUPPORT_WORKER,
    Role.BUDGET_OFFICER,
    Role.LEADER,
    Role.ADMINISTRATOR,
)


def load_municipality(
    db: Connection, municipality: DemoMunicipality, now: datetime, report_progress: Progress
) -> None:
    """Store the municipality. The database must be at the latest revision and hold no people."""
    directory_areas.upsert_areas(db, municipality.areas)
    directory_areas.upsert_travel_times(db, municipality.travel_times)
    _load_people(db, municipality.population, now, report_progress)
    pool_store.add_guides(db, municipality.population.guides)
    _load_requests(db, municipality.population, now)
    _load_pairings(db, municipality, report_progress)
    plans_store.add(db, municipality.goals)
    _load_finances(db, municipality, now, report_progress)
    audit_store.add(db, municipality.access_entries)
    web_context.record_change(
        RequestContext(db, ANONYMOUS, now),
        "livsmester:demo:load",
        municipality.population.person(cast.CITIZEN).id,
    )


def _load_people(db: Connection, population: Population, now: datetime, report_progress: Progress) -> None:
    people = population.people
    for start in range(0, len(people), ROWS_PER_CHUNK):
        report_progress("People", start / len(people))
        directory_store.add_people(db, people[start : start + ROWS_PER_CHUNK], now)
    by_id = {person.id: person for person in people}
    for role, ids in population.roles.items():
        directory_store.add_roles(db, (by_id[person_id] for person_id in ids), role, now, None)
    in_cast = {member.file_id for member in cast.CAST}
    staff = {person_id for role in STAFF_ROLES for person_id in population.roles.get(role, ())}
    for person in people:
        if person.file_id in in_cast or person.id in staff:
            # No password: the demo has sign-in pages of its own.
            account_store.set_account(db, person.id, sign_in_service.normalize_username(person.email), None)
    for relation in population.relations:
        directory_store.add_relation(
            db, relation.kind, relation.holder_id, relation.citizen_id, relation.since, None
        )


def _load_requests(db: Connection, population: Population, now: datetime) -> None:
    pool_store.add_requests(db, population.requests, now)
    record_request_consent(
        RequestContext(db, ANONYMOUS, now),
        list(dict.fromkeys(record.citizen_id for record in population.requests)),
    )
    pool_store.add_exclusions(
        db,
        [
            (record.citizen_id, guide_id)
            for record in population.requests
            for guide_id in record.request.excluded_guides
        ],
        None,
        now,
    )


def _load_pairings(db: Connection, municipality: DemoMunicipality, report_progress: Progress) -> None:
    """Replay all histories in order of time, because the logs are append-only and ordered by time."""
    coordinator = _actor(municipality.population.roles[Role.COORDINATOR][0], Role.COORDINATOR)
    actions: list[tuple[datetime, Callable[[], None]]] = []
    for history in municipality.pairing_histories:
        actions += _timed_actions(db, history, coordinator)
    actions.sort(key=lambda action: action[0])
    for number, (_, action) in enumerate(actions):
        if number % ROWS_PER_CHUNK == 0:
            report_progress("Pairings", number / len(actions))
        action()


def _timed_actions(
    db: Connection, history: PairingHistory, coordinator: Actor
) -> list[tuple[datetime, Callable[[], None]]]:
    offer = history.offer

    def add_offer() -> None:
        pairings_store.add_offers(db, [offer])
        context = RequestContext(db, coordinator, offer.offered_at)
        directory_service.start_relation(
            context, RelationKind.OFFERED_GUIDE, offer.guide_id, offer.citizen_id
        )

    def apply_step(step: HistoryStep) -> None:
        context = RequestContext(db, _actor(step.actor_id, ROLE_OF_ACTOR[step.role]), step.at)
        reason = step.values.get("end_reason")
        if step.transition is Transition.END and isinstance(reason, EndReason):
            transitions.end(context, offer.id, step.role, reason)
        else:
            transitions.apply_transition(context, offer.id, step.transition, step.role, **step.values)

    def add_contact(contact: Contact) -> None:
        pairings_store.save_contact(db, contact, contact.id, offer.guide_id)

    return [
        (offer.offered_at, add_offer),
        *((step.at, partial(apply_step, step)) for step in history.steps),
        *((contact.made_at, partial(add_contact, contact)) for contact in history.contacts),
    ]


def _load_finances(
    db: Connection, municipality: DemoMunicipality, now: datetime, report_progress: Progress
) -> None:
    population, finances = municipality.population, municipality.finances
    officer_id = population.roles[Role.BUDGET_OFFICER][0]
    officer = _actor(officer_id, Role.BUDGET_OFFICER)
    for fund, amount_ore in finances.funds:
        imports_bulk.import_fund(RequestContext(db, officer, now), fund, amount_ore)
    by_source: dict[tuple[str, str], list[imports_model.BulkBudget]] = defaultdict(list)
    for planned in finances.budgets:
        by_source[planned.fund_id, planned.officer_id].append(planned.budget)
    grant_ids: dict[str, str] = {}
    done = 0
    for (fund_id, granted_by), budgets in by_source.items():
        for start in range(0, len(budgets), BUDGETS_PER_CHUNK):
            report_progress("Budgets", done / len(finances.budgets))
            chunk = budgets[start : start + BUDGETS_PER_CHUNK]
            grant_ids |= imports_bulk.import_budgets(
                RequestContext(db, _actor(granted_by, Role.BUDGET_OFFICER), now), fund_id, chunk, granted_by
            )
            done += len(chunk)
    add_pending_requests(db, [fund for fund, _ in finances.funds], finances.budgets, grant_ids, now)
    citizen = _actor(population.person(cast.CITIZEN).id, Role.CITIZEN)
    ShowcaseBudget(db, now, citizen, officer).build(finances.funds[0][0], *municipality.own_goals)


def _actor(person_id: str, role: Role) -> Actor:
    return Actor(person_id, roles=(RoleAssignment(role),))
