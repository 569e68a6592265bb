"""The request context: the only way from a page to the database.

`read_context` and `write_context` authenticate the caller, check the policy that the route names, open the transaction and
commit the access-log entries of every citizen who was read before the answer leaves.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection

from foundation.crypto.encryption import NO_KEYS, Keys
from foundation.db import actor as db_actor
from foundation.db import transactions
from foundation.i18n import DEFAULT_LANGUAGE, LANGUAGES
from foundation.ids import token_hash
from people.access import store as access_store
from people.access.model import ANONYMOUS, Actor, DataKind, DataSubject, Purpose, Role
from people.access.policy import AccessDecision, Action, decide_access
from people.access.scopes import ScopeRequirement
from people.audit import store as audit_store
from people.audit.model import AccessEntry, change_entry
from people.audit.writer import SessionRefresh
from people.authentication import api_tokens, sessions
from people.authentication.api_tokens import ApiToken
from people.authentication.rules import PendingStep
from people.errors import NotAllowed, NotFound, SignInRequired
from people.web.app_state import AppRequest, AppState, app_state
from people.web.rules import RoutePolicy

STAFF_IDLE = timedelta(minutes=30)
CITIZEN_IDLE = timedelta(hours=2)
SESSION_LENGTH_MAX = timedelta(hours=12)
SESSION_REFRESH_INTERVAL = timedelta(minutes=1)


@dataclass(slots=True)
class RequestContext:
    """An open transaction, the actor in it, and the time. Services take it as their first argument.

    The command line and background jobs make their own: `RequestContext(db, actor, now)`.
    """

    db: Connection
    actor: Actor
    now: datetime
    entries_by_citizen: dict[str, AccessEntry] = field(default_factory=dict)
    keys: Keys = NO_KEYS  # for encrypted columns
    pending_step: PendingStep | None = None  # what the sign-in still lacks; the actor has no roles until then

    @property
    def person_id(self) -> str:
        """The actor's id. Raises SignInRequired for an anonymous caller."""
        if self.actor.person_id is None:
            raise SignInRequired
        return self.actor.person_id

    @property
    def access_entries(self) -> tuple[AccessEntry, ...]:
        """What is written to the access log: one entry per citizen."""
        return tuple(self.entries_by_citizen.values())

    def authorize_read(self, citizen_id: str, kind: DataKind, purpose: Purpose) -> None:
        """Require that the actor may read one kind of data about a citizen, and log it. Raises NotFound or NotAllowed."""
        self.authorize_reads((citizen_id,), kind, purpose)

    def authorize_reads(self, citizen_ids: Iterable[str], kind: DataKind, purpose: Purpose) -> None:
        """`authorize_read` for many citizens with one query. Raises NotFound or NotAllowed for the first who is refused."""
        ids = tuple(dict.fromkeys(citizen_ids))
        decisions = self._decisions(ids, Action.READ, kind, purpose)
        for citizen_id in ids:
            decision = _require_granted(decisions.get(citizen_id))
            self.record_access(decision.role, citizen_id, kind, decision.purpose or purpose)

    def record_access(self, role: str, citizen_id: str, kind: DataKind, purpose: Purpose) -> None:
        """Log a read; called directly only where no policy decides (an administrator answering an erasure request)."""
        entry = self.entries_by_citizen.get(citizen_id)
        if entry is None:
            unit = next((assignment.area for assignment in self.actor.roles if assignment.role == role), None)
            entry = AccessEntry(self.now, self.person_id, role, unit, citizen_id, (kind,), (purpose,))
        self.entries_by_citizen[citizen_id] = entry.extended(kind, purpose)

    def authorize_change(self, citizen_id: str, kind: DataKind) -> None:
        """Require that the actor may change one kind of data about a citizen. Raises NotFound or NotAllowed."""
        _require_granted(self.decision(citizen_id, Action.CHANGE, kind))

    def allowed(self, citizen_ids: Collection[str], action: Action, kind: DataKind) -> frozenset[str]:
        """Those of the citizens with whom the actor may do that; nothing is logged. For lists that leave out the others."""
        decisions = self._decisions(citizen_ids, action, kind)
        return frozenset(citizen_id for citizen_id, decision in decisions.items() if decision.granted)

    def decision(
        self, citizen_id: str, action: Action, kind: DataKind, purpose: Purpose | None = None
    ) -> AccessDecision | None:
        """What the policy says now, with the rule; None when there is no such citizen."""
        return self._decisions((citizen_id,), action, kind, purpose).get(citizen_id)

    def _decisions(
        self, citizen_ids: Collection[str], action: Action, kind: DataKind, purpose: Purpose | None = None
    ) -> dict[str, AccessDecision]:
        if set(citizen_ids) == {self.person_id} and self.actor.has_role(Role.CITIZEN):
            own = DataSubject(self.person_id, area=None)  # the relation to oneself needs no query
            decision = decide_access(self.actor, action, kind, own, purpose)
            if decision.granted:
                return {self.person_id: decision}
        subjects = access_store.subjects(self.db, self.person_id, citizen_ids, self.now)
        decisions = {
            citizen_id: decide_access(self.actor, action, kind, subject, purpose)
            for citizen_id, subject in subjects.items()
        }
        refused = [
            citizen_id
            for citizen_id in citizen_ids
            if citizen_id not in decisions or not decisions[citizen_id].granted
        ]
        if refused:  # also for a citizen who doesn't exist: both refusals take equally long
            opened = access_store.opened_kinds(self.db, self.person_id, refused, self.now)
            for citizen_id in opened.keys() & subjects.keys():
                subject = msgspec.structs.replace(subjects[citizen_id], emergency=opened[citizen_id])
                decisions[citizen_id] = decide_access(self.actor, action, kind, subject, purpose)
        return decisions


