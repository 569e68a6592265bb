"""What can go wrong around guides. Status codes are given once, in `livsmester.http.error_handlers`; every error has a `text`.

GuidesError
├── IllegalTransition        the offer or pairing has moved on, or that cannot be done now; carries the state
├── OpenRequestExists       the citizen has an open request
├── RequestClosed      the request is no longer open
├── DeadlineNotPassed      an offer cannot lapse before its deadline
├── NoRoom             the guide has no room for one more
├── PairNotAllowed     the pair breaks a hard rule, or names someone who does not take part
├── PoolChanged        pairs of a proposal are no longer allowed; carries each with its reason
├── RunNotReady        the run is in a status in which that cannot be done; carries the status
└── ImportChanged      what an import would change is no longer what was shown
"""

from collections.abc import Sequence

import msgspec

from foundation.i18n import N_, LazyText
from guides.labels import RUN_STATUS_LABELS, state_label
from guides.lifecycle import ActorRole, RunStatus, State, Transition
from guides.matching.reasons import Reason


class GuidesError(Exception):
    """The root of this package's errors; `text` says to whoever acted what is true now."""

    def __init__(self, text: LazyText) -> None:
        super().__init__(text.message)
        self.text = text


class IllegalTransition(GuidesError):
    """Somebody else was first, or the move does not belong in this state."""

    def __init__(self, state: State, transition: Transition, role: ActorRole) -> None:
        super().__init__(state_label(role, state))
        self.state = state
        self.move = transition
        self.party = role


class OpenRequestExists(GuidesError):
    """The citizen has an open request; there is one at a time."""

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


class NoRoom(GuidesError):
    """The guide has no room for one more."""

    def __init__(self, guide_id: str) -> None:
        super().__init__(LazyText(N_("The guide has no room for one more.")))
        self.guide_id = guide_id


class PairNotAllowed(GuidesError):
    """The pair breaks a hard rule; `reason` names it."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(LazyText(N_("The pair is not possible.")))
        self.reason = reason


class InvalidPair(msgspec.Struct, frozen=True):
    """A pair that a hard rule speaks against, by ids."""

    request_id: str
    guide_id: str
    reason: Reason


class PoolChanged(GuidesError):
    """Since the run something has changed for these pairs. Nothing was published."""

    def __init__(self, invalid_pairs: Sequence[InvalidPair]) -> None:
        super().__init__(
            LazyText(
                N_("Something has changed since the matching was run. Nothing was published. Run it again."),
                {"count": len(invalid_pairs)},
            )
        )
        self.broken = tuple(invalid_pairs)


class RunNotReady(GuidesError):
    """The run is in a status in which that cannot be done."""

    def __init__(self, status: RunStatus) -> None:
        super().__init__(LazyText(RUN_STATUS_LABELS[status]))
        self.status = status


class ImportChanged(GuidesError):
    """What the import would change is no longer what was shown. Nothing was stored."""

    def __init__(self) -> None:
        super().__init__(
            LazyText(
                N_("Something has changed since you looked. Nothing was stored. Look at the changes again.")
            )
        )
