"""A budget as a person reads it: goals with their pace, the weeks left, movements in words. No I/O."""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from budgets.ledger.double_entry import MovementKind
from budgets.model import Budget, Closing, Envelope, Fund, MovementRecord, UnspentPolicy
from budgets.money.pace import Pace, Weeks, pace, unit_ore, weeks
from foundation.dates import format_day
from foundation.i18n import N_, LazyText
from foundation.money import format_ore


class GoalView(msgspec.Struct, frozen=True):
    """One goal's money: its title in the citizen's own words, the unit of its chart, and its pace."""

    title: str
    envelope: Envelope
    unit_ore: int
    pace: Pace


class BudgetView(msgspec.Struct, frozen=True):
    """A budget as it is on a day."""

    budget: Budget
    goals: tuple[GoalView, ...]  # those that have or had money, the one with most left first
    weeks: Weeks
    is_running: bool
    is_over: bool  # past its last day, or closed before it
    pace: Pace  # of all of it


def budget_view(
    budget: Budget, titles: Mapping[str, str], today: date, closing: Closing | None = None
) -> BudgetView:
    """The budget on that day. A goal without a title (it was deleted) is shown as an ellipsis."""
    grant = budget.grant
    goals = tuple(
        GoalView(
            titles.get(envelope.goal_id, "…"),
            envelope,
            unit_ore(envelope.total_ore),
            pace(
                envelope.left_ore,
                envelope.reserved_ore + envelope.spent_ore,
                grant.starts_on,
                grant.ends_on,
                today,
            ),
        )
        for envelope in sorted(budget.envelopes, key=lambda envelope: (-envelope.left_ore, envelope.goal_id))
        if envelope.total_ore
    )
    used_ore = budget.reserved_ore + budget.spent_ore
    return BudgetView(
        budget,
        goals,
        weeks(grant.starts_on, grant.ends_on, today),
        closing is None and grant.starts_on <= today <= grant.ends_on,
        closing is not None or grant.ends_on < today,
        pace(budget.left_ore, used_ore, grant.starts_on, grant.ends_on, today),
    )


_UNSPENT = {
    UnspentPolicy.RETURNED: N_("Money that you do not use goes back to the municipality after %(day)s."),
    UnspentPolicy.CARRIED_OVER: N_("Money that you do not use is still yours after %(day)s."),
    UnspentPolicy.EXPIRED: N_("Money that you do not use lapses after %(day)s."),
}
EASY_UNSPENT = {
    UnspentPolicy.RETURNED: N_("Then the municipality gets it back."),
    UnspentPolicy.CARRIED_OVER: N_("Then it is still yours."),
    UnspentPolicy.EXPIRED: N_("Then it is gone."),
}
EASY_CARRIED_SOME = N_("Then some of it is still yours.")
_CARRIED_SOME = N_("Up to %(most)s that you do not use is still yours after %(day)s.")
_REST_RETURNED = N_("The rest goes back to the municipality.")
_NOTICE_BEFORE = N_("You will hear from us well before.")


def left_text(left_ore: int, goal: str, language: str) -> str:
    """The sentence with the amount left for a goal, in the wording of `components/money_left.html`."""
    values: dict[str, str | int] = {"amount": format_ore(left_ore, language), "goal": goal}
    return LazyText(N_("You have %(amount)s left for %(goal)s."), values).render(language)


def unspent_text(fund: Fund, last_day: date, language: str) -> tuple[str, ...]:
    """What happens to money that is not used, in sentences. The page shows them from the first day."""
    sentences = (*unspent_rule(fund, last_day, language), LazyText(_NOTICE_BEFORE))
    return tuple(sentence.render(language) for sentence in sentences)


def unspent_rule(fund: Fund, last_day: date, language: str) -> tuple[LazyText, ...]:
    """The fund's rule for what is left, with the limit of what is carried over to the next period."""
    values: dict[str, str | int] = {"day": format_day(last_day, language)}
    if _has_carry_over_limit(fund):
        values["most"] = format_ore(fund.carry_over_max_ore or 0, language)
        return LazyText(_CARRIED_SOME, values), LazyText(_REST_RETURNED)
    return (LazyText(_UNSPENT[fund.unspent], values),)