def _require_granted(decision: AccessDecision | None) -> AccessDecision:
    if decision is not None and decision.granted:
        return decision
    raise NotAllowed(decision.rule) if decision is not None and decision.related else NotFound


class Caller(msgspec.Struct, frozen=True):
    """Who sent a request: authenticated once and kept until it is answered."""

    actor: Actor
    pending_step: PendingStep | None = None
    signed_in_until: datetime | None = None
    session_refresh: SessionRefresh | None = None  # due with the next write to the access log
    token: ApiToken | None = None


@contextmanager
def read_context(request: AppRequest) -> Iterator[RequestContext]:
    """Let the caller read. On leaving, the access-log entries are committed before anything is sent.

    Raises SignInRequired or NotAllowed before the transaction does anything else.
    """
    state = app_state(request)
    now = state.clock()
    with transactions.read_transaction(state.engine) as db:
        context = _open_context(request, db, now)
        yield context
    state.access_log.write(context.access_entries, _take_session_refresh(request))
    _record_token_use(request, state, now)


@contextmanager
def write_context(request: AppRequest) -> Iterator[RequestContext]:
    """Let the caller change something: one transaction, committed on leaving together with its access-log entries.

    Raises SignInRequired or NotAllowed before the transaction does anything else.
    """
    state = app_state(request)
    now = state.clock()
    with transactions.write_transaction(state.engine) as db:
        context = _open_context(request, db, now)
        yield context
        refresh = _take_session_refresh(request)
        if refresh is not None:
            sessions.refresh_session(db, refresh.token_hash, refresh.seen_at, refresh.expires_at)
        audit_store.add(db, context.access_entries)
    _record_token_use(request, state, now)


def authorize_route(request: AppRequest) -> None:
    """Authenticate the caller and check the route's policy before a handler looks at what was posted.

    Raises SignInRequired or NotAllowed.
    """
    state = app_state(request)
    with transactions.read_transaction(state.engine) as db:
        _authenticate(request, db, state.clock())


def request_actor(request: AppRequest) -> Actor:
    """The actor whom `authorize_route` let in: for a handler that submits a command and opens no context of its own."""
    caller: Caller = request.scope["state"]["caller"]
    return caller.actor


def _open_context(request: AppRequest, db: Connection, now: datetime) -> RequestContext:
    policy: RoutePolicy = request.route_handler.opt["access"]
    caller = _authenticate(request, db, now)
    if not policy.public:  # after authentication, which has to find the session first
        db_actor.set_actor(db, caller.actor.person_id or "", now)
    return RequestContext(
        db, caller.actor, now, keys=app_state(request).keys, pending_step=caller.pending_step
    )


