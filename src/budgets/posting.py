"""What every command on the ledger needs: who may, the grant and its accounts under lock, the movement posted."""

from datetime import date

from budgets import store, store_funds, store_requests
from budgets.errors import NoSuchRecord, RequestSettled
from budgets.ledger import Account, AccountKind, Leg, Movement, MovementKind
from budgets.model import Fund, Grant, RequestState, SpendingRequest
from foundation.clock import local_date
from foundation.ids import new_id
from people.errors import NotAllowed
from people.model import DataKind, Role
from people.visits import Visit
from plans import store as plans_store


class GrantAccounts:
    """The accounts of a grant that is locked; those that are missing are opened when money comes to them."""

    def __init__(self, visit: Visit, grant: Grant) -> None:
        self._visit = visit
        self._grant = grant
        self._found = store.accounts_of_grant(visit.db, grant.id)

    def unallocated(self) -> Account:
        """What has no goal yet."""
        return next(one for one in self._found if one.kind is AccountKind.UNALLOCATED)

    def envelope(self, goal_id: str, *, opening: bool = False) -> Account:
        """What a goal has. Raises NoSuchRecord where there is none and none is to be opened, or no such goal."""
        found = self._find(AccountKind.ENVELOPE, goal_id)
        if found is not None:
            return found
        if not opening:
            raise NoSuchRecord
        self._theme(goal_id)
        return self._open(AccountKind.ENVELOPE, goal_id)

    def spent(self, goal_id: str) -> Account:
        """What was spent on a goal, under the theme that it has now."""
        theme = self._theme(goal_id)
        return self._find(AccountKind.SPENT, goal_id, theme) or self._open(AccountKind.SPENT, goal_id, theme)

    def reserved(self, request_id: str) -> Account:
        """What was put aside for a request."""
        return next(one for one in self._found if one.request_id == request_id)

    def _find(self, kind: AccountKind, goal_id: str, theme: str | None = None) -> Account | None:
        where = (kind, goal_id, theme)
        return next((one for one in self._found if (one.kind, one.goal_id, one.theme) == where), None)

    def _open(self, kind: AccountKind, goal_id: str, theme: str | None = None) -> Account:
        new = Account(new_id(), kind, self._grant.fund_id, self._grant.id, goal_id, theme)
        store.open_accounts(self._visit.db, [new])
        return new

    def _theme(self, goal_id: str) -> str:
        goal = plans_store.goal(self._visit.db, goal_id)
        if goal is None or goal.citizen_id != self._grant.citizen_id:
            raise NoSuchRecord
        return goal.theme


def post(
    visit: Visit,
    kind: MovementKind,
    fund_id: str,
    legs: tuple[Leg, ...],
    key: str,
    digest: str,
    *,
    effective_on: date | None = None,
    **more: str | None,
) -> store.Posted:
    """Post a movement now, in the name of whoever acts; raises as `store.post_many`."""
    asked = Movement(
        id=new_id(),
        kind=kind,
        fund_id=fund_id,
        legs=legs,
        key=key,
        effective_on=effective_on or local_date(visit.now),
        at=visit.now,
        actor_id=visit.person_id,
        digest=digest,
        **{name: value for name, value in more.items() if value is not None},
    )
    return store.post(visit.db, asked)


def officer(visit: Visit, citizen_id: str | None = None) -> None:
    """Only a budget officer grants, records and reverses, and never in their own budget."""
    if not visit.actor.has(Role.BUDGET_OFFICER) or citizen_id == visit.person_id:
        raise NotAllowed("a budget officer, and never for themselves")


def locked_grant(visit: Visit, grant_id: str) -> Grant:
    """A grant that the budget officer may change, others waiting until it is done. Raises NoSuchRecord, NotAllowed."""
    grant = store_funds.grant(visit.db, grant_id, lock=True)
    if grant is None:
        raise NoSuchRecord
    visit.touch(grant.citizen_id, DataKind.MONEY)
    officer(visit, grant.citizen_id)
    return grant


def open_request(visit: Visit, grant: Grant, request_id: str) -> SpendingRequest:
    """A request of the grant that is neither bought nor given up. Raises NoSuchRecord, RequestSettled."""
    request = store_requests.request(visit.db, request_id)
    if request is None or request.grant_id != grant.id:
        raise NoSuchRecord
    if request.state is not RequestState.RESERVED:
        raise RequestSettled
    return request


def fund(visit: Visit, fund_id: str) -> Fund:
    """One fund. Raises NoSuchRecord."""
    found = store_funds.fund(visit.db, fund_id)
    if found is None:
        raise NoSuchRecord
    return found


def movement(visit: Visit, movement_id: str) -> Movement:
    """One movement. Raises NoSuchRecord."""
    found = store.movement(visit.db, movement_id)
    if found is None:
        raise NoSuchRecord
    return found
