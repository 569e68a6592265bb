"""A request as a person reads it: its state, what happens next and by when. No I/O."""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from budgets.model import RequestState
from budgets.records import limits
from budgets.requests.model import RequestDetail
from foundation.dates import format_day
from foundation.i18n import N_, LazyText


class RequestView(msgspec.Struct, frozen=True):
    """A request with its texts and what its citizen can do with it."""

    detail: RequestDetail
    goal: str
    state: LazyText
    tone: str  # of the tag that shows the state
    next_steps: tuple[LazyText, ...]  # short sentences
    may_withdraw: bool
    may_send_receipt: bool
    may_record_learning: bool


_STATE_LABELS = {
    RequestState.PENDING: (N_("Waits for an answer"), "wait"),
    RequestState.RESERVED: (N_("Put aside"), "accent"),
    RequestState.BOUGHT: (N_("Bought"), "good"),
    RequestState.REFUSED: (N_("The answer is no"), ""),
    RequestState.WITHDRAWN: (N_("Given up"), ""),
    RequestState.EXPIRED: (N_("Not bought in time"), ""),
}


def request_views(
    details: Iterable[RequestDetail], titles: Mapping[str, str], today: date, language: str
) -> tuple[RequestView, ...]:
    """Requests as their citizen reads them on that day."""
    return tuple(
        _view(detail, titles.get(detail.request.goal_id, "…"), today, language) for detail in details
    )


def _view(detail: RequestDetail, goal: str, today: date, language: str) -> RequestView:
    state = detail.request.state
    label, tone = _STATE_LABELS[state]
    open_ = not detail.closed
    return RequestView(
        detail,
        goal,
        LazyText(label),
        tone,
        _next_steps(detail, goal, today, language),
        open_ and state in {RequestState.PENDING, RequestState.RESERVED},
        open_ and state in {RequestState.RESERVED, RequestState.BOUGHT},
        state is RequestState.BOUGHT,
    )


def _next_steps(detail: RequestDetail, goal: str, today: date, language: str) -> tuple[LazyText, ...]:
    request = detail.request
    if request.state is RequestState.PENDING:
        return _pending_steps(detail, today, language)
    values: dict[str, str | int] = {"goal": goal}
    if request.put_aside_until is not None:
        values["until"] = format_day(request.put_aside_until, language)
    if detail.refusal is not None:
        values["answered"] = format_day(detail.refusal.at, language)
    sentences = _NEXT_STEPS[request.state]
    if request.state is RequestState.RESERVED and request.put_aside_until is None:
        sentences = sentences[:1]
    return tuple(LazyText(sentence, values) for sentence in sentences)


_NEXT_STEPS: dict[RequestState, tuple[str, ...]] = {
    RequestState.RESERVED: (
        N_("You can buy it now."),
        N_("The money is put aside until %(until)s. Then it goes back to %(goal)s."),
    ),
    RequestState.BOUGHT: (),
    RequestState.REFUSED: (N_("You got a no on %(answered)s. The money is still there for %(goal)s."),),
    RequestState.WITHDRAWN: (N_("You did not want it after all."),),
    RequestState.EXPIRED: (N_("It was not bought in time. The money is no longer put aside."),),
}


def _pending_steps(detail: RequestDetail, today: date, language: str) -> tuple[LazyText, ...]:
    request = detail.request
    sentences: tuple[LazyText, ...] = (LazyText(N_("A budget officer decides.")),)
    if limits.approvals_needed(detail.fund, request.amount_ore) > 1:
        sentences = (
            LazyText(N_("One has said yes. One more must say yes too."))
            if detail.answers
            else LazyText(N_("It is a large amount. So two budget officers decide.")),
        )
    if request.answer_by is None:
        return sentences
    due = {"day": format_day(request.answer_by, language)}
    if today > request.answer_by:
        return (
            *sentences,
            LazyText(N_("You should have had an answer by %(day)s. You may call and ask."), {**due}),
        )
    return (*sentences, LazyText(N_("You get an answer by %(day)s."), {**due}))
