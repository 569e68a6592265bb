"""Offers and pairings of the demo municipality in every state, each with the way that led there.

The matching itself finds the pairs, so that the reasons are real ones.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import cycle, islice

import msgspec

from foundation.clock import COPENHAGEN
from guides.labels import ContactKind
from guides.lifecycle import EndReason, Move, Party, State, answer_by
from guides.matching import Pair, propose
from guides.matching.model import Pool
from guides.pairings.model import Contact, Pairing
from guides.pool.model import KeptRequest
from livsmester.demo import cast
from livsmester.demo.content import vocabulary
from livsmester.demo.content.areas import AREAS, TRAVEL_TIMES
from livsmester.demo.model import Maker, Population, Size, Step, Story
from people.access.model import Role

# The first seven are one of each, so that a small municipality has them all.
OPEN_STATES: tuple[State, ...] = (
    *(State.RUNNING, State.OFFERED, State.GUIDE_WILLING, State.MEETING, State.DECIDING),
    *(State.GUIDE_CONFIRMED, State.CITIZEN_CONFIRMED),
    *([State.RUNNING] * 37 + [State.OFFERED] * 7 + [State.GUIDE_WILLING] * 3 + [State.MEETING] * 3),
    *(State.DECIDING, State.GUIDE_CONFIRMED, State.CITIZEN_CONFIRMED),
)
OVER = (State.DECLINED, State.LAPSED, State.WITHDRAWN, State.DECLINED, State.ENDED)
END_REASONS = (EndReason.GOAL_REACHED, EndReason.TIME, EndReason.GOAL_REACHED, EndReason.OTHER)

Stage = tuple[Move, Party, int]  # and the days since the stage before
_ACCEPTED: tuple[Stage, ...] = ((Move.GUIDE_ACCEPTS, Party.GUIDE, 2),)
_WANTED: tuple[Stage, ...] = (*_ACCEPTED, (Move.CITIZEN_ACCEPTS, Party.CITIZEN, 3))
_PLANNED: tuple[Stage, ...] = (*_WANTED, (Move.MEETING_PLANNED, Party.COORDINATOR, 1))
_MET: tuple[Stage, ...] = (*_PLANNED, (Move.MEETING_HELD, Party.COORDINATOR, 6))
_GUIDE_SURE: tuple[Stage, ...] = (*_MET, (Move.GUIDE_CONFIRMS, Party.GUIDE, 1))
_RUNNING: tuple[Stage, ...] = (*_GUIDE_SURE, (Move.CITIZEN_CONFIRMS, Party.CITIZEN, 2))
WAYS: dict[State, tuple[Stage, ...]] = {
    State.OFFERED: (),
    State.GUIDE_WILLING: _ACCEPTED,
    State.MEETING: _PLANNED,
    State.DECIDING: _MET,
    State.GUIDE_CONFIRMED: _GUIDE_SURE,
    State.CITIZEN_CONFIRMED: (*_MET, (Move.CITIZEN_CONFIRMS, Party.CITIZEN, 1)),
    State.RUNNING: _RUNNING,
    State.ENDED: _RUNNING,
    State.DECLINED: (*_ACCEPTED, (Move.CITIZEN_DECLINES, Party.CITIZEN, 2)),
    State.LAPSED: ((Move.DEADLINE_PASSES, Party.COORDINATOR, 9),),
    State.WITHDRAWN: ((Move.COORDINATOR_WITHDRAWS, Party.COORDINATOR, 4),),
}
# How many days ago the last stage was, 1 to 5 where nothing is said. Offers wait a week for an answer, a few wait longer.
AGE_RANGES = {State.OFFERED: (1, 9), State.RUNNING: (3, 165), State.ENDED: (50, 200)}
AGES = {cast.WITH_GUIDE: 47, cast.ASKED_GUIDE: 2}
FIRST_CHECK_IN_DAYS = 30
SILENCE_DAYS = 40
GUIDES_PER_PAIR = 4  # looked at: more would make the choice longer and no better


def make_stories(
    maker: Maker, size: Size, population: Population
) -> tuple[tuple[Story, ...], tuple[KeptRequest, ...]]:
    """The pairings in the order of their offers, and all requests with waiting times that go with them."""
    pairs = _pairs(maker, size, population)
    requests = {kept.request.id: kept for kept in population.requests}
    file_ids = {person.id: person.file_id for person in population.people}
    stories = []
    for pair, state, reason in zip(pairs, *_ends(size), strict=False):
        kept = requests[pair.request_id]
        story = _story(maker, population, pair, kept, state, reason, file_ids[kept.citizen_id])
        requests[pair.request_id] = _asked_before(kept, story.offer.offered_at, maker)
        stories.append(story)
    return tuple(sorted(stories, key=lambda one: one.offer.offered_at)), tuple(requests.values())


def _ends(size: Size) -> tuple[list[State], Iterator[EndReason | None]]:
    """The state that each pairing has come to, the cast's two first, and why the ended ones ended."""
    opened = list(islice(cycle(OPEN_STATES), size.pairings))
    finished = [State.ENDED] * size.finished
    over = list(islice(cycle(OVER), size.over))
    reasons = [
        *[None] * len(opened),
        *islice(cycle(END_REASONS), len(finished)),
        *(EndReason.NO_FAULT_REMATCH if state is State.ENDED else None for state in over),
    ]
    return opened + finished + over, iter(reasons)


