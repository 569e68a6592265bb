"""Goals of the demo municipality's citizens, out of the texts, each citizen with goals of different kinds."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from livsmester.demo import cast
from livsmester.demo.content.goals import GoalText, goal_by_title, goal_texts
from livsmester.demo.model import DemoBuilder, DemoSize, Population
from people.access.model import Role
from plans.model import Goal, GoalState

DEMO_GOALS = ("Lære at svømme", "Spille guitar for andre", "Se min søster oftere")
DEMO_GOAL_REACHED = "Lære min nabo at kende"
SHARE_WITH_GOALS_ONLY = 0.3  # of the citizens with no budget
_STATES = ((GoalState.ACTIVE, GoalState.REACHED, GoalState.PUT_AWAY), (7, 2, 1))

GoalWithText = tuple[Goal, GoalText]


def make_goals(
    builder: DemoBuilder, size: DemoSize, population: Population
) -> tuple[tuple[Goal, ...], dict[str, list[GoalWithText]]]:
    """All goals, and by citizen those of the citizens who have a budget: 1 to 3 goals each that the money goes to."""
    demo_citizen_id = population.person(cast.CITIZEN).id
    others = [one for one in population.roles[Role.CITIZEN] if one != demo_citizen_id]
    with_budget = set(builder.random.sample(others, min(len(others), size.budgets - 1)))
    deck = _shuffled_texts(builder)
    money_goes_to = {
        demo_citizen_id: [_goal(builder, demo_citizen_id, goal_by_title(title), None) for title in DEMO_GOALS]
    }
    reached, _ = _goal(builder, demo_citizen_id, goal_by_title(DEMO_GOAL_REACHED), GoalState.REACHED)
    beside = [reached]
    for citizen_id in others:
        if citizen_id in with_budget:
            texts = _take(deck, builder.random.choice((1, 1, 2, 2, 3)))
            money_goes_to[citizen_id] = [_goal(builder, citizen_id, text, None) for text in texts]
            if builder.random.random() < 0.2:
                beside += [_goal(builder, citizen_id, text, GoalState.REACHED)[0] for text in _take(deck, 1)]
        elif builder.random.random() < SHARE_WITH_GOALS_ONLY:
            state = builder.random.choices(*_STATES)[0]
            texts = _take(deck, builder.random.choice((1, 1, 2)))
            beside += [_goal(builder, citizen_id, text, state)[0] for text in texts]
    funded = [goal for kept in money_goes_to.values() for goal, _ in kept]
    return (*funded, *beside), money_goes_to


def _shuffled_texts(builder: DemoBuilder) -> Iterator[GoalText]:
    """The texts in an order of chance, all of them before one comes again."""
    texts = list(goal_texts())
    while True:
        yield from builder.random.sample(texts, len(texts))


def _take(texts: Iterator[GoalText], count: int) -> Sequence[GoalText]:
    return [next(texts) for _ in range(count)]


def _goal(builder: DemoBuilder, citizen_id: str, text: GoalText, state: GoalState | None) -> GoalWithText:
    created_at = builder.now - timedelta(
        days=builder.random.randint(366, 500), minutes=builder.random.randrange(600)
    )
    words = f"{text.words}\n\n{text.learnt}" if state is GoalState.REACHED else text.words
    goal = Goal(
        builder.new_id(), citizen_id, text.title, words, text.theme, state or GoalState.ACTIVE, created_at
    )
    return goal, text
