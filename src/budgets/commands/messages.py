"""The commands: one frozen value per change of money, amounts in whole øre. No I/O."""

import hashlib
from datetime import date

import msgspec

from budgets.model import ClosingCause, Fund


class AddFund(msgspec.Struct, frozen=True):
    """Set up a fund with its first money."""

    fund: Fund
    amount_ore: int


# This tag and those below are former class names, which are part of stored digests.
class AddFunding(msgspec.Struct, frozen=True, tag="Endow"):
    """Put more money into a fund."""

    fund_id: str
    amount_ore: int
    why: str


class MakeGrant(msgspec.Struct, frozen=True):
    """Grant a citizen money from a fund for a period, first and last day included."""

    fund_id: str
    citizen_id: str
    amount_ore: int
    starts_on: date
    ends_on: date
    legal_basis: str


class AllocateToGoal(msgspec.Struct, frozen=True, tag="Allocate"):
    """Allocate a grant's money that has no goal yet to a goal."""

    grant_id: str
    goal_id: str
    amount_ore: int


class ReallocateToGoal(msgspec.Struct, frozen=True, tag="Move"):
    """Move money from one goal to another, or with `to_goal_id` None back to unallocated."""

    grant_id: str
    from_goal_id: str
    to_goal_id: str | None
    amount_ore: int
    why: str


class RecordPurchase(msgspec.Struct, frozen=True):
    """Record a purchase. `request_id`: money was reserved; `outlay`: the citizen paid and is repaid."""

    grant_id: str
    goal_id: str
    amount_ore: int
    bought_on: date
    what: str
    outlay: bool = False
    request_id: str | None = None


class Refund(msgspec.Struct, frozen=True):
    """Record that the shop refunded a purchase, in part or in whole."""

    movement_id: str
    amount_ore: int
    refunded_on: date
    why: str


class AttachReceipt(msgspec.Struct, frozen=True, tag="KeepReceipt"):
    """Attach a receipt to a recorded purchase, or to a request that money is reserved for."""

    movement_id: str | None = None
    request_id: str | None = None


class Reverse(msgspec.Struct, frozen=True):
    """Reverse a movement with an opposite one, and say why."""

    movement_id: str
    why: str


class RequestSpending(msgspec.Struct, frozen=True, tag="Ask"):
    """A citizen's request to spend money: what on, for which goal, about how much, with whom, when."""

    grant_id: str
    goal_id: str
    what: str
    amount_ore: int
    together_with: str = ""
    wanted_when: str = ""


class DecideRequest(msgspec.Struct, frozen=True, tag="Decide"):
    """A budget officer's decision on a request; a refusal states its reasons and the rule."""

    request_id: str
    yes: bool
    reasons: str = ""
    rule: str = ""


class WithdrawRequest(msgspec.Struct, frozen=True, tag="GiveUp"):
    """Withdraw a request that the citizen no longer wants."""

    request_id: str


class RecordLearning(msgspec.Struct, frozen=True, tag="Learn"):
    """Record what a citizen learnt from a purchase, in their own words."""

    request_id: str
    words: str


class ExpireReservation(msgspec.Struct, frozen=True, tag="Lapse"):
    """Release the money reserved for a request when nothing was bought in time."""

    request_id: str


class GiveNotice(msgspec.Struct, frozen=True):
    """Notify a citizen of the day on which unspent money is taken back, and why."""

    grant_id: str
    takes_effect_on: date
    why: str


class CloseGrant(msgspec.Struct, frozen=True):
    """Close a grant for good. `next_grant_id` takes unspent money when the fund carries it over."""

    grant_id: str
    cause: ClosingCause
    why: str = ""
    next_grant_id: str | None = None


class ClosePeriod(msgspec.Struct, frozen=True):
    """Close a fund's books through a day, that day included."""

    fund_id: str
    through: date


Command = (
    AddFund
    | AddFunding
    | MakeGrant
    | AllocateToGoal
    | ReallocateToGoal
    | RecordPurchase
    | Refund
    | AttachReceipt
    | Reverse
    | RequestSpending
    | DecideRequest
    | WithdrawRequest
    | RecordLearning
    | ExpireReservation
    | GiveNotice
    | CloseGrant
    | ClosePeriod
)


def command_digest(command: msgspec.Struct, actor_id: str | None, attachment: bytes = b"") -> str:
    """SHA-256 of the command, its actor and its attachment: equal for a double click or a retry."""
    # Digests are stored, so a class that was renamed keeps its old name as its tag.
    name = type(command).__struct_config__.tag or type(command).__name__
    content = (name, msgspec.structs.asdict(command), actor_id)
    # A retry has to give the same bytes, or it would be refused as another command.
    digest = hashlib.sha256(msgspec.json.encode(content, order="deterministic"))
    digest.update(hashlib.sha256(attachment).digest())
    return digest.hexdigest()
