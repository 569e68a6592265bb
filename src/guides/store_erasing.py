"""Erasing what `guides` holds about people: wishes with what came of them, a guide's own words, runs of the matching."""

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from foundation.clock import local_date
from foundation.database import among
from guides import tables as t
from guides.lifecycle import OPEN
from people.retention import Ended, Matter
from people.tables import account

_NO_WORDS = dict.fromkeys(("languages", "experiences", "interests", "dislikes", "times"), ())
_NO_WISH = _NO_WORDS | {
    "wants_help_with": (),
    "gives": (),
    "gender": "",
    "wanted_gender": "",
    "own_words": "",
    "travel_minutes_max": None,
}
_NO_GUIDE = _NO_WORDS | {
    "helps_with": (),
    "wants": (),
    "gender": "",
    "capacity": 0,
    "travel_minutes_max": None,
    "trained_until": None,
    "trained_noted_at": None,
    "checked_until": None,
    "checked_noted_at": None,
    "paused_until": None,
}
_NO_PAIRING = {
    "to_citizen": (),
    "to_guide": (),
    "question": "",
    "answer": "",
    "meeting_at": None,
    "meeting_place": "",
}


def matters(db: Connection) -> Iterator[Ended]:
    """Each wish with the guides who were asked, and how long a guide without an account may guide."""
    asked: dict[str, list[tuple[str, datetime | None]]] = {}
    for pairing in db.execute(_ASKED):
        over = None if pairing.state in OPEN else pairing.moved_at
        asked.setdefault(pairing.request_id, []).append((pairing.guide_id, over))
    for wish in db.execute(select(t.request.c.id, t.request.c.citizen_id, t.request.c.closed_at)):
        pairings = asked.get(wish.id, [])
        ends = [wish.closed_at, *(end for _, end in pairings)]
        days = [local_date(end) for end in ends if end is not None]
        last = max(days) if len(days) == len(ends) else None
        yield Ended(
            Matter.WISH, wish.id, wish.citizen_id, last, tuple(sorted({guide for guide, _ in pairings}))
        )
        for guide_id, end in pairings:
            yield Ended(Matter.TIE, wish.id, guide_id, None if end is None else local_date(end))
    for guide in db.execute(_WITHOUT_ACCOUNT):
        if guide.trained_until is not None and guide.checked_until is not None:
            last = max(guide.trained_until, guide.checked_until)
            yield Ended(Matter.TIE, guide.person_id, guide.person_id, last)


_ASKED = select(t.pairing.c.request_id, t.pairing.c.guide_id, t.pairing.c.state, t.pairing.c.moved_at)
_WITHOUT_ACCOUNT = select(t.guide.c.person_id, t.guide.c.trained_until, t.guide.c.checked_until).where(
    ~select(account.c.person_id).where(account.c.person_id == t.guide.c.person_id).exists()
)


def erase_wishes(db: Connection, request_ids: Collection[str]) -> None:
    """Take the words of these wishes and of their pairings away; days, states and minutes stay for the counts."""
    asked = {"ids": request_ids}
    pairings = select(t.pairing.c.id).where(among(t.pairing.c.request_id, "ids"))
    db.execute(delete(t.contact).where(t.contact.c.pairing_id.in_(pairings), t.contact.c.draft), asked)
    db.execute(update(t.pairing).where(among(t.pairing.c.request_id, "ids")).values(_NO_PAIRING), asked)
    db.execute(update(t.request).where(among(t.request.c.id, "ids")).values(_NO_WISH), asked)


def erase_people(db: Connection, person_ids: Collection[str]) -> None:
    """Take away what these people said as guides, and whom they never were to be paired with."""
    asked = {"ids": person_ids}
    db.execute(delete(t.exclusion).where(among(t.exclusion.c.citizen_id, "ids")), asked)
    db.execute(update(t.guide).where(among(t.guide.c.person_id, "ids")).values(_NO_GUIDE), asked)


def _old(before: datetime) -> ColumnElement[bool]:
    return (t.run.c.made_at < before) & t.run.c.status.in_(["draft", "published", "discarded", "failed"])


def count_old_runs(db: Connection, before: datetime) -> int:
    """How many finished runs of the matching were made before then."""
    return db.execute(select(func.count()).select_from(t.run).where(_old(before))).scalar_one()


def sweep_old_runs(db: Connection, before: datetime) -> None:
    """Delete them, with all that they say about people; the pairings that came of them stay."""
    old = select(t.run.c.id).where(_old(before))
    db.execute(delete(t.ruling).where(t.ruling.c.run_id.in_(old)))
    db.execute(update(t.pairing).where(t.pairing.c.run_id.in_(old)).values(run_id=None))
    db.execute(update(t.run).where(t.run.c.follows.in_(old)).values(follows=None))
    db.execute(delete(t.run).where(_old(before)))
