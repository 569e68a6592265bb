"""Goals of the demo municipality's citizens, out of the texts, each citizen with goals of different kinds."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from livsmester.demo import cast
from livsmester.demo.content.goals import GoalText, goal_named, goal_texts
from livsmester.demo.model import Maker, Population, Size
from people.access.model import Role
from plans.model import Goal, GoalState

DEMO_GOALS = ("Lære at svømme", "Spille guitar for andre", "Se min søster oftere")
DEMO_GOAL_REACHED = "Lære min nabo at kende"
SHARE_WITH_GOALS_ONLY = 0.3  # of the citizens with no budget
_STATES = ((GoalState.ACTIVE, GoalState.REACHED, GoalState.PUT_AWAY), (7, 2, 1))

Kept = tuple[Goal, GoalText]


def make_goals(
    maker: Maker, size: Size, population: Population
) -> tuple[tuple[Goal, ...], dict[str, list[Kept]]]:
    """All goals, and by citizen those of the citizens who have a budget: 1 to 3 goals each that the money goes to."""
    demo_citizen_id = population.person(cast.CITIZEN).id
    others = [one for one in population.roles[Role.CITIZEN] if one != demo_citizen_id]
    with_budget = set(maker.dice.sample(others, min(len(others), size.budgets - 1)))
    deck = _deck(maker)
    money_goes_to = {
        demo_citizen_id: [_goal(maker, demo_citizen_id, goal_named(title), None) for title in DEMO_GOALS]
    }
    reached, _ = _goal(maker, demo_citizen_id, goal_named(DEMO_GOAL_REACHED), GoalState.REACHED)
    beside = [reached]
    for citizen_id in others:
        if citizen_id in with_budget:
            texts = _draw(deck, maker.dice.choice((1, 1, 2, 2, 3)))
            money_goes_to[citizen_id] = [_goal(maker, citizen_id, text, None) for text in texts]
            if maker.dice.random() < 0.2:
                beside += [_goal(maker, citizen_id, text, GoalState.REACHED)[0] for text in _draw(deck, 1)]
        elif maker.dice.random() < SHARE_WITH_GOALS_ONLY:
            state = maker.dice.choices(*_STATES)[0]
            texts = _draw(deck, maker.dice.choice((1, 1, 2)))
            beside += [_goal(maker, citizen_id, text, state)[0] for text in texts]
    funded = [goal for kept in money_goes_to.values() for goal, _ in kept]
    return (*funded, *beside), money_goes_to


def _deck(maker: Maker) -> Iterator[GoalText]:
    """The texts in an order of chance, all of them before one comes again."""
    texts = list(goal_texts())
    while True:
        yield from maker.dice.sample(texts, len(texts))


def _draw(deck: Iterator[GoalText], count: int) -> Sequence[GoalText]:
    return [next(deck) for _ in range(count)]


def _goal(maker: Maker, citizen_id: str, text: GoalText, state: GoalState | None) -> Kept:
    created_at = maker.now - timedelta(days=maker.dice.randint(366, 500), minutes=maker.dice.randrange(600))
    words = f"{text.words}\n\n{text.learnt}" if state is GoalState.REACHED else text.words
    goal = Goal(maker.id(), citizen_id, text.title, words, text.theme, state or GoalState.ACTIVE, created_at)
    return goal, text
