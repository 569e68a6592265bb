"""Offers and pairings of the demo municipality in every state, each with the way that led there.

The matching itself finds the pairs, so that the reasons are real ones.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import cycle, islice

import msgspec

from foundation.clock import COPENHAGEN
from guides.labels import ContactKind
from guides.lifecycle import ActorRole, EndReason, State, Transition, answer_deadline
from guides.matching import Pair, propose
from guides.matching.model import Pool
from guides.pairings.model import Contact, Pairing
from guides.pool.model import RequestRecord
from livsmester.demo import cast
from livsmester.demo.content import vocabulary
from livsmester.demo.content.areas import AREAS, TRAVEL_TIMES
from livsmester.demo.model import DemoBuilder, DemoSize, HistoryStep, PairingHistory, Population
from people.access.model import Role

# The first seven are one of each, so that a small municipality has them all.
OPEN_STATES: tuple[State, ...] = (
    *(State.RUNNING, State.OFFERED, State.GUIDE_WILLING, State.MEETING, State.DECIDING),
    *(State.GUIDE_CONFIRMED, State.CITIZEN_CONFIRMED),
    *([State.RUNNING] * 37 + [State.OFFERED] * 7 + [State.GUIDE_WILLING] * 3 + [State.MEETING] * 3),
    *(State.DECIDING, State.GUIDE_CONFIRMED, State.CITIZEN_CONFIRMED),
)
FAILED_STATES = (State.DECLINED, State.LAPSED, State.WITHDRAWN, State.DECLINED, State.ENDED)
END_REASONS = (EndReason.GOAL_REACHED, EndReason.TIME, EndReason.GOAL_REACHED, EndReason.OTHER)

PairingStage = tuple[Transition, ActorRole, int]  # and the days since the stage before
_TO_GUIDE_WILLING: tuple[PairingStage, ...] = ((Transition.GUIDE_ACCEPTS, ActorRole.GUIDE, 2),)
_TO_BOTH_WILLING: tuple[PairingStage, ...] = (
    *_TO_GUIDE_WILLING,
    (Transition.CITIZEN_ACCEPTS, ActorRole.CITIZEN, 3),
)
_TO_MEETING: tuple[PairingStage, ...] = (
    *_TO_BOTH_WILLING,
    (Transition.MEETING_PLANNED, ActorRole.COORDINATOR, 1),
)
_TO_DECIDING: tuple[PairingStage, ...] = (*_TO_MEETING, (Transition.MEETING_HELD, ActorRole.COORDINATOR, 6))
_TO_GUIDE_CONFIRMED: tuple[PairingStage, ...] = (
    *_TO_DECIDING,
    (Transition.GUIDE_CONFIRMS, ActorRole.GUIDE, 1),
)
_TO_RUNNING: tuple[PairingStage, ...] = (
    *_TO_GUIDE_CONFIRMED,
    (Transition.CITIZEN_CONFIRMS, ActorRole.CITIZEN, 2),
)
STAGES_TO: dict[State, tuple[PairingStage, ...]] = {
    State.OFFERED: (),
    State.GUIDE_WILLING: _TO_GUIDE_WILLING,
    State.MEETING: _TO_MEETING,
    State.DECIDING: _TO_DECIDING,
    State.GUIDE_CONFIRMED: _TO_GUIDE_CONFIRMED,
    State.CITIZEN_CONFIRMED: (*_TO_DECIDING, (Transition.CITIZEN_CONFIRMS, ActorRole.CITIZEN, 1)),
    State.RUNNING: _TO_RUNNING,
    State.ENDED: _TO_RUNNING,
    State.DECLINED: (*_TO_GUIDE_WILLING, (Transition.CITIZEN_DECLINES, ActorRole.CITIZEN, 2)),
    State.LAPSED: ((Transition.DEADLINE_PASSES, ActorRole.COORDINATOR, 9),),
    State.WITHDRAWN: ((Transition.COORDINATOR_WITHDRAWS, ActorRole.COORDINATOR, 4),),
}
# How many days ago the last stage was, 1 to 5 where nothing is said. Offers wait a week for an answer, a few wait longer.
AGE_DAYS_RANGES = {State.OFFERED: (1, 9), State.RUNNING: (3, 165), State.ENDED: (50, 200)}
CAST_AGE_DAYS = {cast.PAIRED_CITIZEN: 47, cast.OFFERED_CITIZEN: 2}
FIRST_CHECK_IN_DAYS = 30
SILENCE_DAYS = 40
GUIDES_PER_PAIR = 4  # looked at: more would make the choice longer and no better


def make_pairing_histories(
    builder: DemoBuilder, size: DemoSize, population: Population
) -> tuple[tuple[PairingHistory, ...], tuple[RequestRecord, ...]]:
    """The pairings in the order of their offers, and all requests with waiting times that go with them."""
    pairs = _pairs(builder, size, population)
    requests = {kept.request.id: kept for kept in population.requests}
    file_ids = {person.id: person.file_id for person in population.people}
    stories = []
    for pair, state, reason in zip(pairs, *_target_states(size), strict=False):
        kept = requests[pair.request_id]
        story = _history(builder, population, pair, kept, state, reason, file_ids[kept.citizen_id])
        requests[pair.request_id] = _backdated(kept, story.offer.offered_at, builder)
        stories.append(story)
    return tuple(sorted(stories, key=lambda one: one.offer.offered_at)), tuple(requests.values())


def _target_states(size: DemoSize) -> tuple[list[State], Iterator[EndReason | None]]:
    """The state that each pairing has come to, the cast's two first, and why the ended ones ended."""
    opened = list(islice(cycle(OPEN_STATES), size.pairings))
    finished = [State.ENDED] * size.ended_pairings
    over = list(islice(cycle(FAILED_STATES), size.failed_pairings))
    reasons = [
        *[None] * len(opened),
        *islice(cycle(END_REASONS), len(finished)),
        *(EndReason.NO_FAULT_REMATCH if state is State.ENDED else None for state in over),
    ]
    return opened + finished + over, iter(reasons)


