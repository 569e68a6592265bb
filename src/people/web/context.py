"""A visit: one request of one person, from being let in to the last line of the access log.

`reading` and `writing` are the only way from a page to the database. They sign the person in, check the rule that the
route names, open the transaction and see to it that every look at a citizen's data is logged before the answer leaves.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection

from foundation.crypto.encryption import NO_KEYS, Keys
from foundation.db import actor as db_actor
from foundation.db import transactions
from foundation.i18n import DEFAULT, LANGUAGES
from foundation.ids import token_hash
from people.access import store as access_store
from people.access.model import NOBODY, Actor, DataKind, Purpose, Role, Subject
from people.access.policy import Decision, Verb, decide
from people.access.scopes import Api
from people.audit import store as audit_store
from people.audit.model import AccessLine, change_line
from people.audit.writer import Touch
from people.authentication import api_tokens, sessions
from people.authentication import api_tokens as authentication_api_tokens
from people.authentication.api_tokens import Token
from people.authentication.rules import Waits
from people.errors import NotAllowed, NotFound, SignInNeeded
from people.web.app_state import AppRequest, House, house
from people.web.rules import Rule

STAFF_IDLE = timedelta(minutes=30)
CITIZEN_IDLE = timedelta(hours=2)
SESSION_LENGTH_MAX = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(slots=True)
class Visit:
    """An open transaction, who acts in it, and when. Services take it as their first argument.

    The command line and the background jobs make one themselves: `Visit(db, actor, now)`.
    """

    db: Connection
    actor: Actor
    now: datetime
    looks: dict[str, AccessLine] = field(default_factory=dict)  # by citizen
    keys: Keys = NO_KEYS  # for what is sealed
    waits_for: Waits | None = None  # what the sign-in still waits for; the actor has no roles then

    @property
    def person_id(self) -> str:
        """Who acts. Raises SignInNeeded for nobody."""
        if self.actor.person_id is None:
            raise SignInNeeded
        return self.actor.person_id

    @property
    def lines(self) -> tuple[AccessLine, ...]:
        """What the access log gets: one line for each citizen."""
        return tuple(self.looks.values())

    def look(self, citizen_id: str, kind: DataKind, purpose: Purpose) -> None:
        """Ask to read one kind of data about a citizen; logs it. Raises NotFound or NotAllowed."""
        decision = self._ask(citizen_id, Verb.READ, kind, purpose)
        self.note(decision.role, citizen_id, kind, decision.purpose or purpose)

    def note(self, role: str, citizen_id: str, kind: DataKind, purpose: Purpose) -> None:
        """Log a look that the policy has granted in that role."""
        line = self.looks.get(citizen_id)
        if line is None:
            unit = next((held.area for held in self.actor.roles if held.role == role), None)
            line = AccessLine(self.now, self.person_id, role, unit, citizen_id, (kind,), (purpose,))
        self.looks[citizen_id] = line.widened(kind, purpose)

    def touch(self, citizen_id: str, kind: DataKind) -> None:
        """Ask to change one kind of data about a citizen. Raises NotFound or NotAllowed."""
        self._ask(citizen_id, Verb.CHANGE, kind)

    def may(self, citizen_id: str, verb: Verb, kind: DataKind) -> bool:
        """Whether the actor may do that, without doing it: for lists that leave out what is not theirs."""
        try:
            self._ask(citizen_id, verb, kind)
        except (NotFound, NotAllowed):
            return False
        return True

    def decision(
        self, citizen_id: str, verb: Verb, kind: DataKind, purpose: Purpose | None = None
    ) -> Decision | None:
        """What the policy says at this moment, with the rule; None when there is no such citizen."""
        if citizen_id == self.person_id and self.actor.has(
            Role.CITIZEN
        ):  # no need to ask who they are to themselves
            own = decide(self.actor, verb, kind, Subject(citizen_id, area=None), purpose)
            if own.granted:
                return own
        subject = access_store.subject(self.db, self.person_id, citizen_id, self.now)
        decision = None if subject is None else decide(self.actor, verb, kind, subject, purpose)
        if decision is not None and decision.granted:
            return decision
        # Asked of a citizen who doesn't exist, too: both refusals take as long.
        opened = access_store.opened(self.db, self.person_id, citizen_id, self.now)
        if subject is None or not opened:
            return decision
        return decide(self.actor, verb, kind, msgspec.structs.replace(subject, emergency=opened), purpose)

    def _ask(self, citizen_id: str, verb: Verb, kind: DataKind, purpose: Purpose | None = None) -> Decision:
        decision = self.decision(citizen_id, verb, kind, purpose)
        if decision is not None and decision.granted:
            return decision
        raise NotAllowed(decision.rule) if decision is not None and decision.related else NotFound


@contextmanager
def reading(request: AppRequest) -> Iterator[Visit]:
    """Let the visitor in to read. On leaving, the log lines are committed before anything is sent.

    Raises SignInNeeded or NotAllowed before the transaction does anything else.
    """
    place = house(request)
    now = place.clock()
    with transactions.reading(place.engine) as db:
        visit, touch = _admit(request, db, now)
        yield visit
    place.access_log.write(visit.lines, touch)
    _note_use(request, place, now)


@contextmanager
def writing(request: AppRequest) -> Iterator[Visit]:
    """Let the visitor in to change something: one transaction, committed on leaving together with its log lines."""
    place = house(request)
    now = place.clock()
    with transactions.writing(place.engine) as db:
        visit, touch = _admit(request, db, now)
        yield visit
        if touch is not None:
            sessions.touch_session(db, touch.token_hash, touch.seen_at, touch.expires_at)
        audit_store.add(db, visit.lines)
    _note_use(request, place, now)


def _note_use(request: AppRequest, place: House, now: datetime) -> None:
    """Note that a program's token was used, once a day: its owner sees which are in use."""
    token: Token | None = request.scope["state"].get("token")
    if token is not None and (token.used_at is None or token.used_at.date() != now.date()):
        with transactions.writing(place.engine) as db:
            api_tokens.used(db, token.id, now)


