"""Generates the citizens' goals from the goal texts."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from livsmester.demo import cast
from livsmester.demo.content.goals import GoalText, goal_by_title, goal_texts
from livsmester.demo.model import DemoBuilder, DemoSize, Population
from people.access.model import Role
from plans.model import Goal, GoalState

DEMO_GOALS = ("Lære at svømme", "Spille guitar for andre", "Se min søster oftere")
DEMO_GOAL_REACHED = "Lære min nabo at kende"
SHARE_WITH_GOALS_ONLY = 0.3  # of the citizens without a budget
_STATES = ((GoalState.ACTIVE, GoalState.REACHED, GoalState.PUT_AWAY), (7, 2, 1))

GoalWithText = tuple[Goal, GoalText]


def make_goals(
    builder: DemoBuilder, size: DemoSize, population: Population
) -> tuple[tuple[Goal, ...], dict[str, list[GoalWithText]]]:
    """All goals, and citizen id → the 1 to 3 goals that the citizen's budget funds."""
    demo_citizen_id = population.person(cast.CITIZEN).id
    others = [citizen_id for citizen_id in population.roles[Role.CITIZEN] if citizen_id != demo_citizen_id]
    with_budget = set(builder.random.sample(others, min(len(others), size.budgets - 1)))
    texts_left = _shuffled_texts(builder)
    funded_goals = {
        demo_citizen_id: [_goal(builder, demo_citizen_id, goal_by_title(title), None) for title in DEMO_GOALS]
    }
    reached, _ = _goal(builder, demo_citizen_id, goal_by_title(DEMO_GOAL_REACHED), GoalState.REACHED)
    unfunded = [reached]
    for citizen_id in others:
        if citizen_id in with_budget:
            texts = _take(texts_left, builder.random.choice((1, 1, 2, 2, 3)))
            funded_goals[citizen_id] = [_goal(builder, citizen_id, text, None) for text in texts]
            if builder.random.random() < 0.2:
                unfunded += [
                    _goal(builder, citizen_id, text, GoalState.REACHED)[0] for text in _take(texts_left, 1)
                ]
        elif builder.random.random() < SHARE_WITH_GOALS_ONLY:
            state = builder.random.choices(*_STATES)[0]
            texts = _take(texts_left, builder.random.choice((1, 1, 2)))
            unfunded += [_goal(builder, citizen_id, text, state)[0] for text in texts]
    funded = [goal for goals in funded_goals.values() for goal, _ in goals]
    return (*funded, *unfunded), funded_goals


def _shuffled_texts(builder: DemoBuilder) -> Iterator[GoalText]:
    """The texts in random order without end; every text comes before any repeats."""
    texts = list(goal_texts())
    while True:
        yield from builder.random.sample(texts, len(texts))


def _take(texts: Iterator[GoalText], count: int) -> Sequence[GoalText]:
    return [next(texts) for _ in range(count)]


def _goal(builder: DemoBuilder, citizen_id: str, text: GoalText, state: GoalState | None) -> GoalWithText:
    created_at = builder.now - timedelta(
        days=builder.random.randint(366, 500), minutes=builder.random.randrange(600)
    )
    description = f"{text.words}\n\n{text.learnt}" if state is GoalState.REACHED else text.words
    goal = Goal(
        builder.new_id(),
        citizen_id,
        text.title,
        description,
        text.theme,
        state or GoalState.ACTIVE,
        created_at,
    )
    return goal, text
