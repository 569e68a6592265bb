"""Somebody asks to be erased before their time is over: what may go, what stays and why, and what must end first. Pure.

The right to erasure (GDPR art. 17) doesn't reach what the law makes a municipality keep (art. 17(3)(b)). Accounting
material is that here; whoever answers may keep more and then says why. A name goes when nothing stays that needs it.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum

import msgspec

from people.access.model import Role, RoleHeld
from people.directory.model import PERSON
from people.retention.model import Ended, Matter, Retention, kept_until


class Piece(StrEnum):
    """The kinds of data that are answered for, each by itself."""

    GUIDING = "guiding"  # wishes for a guide with all that came of them, and what somebody says as a guide
    GOALS = "goals"  # with what was learnt of purchases
    CONTACT = (
        "contact"  # how to reach them, how they sign in, who helps them, why somebody looked in an emergency
    )
    MONEY = "money"  # words and receipts of grants
    NAME = "name"  # and the CPR number


CHOSEN = (
    Piece.GUIDING,
    Piece.GOALS,
    Piece.CONTACT,
)  # what whoever answers decides about; the law does about the rest


class Obstacle(StrEnum):
    """Why nothing can be erased yet."""

    GONE = "gone"  # nothing is left of them
    SELF = "self"  # nobody answers for themselves
    STAFF = "staff"  # the logs say who looked
    HOLD = "hold"  # on them, or on somebody with whom they stand in what would go
    HELP = "help"  # an open wish, offer or pairing, on either side
    GRANT = "grant"  # one that isn't closed: there may be money left or an open request in it
    MATCHING = "matching"  # a run that may have read about them
    EMERGENCY = "emergency"  # one that a leader hasn't answered for


class Weighed(msgspec.Struct, frozen=True):
    """What is held about somebody who asks, as far as an answer needs it."""

    person_id: str
    obstacles: tuple[Obstacle, ...] = ()
    counts: Mapping[
        Piece, int
    ] = {}  # how many things of what may be chosen; a piece of which nothing is held is not there
    wishes: tuple[str, ...] = ()  # ids of those that haven't gone
    grants: tuple[str, ...] = ()  # ids of those whose accounting time is over
    grants_kept: int = 0
    money_until: date | None = None  # the last day on which accounting material is kept; None: there is none


class Answer(msgspec.Struct, frozen=True):
    """What somebody who asked to be erased is told."""

    id: str
    person_id: str
    at: datetime
    answered_by: str | None  # None: the command line
    gone: tuple[Piece, ...]
    kept: tuple[Piece, ...]
    money_until: date | None  # of accounting material, where it is kept
    why: str  # why more is kept than accounting material; read by whoever asked

    @property
    def kept_by_choice(self) -> tuple[Piece, ...]:
        """What stays for the reason in `why`."""
        return tuple(piece for piece in self.kept if piece in CHOSEN)


def weigh(
    person_id: str,
    matters: Iterable[Ended],
    counts: Mapping[Piece, int],
    gone: Collection[str],
    held: frozenset[str],
    obstacles: Iterable[Obstacle],
    retention: Retention,
    today: date,
) -> Weighed:
    """What an answer on that day rests on.

    `matters` may be anybody's, the person's own count. `counts` says of how many other things a piece would take something
    away, `gone` holds ids of matters and people that are erased already, `held` those of people under a legal hold,
    `obstacles` what stands in the way besides.
    """
    here = [one for one in matters if one.id not in gone]
    own = [one for one in here if one.person_id == person_id]
    found = set(obstacles)
    if standing_with(person_id, here) & held:
        found.add(Obstacle.HOLD)
    found |= {
        Obstacle.GRANT if one.matter is Matter.GRANT else Obstacle.HELP for one in own if one.last_day is None
    }
    until = {one.id: kept_until(one, retention) for one in own if one.matter is Matter.GRANT}
    kept = [last for last in until.values() if last is not None and last >= today]
    wishes = tuple(sorted(one.id for one in own if one.matter is Matter.WISH))
    counted = dict(counts) | {Piece.GUIDING: counts.get(Piece.GUIDING, 0) + len(wishes)}
    return Weighed(
        person_id,
        (Obstacle.GONE,) if person_id in gone else tuple(one for one in Obstacle if one in found),
        {piece: counted[piece] for piece in CHOSEN if counted.get(piece)},
        wishes,
        tuple(sorted(grant for grant, last in until.items() if last is not None and last < today)),
        len(kept),
        max(kept, default=None),
    )


def standing_with(person_id: str, matters: Iterable[Ended]) -> frozenset[str]:
    """Somebody and everybody who stands with them in a matter, such as the guides of their wishes."""
    shared = (one.people for one in matters if person_id in one.people)
    return frozenset({person_id}).union(*shared)


def holds_staff_role(roles: Iterable[RoleHeld]) -> bool:
    """Whether somebody is more than a citizen or a guide."""
    return any(held.role not in {Role.CITIZEN, Role.GUIDE} for held in roles)


def split(weighed: Weighed, keep: Collection[Piece]) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """What goes and what stays when whoever answers keeps those pieces; the name stays with whatever else does."""
    going = {piece for piece in weighed.counts if piece not in keep}
    staying = weighed.counts.keys() - going
    if weighed.money_until is not None:
        staying |= {Piece.MONEY}
    elif weighed.grants:
        going |= {Piece.MONEY}
    (staying if staying else going).add(Piece.NAME)
    return tuple(one for one in Piece if one in going), tuple(one for one in Piece if one in staying)


def records(weighed: Weighed, gone: Collection[Piece]) -> list[tuple[str, str]]:
    """What the list of erasures gets: kind and id of each record or person of which something goes."""
    found = [(Matter.GRANT.value, grant_id) for grant_id in weighed.grants]
    if Piece.GUIDING in gone:
        found += [(Matter.WISH.value, wish_id) for wish_id in weighed.wishes]
    found += [(piece.value, weighed.person_id) for piece in CHOSEN if piece in gone]
    if Piece.NAME in gone:
        found.append((PERSON, weighed.person_id))
    return found