def _pairs(builder: DemoBuilder, size: DemoSize, population: Population) -> list[Pair]:
    """Pairs out of the matching of some of the requests; first the two that the demo guide has."""
    wanted = size.pairings + size.ended_pairings + size.failed_pairings
    guide_id = population.person(cast.GUIDE).id
    by_citizen = {kept.citizen_id: kept for kept in population.requests}
    pinned = [
        (by_citizen[population.person(file_id).id].request.id, guide_id)
        for file_id in (cast.PAIRED_CITIZEN, cast.OFFERED_CITIZEN)
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
        today=builder.today,
    )
    found = {pair.request_id: pair for pair in propose(pool, seed=1).pairs}
    rest = [found[request.id] for request in pool.requests[2:] if request.id in found]
    return [*(found[request_id] for request_id, _ in pinned), *builder.random.sample(rest, len(rest))][
        :wanted
    ]


def _history(
    builder: DemoBuilder,
    population: Population,
    pair: Pair,
    kept: RequestRecord,
    state: State,
    reason: EndReason | None,
    file_id: str | None,
) -> PairingHistory:
    actors = {
        ActorRole.GUIDE: pair.guide_id,
        ActorRole.CITIZEN: kept.citizen_id,
        ActorRole.COORDINATOR: builder.random.choice(population.roles[Role.COORDINATOR]),
    }
    age = CAST_AGE_DAYS.get(file_id or "") or builder.random.randint(*AGE_DAYS_RANGES.get(state, (1, 5)))
    way = STAGES_TO[state]
    if state is State.MEETING and builder.random.random() < 0.5:
        way = _TO_BOTH_WILLING  # nobody has set a time yet
    moments = _stage_times(builder, way, age)
    offer = _offer(builder, pair, kept, moments[0])
    steps = [
        HistoryStep(
            at,
            move,
            party,
            actors[party],
            _meeting_values(builder, at) if move is Transition.MEETING_PLANNED else {},
        )
        for at, (move, party, _) in zip(moments[1:], way, strict=True)
    ]
    contacts: tuple[Contact, ...] = ()
    if state in {State.RUNNING, State.ENDED}:
        more, contacts = _running_period(builder, offer, steps[-1].at, actors, reason, file_id=file_id)
        steps += more
    elif state is State.OFFERED and file_id != cast.OFFERED_CITIZEN and builder.random.random() < 0.4:
        steps += _question_steps(builder, offer.offered_at, actors)
    return PairingHistory(offer, tuple(steps), contacts)


def _offer(builder: DemoBuilder, pair: Pair, kept: RequestRecord, at: datetime) -> Pairing:
    return Pairing(
        id=builder.new_id(),
        request_id=pair.request_id,
        citizen_id=kept.citizen_id,
        guide_id=pair.guide_id,
        state=State.OFFERED,
        answer_by=answer_deadline(at.date()),
        to_citizen=pair.reasons_citizen,
        to_guide=pair.reasons_guide,
        question="",
        answer="",
        meeting_at=None,
        meeting_place="",
        offered_at=at,
        moved_at=at,
    )


