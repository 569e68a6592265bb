"""The values of the package: funds, grants, requests and movements as read. Amounts are whole øre."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from budgets.ledger.double_entry import AccountKind, Direction, MovementKind
from foundation.i18n import N_

RULES_LENGTH_MAX = 2_000
DAYS_MAX = 366
NAME_LENGTH_MAX = 120


WHY_LENGTH_MAX = 500


class UnspentPolicy(StrEnum):
    """What happens to a grant's unspent money when it is closed."""

    RETURNED = "returned"
    CARRIED_OVER = "carried_over"
    EXPIRED = "expired"


UNSPENT_LABELS = {
    UnspentPolicy.RETURNED: N_("It goes back to the municipality"),
    UnspentPolicy.CARRIED_OVER: N_("It goes on to the next period"),
    UnspentPolicy.EXPIRED: N_("It lapses"),
}

MOVEMENT_KIND_LABELS = {
    MovementKind.ENDOW: N_("Money into the fund"),
    MovementKind.GRANT: N_("Grant"),
    MovementKind.ALLOCATE: N_("Given to a goal"),
    MovementKind.MOVE: N_("Moved between goals"),
    MovementKind.RESERVE: N_("Put aside"),
    MovementKind.RELEASE: N_("No longer put aside"),
    MovementKind.SPEND: N_("Purchase"),
    MovementKind.OUTLAY: N_("Outlay repaid"),
    MovementKind.REFUND: N_("Refund"),
    MovementKind.RETURN: N_("Returned"),
    MovementKind.CARRY_OVER: N_("Carried over"),
    MovementKind.EXPIRE: N_("Lapsed"),
    MovementKind.CLOSE: N_("Closed"),
    MovementKind.REVERSE: N_("Reversal"),
}


class Fund(msgspec.Struct, frozen=True):
    """Money that the municipality has set aside for grants, and the rules for it."""

    id: str
    name: str
    starts_on: date
    ends_on: date  # the last day
    legal_basis: str
    appeal: str  # how to appeal against a refusal, or why one can't
    account_string: str  # kontostreng in the finance system
    grant_max_ore: int
    own_purchase_ore: int  # self-approval limit for one purchase; 0: none
    own_month_ore: int  # self-approval limit for a calendar month
    unspent: UnspentPolicy
    carry_over_max_ore: int | None = None  # the most that is carried over; None: all of it
    two_officers_ore: int | None = None  # above this two officers must approve; None: never
    answer_days: int = 14  # the deadline for decisions on requests
    reserve_days: int = 60  # how long money stays reserved
    notice_days: int = 30  # the period of notice before money is taken back


class FundBalance(msgspec.Struct, frozen=True):
    """A fund's balances: free + granted = funding less returned money; left + reserved + spent = granted."""

    fund: Fund
    free_ore: int = 0
    left_ore: int = 0
    reserved_ore: int = 0
    spent_ore: int = 0
    grant_count: int = 0

    @property
    def granted_ore(self) -> int:
        """What was granted and not taken back."""
        return self.left_ore + self.reserved_ore + self.spent_ore


class Grant(msgspec.Struct, frozen=True):
    """Money for one citizen in a period, first and last day included."""

    id: str
    fund_id: str
    citizen_id: str
    amount_ore: int
    starts_on: date
    ends_on: date
    legal_basis: str


class Envelope(msgspec.Struct, frozen=True):
    """The balances of one goal."""

    goal_id: str
    left_ore: int = 0
    reserved_ore: int = 0
    spent_ore: int = 0

    @property
    def total_ore(self) -> int:
        """What was allocated to the goal."""
        return self.left_ore + self.reserved_ore + self.spent_ore


class Budget(msgspec.Struct, frozen=True):
    """A grant with its fund and its present balances."""

    grant: Grant
    fund: Fund
    unallocated_ore: int
    envelopes: tuple[Envelope, ...]

    @property
    def left_ore(self) -> int:
        """What is neither reserved nor spent."""
        return self.unallocated_ore + sum(envelope.left_ore for envelope in self.envelopes)

    @property
    def reserved_ore(self) -> int:
        """What is reserved for requests."""
        return sum(envelope.reserved_ore for envelope in self.envelopes)

    @property
    def spent_ore(self) -> int:
        """What is spent."""
        return sum(envelope.spent_ore for envelope in self.envelopes)

    @property
    def total_ore(self) -> int:
        """The whole of the grant."""
        return self.left_ore + self.reserved_ore + self.spent_ore

    def envelope(self, goal_id: str) -> Envelope:
        """The envelope of a goal; an empty one where the goal has none."""
        return next((own for own in self.envelopes if own.goal_id == goal_id), Envelope(goal_id))


