"""What people ask of the ledger: one frozen value per command, amounts in whole øre. Pure."""

import hashlib
from datetime import date

import msgspec

from budgets.model import ClosingCause, Fund


class AddFund(msgspec.Struct, frozen=True):
    """A new fund with the money that is put into it."""

    fund: Fund
    amount_ore: int


class AddFunding(msgspec.Struct, frozen=True, tag="Endow"):
    """More money into a fund."""

    fund_id: str
    amount_ore: int
    why: str


class MakeGrant(msgspec.Struct, frozen=True):
    """Money from a fund for one citizen in a period, both ends counted."""

    fund_id: str
    citizen_id: str
    amount_ore: int
    starts_on: date
    ends_on: date
    legal_basis: str


class AllocateToGoal(msgspec.Struct, frozen=True, tag="Allocate"):
    """Give money that has no goal yet to a goal."""

    grant_id: str
    goal_id: str
    amount_ore: int


class ReallocateToGoal(msgspec.Struct, frozen=True, tag="Move"):
    """Take money from a goal's envelope and give it to another's, or (None) to none yet."""

    grant_id: str
    from_goal_id: str
    to_goal_id: str | None
    amount_ore: int
    why: str


class RecordPurchase(msgspec.Struct, frozen=True):
    """Something was bought: `request_id` when money was put aside for it, `outlay` when the citizen paid and is repaid."""

    grant_id: str
    goal_id: str
    amount_ore: int
    bought_on: date
    what: str
    outlay: bool = False
    request_id: str | None = None


class Refund(msgspec.Struct, frozen=True):
    """The shop gave money back for a purchase."""

    movement_id: str
    amount_ore: int
    refunded_on: date
    why: str


class AttachReceipt(msgspec.Struct, frozen=True, tag="KeepReceipt"):
    """A receipt that comes later: for a purchase, or for what money is put aside for."""

    movement_id: str | None = None
    request_id: str | None = None


class Reverse(msgspec.Struct, frozen=True):
    """Undo a movement with its mirror, and say why."""

    movement_id: str
    why: str


class RequestSpending(msgspec.Struct, frozen=True, tag="Ask"):
    """A citizen wants to use money for something: what, for which goal, about how much, with whom, when."""

    grant_id: str
    goal_id: str
    what: str
    amount_ore: int
    together_with: str = ""
    wanted_when: str = ""


class DecideRequest(msgspec.Struct, frozen=True, tag="Decide"):
    """A budget officer's answer to a request; a no says why and by which rule."""

    request_id: str
    yes: bool
    reasons: str = ""
    rule: str = ""


class WithdrawRequest(msgspec.Struct, frozen=True, tag="GiveUp"):
    """A citizen does not want it after all."""

    request_id: str


class RecordLearning(msgspec.Struct, frozen=True, tag="Learn"):
    """What a citizen learnt from a purchase, in their own words."""

    request_id: str
    words: str


class ExpireReservation(msgspec.Struct, frozen=True, tag="Lapse"):
    """Nothing was bought in time: what was put aside goes back."""

    request_id: str


class GiveNotice(msgspec.Struct, frozen=True):
    """Say to a citizen that what is left is taken back on a day, and why."""

    grant_id: str
    takes_effect_on: date
    why: str


class CloseGrant(msgspec.Struct, frozen=True):
    """Empty a grant for good. `next_grant_id` is where the rest goes on when the fund's rule says so."""

    grant_id: str
    cause: ClosingCause
    why: str = ""
    next_grant_id: str | None = None


class ClosePeriod(msgspec.Struct, frozen=True):
    """Close a fund's books up to and with a day."""

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
    """SHA-256 of who asks for what, `content` being a file that came along: the same for a double click or a retry."""
    name = (
        type(command).__struct_config__.tag or type(command).__name__
    )  # the tag keeps digests that are stored
    asked = (name, msgspec.structs.asdict(command), actor_id)
    digest = hashlib.sha256(msgspec.json.encode(asked, order="deterministic"))
    digest.update(hashlib.sha256(attachment).digest())
    return digest.hexdigest()
