"""Generates offers and pairings in every state, each with the transitions that led there.

The pairs come from the matching itself, so that their reasons are real.
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

# The first seven are one of each state, so that even a small municipality has every state.
OPEN_STATES: tuple[State, ...] = (
    *(State.RUNNING, State.OFFERED, State.GUIDE_WILLING, State.MEETING, State.DECIDING),
    *(State.GUIDE_CONFIRMED, State.CITIZEN_CONFIRMED),
    *([State.RUNNING] * 37 + [State.OFFERED] * 7 + [State.GUIDE_WILLING] * 3 + [State.MEETING] * 3),
    *(State.DECIDING, State.GUIDE_CONFIRMED, State.CITIZEN_CONFIRMED),
)
FAILED_STATES = (State.DECLINED, State.LAPSED, State.WITHDRAWN, State.DECLINED, State.ENDED)
END_REASONS = (EndReason.GOAL_REACHED, EndReason.TIME, EndReason.GOAL_REACHED, EndReason.OTHER)

PairingStage = tuple[Transition, ActorRole, int]  # transition, actor, days since the previous stage
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
# State → range of days since the last stage; (1, 5) for other states. Some offers are past the week for an answer.
AGE_DAYS_RANGES = {State.OFFERED: (1, 9), State.RUNNING: (3, 165), State.ENDED: (50, 200)}
CAST_AGE_DAYS = {cast.PAIRED_CITIZEN: 47, cast.OFFERED_CITIZEN: 2}
FIRST_CHECK_IN_DAYS = 30
SILENCE_DAYS = 40
GUIDES_PER_PAIR = 4  # in the matching: more would make it slower, not better


def make_pairing_histories(
    builder: DemoBuilder, size: DemoSize, population: Population
) -> tuple[tuple[PairingHistory, ...], tuple[RequestRecord, ...]]:
    """Pairing histories ordered by offer time, and all requests, backdated to before their offers."""
    pairs = _pairs(builder, size, population)
    requests = {record.request.id: record for record in population.requests}
    file_ids = {person.id: person.file_id for person in population.people}
    histories = []
    for pair, state, reason in zip(pairs, *_target_states(size), strict=False):
        record = requests[pair.request_id]
        history = _history(builder, population, pair, record, state, reason, file_ids[record.citizen_id])
        requests[pair.request_id] = _backdated(record, history.offer.offered_at, builder)
        histories.append(history)
    return tuple(sorted(histories, key=lambda history: history.offer.offered_at)), tuple(requests.values())


def _target_states(size: DemoSize) -> tuple[list[State], Iterator[EndReason | None]]:
    """The current state of each pairing, the cast's two first, and the end reasons of ended ones."""
    open_states = list(islice(cycle(OPEN_STATES), size.pairings))
    ended = [State.ENDED] * size.ended_pairings
    failed = list(islice(cycle(FAILED_STATES), size.failed_pairings))
    reasons = [
        *[None] * len(open_states),
        *islice(cycle(END_REASONS), len(ended)),
        *(EndReason.NO_FAULT_REMATCH if state is State.ENDED else None for state in failed),
    ]
    return open_states + ended + failed, iter(reasons)