def knock(request: AppRequest) -> None:
    """Check the route's rule before a handler looks at its form; the visit checks it again in its own transaction.

    Raises SignInNeeded or NotAllowed.
    """
    place = house(request)
    with transactions.reading(place.engine) as db:
        _admit(request, db, place.clock())


def _admit(request: AppRequest, db: Connection, now: datetime) -> tuple[Visit, Touch | None]:
    rule: Rule = request.route_handler.opt["access"]
    place = house(request)
    if "api" in request.route_handler.opt:
        return _admit_program(request, db, now, rule), None
    token = request.cookies.get(place.cookie)
    found = sessions.signed_in(db, token_hash(token), now) if token else None
    actor = NOBODY if found is None else found.actor
    waits_for = None if found is None else found.waits_for
    if waits_for is not None:  # the password was right, and that is all
        actor = Actor(actor.person_id, actor.given_name) if rule.half else NOBODY
    state = request.scope["state"]
    state["actor"] = actor if waits_for is None else NOBODY
    state["waits_for"] = waits_for
    state["language"] = request_language(request, found.language if found else None)
    if actor.person_id is None and not rule.public:
        raise SignInNeeded
    if not rule.admits(actor):
        raise NotAllowed(rule.name)
    if not rule.public:  # who signs in has to be found first
        db_actor.act_as(db, actor.person_id or "", now)
    visit = Visit(db, actor, now, keys=place.keys, waits_for=waits_for)
    if found is None or token is None or waits_for is not None:
        return visit, None
    touched = now - found.seen_at >= TOUCH_EVERY
    until = expiry(actor, now, found.started_at) if touched else found.expires_at
    state["until"] = until
    return visit, Touch(token_hash(token), now, until) if touched else None


def _admit_program(request: AppRequest, db: Connection, now: datetime, rule: Rule) -> Visit:
    """Whom a program acts as: by its token alone, never by a cookie."""
    access: Api = request.route_handler.opt["api"]
    shown = request.headers.get("authorization", "")
    found = authentication_api_tokens.bearer(db, shown, access.needed(request.method), now)
    request.scope["state"]["actor"] = found.actor
    request.scope["state"]["token"] = found.token
    if not rule.admits(found.actor):
        raise NotAllowed(rule.name)
    db_actor.act_as(db, found.actor.person_id or "", now)
    return Visit(db, found.actor, now, keys=house(request).keys)


def bearer_token(request: AppRequest) -> Token:
    """The token that a program came with, inside its visit."""
    found: Token = request.scope["state"]["token"]
    return found


def expiry(actor: Actor, now: datetime, started_at: datetime) -> datetime:
    """When a session used now runs out: after the idle time of the actor's roles, 12 hours from its start at most."""
    idle = CITIZEN_IDLE if {held.role for held in actor.roles} <= {Role.CITIZEN, Role.GUIDE} else STAFF_IDLE
    return min(now + idle, started_at + SESSION_LENGTH_MAX)


def request_language(request: AppRequest, remembered: str | None) -> str:
    """The language to answer in: the person's own, or the visitor's cookie, or Danish."""
    language = remembered or request.cookies.get("language") or DEFAULT
    return language if language in LANGUAGES else DEFAULT


def record(visit: Visit, tag: str, subject_id: str, details: Mapping[str, object] | None = None) -> None:
    """Add to the log of changes what whoever acts has changed."""
    line = change_line(visit.now, visit.actor.person_id, tag, subject_id, details)
    audit_store.add(visit.db, [line])
