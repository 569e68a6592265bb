"""What needs a coordinator today, told from pairings, guides and requests as they stand. Pure."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import msgspec

from foundation.clock import local_date
from guides.lifecycle import State, is_overdue
from guides.pairings.model import Pairing
from guides.pool.model import KeptGuide, KeptRequest

FIRST_CONTACT_WITHIN = timedelta(hours=48)
SILENCE_AFTER = timedelta(days=30)
CHECK_IN_AFTER = timedelta(days=30)
STANDING_STILL_AFTER = timedelta(days=14)
PAPERS_RUN_OUT_WITHIN = timedelta(days=60)
FREED_WITHIN = timedelta(days=14)
SHOWN_MAX = 10  # of each kind; `count` tells of the rest


class Followed(msgspec.Struct, frozen=True):
    """A pairing with what following up on it needs."""

    pairing: Pairing
    citizen_name: str
    guide_name: str
    last_contact: date | None = None
    last_not_well: bool = False
    checked_in_at: datetime | None = None


class Line(msgspec.Struct, frozen=True):
    """Something to do: about a pairing, a request or a guide; ids that do not apply are ""."""

    since: date
    citizen_id: str = ""
    citizen_name: str = ""
    guide_id: str = ""
    guide_name: str = ""
    pairing_id: str = ""
    request_id: str = ""
    state: State | None = None


class Lines(msgspec.Struct, frozen=True):
    """The first lines of one kind, and how many there are in all."""

    shown: tuple[Line, ...] = ()
    count: int = 0


class Board(msgspec.Struct, frozen=True):
    """What needs the coordinator, in the order in which it is shown; within a kind the oldest first."""

    questions: Lines  # guides who have asked
    not_well: Lines  # the last contact was noted as not well
    overdue: Lines  # offers past their deadline
    silent: Lines  # no contact for 30 days, or none within 48 hours of beginning
    check_ins: Lines  # running for 30 days without a check-in
    standing_still: Lines  # nobody has moved for 14 days
    freed: Lines  # guides whose room has been freed lately
    waiting: Lines  # who has waited longest
    papers: Lines  # training or record check runs out within 60 days, or has


def follow_up(followed: Iterable[Followed], now: datetime) -> dict[str, Lines]:
    """The lines about pairings: everything of `Board` that follows from how they stand."""
    today = local_date(now)
    kinds: dict[str, list[Line]] = {
        kind: [] for kind in ("questions", "not_well", "overdue", "silent", "check_ins", "standing_still")
    }
    for one in followed:
        pairing = one.pairing
        moved = local_date(pairing.moved_at)
        if pairing.asks:
            kinds["questions"].append(_line(one, moved))
        elif is_overdue(pairing.state, pairing.answer_by, today):
            kinds["overdue"].append(_line(one, pairing.answer_by))
        elif pairing.state is State.RUNNING:
            for kind, since in _running(one, now).items():
                kinds[kind].append(_line(one, since))
        elif pairing.state is not State.OFFERED and now - pairing.moved_at > STANDING_STILL_AFTER:
            kinds["standing_still"].append(_line(one, moved))
    return {kind: lines(found) for kind, found in kinds.items()}


def _running(one: Followed, now: datetime) -> dict[str, date]:
    today = local_date(now)
    began = one.pairing.running_since or one.pairing.moved_at
    due: dict[str, date] = {}
    if one.last_not_well and one.last_contact is not None:
        due["not_well"] = one.last_contact
    if one.last_contact is None:
        if now - began > FIRST_CONTACT_WITHIN:
            due["silent"] = local_date(began)
    elif today - one.last_contact > SILENCE_AFTER:
        due["silent"] = one.last_contact
    if one.checked_in_at is None and now - began >= CHECK_IN_AFTER:
        due["check_ins"] = local_date(began)
    return due


def papers(guides: Iterable[KeptGuide], today: date) -> Lines:
    """Guides who want pairings and whose training or record check has run out or does so within 60 days."""
    found = []
    for kept in guides:
        dates = [day for day in (kept.guide.trained_until, kept.guide.checked_until) if day is not None]
        if kept.guide.capacity > 0 and dates and min(dates) <= today + PAPERS_RUN_OUT_WITHIN:
            found.append(Line(min(dates), guide_id=kept.guide.id, guide_name=kept.guide.given_name))
    return lines(found)


def waiting(requests: Iterable[KeptRequest], count: int) -> Lines:
    """Who waits, in the order given."""
    return Lines(
        tuple(
            Line(
                kept.request.waiting_since,
                citizen_id=kept.citizen_id,
                citizen_name=kept.request.given_name,
                request_id=kept.request.id,
            )
            for kept in requests
        )[:SHOWN_MAX],
        count,
    )


def lines(found: Iterable[Line]) -> Lines:
    """The oldest first, as many as are shown."""
    ordered = sorted(found, key=lambda line: (line.since, line.pairing_id, line.guide_id))
    return Lines(tuple(ordered[:SHOWN_MAX]), len(ordered))


def _line(one: Followed, since: date) -> Line:
    pairing = one.pairing
    return Line(
        since,
        pairing.citizen_id,
        one.citizen_name,
        pairing.guide_id,
        one.guide_name,
        pairing.id,
        pairing.request_id,
        pairing.state,
    )