def _pairs(builder: DemoBuilder, size: DemoSize, population: Population) -> list[Pair]:
    """Pairs from a matching of some of the requests; the demo guide's two come first."""
    pair_count = size.pairings + size.ended_pairings + size.failed_pairings
    guide_id = population.person(cast.GUIDE).id
    by_citizen = {record.citizen_id: record for record in population.requests}
    pinned = [
        (by_citizen[population.person(file_id).id].request.id, guide_id)
        for file_id in (cast.PAIRED_CITIZEN, cast.OFFERED_CITIZEN)
    ]
    demo_citizen_id = population.person(cast.CITIZEN).id
    candidates = [record.request for record in population.requests if record.citizen_id != demo_citizen_id]
    # The demo guide's free capacity is reserved for the demo citizen.
    guides = [
        msgspec.structs.replace(record.guide, capacity=len(pinned))
        if record.guide.id == guide_id
        else record.guide
        for record in population.guides[: pair_count * GUIDES_PER_PAIR]
    ]
    pool = Pool(
        guides=tuple(guides),
        requests=tuple(candidates[: pair_count + pair_count // 4]),
        areas=AREAS,
        travel_times=TRAVEL_TIMES,
        pinned=tuple(pinned),
        today=builder.today,
    )
    pair_by_request = {pair.request_id: pair for pair in propose(pool, seed=1).pairs}
    rest = [pair_by_request[request.id] for request in pool.requests[2:] if request.id in pair_by_request]
    return [
        *(pair_by_request[request_id] for request_id, _ in pinned),
        *builder.random.sample(rest, len(rest)),
    ][:pair_count]


def _history(
    builder: DemoBuilder,
    population: Population,
    pair: Pair,
    record: RequestRecord,
    state: State,
    reason: EndReason | None,
    file_id: str | None,
) -> PairingHistory:
    actors = {
        ActorRole.GUIDE: pair.guide_id,
        ActorRole.CITIZEN: record.citizen_id,
        ActorRole.COORDINATOR: builder.random.choice(population.roles[Role.COORDINATOR]),
    }
    age_days = CAST_AGE_DAYS.get(file_id or "") or builder.random.randint(*AGE_DAYS_RANGES.get(state, (1, 5)))
    stages = STAGES_TO[state]
    if state is State.MEETING and builder.random.random() < 0.5:
        stages = _TO_BOTH_WILLING  # no meeting is planned yet
    times = _stage_times(builder, stages, age_days)
    offer = _offer(builder, pair, record, times[0])
    steps = [
        HistoryStep(
            at,
            transition,
            role,
            actors[role],
            _meeting_values(builder, at) if transition is Transition.MEETING_PLANNED else {},
        )
        for at, (transition, role, _) in zip(times[1:], stages, strict=True)
    ]
    contacts: tuple[Contact, ...] = ()
    if state in {State.RUNNING, State.ENDED}:
        running_steps, contacts = _running_period(
            builder, offer, steps[-1].at, actors, reason, file_id=file_id
        )
        steps += running_steps
    elif state is State.OFFERED and file_id != cast.OFFERED_CITIZEN and builder.random.random() < 0.4:
        steps += _question_steps(builder, offer.offered_at, actors)
    return PairingHistory(offer, tuple(steps), contacts)


def _offer(builder: DemoBuilder, pair: Pair, record: RequestRecord, at: datetime) -> Pairing:
    return Pairing(
        id=builder.new_id(),
        request_id=pair.request_id,
        citizen_id=record.citizen_id,
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
    started_at: datetime,
    actors: dict[ActorRole, str],
    reason: EndReason | None,
    *,
    file_id: str | None,
) -> tuple[list[HistoryStep], tuple[Contact, ...]]:
    """The transitions and contacts while the pairing ran: the first check-in, and the end if `reason` is set."""
    coordinator_id = actors[ActorRole.COORDINATOR]
    last_at = builder.now
    steps = []
    if reason is not None:
        last_at = started_at + (builder.now - started_at) * 0.8
    elif file_id != cast.PAIRED_CITIZEN and builder.random.random() < 0.15:
        last_at = max(started_at, builder.now - timedelta(days=SILENCE_DAYS))
    check_in_at = started_at + timedelta(days=FIRST_CHECK_IN_DAYS)
    if check_in_at < last_at and builder.random.random() < 0.8:
        steps.append(HistoryStep(check_in_at, Transition.CHECKED_IN, ActorRole.COORDINATOR, coordinator_id))
    if reason is not None:
        steps.append(
            HistoryStep(
                last_at, Transition.END, ActorRole.COORDINATOR, coordinator_id, {"end_reason": reason}
            )
        )
    return steps, tuple(_contacts(builder, offer.id, started_at, last_at))


def _stage_times(builder: DemoBuilder, stages: Sequence[PairingStage], age: int) -> list[datetime]:
    """Times of the offer and of each stage, the last one `age` days ago, all in the daytime."""
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
    answer_by = answer_deadline(asked_at.date())
    question = builder.random.choice(vocabulary.GUIDE_QUESTIONS)
    values: dict[str, object] = {"question": question, "answer": "", "answer_by": answer_by}
    steps = [HistoryStep(asked_at, Transition.GUIDE_ASKS, ActorRole.GUIDE, actors[ActorRole.GUIDE], values)]
    if builder.random.random() < 0.5:
        answer_values: dict[str, object] = {"answer": vocabulary.COORDINATOR_ANSWER, "answer_by": answer_by}
        answered_at = min(asked_at + timedelta(hours=3), builder.now)
        steps.append(
            HistoryStep(
                answered_at,
                Transition.COORDINATOR_ANSWERS,
                ActorRole.COORDINATOR,
                actors[ActorRole.COORDINATOR],
                answer_values,
            )
        )
    return steps


def _contacts(
    builder: DemoBuilder, pairing_id: str, started_at: datetime, ended_at: datetime
) -> Iterator[Contact]:
    """The contacts that the guide recorded: about one a week, of which the newest eight are kept."""
    random = builder.random
    days = list(range(random.randint(2, 4), max(3, (ended_at - started_at).days), random.randint(6, 9)))
    for day in days[-8:]:
        at = started_at + timedelta(days=day, hours=1)
        if at >= ended_at:
            return
        yield Contact(
            builder.new_id(),
            pairing_id,
            at.date(),
            random.choice((15, 30, 45, 60, 60, 90, 120)),
            random.choice(
                (ContactKind.IN_PERSON, ContactKind.IN_PERSON, ContactKind.PHONE, ContactKind.MESSAGE)
            ),
            random.random() < 0.93,
            False,
            at,
        )


def _backdated(record: RequestRecord, offered_at: datetime, builder: DemoBuilder) -> RequestRecord:
    """The request, waiting since at least two weeks before the offer."""
    earliest = offered_at.date() - timedelta(days=builder.random.randint(14, 90))
    waiting_since = min(record.request.waiting_since, earliest)
    return msgspec.structs.replace(
        record, request=msgspec.structs.replace(record.request, waiting_since=waiting_since)
    )