def _running_period(
    builder: DemoBuilder,
    offer: Pairing,
    began: datetime,
    actors: dict[ActorRole, str],
    reason: EndReason | None,
    *,
    file_id: str | None,
) -> tuple[list[HistoryStep], tuple[Contact, ...]]:
    """What happened while it ran: contacts, the first check-in, and the end if there is a reason for one."""
    coordinator_id = actors[ActorRole.COORDINATOR]
    last = builder.now
    steps = []
    if reason is not None:
        last = began + (builder.now - began) * 0.8
    elif file_id != cast.PAIRED_CITIZEN and builder.random.random() < 0.15:
        last = max(began, builder.now - timedelta(days=SILENCE_DAYS))
    checked_in = began + timedelta(days=FIRST_CHECK_IN_DAYS)
    if checked_in < last and builder.random.random() < 0.8:
        steps.append(HistoryStep(checked_in, Transition.CHECKED_IN, ActorRole.COORDINATOR, coordinator_id))
    if reason is not None:
        steps.append(
            HistoryStep(last, Transition.END, ActorRole.COORDINATOR, coordinator_id, {"end_reason": reason})
        )
    return steps, tuple(_contacts(builder, offer.id, began, last))


def _stage_times(builder: DemoBuilder, stages: Sequence[PairingStage], age: int) -> list[datetime]:
    """When it was offered and when each stage came, the last one `age` days ago; in the daytime."""
    days_ago = [age]
    for _, _, days in reversed(stages):
        days_ago.insert(0, days_ago[0] + days)
    return [_daytime(builder, days) for days in days_ago]


def _daytime(builder: DemoBuilder, days_ago: int) -> datetime:
    hour, minute = builder.random.randint(9, 18), builder.random.choice((0, 5, 12, 20, 34, 48))
    return datetime.combine(builder.today - timedelta(days=days_ago), time(hour, minute), COPENHAGEN)


def _meeting_values(builder: DemoBuilder, at: datetime) -> dict[str, object]:
    meeting_day = at.date() + timedelta(days=6)
    when = datetime.combine(meeting_day, time(builder.random.randint(10, 15)), COPENHAGEN)
    return {"meeting_at": when, "meeting_place": builder.random.choice(vocabulary.MEETING_PLACES)}


def _question_steps(
    builder: DemoBuilder, offered_at: datetime, actors: dict[ActorRole, str]
) -> list[HistoryStep]:
    asked_at = min(offered_at + timedelta(hours=5), builder.now - timedelta(hours=2))
    until = answer_deadline(asked_at.date())
    question = builder.random.choice(vocabulary.GUIDE_QUESTIONS)
    values: dict[str, object] = {"question": question, "answer": "", "answer_by": until}
    steps = [HistoryStep(asked_at, Transition.GUIDE_ASKS, ActorRole.GUIDE, actors[ActorRole.GUIDE], values)]
    if builder.random.random() < 0.5:
        answered: dict[str, object] = {"answer": vocabulary.COORDINATOR_ANSWER, "answer_by": until}
        later = min(asked_at + timedelta(hours=3), builder.now)
        steps.append(
            HistoryStep(
                later,
                Transition.COORDINATOR_ANSWERS,
                ActorRole.COORDINATOR,
                actors[ActorRole.COORDINATOR],
                answered,
            )
        )
    return steps


def _contacts(builder: DemoBuilder, pairing_id: str, began: datetime, end: datetime) -> Iterator[Contact]:
    """What the guide noted: the first within days, then about once a week, eight at the most, the newest ones."""
    dice = builder.random
    days = list(range(dice.randint(2, 4), max(3, (end - began).days), dice.randint(6, 9)))
    for day in days[-8:]:
        at = began + timedelta(days=day, hours=1)
        if at >= end:
            return
        yield Contact(
            builder.new_id(),
            pairing_id,
            at.date(),
            dice.choice((15, 30, 45, 60, 60, 90, 120)),
            dice.choice(
                (ContactKind.IN_PERSON, ContactKind.IN_PERSON, ContactKind.PHONE, ContactKind.MESSAGE)
            ),
            dice.random() < 0.93,
            False,
            at,
        )


def _backdated(kept: RequestRecord, offered_at: datetime, builder: DemoBuilder) -> RequestRecord:
    """The same wish, made some weeks before the offer."""
    earliest = offered_at.date() - timedelta(days=builder.random.randint(14, 90))
    since = min(kept.request.waiting_since, earliest)
    return msgspec.structs.replace(kept, request=msgspec.structs.replace(kept.request, waiting_since=since))
