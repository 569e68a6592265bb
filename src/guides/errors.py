"""The errors of this package. Each has a `text` for the user; `livsmester.http.error_handlers` sets the status codes.

GuidesError
├── IllegalTransition   the transition is not possible in the pairing's state; carries the state
├── OpenRequestExists   the citizen has an open request
├── RequestClosed       the request is no longer open
├── DeadlineNotPassed   an offer cannot lapse before its deadline
├── PairNotAllowed      the pair breaks a hard rule, or one of the two is not in the pool
├── PoolChanged         pairs of a proposal are no longer allowed; carries each with its reason
├── RunNotReady         the run's status does not allow the action; carries the status
└── ImportChanged       an import would change something else than was previewed
"""

from collections.abc import Sequence

import msgspec

from foundation.i18n import N_, LazyText
from guides.labels import RUN_STATUS_LABELS, state_label
from guides.lifecycle import ActorRole, RunStatus, State, Transition
from guides.matching.reasons import Reason


class GuidesError(Exception):
    """The root of this package's errors; `text` tells the actor what is true now."""

    def __init__(self, text: LazyText) -> None:
        super().__init__(text.message)
        self.text = text


class IllegalTransition(GuidesError):
    """The role cannot make the transition in this state, or somebody else was first."""

    def __init__(self, state: State, transition: Transition, role: ActorRole) -> None:
        super().__init__(state_label(role, state))
        self.state = state
        self.transition = transition
        self.role = role


class OpenRequestExists(GuidesError):
    """The citizen has an open request, and may have one at a time."""

    def __init__(self) -> None:
        super().__init__(LazyText(N_("There is already an open wish for a guide.")))


class RequestClosed(GuidesError):
    """The request is no longer open."""

    def __init__(self) -> None:
        super().__init__(LazyText(N_("The wish for a guide has been closed.")))


class DeadlineNotPassed(GuidesError):
    """An offer cannot lapse before its deadline."""

    def __init__(self) -> None:
        super().__init__(
            LazyText(N_("The deadline has not passed. Withdraw the offer if it should not stand."))
        )


class PairNotAllowed(GuidesError):
    """The pair breaks a hard rule; `reason` names it."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(LazyText(N_("The pair is not possible.")))
        self.reason = reason


class InvalidPair(msgspec.Struct, frozen=True):
    """A pair that breaks a hard rule, by ids."""

    request_id: str
    guide_id: str
    reason: Reason


class PoolChanged(GuidesError):
    """Pairs of the proposal are no longer allowed. Nothing was published."""

    def __init__(self, invalid_pairs: Sequence[InvalidPair]) -> None:
        super().__init__(
            LazyText(
                N_("Something has changed since the matching was run. Nothing was published. Run it again."),
                {"count": len(invalid_pairs)},
            )
        )
        self.invalid_pairs = tuple(invalid_pairs)


class RunNotReady(GuidesError):
    """The run's status does not allow the action."""

    def __init__(self, status: RunStatus) -> None:
        super().__init__(LazyText(RUN_STATUS_LABELS[status]))
        self.status = status


class ImportChanged(GuidesError):
    """The import would change something else than was previewed. Nothing was stored."""

    def __init__(self) -> None:
        super().__init__(
            LazyText(
                N_("Something has changed since you looked. Nothing was stored. Look at the changes again.")
            )
        )
