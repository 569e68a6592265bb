"""A request as a person reads it: where it stands, what happens next and by when. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from budgets.model import RequestState
from budgets.records import limits
from budgets.requests.model import RequestStory
from foundation.dates import day
from foundation.i18n import N_, Text


class RequestView(msgspec.Struct, frozen=True):
    """A request with its words and what can be done with it."""

    story: RequestStory
    goal: str
    state: Text
    tone: str  # of the tag that shows the state
    next: tuple[Text, ...]  # what happens now, in short sentences
    may_give_up: bool
    may_send_receipt: bool
    may_say_what_was_learnt: bool


_STATES = {
    RequestState.ASKED: (N_("Waits for an answer"), "wait"),
    RequestState.RESERVED: (N_("Put aside"), "accent"),
    RequestState.BOUGHT: (N_("Bought"), "good"),
    RequestState.REFUSED: (N_("The answer is no"), ""),
    RequestState.GIVEN_UP: (N_("Given up"), ""),
    RequestState.LAPSED: (N_("Not bought in time"), ""),
}


def request_views(
    stories: Iterable[RequestStory], titles: Mapping[str, str], today: date, language: str
) -> tuple[RequestView, ...]:
    """Requests as their citizen reads them on that day."""
    return tuple(_view(one, titles.get(one.request.goal_id, "…"), today, language) for one in stories)


def _view(story: RequestStory, goal: str, today: date, language: str) -> RequestView:
    state = story.request.state
    words, tone = _STATES[state]
    open_ = not story.closed
    return RequestView(
        story,
        goal,
        Text(words),
        tone,
        _next(story, goal, today, language),
        open_ and state in {RequestState.ASKED, RequestState.RESERVED},
        open_ and state in {RequestState.RESERVED, RequestState.BOUGHT},
        state is RequestState.BOUGHT,
    )


def _next(story: RequestStory, goal: str, today: date, language: str) -> tuple[Text, ...]:
    request = story.request
    if request.state is RequestState.ASKED:
        return _waiting(story, today, language)
    values: dict[str, str | int] = {"goal": goal}
    if request.put_aside_until is not None:
        values["until"] = day(request.put_aside_until, language)
    if story.refusal is not None:
        values["answered"] = day(story.refusal.at, language)
    sentences = _NEXT[request.state]
    if request.state is RequestState.RESERVED and request.put_aside_until is None:
        sentences = sentences[:1]
    return tuple(Text(one, values) for one in sentences)


_NEXT: dict[RequestState, tuple[str, ...]] = {
    RequestState.RESERVED: (
        N_("You can buy it now."),
        N_("The money is put aside until %(until)s. Then it goes back to %(goal)s."),
    ),
    RequestState.BOUGHT: (),
    RequestState.REFUSED: (N_("You got a no on %(answered)s. The money is still there for %(goal)s."),),
    RequestState.GIVEN_UP: (N_("You did not want it after all."),),
    RequestState.LAPSED: (N_("It was not bought in time. The money is no longer put aside."),),
}


def _waiting(story: RequestStory, today: date, language: str) -> tuple[Text, ...]:
    request = story.request
    said: tuple[Text, ...] = (Text(N_("A budget officer decides.")),)
    if limits.answers_needed(story.fund, request.amount_ore) > 1:
        said = (
            Text(N_("One has said yes. One more must say yes too."))
            if story.answers
            else Text(N_("It is a large amount. So two budget officers decide.")),
        )
    if request.answer_by is None:
        return said
    by = {"day": day(request.answer_by, language)}
    if today > request.answer_by:
        return (*said, Text(N_("You should have had an answer by %(day)s. You may call and ask."), {**by}))
    return (*said, Text(N_("You get an answer by %(day)s."), {**by}))