def easy_unspent_text(fund: Fund) -> str:
    """`unspent_text` as one sentence that is easy to read; English, marked for translation."""
    return EASY_CARRIED_SOME if _has_carry_over_limit(fund) else EASY_UNSPENT[fund.unspent]


def _has_carry_over_limit(fund: Fund) -> bool:
    return fund.unspent is UnspentPolicy.CARRIED_OVER and fund.carry_over_max_ore is not None


class MovementView(msgspec.Struct, frozen=True):
    """A movement as a person reads it: a short sentence, who did it, and an icon."""

    movement: MovementRecord
    sentence: LazyText
    actor: LazyText
    icon: str


_ICONS = {
    MovementKind.GRANT: "coin",
    MovementKind.ALLOCATE: "flag",
    MovementKind.MOVE: "swap",
    MovementKind.RESERVE: "bag",
    MovementKind.SPEND: "bag",
    MovementKind.OUTLAY: "bag",
    MovementKind.RELEASE: "undo",
    MovementKind.REFUND: "undo",
    MovementKind.REVERSE: "undo",
}
_SENTENCES = {
    MovementKind.GRANT: N_("%(amount)s came in."),
    MovementKind.ALLOCATE: N_("%(amount)s went to %(goal)s."),
    MovementKind.RESERVE: N_("%(amount)s were put aside: %(what)s"),
    MovementKind.RELEASE: N_("%(amount)s are no longer put aside: %(what)s"),
    MovementKind.SPEND: N_("%(amount)s were spent: %(what)s"),
    MovementKind.OUTLAY: N_("%(amount)s were paid back to you: %(what)s"),
    MovementKind.REFUND: N_("%(amount)s came back from the shop: %(what)s"),
    MovementKind.REVERSE: N_("%(amount)s were put right: %(what)s"),
    MovementKind.RETURN: N_("%(amount)s went back to the municipality."),
    MovementKind.CARRY_OVER: N_("%(amount)s went on to the next period."),
    MovementKind.EXPIRE: N_("%(amount)s lapsed."),
    MovementKind.CLOSE: N_("The budget was closed. %(amount)s had been spent."),
}
_MOVED = N_("%(amount)s went from %(goal)s to %(other)s.")
_MOVED_BACK = N_("%(amount)s no longer belong to %(goal)s.")
_YOU = LazyText(N_("You"))
_MUNICIPALITY = LazyText(N_("The municipality"))


def movement_views(
    movements: Iterable[MovementRecord], titles: Mapping[str, str], reader_id: str, language: str
) -> tuple[MovementView, ...]:
    """The movements of a grant in the reader's language; the reader's own movements say "You"."""
    return tuple(
        MovementView(
            movement,
            _sentence(movement, titles, language),
            _actor(movement, reader_id),
            _ICONS.get(movement.kind, "dot"),
        )
        for movement in movements
    )


def _sentence(movement: MovementRecord, titles: Mapping[str, str], language: str) -> LazyText:
    goals = [titles.get(goal_id, "…") for goal_id in movement.goal_ids]
    values: dict[str, str | int] = {
        "amount": format_ore(movement.amount_ore, language),
        "goal": goals[0] if goals else "…",
        "other": goals[-1] if goals else "…",
        "what": movement.why,
    }
    if movement.kind is MovementKind.MOVE:
        return LazyText(_MOVED if len(goals) > 1 else _MOVED_BACK, values)
    return LazyText(_SENTENCES[movement.kind], values)


def _actor(movement: MovementRecord, reader_id: str) -> LazyText:
    if movement.actor_id == reader_id:
        return _YOU
    return LazyText("%(name)s", {"name": movement.actor_name}) if movement.actor_name else _MUNICIPALITY