class EntryRecord(msgspec.Struct, frozen=True):
    """An entry of a movement, with the kind and goal of its account."""

    account_id: str
    kind: AccountKind
    goal_id: str | None
    direction: Direction
    amount_ore: int

    @property
    def change_ore(self) -> int:
        """The change of the account's balance."""
        return self.amount_ore if self.direction is Direction.IN else -self.amount_ore


class MovementRecord(msgspec.Struct, frozen=True):
    """A movement as it is read, with its entries and actor."""

    id: str
    kind: MovementKind
    grant_id: str | None
    fund_id: str
    effective_on: date
    at: datetime
    actor_id: str | None
    actor_name: str  # given name; "" for the system
    why: str
    receipt_id: str | None
    request_id: str | None
    reverses: str | None
    reversed: bool
    entries: tuple[EntryRecord, ...]
    number: int  # in the fund's chain, from 1
    hash: str

    @property
    def amount_ore(self) -> int:
        """The amount of the movement; for a purchase what was paid, not what its reservation released."""
        spent_ore = sum(entry.amount_ore for entry in self.entries if entry.kind is AccountKind.SPENT)
        return spent_ore or sum(entry.amount_ore for entry in self.entries if entry.direction is Direction.IN)

    @property
    def goal_ids(self) -> tuple[str, ...]:
        """The goals of the entries, those that money left first."""
        ordered = sorted(self.entries, key=lambda entry: entry.direction is Direction.IN)
        return tuple(dict.fromkeys(entry.goal_id for entry in ordered if entry.goal_id is not None))


class RequestState(StrEnum):
    """States of a spending request."""

    PENDING = "asked"  # until a budget officer decides
    RESERVED = "reserved"  # approved, and its money is reserved
    BOUGHT = "bought"
    REFUSED = "refused"
    WITHDRAWN = "given_up"  # by the citizen
    EXPIRED = "lapsed"  # nothing was bought in time, or the grant was closed


OPEN_STATES = frozenset({RequestState.PENDING, RequestState.RESERVED})


class SpendingRequest(msgspec.Struct, frozen=True):
    """A citizen's request to spend money, in their own words, with an estimated amount."""

    id: str
    grant_id: str
    goal_id: str
    what: str
    together_with: str
    amount_ore: int
    state: RequestState
    asked_at: datetime
    asked_by: str
    wanted_when: str = ""  # in the citizen's words: "på lørdag"
    own_word: bool = True  # self-approved: within the citizen's limits
    answer_by: date | None = None  # the deadline for a budget officer's decision
    put_aside_until: date | None = None  # the last day of the reservation
    learnt: str = ""  # what the citizen learnt from the purchase


class RequestDecision(msgspec.Struct, frozen=True):
    """A budget officer's decision on a request.

    A refusal keeps its reasons, the rule and how to appeal as of then.
    """

    request_id: str
    officer_id: str
    at: datetime
    yes: bool
    reasons: str = ""
    rule: str = ""
    appeal: str = ""


class ClosingCause(StrEnum):
    """Why a grant is closed."""

    ENDED = "ended"  # its last day has passed
    MOVED = "moved"  # the citizen has moved away
    DIED = "died"
    WITHDRAWN = "withdrawn"


CLOSING_CAUSE_LABELS = {
    ClosingCause.ENDED: N_("The period is over"),
    ClosingCause.MOVED: N_("The citizen has moved away"),
    ClosingCause.DIED: N_("The citizen has died"),
    ClosingCause.WITHDRAWN: N_("The grant is withdrawn"),
}


class Notice(msgspec.Struct, frozen=True):
    """A notice to the citizen of the day on which unspent money is taken back, and why."""

    id: str
    grant_id: str
    takes_effect_on: date
    why: str
    at: datetime
    by: str


class Closing(msgspec.Struct, frozen=True):
    """The closing of a grant, for good: all its accounts are empty."""

    grant_id: str
    closed_on: date
    cause: ClosingCause
    why: str
    at: datetime
    by: str | None


class Receipt(msgspec.Struct, frozen=True):
    """A receipt with its content."""

    id: str
    grant_id: str
    media_type: str
    content: bytes


class GrantSummary(msgspec.Struct, frozen=True):
    """A grant in a list, with its citizen, fund and balances."""

    grant: Grant
    fund_name: str
    citizen_name: str
    left_ore: int
    reserved_ore: int
    spent_ore: int