def _authenticate(request: AppRequest, db: Connection, now: datetime) -> Caller:
    """The caller, from this request's state or else from the session or token that it came with."""
    known: Caller | None = request.scope["state"].get("caller")
    if known is not None:
        return known
    policy: RoutePolicy = request.route_handler.opt["access"]
    by_token = "api" in request.route_handler.opt
    caller = _token_holder(request, db, now) if by_token else _session_holder(request, db, now)
    if caller.actor.person_id is None and not policy.public:
        raise SignInRequired
    if not policy.allows(caller.actor):
        raise NotAllowed(policy.name)
    request.scope["state"]["caller"] = caller
    if caller.signed_in_until is not None:
        request.scope["state"]["session_expires_at"] = caller.signed_in_until
    return caller


def _session_holder(request: AppRequest, db: Connection, now: datetime) -> Caller:
    policy: RoutePolicy = request.route_handler.opt["access"]
    state = request.scope["state"]
    token = request.cookies.get(app_state(request).session_cookie_name)
    session = sessions.active_session(db, token_hash(token), now) if token else None
    state["language"] = request_language(request, session.language if session else None)
    state["actor"], state["pending_step"] = ANONYMOUS, None
    if session is None or token is None:
        return Caller(ANONYMOUS)
    if session.pending_step is not None:  # the password was right, and nothing more is known
        state["pending_step"] = session.pending_step
        known = Actor(session.actor.person_id, session.actor.given_name)
        return Caller(known if policy.first_factor_suffices else ANONYMOUS, session.pending_step)
    state["actor"] = session.actor
    if now - session.seen_at < SESSION_REFRESH_INTERVAL:
        return Caller(session.actor, signed_in_until=session.expires_at)
    until = session_expiry(session.actor, now, session.started_at)
    refresh = SessionRefresh(token_hash(token), now, until)
    return Caller(session.actor, signed_in_until=until, session_refresh=refresh)


def _token_holder(request: AppRequest, db: Connection, now: datetime) -> Caller:
    """The owner of the API token in the request; a cookie counts for nothing here."""
    requirement: ScopeRequirement = request.route_handler.opt["api"]
    header = request.headers.get("authorization", "")
    authenticated = api_tokens.authenticate(db, header, requirement.scope_for(request.method), now)
    request.scope["state"]["actor"] = authenticated.actor
    return Caller(authenticated.actor, token=authenticated.token)


def _take_session_refresh(request: AppRequest) -> SessionRefresh | None:
    """The session's refresh if it is still due; it is written once per request."""
    caller: Caller | None = request.scope["state"].get("caller")
    if caller is None or caller.session_refresh is None:
        return None
    request.scope["state"]["caller"] = msgspec.structs.replace(caller, session_refresh=None)
    return caller.session_refresh


def _record_token_use(request: AppRequest, state: AppState, now: datetime) -> None:
    """Note once a day that an API token was used: its owner sees which tokens are in use."""
    token = request.scope["state"]["caller"].token
    if token is not None and (token.used_at is None or token.used_at.date() != now.date()):
        with transactions.write_transaction(state.engine) as db:
            api_tokens.set_used(db, token.id, now)


def bearer_token(request: AppRequest) -> ApiToken:
    """The API token that authenticated the request, inside its context."""
    token: ApiToken = request.scope["state"]["caller"].token
    return token


def session_expiry(actor: Actor, now: datetime, started_at: datetime) -> datetime:
    """When a session used now expires: after the idle time of the actor's roles, 12 hours from its start at most."""
    idle = (
        CITIZEN_IDLE
        if {assignment.role for assignment in actor.roles} <= {Role.CITIZEN, Role.GUIDE}
        else STAFF_IDLE
    )
    return min(now + idle, started_at + SESSION_LENGTH_MAX)


def request_language(request: AppRequest, preferred: str | None) -> str:
    """The language of the answer: the person's own, else that of the browser's cookie, else Danish."""
    language = preferred or request.cookies.get("language") or DEFAULT_LANGUAGE
    return language if language in LANGUAGES else DEFAULT_LANGUAGE


def record_change(
    context: RequestContext, tag: str, subject_id: str, details: Mapping[str, object] | None = None
) -> None:
    """Add an entry to the change log: the actor has changed something about the subject."""
    entry = change_entry(context.now, context.actor.person_id, tag, subject_id, details)
    audit_store.add(context.db, [entry])