def _pairs(maker: Maker, size: Size, population: Population) -> list[Pair]:
    """Pairs out of the matching of some of the requests; first the two that the demo guide has."""
    wanted = size.pairings + size.finished + size.over
    guide_id = population.person(cast.GUIDE).id
    by_citizen = {kept.citizen_id: kept for kept in population.requests}
    pinned = [
        (by_citizen[population.person(file_id).id].request.id, guide_id)
        for file_id in (cast.WITH_GUIDE, cast.ASKED_GUIDE)
    ]
    demo_citizen_id = population.person(cast.CITIZEN).id
    taking_part = [kept.request for kept in population.requests if kept.citizen_id != demo_citizen_id]
    # Others have no claim on the demo guide, whose free places are kept for the demo citizen.
    guides = [
        msgspec.structs.replace(kept.guide, capacity=len(pinned)) if kept.guide.id == guide_id else kept.guide
        for kept in population.guides[: wanted * GUIDES_PER_PAIR]
    ]
    pool = Pool(
        guides=tuple(guides),
        requests=tuple(taking_part[: wanted + wanted // 4]),
        areas=AREAS,
        travel_times=TRAVEL_TIMES,
        pinned=tuple(pinned),
        today=maker.today,
    )
    found = {pair.request_id: pair for pair in propose(pool, seed=1).pairs}
    rest = [found[request.id] for request in pool.requests[2:] if request.id in found]
    return [*(found[request_id] for request_id, _ in pinned), *maker.dice.sample(rest, len(rest))][:wanted]


def _story(
    maker: Maker,
    population: Population,
    pair: Pair,
    kept: KeptRequest,
    state: State,
    reason: EndReason | None,
    file_id: str | None,
) -> Story:
    actors = {
        Party.GUIDE: pair.guide_id,
        Party.CITIZEN: kept.citizen_id,
        Party.COORDINATOR: maker.dice.choice(population.roles[Role.COORDINATOR]),
    }
    age = AGES.get(file_id or "") or maker.dice.randint(*AGE_RANGES.get(state, (1, 5)))
    way = WAYS[state]
    if state is State.MEETING and maker.dice.random() < 0.5:
        way = _WANTED  # nobody has set a time yet
    moments = _moments(maker, way, age)
    offer = _offer(maker, pair, kept, moments[0])
    steps = [
        Step(at, move, party, actors[party], _planned(maker, at) if move is Move.MEETING_PLANNED else {})
        for at, (move, party, _) in zip(moments[1:], way, strict=True)
    ]
    contacts: tuple[Contact, ...] = ()
    if state in {State.RUNNING, State.ENDED}:
        more, contacts = _together(maker, offer, steps[-1].at, actors, reason, file_id=file_id)
        steps += more
    elif state is State.OFFERED and file_id != cast.ASKED_GUIDE and maker.dice.random() < 0.4:
        steps += _question(maker, offer.offered_at, actors)
    return Story(offer, tuple(steps), contacts)


def _offer(maker: Maker, pair: Pair, kept: KeptRequest, at: datetime) -> Pairing:
    return Pairing(
        id=maker.id(),
        request_id=pair.request_id,
        citizen_id=kept.citizen_id,
        guide_id=pair.guide_id,
        state=State.OFFERED,
        answer_by=answer_by(at.date()),
        to_citizen=pair.reasons_citizen,
        to_guide=pair.reasons_guide,
        question="",
        answer="",
        meeting_at=None,
        meeting_place="",
        offered_at=at,
        moved_at=at,
    )


def _together(
    maker: Maker,
    offer: Pairing,
    began: datetime,
    actors: dict[Party, str],
    reason: EndReason | None,
    *,
    file_id: str | None,
) -> tuple[list[Step], tuple[Contact, ...]]:
    """What happened while it ran: contacts, the first check-in, and the end if there is a reason for one."""
    coordinator_id = actors[Party.COORDINATOR]
    last = maker.now
    steps = []
    if reason is not None:
        last = began + (maker.now - began) * 0.8
    elif file_id != cast.WITH_GUIDE and maker.dice.random() < 0.15:
        last = max(began, maker.now - timedelta(days=SILENCE_DAYS))
    checked_in = began + timedelta(days=FIRST_CHECK_IN_DAYS)
    if checked_in < last and maker.dice.random() < 0.8:
        steps.append(Step(checked_in, Move.CHECKED_IN, Party.COORDINATOR, coordinator_id))
    if reason is not None:
        steps.append(Step(last, Move.END, Party.COORDINATOR, coordinator_id, {"end_reason": reason}))
    return steps, tuple(_contacts(maker, offer.id, began, last))


def _moments(maker: Maker, way: Sequence[Stage], age: int) -> list[datetime]:
    """When it was offered and when each stage came, the last one `age` days ago; in the daytime."""
    days_ago = [age]
    for _, _, days in reversed(way):
        days_ago.insert(0, days_ago[0] + days)
    return [_daytime(maker, days) for days in days_ago]


def _daytime(maker: Maker, days_ago: int) -> datetime:
    hour, minute = maker.dice.randint(9, 18), maker.dice.choice((0, 5, 12, 20, 34, 48))
    return datetime.combine(maker.today - timedelta(days=days_ago), time(hour, minute), COPENHAGEN)


def _planned(maker: Maker, at: datetime) -> dict[str, object]:
    meeting_day = at.date() + timedelta(days=6)
    when = datetime.combine(meeting_day, time(maker.dice.randint(10, 15)), COPENHAGEN)
    return {"meeting_at": when, "meeting_place": maker.dice.choice(vocabulary.MEETING_PLACES)}


def _question(maker: Maker, offered_at: datetime, actors: dict[Party, str]) -> list[Step]:
    asked_at = min(offered_at + timedelta(hours=5), maker.now - timedelta(hours=2))
    until = answer_by(asked_at.date())
    question = maker.dice.choice(vocabulary.GUIDE_QUESTIONS)
    values: dict[str, object] = {"question": question, "answer": "", "answer_by": until}
    steps = [Step(asked_at, Move.GUIDE_ASKS, Party.GUIDE, actors[Party.GUIDE], values)]
    if maker.dice.random() < 0.5:
        answered: dict[str, object] = {"answer": vocabulary.ANSWER, "answer_by": until}
        later = min(asked_at + timedelta(hours=3), maker.now)
        steps.append(
            Step(later, Move.COORDINATOR_ANSWERS, Party.COORDINATOR, actors[Party.COORDINATOR], answered)
        )
    return steps


def _contacts(maker: Maker, pairing_id: str, began: datetime, end: datetime) -> Iterator[Contact]:
    """What the guide noted: the first within days, then about once a week, eight at the most, the newest ones."""
    dice = maker.dice
    days = list(range(dice.randint(2, 4), max(3, (end - began).days), dice.randint(6, 9)))
    for day in days[-8:]:
        at = began + timedelta(days=day, hours=1)
        if at >= end:
            return
        yield Contact(
            maker.id(),
            pairing_id,
            at.date(),
            dice.choice((15, 30, 45, 60, 60, 90, 120)),
            dice.choice((ContactKind.MET, ContactKind.MET, ContactKind.PHONE, ContactKind.MESSAGE)),
            dice.random() < 0.93,
            False,
            at,
        )


def _asked_before(kept: KeptRequest, offered_at: datetime, maker: Maker) -> KeptRequest:
    """The same wish, made some weeks before the offer."""
    earliest = offered_at.date() - timedelta(days=maker.dice.randint(14, 90))
    since = min(kept.request.waiting_since, earliest)
    return msgspec.structs.replace(kept, request=msgspec.structs.replace(kept.request, waiting_since=since))
