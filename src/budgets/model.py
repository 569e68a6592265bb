"""Funds, grants and what is left of them: the values that pages and services speak of. Amounts are whole øre."""

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
    """What happens to money that is left when a grant ends."""

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
    """Money that the municipality has set aside, and the rules for it."""

    id: str
    name: str
    starts_on: date
    ends_on: date  # the last day
    legal_basis: str
    appeal: str  # how to appeal against a no, or why one cannot
    account_string: str  # kontostreng in the finance system
    grant_max_ore: int
    own_purchase_ore: int  # what a citizen decides alone in one purchase; 0: nothing
    own_month_ore: int  # and in a calendar month
    unspent: UnspentPolicy
    carry_over_max_ore: int | None = None  # the most that goes on to the next period; None: all of it
    two_officers_ore: int | None = None  # above this two budget officers say yes; None: one is always enough
    answer_days: int = 14  # so soon a citizen has an answer
    reserve_days: int = 60  # so long money is put aside for a purchase
    notice_days: int = 30  # so long before money is taken back it is said


class FundBalance(msgspec.Struct, frozen=True):
    """Where a fund's money stands: free + granted = put in; left + reserved + spent = granted."""

    fund: Fund
    free_ore: int = 0
    left_ore: int = 0
    reserved_ore: int = 0
    spent_ore: int = 0
    grant_count: int = 0

    @property
    def granted_ore(self) -> int:
        """All that was granted and not taken back."""
        return self.left_ore + self.reserved_ore + self.spent_ore


class Grant(msgspec.Struct, frozen=True):
    """Money for one citizen in a period, both ends counted."""

    id: str
    fund_id: str
    citizen_id: str
    amount_ore: int
    starts_on: date
    ends_on: date
    legal_basis: str


class Envelope(msgspec.Struct, frozen=True):
    """What one goal got: left, put aside and spent."""

    goal_id: str
    left_ore: int = 0
    reserved_ore: int = 0
    spent_ore: int = 0

    @property
    def total_ore(self) -> int:
        """All that the goal got."""
        return self.left_ore + self.reserved_ore + self.spent_ore


class Budget(msgspec.Struct, frozen=True):
    """A grant with its fund's rules and where its money stands now."""

    grant: Grant
    fund: Fund
    unallocated_ore: int
    envelopes: tuple[Envelope, ...]

    @property
    def left_ore(self) -> int:
        """The one "left" figure: neither put aside nor spent."""
        return self.unallocated_ore + sum(one.left_ore for one in self.envelopes)

    @property
    def reserved_ore(self) -> int:
        """Put aside."""
        return sum(one.reserved_ore for one in self.envelopes)

    @property
    def spent_ore(self) -> int:
        """Spent."""
        return sum(one.spent_ore for one in self.envelopes)

    @property
    def total_ore(self) -> int:
        """All of it."""
        return self.left_ore + self.reserved_ore + self.spent_ore

    def envelope(self, goal_id: str) -> Envelope:
        """The envelope of a goal; an empty one where the goal has none."""
        return next((one for one in self.envelopes if one.goal_id == goal_id), Envelope(goal_id))


class EntryRecord(msgspec.Struct, frozen=True):
    """One side of a movement: what kind of account, for which goal, which way, how much."""

    account_id: str
    kind: AccountKind
    goal_id: str | None
    direction: Direction
    amount_ore: int

    @property
    def change_ore(self) -> int:
        """What it adds to the account."""
        return self.amount_ore if self.direction is Direction.IN else -self.amount_ore


class MovementRecord(msgspec.Struct, frozen=True):
    """A movement as it is read: who did what, when and why."""

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
        """What was moved: for a purchase what was paid, not what came back of the reservation."""
        spent = sum(one.amount_ore for one in self.entries if one.kind is AccountKind.SPENT)
        return spent or sum(one.amount_ore for one in self.entries if one.direction is Direction.IN)

    @property
    def goal_ids(self) -> tuple[str, ...]:
        """The goals it is about: where the money came from first."""
        ordered = sorted(self.entries, key=lambda one: one.direction is Direction.IN)
        return tuple(dict.fromkeys(one.goal_id for one in ordered if one.goal_id is not None))


class RequestState(StrEnum):
    """Where a request to use money stands."""

    PENDING = "asked"  # waits for a budget officer
    RESERVED = "reserved"  # the money is put aside
    BOUGHT = "bought"
    REFUSED = "refused"
    WITHDRAWN = "given_up"  # by the citizen
    EXPIRED = "lapsed"  # nothing was bought in time


OPEN_STATES = frozenset({RequestState.PENDING, RequestState.RESERVED})


class SpendingRequest(msgspec.Struct, frozen=True):
    """What a citizen wants to use money for, in their own words, and about how much."""

    id: str
    grant_id: str
    goal_id: str
    what: str
    together_with: str
    amount_ore: int
    state: RequestState
    asked_at: datetime
    asked_by: str
    wanted_when: str = ""  # as the citizen says it: "på lørdag"
    own_word: bool = True  # within what the citizen decides alone
    answer_by: date | None = None  # when a budget officer decides
    put_aside_until: date | None = None  # the last day
    learnt: str = ""  # what the citizen says after the purchase


class RequestDecision(msgspec.Struct, frozen=True):
    """What one budget officer said to a request. A no carries its reasons, the rule and how to appeal, as they were then."""

    request_id: str
    officer_id: str
    at: datetime
    yes: bool
    reasons: str = ""
    rule: str = ""
    appeal: str = ""


class ClosingCause(StrEnum):
    """Why a grant is closed."""

    ENDED = "ended"  # its last day is over
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
    """Said to the citizen in advance: on which day what is left is taken back, and why."""

    id: str
    grant_id: str
    takes_effect_on: date
    why: str
    at: datetime
    by: str


class Closing(msgspec.Struct, frozen=True):
    """A grant that is closed for good: all its accounts are empty."""

    grant_id: str
    closed_on: date
    cause: ClosingCause
    why: str
    at: datetime
    by: str | None


class Receipt(msgspec.Struct, frozen=True):
    """A receipt with its content, for whoever may see it."""

    id: str
    grant_id: str
    media_type: str
    content: bytes


class GrantSummary(msgspec.Struct, frozen=True):
    """A grant in a list: whose, from which fund, and where its money stands."""

    grant: Grant
    fund_name: str
    citizen_name: str
    left_ore: int
    reserved_ore: int
    spent_ore: int
