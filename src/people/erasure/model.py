"""Somebody asks to be erased before their time is over: what may go, what stays and why, and what must end first. Pure.

The right to erasure (GDPR art. 17) doesn't reach what the law makes a municipality keep (art. 17(3)(b)). Accounting
material is that here; whoever answers may keep more and then says why. A name goes when nothing stays that needs it.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum

import msgspec

from people.access.model import Role, RoleAssignment
from people.directory.model import PERSON_KIND
from people.retention.model import EndedRecord, RecordKind, Retention, retention_deadline


class DataCategory(StrEnum):
    """The kinds of data that are answered for, each by itself."""

    GUIDING = "guiding"  # wishes for a guide with all that came of them, and what somebody says as a guide
    GOALS = "goals"  # with what was learnt of purchases
    CONTACT = (
        "contact"  # how to reach them, how they sign in, who helps them, why somebody looked in an emergency
    )
    MONEY = "money"  # words and receipts of grants
    NAME = "name"  # and the CPR number


DISCRETIONARY = (
    DataCategory.GUIDING,
    DataCategory.GOALS,
    DataCategory.CONTACT,
)  # what whoever answers decides about; the law does about the rest


class Blocker(StrEnum):
    """Why nothing can be erased yet."""

    ALREADY_ERASED = "gone"  # nothing is left of them
    SELF = "self"  # nobody answers for themselves
    STAFF = "staff"  # the logs say who looked
    HOLD = "hold"  # on them, or on somebody with whom they stand in what would go
    HELP = "help"  # an open wish, offer or pairing, on either side
    GRANT = "grant"  # one that isn't closed: there may be money left or an open request in it
    MATCHING = "matching"  # a run that may have read about them
    EMERGENCY = "emergency"  # one that a leader hasn't answered for


class Assessment(msgspec.Struct, frozen=True):
    """What is held about somebody who asks, as far as an answer needs it."""

    person_id: str
    blockers: tuple[Blocker, ...] = ()
    counts: Mapping[
        DataCategory, int
    ] = {}  # how many things of what may be chosen; a piece of which nothing is held is not there
    request_ids: tuple[str, ...] = ()  # ids of those that haven't gone
    grant_ids: tuple[str, ...] = ()  # ids of those whose accounting time is over
    kept_grant_count: int = 0
    money_until: date | None = None  # the last day on which accounting material is kept; None: there is none


class ErasureDecision(msgspec.Struct, frozen=True):
    """What somebody who asked to be erased is told."""

    id: str
    person_id: str
    at: datetime
    answered_by: str | None  # None: the command line
    gone: tuple[DataCategory, ...]
    kept: tuple[DataCategory, ...]
    money_until: date | None  # of accounting material, where it is kept
    why: str  # why more is kept than accounting material; read by whoever asked

    @property
    def kept_by_discretion(self) -> tuple[DataCategory, ...]:
        """What stays for the reason in `why`."""
        return tuple(piece for piece in self.kept if piece in DISCRETIONARY)


def assess(
    person_id: str,
    ended_records: Iterable[EndedRecord],
    counts: Mapping[DataCategory, int],
    erased_ids: Collection[str],
    held_person_ids: frozenset[str],
    blockers: Iterable[Blocker],
    retention: Retention,
    today: date,
) -> Assessment:
    """What an answer on that day rests on.

    `matters` may be anybody's, the person's own count. `counts` says of how many other things a piece would take something
    away, `gone` holds ids of matters and people that are erased already, `held` those of people under a legal hold,
    `obstacles` what stands in the way besides.
    """
    here = [one for one in ended_records if one.id not in erased_ids]
    own = [one for one in here if one.person_id == person_id]
    found = set(blockers)
    if co_subjects(person_id, here) & held_person_ids:
        found.add(Blocker.HOLD)
    found |= {
        Blocker.GRANT if one.kind is RecordKind.GRANT else Blocker.HELP for one in own if one.last_day is None
    }
    until = {one.id: retention_deadline(one, retention) for one in own if one.kind is RecordKind.GRANT}
    kept = [last for last in until.values() if last is not None and last >= today]
    wishes = tuple(sorted(one.id for one in own if one.kind is RecordKind.WISH))
    counted = dict(counts) | {DataCategory.GUIDING: counts.get(DataCategory.GUIDING, 0) + len(wishes)}
    return Assessment(
        person_id,
        (Blocker.ALREADY_ERASED,)
        if person_id in erased_ids
        else tuple(one for one in Blocker if one in found),
        {piece: counted[piece] for piece in DISCRETIONARY if counted.get(piece)},
        wishes,
        tuple(sorted(grant for grant, last in until.items() if last is not None and last < today)),
        len(kept),
        max(kept, default=None),
    )


def co_subjects(person_id: str, ended_records: Iterable[EndedRecord]) -> frozenset[str]:
    """Somebody and everybody who stands with them in a matter, such as the guides of their wishes."""
    shared = (one.people for one in ended_records if person_id in one.people)
    return frozenset({person_id}).union(*shared)


def holds_staff_role(roles: Iterable[RoleAssignment]) -> bool:
    """Whether somebody is more than a citizen or a guide."""
    return any(held.role not in {Role.CITIZEN, Role.GUIDE} for held in roles)


def partition(
    assessment: Assessment, keep: Collection[DataCategory]
) -> tuple[tuple[DataCategory, ...], tuple[DataCategory, ...]]:
    """What goes and what stays when whoever answers keeps those pieces; the name stays with whatever else does."""
    going = {piece for piece in assessment.counts if piece not in keep}
    staying = assessment.counts.keys() - going
    if assessment.money_until is not None:
        staying |= {DataCategory.MONEY}
    elif assessment.grant_ids:
        going |= {DataCategory.MONEY}
    (staying if staying else going).add(DataCategory.NAME)
    return tuple(one for one in DataCategory if one in going), tuple(
        one for one in DataCategory if one in staying
    )


def erasure_targets(assessment: Assessment, erased: Collection[DataCategory]) -> list[tuple[str, str]]:
    """What the list of erasures gets: kind and id of each record or person of which something goes."""
    found = [(RecordKind.GRANT.value, grant_id) for grant_id in assessment.grant_ids]
    if DataCategory.GUIDING in erased:
        found += [(RecordKind.WISH.value, wish_id) for wish_id in assessment.request_ids]
    found += [(piece.value, assessment.person_id) for piece in DISCRETIONARY if piece in erased]
    if DataCategory.NAME in erased:
        found.append((PERSON_KIND, assessment.person_id))
    return found
